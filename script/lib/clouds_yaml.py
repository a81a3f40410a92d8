"""Add the cloud `dbaas` to the user's clouds.yaml, or take it out; all else there stays as it is.

usage: clouds_yaml.py add FILE | clouds_yaml.py remove
"""

import os
import re
import sys
from pathlib import Path

BEGIN, END = "# begin: added by dbaas script/demo", "# end: added by dbaas script/demo"
CONFIG = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
TARGET = CONFIG / "openstack" / "clouds.yaml"


def add(source: Path) -> None:
    remove()
    ours = source.read_text().split("\n", 1)[1]
    text = TARGET.read_text() if TARGET.exists() else "clouds:\n"
    if re.search(r"^\s+dbaas:", text, re.MULTILINE):
        print(f"{TARGET} has a cloud named dbaas already; left as it is", file=sys.stderr)
        return
    header = re.search(r"^clouds:[ \t]*\n", text, re.MULTILINE)
    if header is None:
        print(f"{TARGET} has no clouds: section; left as it is", file=sys.stderr)
        return
    others = re.match(r"(?:\s*#.*\n|\s*\n)*( +)\S", text[header.end() :])
    indent = others.group(1) if others else "  "
    block = "".join(f"{indent}{line.removeprefix('  ')}\n" for line in ours.splitlines())
    block = f"{indent}{BEGIN}\n{block}{indent}{END}\n"
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text[: header.end()] + block + text[header.end() :])


def remove() -> None:
    if not TARGET.exists():
        return
    pattern = rf"^ *{re.escape(BEGIN)}\n.*?^ *{re.escape(END)}\n"
    text = re.sub(pattern, "", TARGET.read_text(), flags=re.MULTILINE | re.DOTALL)
    if text.strip() == "clouds:":
        TARGET.unlink()
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    if sys.argv[1] == "add":
        add(Path(sys.argv[2]))
    else:
        remove()
