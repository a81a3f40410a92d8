"""Flavors."""

from dbaas.policies.base import ANY_READER, rule

RULES = [
    rule("flavor:index", ANY_READER, "List flavors.", "GET /flavors"),
    rule("flavor:show", ANY_READER, "Show a flavor.", "GET /flavors/{flavor_id}"),
]
