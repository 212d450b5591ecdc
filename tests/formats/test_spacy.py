"""spaCy's DocBin."""

import pytest
import spacy
from hypothesis import given, settings
from spacy.tokens import DocBin

import nblabel as nl
from tests.formats.datasets import exported
from tests.formats.words import CONFIG, marked, project, span, spans_of, word

CHOICES = CONFIG.replace(
    "</View>",
    '<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>'
    "</View>",
)


def chosen(*words):
    return {
        "from_name": "mood",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [*words]},
    }


def docs(path, lang="xx"):
    return list(DocBin().from_disk(path).get_docs(spacy.blank(lang).vocab))


def test_entities_and_categories(tmp_path):
    text = "🎈 Ada sang in Rome"
    made = project([(text, [span(2, 5, "PER"), span(14, 18, "LOC"), chosen("good")])], CHOICES)
    assert exported(made, tmp_path / "a.spacy", "spacy") == []
    [doc] = docs(tmp_path / "a.spacy")
    assert [(one.text, one.label_) for one in doc.ents] == [("Ada", "PER"), ("Rome", "LOC")]
    assert doc.cats == {"good": 1.0, "bad": 0.0}
    assert doc.user_data["key"] == "0"


@given(marked(words=word.filter(str.isalnum)))
@settings(max_examples=40)
def test_what_ends_with_tokens_comes_back(tmp_path_factory, drawn):
    text, spans = drawn
    file = tmp_path_factory.mktemp("spacy") / "a.spacy"
    told = exported(project([(text, [span(*one) for one in spans])]), file, "spacy")
    assert all("token" in one for one in told)
    if not told:
        assert spans_of(nl.read(file, store=":memory:")) == [(text, spans)]


def test_a_model_can_learn_from_it(tmp_path):
    made = project([("Ada sang", [span(0, 3, "PER")]), ("Rome fell", [span(0, 4, "LOC")])])
    exported(made, tmp_path / "a.spacy", "spacy")
    nlp = spacy.blank("xx")
    nlp.add_pipe("ner")
    examples = [
        spacy.training.Example(nlp.make_doc(doc.text), doc) for doc in docs(tmp_path / "a.spacy")
    ]
    nlp.initialize(lambda: examples)
    for _ in range(30):
        nlp.update(examples)
    assert [one.label_ for one in nlp("Ada sang").ents] == ["PER"]


def test_spans_of_a_key_may_overlap(tmp_path):
    spans = [span(0, 9, "PER"), span(4, 9, ["LOC", "ORG"])]
    made = project([("Ada Byron sang", spans)])
    assert exported(made, tmp_path / "a.spacy", "spacy", spans_key="sc") == []
    [doc] = docs(tmp_path / "a.spacy")
    assert [one.label_ for one in doc.spans["sc"]] == ["PER", "LOC", "ORG"]
    read = nl.read(tmp_path / "a.spacy", store=":memory:")
    assert spans_of(read) == [("Ada Byron sang", [(0, 9, "PER"), (4, 9, "LOC"), (4, 9, "ORG")])]
    assert 'name="sc"' in read.config.source


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(
        ("borders", "found", "told"),
        [("expand", ["Johnson"], 0), ("contract", [], 1), ("strict", [], 1)],
    )
    def test_a_stretch_of_a_token(self, tmp_path, borders, found, told):
        made = project([("Johnson sang", [span(0, 4, "PER")])])
        said = exported(made, tmp_path / "a.spacy", "spacy", borders=borders)
        [doc] = docs(tmp_path / "a.spacy")
        assert [one.text for one in doc.ents] == found
        assert len(said) == told

    def test_what_overlaps(self, tmp_path):
        made = project([("Ada Byron", [span(0, 9, "PER"), span(4, 9, "LOC")])])
        [told] = exported(made, tmp_path / "a.spacy", "spacy")
        assert "a region overlaps a longer one and is left out" in told
        [doc] = docs(tmp_path / "a.spacy")
        assert [one.label_ for one in doc.ents] == ["PER"]

    def test_a_language_that_is_none(self, tmp_path):
        with pytest.raises(nl.FormatError, match='lang="klingon" is no language of spaCy'):
            project([("a", [])]).export(tmp_path / "a.spacy", lang="klingon")


def test_categories_come_in_as_choices(tmp_path):
    nlp = spacy.blank("en")
    doc = nlp("It works")
    doc.cats = {"good": 0.9, "new": 0.7, "bad": 0.1}
    DocBin(docs=[doc]).to_disk(tmp_path / "a.spacy")
    made = nl.read(tmp_path / "a.spacy", store=":memory:")
    assert made.to_frame()["choice"].tolist() == [["good", "new"]]
    assert made.check().empty


def test_what_is_no_docbin_is_refused(tmp_path):
    (tmp_path / "a.spacy").write_bytes(b"no")
    with pytest.raises(nl.FormatError, match=r'a.spacy" cannot be read: it is no DocBin'):
        nl.read(tmp_path / "a.spacy", store=":memory:")
