"""What is built and installed: the sdist, a wheel made of it without Node, and what that can do."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import nblabel
from nblabel import NblabelError
from nblabel.base.built import modules

ROOT = Path(__file__).parents[1]
DIST = ROOT / "src" / "nblabel" / "js" / "dist"
LOADER_BYTES = 10 * 1024
EXTRAS = ["pyarrow", "polars", "duckdb", "fsspec", "psycopg", "sklearn", "joblib", "spacy"]

BUILD = """
import subprocess, sys
from hatchling import build

def refuse(command, *_, **__):
    raise SystemExit(f"the build started a program: {command}")

subprocess.run = subprocess.Popen = refuse
assert build.get_requires_for_build_wheel() == [], "the build asks for packages"
print(build.build_wheel(sys.argv[1]))
"""

BARE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in %r:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
sys.path.insert(0, sys.argv[1])
"""


def run(*command, cwd):
    given = [str(part) for part in command]
    ran = subprocess.run(given, cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("package")


@pytest.fixture(scope="module")
def sdist(folder):
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder / f"nblabel-{nblabel.__version__}.tar.gz"


@pytest.fixture(scope="module")
def wheel(sdist, folder):
    run("tar", "-xzf", sdist, cwd=folder)
    tree = folder / f"nblabel-{nblabel.__version__}"
    return folder / run(sys.executable, "-c", BUILD, folder, cwd=tree).splitlines()[-1]


@pytest.fixture(scope="module")
def bare(wheel, folder):
    """Run code where the wheel is installed, and none of the packages of the extras."""
    place = folder / "installed"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, "--target", place, wheel, cwd=folder)

    def run_code(code):
        return run(sys.executable, "-c", BARE % EXTRAS + code, place, cwd=folder)

    return run_code


def test_the_sdist_holds_the_built_editor_and_its_sources(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"src/nblabel/js/dist/{path.name}" for path in DIST.iterdir()} <= names
    assert {"src/nblabel/js/src/index.ts", "hatch_build.py", "README.md", "LICENSE"} <= names
    assert not [name for name in names if "node_modules" in name]


def test_a_wheel_made_of_the_sdist_needs_no_node_and_holds_what_runs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = (ROOT / "src/nblabel/config/templates").glob("*.xml")
    wanted = {f"nblabel/js/dist/{path.name}" for path in DIST.iterdir()}
    wanted |= {f"nblabel/config/templates/{path.name}" for path in templates}
    assert {f"nblabel/js/dist/{name}" for name in modules().files} <= wanted
    assert wanted <= names
    assert "nblabel/py.typed" in names


