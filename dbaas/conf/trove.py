"""What became of Trove's options, so that its configuration file serves here too.

The table is trove_options.yaml. doc/trove-options.md shows it to people, and `without_effect`
finds what an operator's file sets in vain.
"""

import logging
from collections.abc import Iterator
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from oslo_config import cfg

LOG = logging.getLogger(__name__)


class Fate(StrEnum):
    SAME = "same"
    RENAMED = "renamed"
    """The old name is read, with a warning of oslo's that names the new one."""
    ELSEWHERE = "elsewhere"
    """To be set under another name."""
    LATER = "later"
    """Nothing needs it yet."""
    GONE = "gone"


class Option(NamedTuple):
    group: str
    name: str
    """`*`: all other options of the group."""
    fate: Fate
    text: str
    """For `renamed` and `elsewhere` it begins with our [group] and name."""
    title: str
    """Of its section in the document."""


HAS_EFFECT = (Fate.SAME, Fate.RENAMED)
_WORDS = {
    Fate.ELSEWHERE: "is now {text}",
    Fate.LATER: "has no effect yet. {text}",
    Fate.GONE: "has no effect. {text}",
}


def options() -> list[Option]:
    """Every option of Trove, in the order of the document."""
    text = resources.files(__package__).joinpath("trove_options.yaml").read_text()
    return [option for section in yaml.safe_load(text) for option in _section(section)]


def _section(section: dict[str, Any]) -> Iterator[Option]:
    for entry in section["options"]:
        names = entry.pop("names").split()
        ((fate, text),) = entry.items()
        for group in section["group"].split():
            for name in names:
                yield Option(group, name, Fate(fate), text or "", section["title"])


def without_effect(conf: cfg.ConfigOpts) -> list[str]:
    """A sentence on each option of Trove's that the configuration files set in vain."""
    known = {(option.group, option.name): option for option in options()}
    found = []
    for group, name in _set_in_files(conf):
        option = known.get((group, name)) or known.get((group, "*"))
        if option is not None and option.fate not in HAS_EFFECT:
            found.append(f"[{group}] {name} {_WORDS[option.fate].format(text=option.text)}")
    return found


def warn(conf: cfg.ConfigOpts) -> None:
    for sentence in without_effect(conf):
        LOG.warning("Configuration: %s", sentence)


def _set_in_files(conf: cfg.ConfigOpts) -> Iterator[tuple[str, str]]:
    files = [Path(file) for file in conf.config_file or ()]
    for folder in conf.config_dir or ():
        files += sorted(Path(folder).glob("*.conf"))
    sections: dict[str, dict[str, Any]] = {}
    for file in files:
        cfg.ConfigParser(str(file), sections).parse()
    for group, values in sections.items():
        for name in values:
            yield group, name
