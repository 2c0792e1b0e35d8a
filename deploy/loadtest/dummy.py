"""What a Locust master needs when its workers are lead-loadgen's: the name of a class, whose users it counts.

Its task never runs: what users do is said by the workers' scenario (docs/WORKER.md).
"""

from locust import User, task


class LeadScoring(User):
    @task
    def what_the_workers_scenario_says(self) -> None:
        pass
