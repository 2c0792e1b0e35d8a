"""Gives Locust and lead-loadgen the same command lines and prints where their answers differ.

    words.py LOCUST LEAD_LOADGEN LOCUSTFILE SCENARIO HOST

One line per difference: its name, a tab, both answers. Nothing here loads a service.
"""

import os
import re
import subprocess
import sys
import tempfile

locust, ours, locustfile, scenario, host = sys.argv[1:]

# Name, command line, variables, lines of locust.conf.
CASES = [
    ("rate-zero", "-r 0", {}, ""),
    ("rate-negative", "-r -1", {}, ""),
    ("rate-word", "--spawn-rate fast", {}, ""),
    ("rate-infinite", "-r inf", {}, ""),
    ("users-part", "-u 2.5", {}, ""),
    ("users-zero", "-u 0 -t 1s", {}, ""),
    ("time-fraction", "-t 1.5m", {}, ""),
    ("time-rubbish", "-t 10mx", {}, ""),
    ("time-of-stop", "-s 5ms", {}, ""),
    ("no-value", "--users", {}, ""),
    ("flag-with-value", "--headless=yes", {}, ""),
    ("history-without-csv", "--csv-full-history", {}, ""),
    ("level-unknown", "-L loud", {}, ""),
    ("slip", "--spawn-rat3 1", {}, ""),
    ("slip-far", "--quux", {}, ""),
    ("ambiguous", "--web x", {}, ""),
    ("ambiguous-master", "--master-bind x", {}, ""),
    ("removed-slave", "--slave", {}, ""),
    ("removed-expect-slaves", "--expect-slaves", {}, ""),
    ("removed-web-auth", "--web-auth a:b", {}, ""),
    ("removed-legacy-ui", "--legacy-ui", {}, ""),
    ("autoquit-alone", "--autoquit 5", {}, ""),
    ("processes-negative", "--processes -2", {}, ""),
    ("master-and-worker", "--master --worker", {}, ""),
    ("class-unknown", "Nobody", {}, ""),
    ("tag-unknown", "-T nothing -t 1s", {}, ""),
    ("list", "-l", {}, ""),
    ("ratio", "--show-task-ratio", {}, ""),
    ("ratio-json", "--show-task-ratio-json", {}, ""),
    ("variable-bad", "", {"LOCUST_RUN_TIME": "1.5m"}, ""),
    ("variable-no-flag", "", {"LOCUST_RESET_STATS": "maybe"}, ""),
    ("conf-bad", "", {}, "spawn-rate = 0"),
    ("conf-unknown", "", {}, "user-count = 5"),
    ("conf-no-flag", "", {}, "reset-stats = maybe"),
    ("conf-list", "", {}, "users = [1, 2]"),
    ("conf-unset-by-variable", "-l", {"LOCUST_HEADLESS": "false"}, "headless = true"),
    ("config-missing", "--config nowhere.conf", {}, ""),
]


def answer(program: list[str], line: str, variables: dict, conf: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "locust.conf"), "w") as file:
            file.write(conf + "\n")
        known = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        done = subprocess.run(
            [*program, "--headless", "--host", host, "--only-summary", *line.split()],
            env={**known, "HOME": folder, **variables},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
    # Some faults Locust prints bare, some with its name before them, some it logs: that is no difference.
    said = re.sub(r"^(locust|lead-loadgen): error: ", "", done.stdout + done.stderr, flags=re.M)
    said = re.sub(r"^\[[^]]*\] [^/]*/ERROR/[^:]*: ", "", said, flags=re.M)
    said = re.sub(r"^\[[^]]*\] [^/]*/.*\n", "", said, flags=re.M)
    return f"exit {done.returncode}: " + " | ".join(filter(None, (part.rstrip() for part in said.splitlines())))


for name, line, variables, conf in CASES:
    theirs = answer([locust, "-f", locustfile], line, variables, conf)
    mine = answer([ours, "--scenario", scenario], line, variables, conf)
    if theirs != mine:
        print(name, f"Locust: {theirs[:400]}", f"lead-loadgen: {mine[:400]}", sep="\t")
