"""The personas: a reader may look, a member may also change, an admin may do everything.

A role counts in the caller's own project, which the API demands to be the one in the URL.
"""

from oslo_policy import policy

PREFIX = "/v1.0/{project_id}"

ADMIN = "rule:context_is_admin"
MEMBER = "rule:project_member"
READER = "rule:project_reader"
ANY_READER = "rule:any_reader"
"""For what all projects share: flavors, datastores."""

RULES = [
    policy.RuleDefault("context_is_admin", "role:admin", "Who may do everything."),
    policy.RuleDefault(
        "project_member",
        "rule:context_is_admin or (role:member and project_id:%(project_id)s)",
        "Who may change things of a project.",
    ),
    policy.RuleDefault(
        "project_reader",
        "rule:context_is_admin or (role:reader and project_id:%(project_id)s)",
        "Who may look at things of a project.",
    ),
    policy.RuleDefault(
        "any_reader", "rule:context_is_admin or role:reader", "Who may look at what all share."
    ),
    # Nothing of ours asks for these, but policy files that were written for Trove do.
    policy.RuleDefault("admin", "rule:context_is_admin", "Trove's name of context_is_admin."),
    policy.RuleDefault(
        "admin_or_owner",
        "rule:context_is_admin or project_id:%(tenant)s",
        "Trove's name for everybody of a project, with any role.",
    ),
]


def rule(name: str, check: str, text: str, *operations: str) -> policy.DocumentedRuleDefault:
    """A rule for `operations`, each "METHOD /path" below the project."""
    places = []
    for operation in operations:
        method, path = operation.split()
        places.append({"method": method, "path": PREFIX + path})
    return policy.DocumentedRuleDefault(name, check, text, places, scope_types=["project"])
