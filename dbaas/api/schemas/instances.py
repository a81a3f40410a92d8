"""Instances."""

from dbaas.api.schemas.common import NAME, UNLISTED, closed, one_or_many, wrapped
from dbaas.api.schemas.databases import DATABASE
from dbaas.api.schemas.users import USERS

_OPTIONAL = {**UNLISTED, "type": ["string", "null"]}
_ANYTHING: dict[str, object] = {}

_FLAVOR_REF = {**UNLISTED, "type": ["string", "integer"]}
_FLAVOR = {
    **closed({"id": _FLAVOR_REF, "links": _ANYTHING}, "id"),
    "type": ["string", "integer", "object"],
}
_SIZE = {
    "type": ["integer", "string"],
    "minimum": 1,
    "pattern": r"\A[0-9]{1,9}\Z",
    "description": "must be a whole number of GiB",
}
_VOLUME = {
    **closed({"size": _SIZE, "type": _OPTIONAL}, "size"),
    "type": ["object", "integer"],
    "minimum": 1,
}
_DATASTORE = {
    **closed({"type": _OPTIONAL, "version": _OPTIONAL, "version_number": _OPTIONAL}),
    "type": ["object", "null"],
}
_UUID = {
    "type": "string",
    "pattern": r"\A[0-9a-fA-F-]{32,36}\Z",
    "description": "must be a UUID",
}
_ADDRESS = {
    "type": "string",
    "pattern": r"\A[0-9.]{7,15}\Z",
    "description": "must be an IPv4 address",
}
_NIC = {
    **closed(
        {"net-id": UNLISTED, "network_id": UNLISTED, "subnet_id": _UUID, "ip_address": _ADDRESS}
    ),
    "oneOf": [{"required": ["net-id"]}, {"required": ["network_id"]}],
    "description": "must name one network, as network_id",
}
_ACCESS = {
    **closed(
        {
            "is_public": {"type": "boolean"},
            "allowed_cidrs": {
                "type": ["array", "null"],
                "items": {
                    "type": "string",
                    "pattern": r"\A[0-9.]{7,15}/[0-9]{1,2}\Z",
                    "description": "must be an IPv4 CIDR such as 192.0.2.0/24",
                },
                "uniqueItems": True,
                "maxItems": 256,
            },
        }
    ),
    "type": ["object", "null"],
}

NOT_BUILT = {
    "restorePoint": "restoring backups",
    "replica_of": "replicas",
    "slave_of": "replicas",
    "replica_count": "replicas",
    "configuration": "configuration groups",
    "configuration_id": "configuration groups",
    "modules": "modules",
    "locality": "locality",
}
"""Keys of a create that are Trove's, and what they need."""

NOT_BUILT_UPDATE = {
    "configuration": "configuration groups",
    "replica_of": "replicas",
    "slave_of": "replicas",
    "datastore_version": "upgrades",
}

CREATE = closed(
    {
        "instance": closed(
            {
                "name": NAME,
                "flavorRef": _FLAVOR_REF,
                "flavor": _FLAVOR,
                "volume": _VOLUME,
                "datastore": _DATASTORE,
                "databases": {**one_or_many(DATABASE), "maxItems": 1000},
                "users": {**USERS, "minItems": 0, "maxItems": 1000},
                "nics": {"type": ["array", "null"], "items": _NIC, "maxItems": 1},
                "access": _ACCESS,
                "availability_zone": _OPTIONAL,
                "region_name": _OPTIONAL,
                "region": _OPTIONAL,
                **dict.fromkeys(NOT_BUILT, _ANYTHING),
            },
            "name",
        )
    },
    "instance",
)

UPDATE = closed(
    {
        "instance": closed(
            {"name": NAME, "access": _ACCESS, **dict.fromkeys(NOT_BUILT_UPDATE, _ANYTHING)},
            minProperties=1,
        )
    },
    "instance",
)

ACTION = {"type": "object", "minProperties": 1, "maxProperties": 1}
RESIZE_VOLUME = wrapped(
    "resize",
    wrapped("volume", {**closed({"size": _SIZE}, "size"), "type": ["object", "integer"]}),
)
RESIZE_FLAVOR = wrapped("resize", wrapped("flavorRef", _FLAVOR_REF))
RESTART = closed({"restart": {"type": ["object", "null"], "maxProperties": 0}}, "restart")
RESET_STATUS = closed(
    {
        "reset_status": {
            **closed({"force_delete": _ANYTHING}),
            "type": ["object", "null"],
        }
    },
    "reset_status",
)
