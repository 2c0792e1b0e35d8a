from locust import HttpUser, constant, task


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task(6)
    def score(self):
        self.client.post("/score", json={"lead": 1})

    @task(2)
    def named_like_the_total(self):
        self.client.get("/health", name="Aggregated")

    @task(2)
    def awkward(self):
        self.client.get("/slow?a=1,2", name='/slow?a="1",2')
        self.client.get("/score", name="two\nlines \u00fc \U0001F600")

    @task(1)
    def broken(self):
        self.client.post("/broken", name="/broken, always")
        with self.client.get("/score", name="/checked", catch_response=True) as r:
            r.failure('score missing, got {"x": 1},\nreally')

    @task(1)
    def bug(self):
        raise KeyError('no, "such" key')
