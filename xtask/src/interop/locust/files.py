"""Compares what Locust and lead-loadgen left of the same load and prints where it differs.

    files.py LOCUST_PREFIX OUR_PREFIX

Behind each prefix stand the four CSV files, `PREFIX.json` (the standard output of --json) and `PREFIX.log` (the standard
error). One line per difference: its name, a tab, what it is. What both must have in common is asserted.
"""

import json
import math
import re
import sys

import pandas

theirs, ours = sys.argv[1:]
FILES = ["stats", "stats_history", "failures", "exceptions"]
PERCENTILES = [0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0]
FORMS = [
    ("empty", r""),
    ("N/A", r"N/A"),
    ("whole", r"\d+"),
    ("six decimals", r"\d+\.\d{6}"),
    ("float", r"\d+\.\d+(e[+-]\d+)?"),
    ("moment", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    ("text", r"(?s).*"),
]


def differ(name: str, what: str) -> None:
    print(name, what, sep="\t")


def form(cell: str) -> str:
    return next(name for name, pattern in FORMS if re.fullmatch(pattern, cell))


def cells(prefix: str, file: str) -> pandas.DataFrame:
    return pandas.read_csv(f"{prefix}_{file}.csv", dtype=str, keep_default_na=False)


def of_bytes(file: str) -> None:
    one, two = (open(f"{prefix}_{file}.csv", "rb").read() for prefix in (theirs, ours))
    assert one.splitlines()[0] == two.splitlines()[0], f"{file}: other columns"
    for text in (one, two):
        assert text.endswith(b"\r\n") and text.count(b"\n") == text.count(b"\r\n"), f"{file}: line ends"
        assert not text.startswith(b"\xef\xbb\xbf")


def is_clipped(table: pandas.DataFrame, column: str) -> bool:
    """Whether a median is no bucket: where the bucket lies beyond the row's extremes, Locust writes the extreme itself."""
    odd = table[[form(cell) != "whole" for cell in table[column]]]
    extremes = [column.replace("Median", extreme) for extreme in ("Min", "Max")]
    for _, row in odd.iterrows():
        assert row[column] in [row[extreme] for extreme in extremes], (column, dict(row))
    return len(odd) > 0


def of_columns(file: str) -> None:
    one, two = cells(theirs, file), cells(ours, file)
    clipped = {column for column in one.columns if "Median" in column for table in (one, two) if is_clipped(table, column)}
    for column in one.columns:
        known, mine = ({form(cell) for cell in table[column]} for table in (one, two))
        # A bucket on a slow machine is an extreme on a fast one.
        if column in clipped:
            known.add("float")
        # Six decimals may be a float's by chance.
        if "float" in known:
            known.add("six decimals")
        if mine - known:
            differ(f"form-{file}", f"{column}: {sorted(mine - known)}, in Locust {sorted(known)}")
    one, two = (pandas.read_csv(f"{prefix}_{file}.csv") for prefix in (theirs, ours))
    for column in (column for column in one.columns if column not in clipped):
        kinds = {str(table[column].dtype) for table in (one, two) if len(table)}
        if len(kinds) > 1:
            differ(f"type-{file}", f"pandas reads {column} as {one[column].dtype} and as {two[column].dtype}")


def of_rows() -> None:
    keys = [[tuple(row) for row in cells(prefix, "stats")[["Type", "Name"]].values] for prefix in (theirs, ours)]
    assert keys[0] == keys[1], keys
    for prefix in (theirs, ours):
        history = cells(prefix, "stats_history")
        for _, tick in history.groupby("Timestamp", sort=False):
            rows = [tuple(row) for row in tick[["Type", "Name"]].values]
            assert rows == [key for key in keys[0] if key in rows] and rows[-1] == ("", "Aggregated"), rows
        moments = history["Timestamp"].astype(int).unique()
        steps = {int(after - before) for before, after in zip(moments, moments[1:])}
        assert min(steps) == 1 and max(steps) <= 2, steps
    first = [cells(prefix, "stats_history").iloc[0] for prefix in (theirs, ours)]
    if (first[0]["User Count"] == "0") != (first[1]["User Count"] == "0"):
        differ("history-begins", f"first row: {first[0]['User Count']} users, ours {first[1]['User Count']}")
    failures = [cells(prefix, "failures")[["Method", "Name", "Error"]].values.tolist() for prefix in (theirs, ours)]
    if sorted(failures[0]) != sorted(failures[1]):
        differ("failure-words", f"{failures[0]} and {failures[1]}")


def of_json() -> None:
    tables = [json.load(open(f"{prefix}.json")) for prefix in (theirs, ours)]
    key = lambda entry: (entry["name"], entry["method"])
    # Locust's come in the order of first requests, which is chance.
    assert sorted(map(key, tables[0])) == [key(entry) for entry in tables[1]]
    kind = lambda value: "number" if isinstance(value, (int, float)) else type(value).__name__
    assert list(tables[0][0]) == list(tables[1][0]), "other members"
    for one, two in zip(sorted(tables[0], key=key), sorted(tables[1], key=key)):
        assert {name: kind(value) for name, value in one.items()} == {name: kind(value) for name, value in two.items()}
        for entry in (one, two):
            assert sum(entry["response_times"].values()) == entry["num_requests"] - entry["num_none_requests"]
    for prefix, table in zip((theirs, ours), tables):
        of_percentiles(prefix, table)


def of_percentiles(prefix: str, table: list) -> None:
    """The percentiles of the CSV are those of the buckets of the JSON, by Locust's rule."""
    stats = cells(prefix, "stats").set_index(["Type", "Name"])
    for entry in table:
        row = stats.loc[(entry["method"], entry["name"])]
        # Locust writes its files once a second and not once more at the end.
        is_whole = int(row["Request Count"]) == entry["num_requests"]
        assert is_whole or prefix == theirs, "our last pass is after the last request"
        times = sorted((int(ms), count) for ms, count in entry["response_times"].items())
        ranked = [ms for ms, count in times for _ in range(count)]
        for fraction in PERCENTILES if is_whole else []:
            index = min(int(len(ranked) * fraction), len(ranked) - 1)
            column = f"{fraction * 100:g}%"
            assert int(row[column]) == ranked[index], (prefix, entry["name"], column, row[column], ranked[index])


def of_console() -> None:
    texts = [open(f"{prefix}.log").read() for prefix in (theirs, ours)]
    tables = [[line for line in text.splitlines() if re.match(r"Type +Name|-{8,}\||# occ|Response time p", line)] for text in texts]
    for line in dict.fromkeys(tables[0]):
        assert line in tables[1], f"no such line of a table: {line}"
    more = [line for line in dict.fromkeys(tables[1]) if line not in tables[0]]
    for line in more:
        differ("console-more", line.strip()[:80])
    bars = lambda text: {tuple(at for at, c in enumerate(line) if c == "|") for line in text.splitlines() if re.match(r"GET .*\(\d+\.\d\d%\) \|", line)}
    assert bars(texts[0]) == bars(texts[1]), "columns stand elsewhere"
    log = r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] [^/\s]+/[A-Z]+/[\w.]+: (.*)$"
    said = [[re.sub(r"Locust [\d.]+|lead-loadgen [\d.]+", "PROGRAM", line) for line in re.findall(log, text, re.M)] for text in texts]
    for line in said[0]:
        if line not in said[1]:
            differ("log-less", line)
    for line in said[1]:
        if line not in said[0]:
            differ("log-more", re.sub(r"\d+", "N", re.sub(r"\S*/\S*", "PATH", line)))
    whole = [bool(re.search(r"GET +/health +\d+ +\S+ \| +\d+ +\d+ +\d+ +\d+ \|", text)) for text in texts]
    if whole[0] != whole[1]:
        differ("console-decimals", "times below 10 ms keep two decimals")


for file in FILES:
    of_bytes(file)
    of_columns(file)
of_rows()
of_json()
of_console()
print("compared", file=sys.stderr)
