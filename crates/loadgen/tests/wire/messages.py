"""Prints what Locust's master and worker put on the wire, as names and hex: messages.txt is made with

    python messages.py > messages.txt

in an environment with Locust (pip install locust==2.47.0). Everything goes through Locust's own classes and msgpack.
"""

from unittest import mock

from locust.rpc.protocol import Message
from locust.stats import RequestStats

ID = "node-3_0123456789abcdef0123456789abcdef"
START = 1787389200.0


def show(name, kind, data):
    print(name, Message(kind, data, ID).serialize().hex())


def at(time):
    return mock.patch("time.time", return_value=time)


# What a worker says.
show("client_ready", "client_ready", -1)
pulse = {"state": "running", "current_cpu_usage": 87.5, "current_memory_usage": 52428800}
show("heartbeat", "heartbeat", pulse)
show("heartbeat_ready", "heartbeat", {"state": "ready", "current_cpu_usage": 0.0, "current_memory_usage": 0})
show("spawning", "spawning", None)
counts = {"user_classes_count": {"Dummy": 130, "Other": 0}, "user_count": 130}
show("spawning_complete", "spawning_complete", counts)
show("client_stopped", "client_stopped", None)
show("exception", "exception", {"msg": "no host", "traceback": "no host"})
show("quit", "quit", None)

# Dictionaries keep the order in which they were filled, ours are sorted: times rise. None stands where a bucket ends: our histogram is true to a thousandth, and may put one there on the other side.
SCORE = ("POST", "/api/v1/score")
with at(START):
    stats = RequestStats()
    stats.get("/api/v1/score", "POST")
    stats.get("/health", "GET")
for time, (method, name), ms, length, error in [
    (START + 0.25, SCORE, 0.25, 100, None),
    (START + 0.375, ("GET", "/health"), 0.75, 2, None),
    (START + 0.5, SCORE, 2.25, 100, None),
    (START + 0.75, SCORE, 114.0, 0, "HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score')"),
    (START + 1.25, SCORE, 1162.0, 0, "HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score')"),
    (START + 1.5, SCORE, 10620.0, 100, None),
]:
    with at(time):
        stats.log_request(method, name, ms, length)
        if error:
            stats.log_error(method, name, error)
with at(START + 2):
    report = {
        "stats": stats.serialize_stats(),
        "stats_total": stats.total.get_stripped_report(),
        "errors": stats.serialize_errors(),
        "user_classes_count": {"Dummy": 3},
        "user_count": 3,
    }
show("stats", "stats", report)

# What it hears.
show("ack", "ack", {"index": 3})
show("ack_old", "ack", None)
spawn = {
    "timestamp": 1787389200.125,
    "user_classes_count": {"Dummy": 130, "Other": 2},
    "host": "http://127.0.0.1:8000",
    "stop_timeout": 2.5,
    "parsed_options": {"spawn_rate": 10, "tags": None, "nested": {1: [True, 2.5]}, "headless": False},
}
show("spawn", "spawn", spawn)
show("spawn_plain", "spawn", {**spawn, "host": None, "stop_timeout": 0, "parsed_options": {}})
show("spawning_complete_all", "spawning_complete", {"user_count": 260})
show("stop", "stop", None)
show("heartbeat_master", "heartbeat", None)
show("reconnect", "reconnect", None)
show("update_user_class", "update_user_class", {"user_class_name": "Dummy", "weight": 2})
