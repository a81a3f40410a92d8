"""Events of an instance."""

from dbaas.policies.base import READER, rule

RULES = [
    rule(
        "instance:events",
        READER,
        "Read what happened to an instance.",
        "GET /instances/{instance_id}/events",
    ),
]
