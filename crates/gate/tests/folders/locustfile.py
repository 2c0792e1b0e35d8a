"""Load tests whose files a gate should tell apart; `generate.py` runs them under old and new Locusts.

The environment variable RUN chooses one. Only what every Locust from 1.6 to 2.47 has is used.
"""

import json
import os
import time

import gevent
import locust.stats
from locust import constant, constant_pacing, events, task

try:
    from locust import FastHttpUser
except ImportError:
    from locust.contrib.fasthttp import FastHttpUser

RUN = os.environ["RUN"]
HEADERS = {"Content-Type": "application/json"}
LEAD = json.dumps({"lead_id": "golden", "features": json.loads(os.environ["FEATURES"])})

if RUN == "percentiles":
    locust.stats.PERCENTILES_TO_REPORT = [0.5, 0.9, 0.95, 0.999]


def report(environment, name, seconds):
    """Counts a transaction, as people do for what is more than one request."""
    figures = {"request_type": "TASK", "name": name, "response_time": seconds * 1000, "response_length": 0}
    if hasattr(environment.events, "request"):
        environment.events.request.fire(exception=None, context={}, **figures)
    else:
        environment.events.request_success.fire(**figures)


class Base(FastHttpUser):
    abstract = True

    def score(self, name=None, body=LEAD):
        return self.client.post("/api/v1/score", data=body, headers=HEADERS, name=name)


if RUN in ("sound", "reset", "down", "killed", "percentiles"):

    class Visitor(Base):
        """Ten requests a second, and nothing goes wrong with them."""

        wait_time = constant_pacing(0.1)

        @task(9)
        def post(self):
            self.score()

        @task(1)
        def health(self):
            self.client.get("/health")


elif RUN == "failing":

    class Visitor(Base):
        """Names that no reader of lines survives, failures of the service and of a check, and a bug of our own."""

        wait_time = constant(0.1)

        @task(6)
        def post(self):
            self.score()

        @task(2)
        def like_the_total(self):
            self.client.get("/health", name="Aggregated")

        @task(2)
        def awkward(self):
            self.client.get("/health", name='/health?a="1",2')
            self.client.get("/health", name="two\nlines \u00fc \U0001f600")
            self.client.get("/health", name="::error title=x::a command|`<b>")

        @task(1)
        def refused(self):
            self.score(name="/score, refused", body='{"lead_id": "golden"}')

        @task(1)
        def checked(self):
            with self.client.get("/health", name="/checked", catch_response=True) as answer:
                answer.failure('score missing, got {"x": 1},\nreally \U0001f4a5')

        @task(1)
        def bug(self):
            raise KeyError('no, "such" key\nand a second line')


elif RUN == "crashing":

    class Visitor(Base):
        """Every request succeeds, and one task in three dies."""

        wait_time = constant(0.05)

        @task(2)
        def post(self):
            self.score()

        @task(1)
        def bug(self):
            raise KeyError("score")


elif RUN == "slow":

    class Visitor(Base):
        """A transaction of several requests with a person in between, always more than a second."""

        wait_time = constant(0)

        @task
        def visit(self):
            begun = time.perf_counter()
            self.score()
            gevent.sleep(1.15)
            self.client.get("/health")
            report(self.environment, "score, then look", time.perf_counter() - begun)


elif RUN == "idle":

    class Visitor(Base):
        """Sends nothing before the test is over."""

        @task
        def late(self):
            gevent.sleep(600)


else:
    raise SystemExit(f"unknown RUN {RUN!r}")
