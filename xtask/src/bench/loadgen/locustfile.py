"""One body over and over without a pause, with either of Locust's clients.

Run by `cargo xtask bench loadgen`, which names the class and, in BODY, the file to send.
"""

import os
from pathlib import Path

from locust import FastHttpUser, HttpUser, constant, task

BODY = Path(os.environ["BODY"]).read_bytes()
HEADERS = {"Content-Type": "application/json"}


class Fast(FastHttpUser):
    wait_time = constant(0)

    @task
    def score(self) -> None:
        self.client.post("/api/v1/score", data=BODY, headers=HEADERS)


class Plain(HttpUser):
    wait_time = constant(0)

    @task
    def score(self) -> None:
        self.client.post("/api/v1/score", data=BODY, headers=HEADERS)