def test_the_wheel_holds_nothing_else_of_the_editor(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    editor = [name for name in names if name.startswith("nblabel/js/")]
    assert all(name.startswith("nblabel/js/dist/") for name in editor), editor
    assert not [name for name in names if "tests" in name or name.endswith((".ts", ".tsx"))]


def test_the_build_leaves_nothing_that_it_does_not_list():
    listed = {"modules.json", "licences.txt", *modules().files}
    assert {path.name for path in DIST.iterdir()} == listed


def test_the_licences_of_all_that_is_built_in_come_with_it():
    told = (DIST / "licences.txt").read_text()
    depended = json.loads((DIST.parent / "package.json").read_text())["dependencies"]
    for package in depended:
        assert f"\n{package} " in f"\n{told}", package
    assert told.lower().count("permission") >= len(depended) - 1  # MIT and ISC say it


def test_the_loader_which_every_widget_is_sent_is_small():
    size = (DIST / "loader.js").stat().st_size
    assert size < LOADER_BYTES, f"it has {size} bytes, {LOADER_BYTES} are allowed"


def test_the_version_is_written_once(wheel):
    assert f"nblabel-{nblabel.__version__}-" in wheel.name
    pattern = f'"{nblabel.__version__}"'
    found = [p for p in (ROOT / "src" / "nblabel").rglob("*.py") if pattern in p.read_text("utf-8")]
    assert [path.name for path in found] == ["version.py"]
    assert pattern not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_without_optional_packages_it_labels_and_exports(bare):
    told = bare("""
import nblabel as nl
assert nl.__file__.startswith(sys.argv[1]), nl.__file__
project = nl.Project([{"text": "fine"}], "text-classification", store=":memory:")
result = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
key = project.key(0)
project.annotate(key, [{**result, "value": {"choices": ["Positive"]}}])
print(project.to_frame()["sentiment"].tolist(), len(project.to_label_studio()))
""")
    assert told == "['Positive'] 1"


def test_without_a_screen_no_widget_package_is_imported(bare):
    told = bare("""
import nblabel as nl
nl.Project([{"text": "fine"}], "text-classification", store=":memory:").to_frame()
print([name for name in ("anywidget", "ipywidgets", "IPython") if name in sys.modules])
""")
    assert told == "[]"


def test_the_editor_opens_from_the_wheel(bare):
    told = bare("""
import nblabel as nl
labeler = nl.Labeler([{"text": "fine"}], "text-classification", store=":memory:")
print(labeler.spec["rows"], len(labeler._esm) > 1000)
""")
    assert told == "1 True"


def test_a_missing_package_is_told_with_feature_and_pip_line(bare):
    told = bare("""
import nblabel as nl
try:
    nl.Project("rows.parquet", "text-classification", store=":memory:")
except nl.base.errors.MissingPackageError as error:
    print(error)
""")
    assert told == 'reading parquet needs the package pyarrow: pip install "nblabel[arrow]"'


def test_a_missing_package_of_a_model_is_told(bare):
    told = bare("""
import nblabel as nl
print("nblabel.models" in sys.modules)
class Estimator:
    fit = predict = None
try:
    nl.models.Sklearn(Estimator(), "mood")
except nl.MissingPackageError as error:
    print(error)
""")
    sentence = 'nblabel.models.Sklearn needs the package sklearn: pip install "nblabel[models]"'
    assert told.splitlines() == ["False", sentence]


def test_a_missing_package_of_a_cell_is_told_in_its_place(bare):
    told = bare("""
import nblabel as nl
data = [{"image": "memory://a.png"}]
project = nl.Project(data, "image-classification", store=":memory:", protocols=["memory"])
print(project.view(0).media)
""")
    assert (
        'reading "memory://a.png" needs the package fsspec: pip install "nblabel[fsspec]"' in told
    )


def test_a_store_on_postgresql_without_its_package_is_told(bare):
    told = bare("""
import nblabel as nl
try:
    nl.Project([{"text": "a"}], "text-classification", store="postgresql://host/name")
except nl.base.errors.MissingPackageError as error:
    print(error)
""")
    assert told == (
        'a store on postgresql needs the package psycopg: pip install "nblabel[postgresql]"'
    )


def test_the_command_line_is_installed(bare):
    assert bare("""
from nblabel.cli import main
main(["check", "text-classification"])
print("ran")
""").endswith("ran")


def test_every_error_of_the_product_is_public():
    every = {NblabelError, *NblabelError.__subclasses__()}
    assert {getattr(nblabel, error.__name__) for error in every} == every
    with pytest.raises(nblabel.ConfigError):
        nblabel.Project([{"text": "a"}], "<View>", store=":memory:")


def type_checked(folder, code):
    """What mypy says of somebody's code."""
    file = folder / "mine.py"
    file.write_text(code)
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, str(file)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_type_checker_knows_names_words_and_frames(tmp_path):
    told = type_checked(
        tmp_path,
        """
import nblabel as nl
import pandas as pd
import polars as pl

def mine(project: nl.Project, labeler: nl.Labeler) -> None: ...

of_pandas = nl.Project(pd.DataFrame(), "named-entities")
of_polars = nl.Labeler(pl.DataFrame(), "named-entities", theme="dark")
of_list = nl.Labeler(["a"], ["Yes", "No"])
mine(of_pandas, of_polars)
a: pd.DataFrame = of_pandas.to_frame("all", status=True)
b: pl.DataFrame = of_polars.results("px")
c: pd.DataFrame = nl.Labeler(of_pandas).check()
d: pl.LazyFrame = nl.Project(pl.LazyFrame(), "named-entities").to_frame()
e: pd.DataFrame = of_list.to_frame()
f: tuple[pd.DataFrame, object] = of_pandas.results(masks=True)
nl.Labeller
wrong: pd.DataFrame = of_polars.to_frame()
nl.Labeler(["a"], ["Yes"], theme="drak")
nl.Labeler(["a"], ["Yes"], them="dark")
of_pandas.to_frame("lates")
of_polars.results("pixel")
of_pandas.find(0, filter="unlabelled")
""",
    )
    lines = [int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line]
    assert sorted(set(lines)) == list(range(18, 25)), told
    for sentence in (
        'Module has no attribute "Labeller"; maybe "Labeler"?',
        'did you mean "theme"?',
        "expected \"Literal['latest', 'all']\"",
    ):
        assert sentence in told
