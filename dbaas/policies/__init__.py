"""Who may do what: one oslo.policy rule for every route, by noun."""

from oslo_policy import policy

from dbaas.policies import (
    backups,
    base,
    clusters,
    configurations,
    databases,
    datastores,
    events,
    flavors,
    instances,
    limits,
    mgmt,
    modules,
    quotas,
    root,
    users,
)

MODULES = (
    base,
    instances,
    databases,
    users,
    root,
    events,
    datastores,
    flavors,
    limits,
    quotas,
    mgmt,
    backups,
    configurations,
    modules,
    clusters,
)


def list_rules() -> list[policy.RuleDefault]:
    return [rule for module in MODULES for rule in module.RULES]
