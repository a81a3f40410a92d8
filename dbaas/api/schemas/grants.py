"""What a user may use."""

from dbaas.api.schemas.common import closed
from dbaas.api.schemas.users import GRANTS

GRANT = closed({"databases": {**GRANTS, "minItems": 1}}, "databases")
