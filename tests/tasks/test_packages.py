"""Packages that only some data need: never imported for others, named when missing."""

import subprocess
import sys

import pandas as pd
import pytest

from nblabel.base.errors import MissingPackageError
from nblabel.media import load
from nblabel.tasks import read


def test_other_libraries_are_not_imported_for_pandas():
    code = (
        "import sys, pandas as pd; from nblabel import tasks, media\n"
        "tasks.read(pd.DataFrame({'a': [1]})).attach({'b': [2]})\n"
        "print([m for m in ('polars', 'duckdb', 'fsspec', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_package_is_told_with_the_line_that_installs_it(tmp_path, monkeypatch):
    file = tmp_path / "a.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(file)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r'pip install "nblabel\[arrow\]"'):
        read(file)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    problem = load("memory://a.png", protocols=["memory"]).problem
    assert problem.endswith('pip install "nblabel[fsspec]"')
