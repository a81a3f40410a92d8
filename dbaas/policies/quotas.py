"""Quotas."""

from dbaas.policies.base import ADMIN, rule

_ONE = "/mgmt/quotas/{project}"

RULES = [
    rule(
        "quota:show",
        f"{ADMIN} or (role:reader and project_id:%(project)s)",
        "Show the quotas of the own project; an administrator of any.",
        f"GET {_ONE}",
    ),
    rule("quota:update", ADMIN, "Set a project's quotas.", f"PUT {_ONE}"),
]
