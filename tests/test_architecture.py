"""Which part may know which, and that the tests mirror the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ROOT / "dbaas"
MODULES = sorted(path.relative_to(ROOT) for path in CODE.rglob("*.py"))

FORBIDDEN = {
    "dbaas.api": ("dbaas.taskmanager", "dbaas.drivers", "dbaas.guestagent"),
    "dbaas.db": (
        "dbaas.api",
        "dbaas.taskmanager",
        "dbaas.drivers",
        "dbaas.guestagent",
        "dbaas.rpc",
    ),
    "dbaas.guestagent": ("dbaas.db", "dbaas.api", "dbaas.taskmanager", "dbaas.drivers"),
    "dbaas.guestimage": (
        "dbaas.api",
        "dbaas.conf",
        "dbaas.db",
        "dbaas.drivers",
        "dbaas.guestagent",
        "dbaas.rpc",
        "dbaas.taskmanager",
    ),
    "dbaas.taskmanager": ("dbaas.api", "dbaas.guestagent"),
    "dbaas.drivers": ("dbaas.db", "dbaas.api", "dbaas.taskmanager"),
    "dbaas.bootstrap": (
        "dbaas.api",
        "dbaas.taskmanager",
        "dbaas.drivers",
        "dbaas.guestagent",
    ),
    "dbaas.status": (
        "dbaas.api",
        "dbaas.taskmanager",
        "dbaas.guestagent",
        "dbaas.bootstrap",
    ),
    "dbaas.rpc": (
        "dbaas.db",
        "dbaas.api",
        "dbaas.taskmanager",
        "dbaas.drivers",
        "dbaas.guestagent",
    ),
    "dbaas.conf": (
        "dbaas.api",
        "dbaas.db",
        "dbaas.drivers",
        "dbaas.guestagent",
        "dbaas.rpc",
        "dbaas.taskmanager",
    ),
    "dbaas.policies": ("dbaas.api", "dbaas.db", "dbaas.taskmanager"),
    "dbaas.secrets": ("dbaas.",),
}
SHARED = {("dbaas.guestagent", "dbaas.db.states")}
"""Words that both sides say, without any code behind them."""
TESTED_BY = {
    "dbaas/api/schemas": "tests/api",
    "dbaas/api/views": "tests/api",
    "dbaas/conf": "tests",
    "dbaas/db/models": "tests/db",
}
"""Folders of declarations, which are tested by what is done with them."""


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module or name that the file imports, wherever it does so."""
    package = _name(path).split(".") if path.stem == "__init__" else _name(path).split(".")[:-1]
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"


def _is_in(name: str, package: str) -> bool:
    return name == package.rstrip(".") or name.startswith(package.rstrip(".") + ".")


def _is_shared(importer: str, imported: str) -> bool:
    return any(_is_in(importer, a) and _is_in(imported, b) for a, b in SHARED)


@pytest.mark.parametrize("part", FORBIDDEN)
def test_parts_know_only_what_lies_below_them(part: str) -> None:
    seen = [path for path in MODULES if _is_in(_name(path), part)]
    assert seen, f"nothing is in {part} any more"
    wrong = [
        f"{path}:{line} imports {imported}"
        for path in seen
        for line, imported in _imports(path)
        if any(_is_in(imported, other) for other in FORBIDDEN[part])
        and not _is_shared(_name(path), imported)
    ]
    assert wrong == []


def test_the_words_that_are_shared_have_no_code_behind_them() -> None:
    for _, shared in SHARED:
        path = Path(*shared.split(".")).with_suffix(".py")
        assert [name for _, name in _imports(path) if not name.startswith("enum")] == []


@pytest.mark.parametrize("module", ["eventlet", "trove", "mock", "unittest.mock"])
def test_nothing_imports(module: str) -> None:
    wrong = [
        f"{path}:{line}"
        for path in MODULES
        for line, name in _imports(path)
        if _is_in(name, module)
    ]
    assert wrong == []


def _uses_of_a_global_conf(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Attribute) and node.attr == "CONF":
            yield node.lineno
    for line, name in _imports(path):
        if name == "oslo_config.cfg.CONF":
            yield line


def test_nothing_reads_a_global_conf() -> None:
    wrong = [f"{path}:{line}" for path in MODULES for line in _uses_of_a_global_conf(path)]
    assert wrong == []


FOLDERS = sorted({path.parent for path in MODULES} - {Path("dbaas")})


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_folder_has_its_tests(folder: Path) -> None:
    tests = TESTED_BY.get(str(folder), str(Path("tests", folder.relative_to("dbaas"))))
    assert list((ROOT / tests).glob("**/test_*.py")), f"no tests in {tests}"


def test_test_folders_are_packages() -> None:
    """Two test modules of one name would hide each other otherwise."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
