"""Write doc/trove-options.md: what became of each of Trove's options."""

import itertools
import sys
from pathlib import Path

from dbaas.conf.trove import Option, options

_HEAD = """\
# Trove's options

Our services read Trove's configuration file (`--config-file /etc/trove/trove.conf`). What each of
its options does here is in these tables; the same words are in the log at the start of a service
for those that a file sets in vain, and in `dbaas-status upgrade check`.

- **same**: the same name, group and meaning.
- **renamed**: read under Trove's name as well, with a warning that names ours.
- **elsewhere**: ours has another name or group, and has to be set there.
- **later**: it belongs to something that is not built yet.
- **gone**: there is nothing to set any more.

Options of ours that Trove has not are in `etc/dbaas/dbaas.conf.sample`. The agent's configuration
is written by the control plane: there is no `trove-guestagent.conf` to keep.

Made by `script/samples` from `dbaas/conf/trove_options.yaml`.
"""


def document() -> str:
    parts = [_HEAD]
    for title, section in itertools.groupby(options(), lambda option: option.title):
        rows = list(section)
        groups = " ".join(dict.fromkeys(f"`[{row.group}]`" for row in rows))
        parts.append(f"## {title}\n\n{groups}\n\n| option | here | |\n|---|---|---|")
        parts[-1] += "".join(f"\n{line}" for line in dict.fromkeys(map(_line, rows))) + "\n"
    return "\n".join(parts)


def _line(option: Option) -> str:
    name = "all" if option.name == "*" else f"`{option.name}`"
    return f"| {name} | {option.fate} | {option.text} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())
