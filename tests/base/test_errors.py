"""What a person sees of an error: the sentence and their own line."""

import re
import sys
import traceback

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nblabel
from nblabel import ConfigError, NblabelError, StoreError

COLOURS = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture
def shown(capsys):
    """Run a cell in a real IPython shell; give what it prints."""
    shell = InteractiveShell.instance()

    def run(cell):
        shell.run_cell(cell)
        return COLOURS.sub("", capsys.readouterr().out)

    yield run
    InteractiveShell.clear_instance()


def test_a_traceback_ends_at_the_callers_line(shown):
    told = shown(
        "import nblabel as nl\n"
        "def mine():\n"
        "    return nl.Project([], '<View', store=':memory:')\n"
        "mine()"
    )
    assert "----> 3     return nl.Project([], '<View', store=':memory:')" in told
    assert "----> 4 mine()" in told
    assert "the XML is not well-formed" in told.splitlines()[-1]
    assert told.count("ConfigError") == 2
    assert nblabel.__path__[0] not in told
    assert "IPython" not in told


def test_what_an_error_came_from_is_no_page_either(shown, tmp_path):
    (tmp_path / "a.db").write_text("no database at all, but long enough to be looked at" * 100)
    store = str(tmp_path / "a.db")
    told = shown(f"import nblabel as nl\nnl.Project([], 'text-classification', store={store!r})")
    assert told.count("Traceback") == 1
    assert "sqlalchemy" not in told
    assert isinstance(sys.last_value, StoreError)
    assert "sqlalchemy" in "".join(traceback.format_exception(sys.last_value))  # it is kept


def test_an_argument_that_there_is_not_is_one_sentence(shown):
    told = shown("import nblabel as nl\nnl.Labeler([], 'text-classification', thme='dark')")
    assert nblabel.__path__[0] not in told
    assert told.splitlines()[-1].endswith('no argument "thme"; did you mean "theme"?')
    assert isinstance(sys.last_value, TypeError)


def test_every_error_keeps_its_sentence(shown):
    told = shown("import nblabel as nl\nraise nl.MissingPackageError('it needs a package')")
    assert told.splitlines()[-1] == "MissingPackageError: it needs a package"


def test_without_ipython_it_is_told_as_python_tells_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    with pytest.raises(NblabelError) as raised:
        nblabel.Project([], "<View", store=":memory:")
    lines = raised.value._render_traceback_()
    assert lines[-1] == f"nblabel.base.errors.ConfigError: {raised.value}\n"
    assert isinstance(raised.value, ConfigError)
