"""Reads a histogram log with HdrHistogram's Python library and holds it against the run's own JSON.

Arguments: the log, the JSON. Every endpoint must agree in its count, p50, p99 and maximum, to the last bucket.
"""

import json
import re
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

LONGEST_US = 60_000_000
DIGITS = 3


def blank():
    return HdrHistogram(1, LONGEST_US, DIGITS)


def read(path):
    """All intervals of each tag, added up; the untagged ones under None."""
    reader = HistogramLogReader(path, blank())
    sums = {}
    while (interval := reader.get_next_interval_histogram()) is not None:
        sums.setdefault(interval.get_tag(), blank()).add(interval)
    reader.close()
    return sums


def percentile_us(histogram, share):
    """The value at Locust's rank, which the run's own numbers follow: position int(share * n), counted from 0."""
    count = histogram.get_total_count()
    # The library rounds a rank counted from 1: a quarter below it stays it, whatever a product of decimals does.
    rank = min(int(count * share), count - 1) + 0.75
    return histogram.get_value_at_percentile(100 * rank / count)


def differences(name, histogram, entry):
    """What of an endpoint is not as the run says, in words."""
    if histogram is None:
        return [f"{name}: nothing in the log"]
    # The run knows its extremes to the microsecond, a log only their buckets.
    bucket = histogram.get_highest_equivalent_value
    pairs = {
        "count": (histogram.get_total_count(), entry["num_requests"]),
        "max": (histogram.get_max_value(), bucket(round(entry["max_response_time"] * 1000))),
    }
    for share, label in ((0.5, "50%"), (0.99, "99%")):
        ours = round(entry["percentiles_ms"][label] * 1000)
        pairs[label] = (bucket(percentile_us(histogram, share)), bucket(ours))
    return [
        f"{name}: {what} is {theirs} in the log and {ours} in the run"
        for what, (theirs, ours) in pairs.items()
        if theirs != ours
    ]


def main(log, twin):
    sums = read(log)
    with open(twin, encoding="utf-8") as file:
        entries = json.load(file)
    faults = []
    for entry in entries:
        # A tag holds neither blanks nor commas.
        tag = re.sub(r"[\s,]", "_", f"{entry['method']}:{entry['name']}")
        faults += differences(tag, sums.get(tag), entry)
    requests = sum(entry["num_requests"] for entry in entries)
    everything = sums.get(None, blank()).get_total_count()
    if everything != requests or not entries:
        faults.append(f"all endpoints: count is {everything} in the log and {requests} in the run")
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"hdrhistogram reads {requests} requests of {len(entries)} endpoints: count, 50%, 99% and max agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
