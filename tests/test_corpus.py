"""Label Studio's own cases: every config opens, and check() tells good results from bad."""

import re

import pytest

from nblabel.base.errors import ConfigError
from nblabel.config import parse
from nblabel.project.annotating import meant
from nblabel.tags import TAGS, Checker, check
from tests import corpus, templates

pytestmark = pytest.mark.corpus

# Cases that Label Studio calls valid and check() does not, with the reason of each. Letters and
# numbers are those of the corpus's sdk_limits.md.
_OUTSIDE = "A7: the editor loads regions beyond the image; check() says that they are"
_FIXTURE = "B: the fixture is wrong, the editor drops it or shows it as unknown"
_UNCHECKED = "C: wrong, and not checked by Label Studio"
_RANDOM = "C: made of random numbers, which Label Studio does not compare"
DISAGREE = {
    "audio-errors-check-if-audio-decoder-error-handler-is-showing": _FIXTURE,
    "conv-test-export-yolo-data-obb-10959": _FIXTURE,
    "conv-test-export-yolo-data-obb-10960": _FIXTURE,
    "fn-filter-isempty-should-filter-empty-labels": _OUTSIDE,
    "fn-hide-all-should-exist": _FIXTURE,
    "fn-image-regions-should-check-that-regions-is-hidden": _OUTSIDE,
    "fn-per-item-should-require-result-10": _FIXTURE,
    "fn-per-item-should-require-result-12": _FIXTURE,
    "fn-per-item-should-require-result-2": _FIXTURE,
    "fn-per-item-should-require-result-4": _FIXTURE,
    "fn-per-item-should-require-result-6": _FIXTURE,
    "fn-per-item-should-require-result-8": _FIXTURE,
    "ls-tasks-annotations-predictions-5": _FIXTURE,
    "outliner-basic-details": "C: two values of Choices single; no label without allowEmpty",
    "richtext-broken-limits": "C: a negative offset, on purpose",
    "richtext-start-before-end-problem-0": "C: start after end, on purpose",
    "sdk-test-generate-complete-sample-task-handles-taxonomy-array-payload": _RANDOM,
    "sdk-test-generate-complete-sample-task-handles-taxonomy-array-payload-2": _RANDOM,
    "sdk-test-generate-complete-sample-task-supports-bare-video-rectangle-c": _RANDOM,
    "sdk-test-generate-complete-sample-task-supports-bare-video-rectangle-c-2": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-12": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-16": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-21": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-22": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-multiple-choice-11": _RANDOM,
    "sdk-test-generate-sample-prediction-and-annotation-multiple-choice-16": _RANDOM,
    "sdk-test-number-validation-2": "C: below the control's min",
    "sdk-test-taxonomy-paths-validation": "C: known nodes that are no path",
}


def _told(case):
    config = parse(case.config, TAGS)
    return [
        told
        for work in case.works
        if not work.get("was_cancelled") or work.get("result")
        for told in check(config, work.get("result"), case.data)
    ]


@pytest.mark.parametrize("case", corpus.cases())
def test_check_tells_good_results_from_bad(case):
    assert case is not None, corpus.ABSENT
    told = _told(case)
    if case.valid and case.name not in DISAGREE:
        assert told == []
    else:
        assert told
        assert all(sentence for _, sentence in told)


@pytest.mark.parametrize("case", corpus.cases())
def test_annotate_refuses_nothing_that_label_studio_takes(case):
    assert case is not None, corpus.ABSENT
    config = parse(case.config, TAGS)
    if not case.valid or DISAGREE.get(case.name, "") in {_FIXTURE, _RANDOM}:
        return
    for work in case.works:
        if not work.get("was_cancelled") or work.get("result"):
            assert meant(Checker(config), work["result"], case.data) is not None


@pytest.mark.parametrize("case", corpus.cases())
def test_a_config_written_as_xml_reads_the_same(case):
    assert case is not None, corpus.ABSENT
    config = parse(case.config, TAGS)
    again = parse(config.to_xml(), TAGS)
    assert again.hash == config.hash
    assert [(e.id, e.tag, e.attributes, e.body) for e in again.root.walk()] == [
        (e.id, e.tag, e.attributes, e.body) for e in config.root.walk()
    ]


@pytest.mark.parametrize("file", corpus.templates())
def test_templates_of_label_studio_open(file):
    assert file is not None, corpus.ABSENT
    config = parse(file, TAGS)
    assert config.objects
    assert config.columns


def test_every_disagreement_is_a_case_that_is_called_valid():
    assert corpus.is_present(), corpus.ABSENT
    valid = {param.values[0].name for param in corpus.cases() if param.values[0].valid}
    assert set(DISAGREE) <= valid


@pytest.mark.parametrize("config", templates.tutorial() or [pytest.param(None, id="absent")])
def test_what_a_tutorial_prints_is_taken_or_refused_in_a_sentence(config, request):
    assert config is not None, corpus.ABSENT
    if "c03" not in request.node.name:
        assert parse(config, TAGS).root.children
        return
    told = 'line 3, <Filter toName>: no tag is named "image" (lines 6, 11 and 17 too)'
    with pytest.raises(ConfigError, match=re.escape(told) + "$"):
        parse(config, TAGS)
    mended = re.sub("<Filter.*/>", '<Image name="image" value="$image"/>', config)
    controls = parse(mended, TAGS).controls
    assert set(controls) == {"bbox", "object_type", "vehicle_type"}
    assert "visibleWhen" not in controls["bbox"].attributes
    assert controls["vehicle_type"].attributes["visibleWhen"] == "choice-selected"
