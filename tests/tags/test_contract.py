"""What every family of tags promises, checked from its declaration."""

import importlib
import json
import pkgutil
from textwrap import dedent

import pytest

from nblabel import tags
from nblabel.config import parse
from nblabel.tags import TAGS, check

EVERY = [pytest.param(tag, id=tag.name) for tag in TAGS.values()]
WITH_EXAMPLE = [pytest.param(t, id=t.name) for t in TAGS.values() if t.example]
WITH_RESULTS = [pytest.param(t, id=t.name) for t in TAGS.values() if t.sample is not None]
WITH_LABELS = [
    pytest.param(t, id=t.name) for t in TAGS.values() if t.sample and t.children and t.value_key
]
REGIONS = [pytest.param(t, id=t.name) for t in TAGS.values() if t.sample and t.region]


def _config(tag):
    return parse(dedent(tag.example).strip(), TAGS)


def _control(tag, config):
    return next(e for e in config.root.walk() if e.tag == tag.name)


def _result(tag, config, value=None):
    control = _control(tag, config)
    return {
        "id": "abcdefghij",
        "from_name": control.name,
        "to_name": (control.to_name or control.name).split(",")[0],
        "type": tag.result_types[0],
        "value": dict(tag.sample if value is None else value),
    }


def _sentences(config, result):
    return [sentence for _, sentence in check(config, [result])]


def _own_keys(tag):
    """Keys of the sample that say where the region is."""
    labels = {"labels", tag.value_key}
    return {key for key in tag.sample if key not in labels}


def test_every_file_of_a_family_is_found():
    found = [m.name for m in pkgutil.iter_modules(tags.__path__) if not m.name.startswith("_")]
    declared = [
        tag.name for name in found for tag in importlib.import_module(f"nblabel.tags.{name}").tags
    ]
    assert sorted(declared) == sorted(TAGS)
    assert len({name.lower() for name in declared}) == len(declared)


@pytest.mark.parametrize("tag", EVERY)
def test_a_tag_is_documented_and_shown(tag):
    assert tag.doc.endswith(".")
    assert all(attribute.doc for attribute in tag.attributes)
    shown = {e.tag for other in TAGS.values() if other.example for e in _config(other).root.walk()}
    assert tag.name in shown


@pytest.mark.parametrize("tag", EVERY)
def test_attributes_are_told_apart_without_regard_to_case(tag):
    names = [attribute.name.lower() for attribute in tag.attributes]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("tag", EVERY)
def test_defaults_are_of_the_declared_type(tag):
    kinds = {"boolean": bool, "number": (int, float), "variable": (str, int, float)}
    for attribute in tag.attributes:
        if attribute.default is not None:
            assert isinstance(attribute.default, kinds.get(attribute.type, str)), attribute.name
        if attribute.type == "enum":
            assert attribute.default is None or attribute.default in attribute.values
            assert attribute.values


@pytest.mark.parametrize("tag", EVERY)
def test_a_tag_that_makes_results_says_how(tag):
    if tag.role == "control" or tag.value_key:
        assert tag.check is not None
        assert tag.sample is not None
        assert tag.example
    if tag.role == "control":
        assert {"name", "toName"} <= {a.name for a in tag.attributes if a.required}


@pytest.mark.parametrize("tag", EVERY)
def test_objects_and_children_are_tags(tag):
    assert all(name in TAGS for name in tag.objects)
    assert not tag.children or tag.children in TAGS


@pytest.mark.parametrize("tag", WITH_EXAMPLE)
def test_the_example_is_a_config_without_problems(tag):
    config = _config(tag)
    assert [problem.message for problem in config.problems] == []
    assert _control(tag, config)


@pytest.mark.parametrize("tag", WITH_RESULTS)
def test_the_sample_fits_the_example(tag):
    config = _config(tag)
    assert _sentences(config, _result(tag, config)) == []


@pytest.mark.parametrize("tag", WITH_RESULTS)
def test_the_cell_is_json_and_nothing_is_none(tag):
    config = _config(tag)
    cell = tag.cell(_control(tag, config), [_result(tag, config)])
    assert cell is not None
    assert json.loads(json.dumps(cell)) == cell
    assert tag.cell(_control(tag, config), []) is None


@pytest.mark.parametrize("tag", REGIONS)
def test_the_cell_of_regions_is_a_list_of_dicts_with_labels(tag):
    config = _config(tag)
    cells = tag.cell(_control(tag, config), [_result(tag, config)] * 2)
    assert len(cells) == 2
    for cell in cells:
        assert _own_keys(tag) <= set(cell)
        assert ("labels" in cell) == bool({"labels", tag.value_key} & set(tag.sample))


@pytest.mark.parametrize("tag", WITH_RESULTS)
def test_a_value_of_another_kind_is_reported(tag):
    config = _config(tag)
    for value in (None, [], "x", 3):
        assert _sentences(config, _result(tag, config) | {"value": value})
    assert _sentences(config, _result(tag, config) | {"value": {}})


@pytest.mark.parametrize("tag", WITH_RESULTS)
def test_a_result_of_another_type_name_or_object_is_reported(tag):
    config = _config(tag)
    good = _result(tag, config)
    assert "type" in _sentences(config, good | {"type": "nothing"})[0]
    assert "from_name" in _sentences(config, good | {"from_name": "nobody"})[0]
    assert "to_name" in _sentences(config, good | {"to_name": "nobody"})[0]
    for key in ("type", "from_name", "to_name"):
        assert f"no {key}" in _sentences(config, {k: v for k, v in good.items() if k != key})[0]


@pytest.mark.parametrize("tag", WITH_LABELS)
def test_an_unknown_label_is_reported_with_those_that_are_known(tag):
    config = _config(tag)
    key = tag.value_key
    is_path = isinstance(tag.sample[key][0], list)
    value = {**tag.sample, key: [["zzz"]] if is_path else ["zzz"]}
    assert any("zzz" in told for told in _sentences(config, _result(tag, config, value)))


@pytest.mark.parametrize("tag", WITH_LABELS)
def test_labels_that_are_no_list_are_reported(tag):
    config = _config(tag)
    for wrong in ("Cat", 3, None, [3]):
        value = {**tag.sample, tag.value_key: wrong}
        assert _sentences(config, _result(tag, config, value))


@pytest.mark.parametrize("tag", REGIONS)
def test_a_region_without_its_place_is_reported(tag):
    config = _config(tag)
    value = {key: v for key, v in tag.sample.items() if key not in _own_keys(tag)}
    assert _sentences(config, _result(tag, config, value))


@pytest.mark.parametrize("tag", REGIONS)
def test_whatever_stands_in_a_regions_place_is_told_and_never_raised(tag):
    config = _config(tag)
    for key in tag.sample:
        for wrong in (None, "x", True, [], {}, [[]], [{}], [None], -1, 1e400, float("nan")):
            check(config, [_result(tag, config, {**tag.sample, key: wrong})])
