"""What Schemathesis does not know of lead-service: lines of JSON, and the mode in which a batch may hold anything."""

import json

import schemathesis
from schemathesis.core.parameters import ParameterLocation

LINES = "application/x-ndjson"

schemathesis.serializer.alias(LINES, "text/plain")


@schemathesis.deserializer(LINES)
def from_lines(context, response):
    return [json.loads(line) for line in response.content.splitlines()]


@schemathesis.hook
def filter_case(context, case):
    """Leaves out wrong batches with mode=partial: they are answered 200, with an error in the place of each lead."""
    partial = (case.query or {}).get("mode") == "partial"
    return not (partial and case.meta and case.meta.is_negative_at(ParameterLocation.BODY))
