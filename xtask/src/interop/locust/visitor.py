"""A user for real Locust; visitor.toml is the same for lead-loadgen. `cargo xtask interop locust` compares what both leave."""

from locust import HttpUser, constant, tag, task


class Visitor(HttpUser):
    wait_time = constant(0.05)

    @tag("fine")
    @task(3)
    def health(self) -> None:
        self.client.get("/health")

    # Never there: its failures and its name show how both write what a CSV cell must quote.
    @tag("lost")
    @task
    def nowhere(self) -> None:
        self.client.get("/nowhere", name='no "where", really')
