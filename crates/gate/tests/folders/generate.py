"""Makes the folders beside this file anew: real Locusts of five releases against the scoring service.

    python3.11 crates/gate/tests/folders/generate.py --service target/release/lead-service --work target/locust

Each Locust is installed from PyPI into an environment of its own below --work. A run takes 16 to 24 seconds, all of them
about nine minutes. Files are kept as they were written, but for the folders in tracebacks.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]

OLD = ["flask<2.1", "jinja2<3.1", "markupsafe<2.1", "itsdangerous<2.1", "werkzeug<2.1", "setuptools<80"]
# What else a release needs on Python 3.11, and for how long it has to run: before 2.44 the history is flushed every
# ten seconds and not at the end.
RELEASES = {
    "1.6.0": (OLD, 24),
    "2.2.3": (OLD, 24),
    "2.20.1": (["setuptools<80"], 24),
    "2.44.0": ([], 16),
    "2.47.0": ([], 16),
}

# Release, run, whether the history is full.
RUNS = [
    ("1.6.0", "sound", False),
    ("1.6.0", "failing", True),
    ("1.6.0", "reset", False),
    ("2.2.3", "sound", True),
    ("2.2.3", "failing", False),
    ("2.2.3", "reset", True),
    ("2.20.1", "sound", False),
    ("2.20.1", "failing", True),
    ("2.20.1", "killed", True),
    ("2.44.0", "sound", True),
    ("2.44.0", "failing", False),
    ("2.44.0", "reset", True),
    ("2.47.0", "sound", False),
    ("2.47.0", "failing", True),
    ("2.47.0", "reset", False),
    ("2.47.0", "slow", True),
    ("2.47.0", "crashing", False),
    ("2.47.0", "down", False),
    ("2.47.0", "idle", False),
    ("2.47.0", "killed", True),
    ("2.47.0", "percentiles", False),
]

# Users and how many start in a second.
LOADS = {"sound": (40, 20), "reset": (40, 8), "failing": (10, 5), "slow": (400, 100), "killed": (40, 20)}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--service", type=pathlib.Path, required=True)
    options.add_argument("--work", type=pathlib.Path, required=True)
    options.add_argument("--only", default="", help="only folders whose name has this in it")
    options = options.parse_args()
    work = options.work.resolve()
    service, host = start(options.service.resolve(), work)
    try:
        for version, run, full in RUNS:
            name = folder_of(version, run, full)
            if options.only in name:
                record(install(version, work), version, run, full, host, work)
                print(name, flush=True)
    finally:
        service.terminate()
        service.wait()


def folder_of(version, run, full):
    short = ".".join(version.split(".")[:2])
    return f"locust-{short}-{run}-{'full' if full else 'default'}"


def start(program, work):
    work.mkdir(parents=True, exist_ok=True)
    model = {"MODEL_PATH": str(ROOT / "models/b2b-v1.json")}
    fixed = {"HOST": "127.0.0.1", "PORT": "0", "LOG_LEVEL": "ERROR"}
    service = subprocess.Popen([program], env=os.environ | model | fixed, stdout=subprocess.PIPE, text=True)
    line = service.stdout.readline()
    return service, next(word for word in line.split() if word.startswith("http"))


def install(version, work):
    home = work / f"v{version}"
    if not (home / "bin/locust").exists():
        subprocess.run(["python3.11", "-m", "venv", home], check=True)
        needs = [f"locust=={version}", *RELEASES[version][0]]
        subprocess.run([home / "bin/pip", "-q", "install", *needs], check=True)
    return home


def record(home, version, run, full, host, work):
    folder = HERE / folder_of(version, run, full)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    users, rate = LOADS.get(run, (12, 6))
    seconds = RELEASES[version][1]
    words = [home / "bin/locust", "-f", HERE / "locustfile.py", "--headless", "-u", str(users), "-r", str(rate)]
    words += ["-t", f"{seconds}s", "--csv", folder / "loadtest"]
    # Nobody listens on port 1.
    words += ["--host", "http://127.0.0.1:1" if run == "down" else host]
    words += ["--csv-full-history"] if full else []
    words += ["--reset-stats"] if run == "reset" else []
    settings = {"RUN": run, "FEATURES": json.dumps(features())}
    with open(work / f"{folder.name}.log", "w") as log:
        locust = subprocess.Popen(words, env=os.environ | settings, stdout=log, stderr=log, cwd=work)
        if run == "killed":
            time.sleep(seconds - 3.6)
            locust.send_signal(signal.SIGKILL)
        code = locust.wait(timeout=seconds + 60)
    expected = {"killed": [-9], "failing": [1], "crashing": [1], "down": [1]}.get(run, [0])
    assert code in expected, f"{folder.name} ended with {code}, see {work / folder.name}.log"
    exceptions = folder / "loadtest_exceptions.csv"
    if exceptions.exists():
        text = exceptions.read_bytes()
        for path, word in [(home, b"ENV"), (HERE, b"HERE")]:
            text = text.replace(str(path).encode(), word)
        exceptions.write_bytes(text)


def features():
    """One lead: the least of each feature that the committed model knows."""
    model = json.loads((ROOT / "models/b2b-v1.json").read_text())
    return {feature["name"]: feature["min"] or 0 for feature in model["model"]["schema"]["features"]}


main()
