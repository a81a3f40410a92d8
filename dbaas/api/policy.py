"""Who may do what, as `dbaas.policies` say and the operator's policy file overrides."""

import sys

from oslo_config import cfg
from oslo_policy import policy

from dbaas import conf as dbaas_conf
from dbaas import policies


def enforcer(conf: cfg.ConfigOpts) -> policy.Enforcer:
    made = policy.Enforcer(conf)
    made.register_defaults(policies.list_rules())
    made.load_rules()
    return made


def enforcer_from_argv() -> policy.Enforcer:
    """For oslo.policy's tools (oslopolicy-checker and the like)."""
    options = [argument for argument in sys.argv[1:] if argument.startswith("--config-")]
    return enforcer(dbaas_conf.load(options))
