"""The pages: their examples run, the generated ones are as generated, nothing public is missing."""

import doctest
import re
import runpy
from pathlib import Path

import pytest

import nblabel
from nblabel.base.version import __version__
from nblabel.core.commands import GENERAL
from nblabel.tags import TAGS

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)\)")
WRITER = runpy.run_path(str(ROOT / "docs" / "reference" / "write.py"))
GENERATED = WRITER["pages"]()


def named(path):
    return str(path.relative_to(ROOT))


def with_examples():
    return [page for page in PAGES if FENCE.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", with_examples(), ids=named)
def test_every_python_example_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for block in FENCE.findall(page.read_text("utf-8")):
        if block.startswith(">>>"):
            run_doctest(block, names, page.name)
        else:
            exec(compile(block, page.name, "exec"), names)


def run_doctest(block, names, page):
    example = doctest.DocTestParser().get_doctest(block, names, page, page, 0)
    told = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(example, out=told.append, clear_globs=False)
    assert not runner.failures, "".join(told)
    names.update(example.globs)


@pytest.mark.parametrize("name", GENERATED)
def test_reference_pages_are_as_generated(name):
    committed = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert committed == GENERATED[name], f"docs/reference/{name} is old: run make docs"


@pytest.mark.parametrize("owner", [nblabel.Project, nblabel.Labeler, nblabel.Sheet])
def test_everything_public_has_its_words(owner):
    page = GENERATED["python.md"]
    members = WRITER["public"](owner)
    assert members
    for name, member in members:
        assert f"### {owner.__name__}.{name}\n" in page
        assert member.__doc__, f"{owner.__name__}.{name} has no docstring"


@pytest.mark.parametrize("name", nblabel.models.__all__)
def test_every_model_has_its_words_and_its_place_in_the_guide(name):
    owner = getattr(nblabel.models, name)
    for member, what in WRITER["public"](owner):
        assert f"### {name}.{member}\n" in GENERATED["models.md"]
        assert what.__doc__, f"{name}.{member} has no docstring"
    assert f"| [`{name}`](#" in (ROOT / "docs" / "models.md").read_text("utf-8")


def test_every_command_of_the_editor_has_its_key():
    for command in (*GENERAL, *(c for tag in TAGS.values() for c in tag.commands)):
        assert f"`{command.name}`" in GENERATED["keys.md"]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    links = LINK.findall(page.read_text("utf-8"))
    broken = [link for link in links if not (page.parent / link).exists()]
    assert not broken


def test_the_changelog_has_this_version():
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
