"""What the service's project may still make. Everything but floating IPs is made in it."""

from oslo_upgradecheck.upgradecheck import Result

from dbaas.status import Subject, failure, ok, warning

_SMALL = 0.1
"""Of the limit."""
_Uses = dict[str, tuple[int, int]]
"""By name, what is used and the limit; a limit of -1 is none."""


def compute(subject: Subject) -> Result:
    limits = {each.name: each.value for each in subject.clients.nova.limits.get().absolute}
    return _judged(
        "Nova",
        {
            "instances": (limits["totalInstancesUsed"], limits["maxTotalInstances"]),
            "cores": (limits["totalCoresUsed"], limits["maxTotalCores"]),
            "MiB of memory": (limits["totalRAMUsed"], limits["maxTotalRAMSize"]),
        },
    )


def network(subject: Subject) -> Result:
    clients = subject.clients
    quota = clients.neutron.get_quota(clients.project_id, details=True)
    uses = {
        "ports": quota.ports,
        "security groups": quota.security_groups,
        "security group rules": quota.security_group_rules,
    }
    return _judged("Neutron", {name: (use["used"], use["limit"]) for name, use in uses.items()})


def volumes(subject: Subject) -> Result:
    if not subject.conf.volume_support:
        return ok("no volumes are used")
    limits = subject.clients.cinder.get_limits().absolute
    return _judged(
        "Cinder",
        {
            "volumes": (limits.total_volumes_used, limits.max_total_volumes),
            "GiB": (limits.total_gigabytes_used, limits.max_total_volume_gigabytes),
        },
    )


def _judged(service: str, used: _Uses) -> Result:
    told, worst = [], 1.0
    for name, (use, limit) in used.items():
        if limit < 0:
            told.append(f"any number of {name}")
            continue
        left = max(limit - use, 0)
        told.append(f"{left} of {limit} {name}")
        worst = min(worst, left / limit if limit else 0)
    words = ", ".join(told) + " left"
    if worst == 0:
        return failure(f"{words}: raise {service}'s quota of the service's project")
    if worst < _SMALL:
        return warning(f"{words}: raise {service}'s quota of the service's project soon")
    return ok(words)
