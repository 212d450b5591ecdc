"""CoNLL-2003: tokens with their tags."""

import json
import subprocess
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import data as anything

import nblabel as nl
from nblabel.formats._tokens import tokens
from tests import templates
from tests.formats.datasets import exported
from tests.formats.words import CONFIG, marked, project, span, spans_of


def written(tmp_path, made, **settings):
    told = exported(made, tmp_path / "a.conll", "conll", **settings)
    return (tmp_path / "a.conll").read_text("utf-8"), told


def test_a_document_is_sentences_of_tokens(tmp_path):
    text = "Ada Byron sang.\nIn Rome!"
    made = project([(text, [span(0, 9, "PER"), span(19, 23, "LOC")]), ("Oh", [])])
    said, told = written(tmp_path, made)
    assert told == []
    assert said == (
        "-DOCSTART- -X- -X- O\n\n"
        "Ada -X- -X- B-PER\nByron -X- -X- I-PER\nsang -X- -X- O\n. -X- -X- O\n\n"
        "In -X- -X- O\nRome -X- -X- B-LOC\n! -X- -X- O\n\n"
        "-DOCSTART- -X- -X- O\n\nOh -X- -X- O\n\n"
    )


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("BIO", ["B-PER", "I-PER", "I-PER", "B-PER", "O", "B-LOC"]),
        ("IOB1", ["I-PER", "I-PER", "I-PER", "B-PER", "O", "I-LOC"]),
        ("BIOES", ["B-PER", "I-PER", "E-PER", "S-PER", "O", "S-LOC"]),
    ],
)
def test_each_scheme_is_written_and_told_apart(tmp_path, scheme, tags):
    text = "Ada King Byron Ada met Rome"
    spans = [span(0, 14, "PER"), span(15, 18, "PER"), span(23, 27, "LOC")]
    said, _ = written(tmp_path, project([(text, spans)]), scheme=scheme)
    assert [line.split()[-1] for line in said.splitlines()[2:] if line] == tags
    assert spans_of(nl.read(tmp_path / "a.conll", store=":memory:")) == [
        (text, [(0, 14, "PER"), (15, 18, "PER"), (23, 27, "LOC")])
    ]


plain_words = st.text(st.sampled_from("abcÄ3न"), min_size=1, max_size=6).filter(
    lambda text: len(tokens(text)) == 1
)


@given(marked(words=plain_words))
def test_what_ends_with_tokens_comes_back(tmp_path_factory, drawn):
    text, spans = drawn
    folder = tmp_path_factory.mktemp("conll")
    written(folder, project([(text, [span(*one) for one in spans])]))
    assert spans_of(nl.read(folder / "a.conll", store=":memory:")) == [(text, spans)]


@given(st.text(max_size=80))
def test_tokens_are_all_that_is_no_blank(text):
    found = tokens(text)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    covered = {at for start, end in found for at in range(start, end)}
    assert covered == {at for at, character in enumerate(text) if not character.isspace()}


class TestWhatDoesNotFit:
    def test_a_stretch_of_a_token_takes_it_whole_or_is_left_out(self, tmp_path):
        made = project([("Johnson sings", [span(0, 4, "PER")])])
        said, told = written(tmp_path, made)
        assert (said.splitlines()[2], told) == ("Johnson -X- -X- B-PER", [])
        said, [told] = written(tmp_path, made, borders="strict")
        assert said.splitlines()[2] == "Johnson -X- -X- O"
        assert "a region ends inside a token and is left out (1 times" in told

    def test_of_what_overlaps_the_longest_is_kept(self, tmp_path):
        made = project([("a b c", [span(0, 3, "PER"), span(2, 3, "LOC")])])
        said, [told] = written(tmp_path, made)
        assert [line.split()[-1] for line in said.splitlines()[2:5]] == ["B-PER", "I-PER", "O"]
        assert "a region overlaps a longer one and is left out" in told
        assert made.losses("conll")[["key", "control"]].values.tolist() == [["0", "label"]]

    def test_several_labels_blanks_notes_and_answers_are_told(self, tmp_path):
        config = CONFIG.replace("PER", "First Name").replace(
            "</View>",
            '<Choices name="c" toName="text"><Choice value="x"/></Choices></View>',
        )
        chosen = {
            "from_name": "c",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": ["x"]},
        }
        noted = span(0, 3, ["First Name", "LOC"], "a", meta={"text": ["sic"]})
        said, _ = written(tmp_path, project([("Ada x", [noted, chosen])], config))
        assert "Ada -X- -X- B-First_Name" in said
        told = project([("Ada x", [noted, chosen])], config).losses("conll")
        assert sorted(told["what"]) == [
            "an answer about the whole task has no place",
            "blanks in a label are written as _",
            "of several labels of a region the first is kept",
            "the note of a region has no place",
        ]

    def test_a_config_without_texts_is_refused(self, tmp_path):
        made = nl.Project([{"image": "a.png"}], "image-classification", store=":memory:")
        with pytest.raises(nl.FormatError, match=r"conll: it holds labelled stretches of texts"):
            made.export(tmp_path / "a.conll")

    def test_a_setting_that_is_none_is_refused(self, tmp_path):
        with pytest.raises(nl.NblabelError, match="scheme"):
            written(tmp_path, project([("a", [])]), scheme="BIEO")


