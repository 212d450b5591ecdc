"""The floors of docs/architecture.md: who may import whom, and which outside packages."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nblabel"
EVERYWHERE = {"orjson"}


def _table():
    """Read {room: (floor, outside packages)} from the table of the architecture page."""
    rooms = {}
    for line in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            packages = {name for name in re.split(r"[,\s]+", cells[3]) if name}
            for room in re.findall(r"`([^`]+)`", cells[1]):
                name = room.rstrip("/").removesuffix(".py")
                rooms[name] = (int(cells[0]), packages | EVERYWHERE)
    return rooms


ROOMS = _table()
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "js" not in path.parts)


def _room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _imports(path):
    """Yield the dotted name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "nblabel":
                yield from (f"nblabel.{alias.name}" for alias in node.names)
            else:
                yield node.module


def _ids(path):
    return str(path.relative_to(SOURCE))


def test_the_table_is_read():
    assert {"base", "core", "config", "tags", "tasks", "media", "store", "__init__"} <= set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_a_module_is_in_a_room_of_the_table(path):
    assert _room(path) in ROOMS, f"{_room(path)} is not in the table of docs/architecture.md"


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_a_module_imports_only_lower_floors(path):
    room = _room(path)
    for name in _imports(path):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0] or "__init__"
        if top != "nblabel" or target == room:
            continue
        target = target if target in ROOMS else "__init__"
        assert ROOMS[target][0] < ROOMS[room][0], f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=_ids)
def test_a_module_imports_only_packages_of_its_room(path):
    room = _room(path)
    for name in _imports(path):
        top = name.partition(".")[0]
        if top != "nblabel" and top not in sys.stdlib_module_names:
            assert top in ROOMS[room][1], f"{room} imports {name}"
