"""What Schemathesis does not know of lead-service: lines of JSON, and where no body is refused."""

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
    """Leaves out wrong bodies where none is refused.

    With mode=partial each wrong lead of a batch has an error in its place. Of lines every text is right; which of them are
    wrong is said in the answer.
    """
    takes_all = case.media_type == LINES or (case.query or {}).get("mode") == "partial"
    return not (takes_all and case.meta and case.meta.is_negative_at(ParameterLocation.BODY))