class TestOthersFiles:
    def test_of_1996_with_iob1_and_four_columns(self, tmp_path):
        (tmp_path / "eng.txt").write_text(
            "-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\n"
            "\nPeter NNP I-NP I-PER\nBlackburn NNP I-NP I-PER\n"
        )
        assert spans_of(nl.read(tmp_path / "eng.txt", store=":memory:")) == [
            (
                "EU rejects German\nPeter Blackburn",
                [(0, 2, "ORG"), (11, 17, "MISC"), (18, 33, "PER")],
            )
        ]

    def test_without_documents_each_sentence_is_a_task(self, tmp_path):
        (tmp_path / "a.bio").write_text("\ufeffa B-X\r\nb I-X\r\n\r\nc O\r\n", encoding="utf-8")
        found = spans_of(nl.read(tmp_path / "a.bio", store=":memory:"))
        assert found == [("a b", [(0, 3, "X")]), ("c", [])]

    def test_a_word_without_a_tag_is_told(self, tmp_path):
        (tmp_path / "a.conll").write_text("a B-X\nb\n")
        made = nl.read(tmp_path / "a.conll", store=":memory:")
        assert made.problems == ["a line has a word and no tag: line 2"]

    def test_as_suggestions(self, tmp_path):
        (tmp_path / "a.conll").write_text("Ada B-PER\nsang O\n")
        made = nl.read(tmp_path / "a.conll", as_predictions=True, store=":memory:")
        [said] = made.view(0).predictions
        assert said.results[0]["value"]["labels"] == ["PER"]

    def test_under_a_config_of_ones_own(self, tmp_path):
        (tmp_path / "a.conll").write_text("Ada B-PER\nsang B-VERB\n")
        config = CONFIG.replace('"label"', '"ner"').replace("$text", "$body")
        made = nl.read(tmp_path / "a.conll", config=config, store=":memory:")
        [task] = made.to_label_studio()
        [result] = task["annotations"][0]["result"]
        assert (task["data"], result["from_name"]) == ({"body": "Ada sang"}, "ner")
        assert any('"VERB"' in problem for problem in made.problems)


THEIRS = """
import json, sys
from label_studio_sdk.converter.utils import create_tokens_and_tags
text, spans = json.load(sys.stdin)
spans = [{"start": start, "end": end, "labels": [label]} for start, end, label in spans]
print(json.dumps(list(zip(*create_tokens_and_tags(text, spans)))))
"""


@pytest.mark.label_studio_sdk
def test_beside_label_studios_converter(tmp_path):
    """Its first line has a column less, line breaks vanish, and its tokens are NLTK's."""
    text, spans = "Ada Byron sang in Rome", [(0, 9, "PER"), (18, 22, "LOC")]
    said, _ = written(tmp_path, project([(text, [span(*one) for one in spans])]))
    theirs = subprocess.run(
        [templates.PYTHON, "-c", THEIRS],
        input=json.dumps([text, spans]),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [f"{token} -X- -X- {tag}" for token, tag in json.loads(theirs.stdout)]
    assert said.splitlines()[2:-1] == lines


@given(anything())
def test_strangers_files_are_read_or_refused_in_a_sentence(tmp_path_factory, drawn):
    file = tmp_path_factory.mktemp("strange") / "a.conll"
    file.write_bytes(drawn.draw(st.binary(max_size=60)))
    with suppress(nl.NblabelError):
        nl.read(file, format="conll", store=":memory:")
