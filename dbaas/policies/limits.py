"""Limits."""

from dbaas.policies.base import READER, rule

RULES = [rule("limits:index", READER, "List the project's limits.", "GET /limits")]
