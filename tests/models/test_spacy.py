"""Spacy: entities and categories of spaCy's pipelines, and pipelines that learn here."""

import pytest
import spacy

from nblabel import DataError
from nblabel.models import Spacy
from tests.models.tasks import config, results, task

TEXT = '<Text name="t" value="$text"/>'
WHO = config(
    TEXT,
    '<Labels name="who" toName="t"><Label value="Person"/><Label value="Place" alias="LOC"/>'
    "</Labels>",
)
MOOD = config(
    TEXT, '<Choices name="mood" toName="t"><Choice value="Good"/><Choice value="Bad"/></Choices>'
)
TOPICS = config(
    TEXT,
    '<Choices name="topics" toName="t" choice="multiple">'
    '<Choice value="Sport"/><Choice value="Art"/></Choices>',
)


def ruled(*patterns):
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": label, "pattern": pattern} for label, pattern in patterns]
    )
    return nlp


def ready(of, nlp, **settings):
    model = Spacy(nlp, **settings)
    model.setup(of)
    return model


class Categories:
    """A pipeline whose documents have the categories that their text names: "Good=0.9"."""

    lang, meta = "xx", {"lang": "xx", "name": "stand-in", "version": "1"}

    def pipe(self, texts):
        for text in texts:
            doc = spacy.blank("en").make_doc(text)
            doc.cats = {n: float(s) for n, s in (word.split("=") for word in text.split())}
            yield doc


def test_entities_are_spans_whose_offsets_count_characters():
    text = "👩‍🔬 Ada saw Köln.\nAda left."
    model = ready(WHO, ruled(("Person", "Ada"), ("LOC", "Köln")))
    [answer] = model.predict([task(text=text)])
    made = [one["value"] for one in results(WHO, answer, {"text": text})]
    assert [(one["labels"], one["text"]) for one in made] == [
        (["Person"], "Ada"),
        (["LOC"], "Köln"),
        (["Person"], "Ada"),
    ]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in made)


def test_labels_of_the_pipeline_have_their_names_in_the_config():
    nlp = ruled(("PERSON", "Ada"), ("GPE", "Köln"), ("ORG", "CERN"))
    [answer] = ready(WHO, nlp, labels={"GPE": "LOC"}).predict([task(text="Ada saw Köln, CERN.")])
    assert [one["labels"] for one in answer["result"]["who"]] == [["Person"], ["LOC"]]


def test_a_pipeline_that_knows_none_of_the_labels_is_told_what_to_say():
    sentence = '"who" has "Person", "LOC", and the model none of these but "ORG"; labels={"ORG":'
    with pytest.raises(DataError, match=sentence):
        ready(WHO, ruled(("ORG", "CERN"))).predict([task(text="CERN")])


def test_a_task_without_a_text_stops_no_other():
    good, bad = ready(WHO, ruled(("Person", "Ada"))).predict([task(text="Ada"), task(text=None)])
    assert good["result"]["who"]
    assert str(bad) == 'this task has no text for "t"'


def test_an_encoded_text_is_read_and_an_address_is_not():
    labels = '<Labels name="who" toName="t"><Label value="Person"/></Labels>'
    encoded = config('<Text name="t" value="$text" encoding="base64"/>', labels)
    [answer] = ready(encoded, ruled(("Person", "Ada"))).predict([task(text="SSBzYXcgQWRh")])
    assert [one["start"] for one in answer["result"]["who"]] == [6]
    address = config('<Text name="t" value="$text" valueType="url"/>', labels)
    [told] = ready(address, ruled(("Person", "Ada"))).predict([task(text="a.txt")])
    assert str(told) == '"t" shows what is behind an address; models read texts'


def test_the_best_category_is_chosen_with_its_score():
    [answer] = ready(MOOD, Categories()).predict([task(text="Good=0.25 Bad=0.75 Other=0.9")])
    assert (answer["result"], answer["score"]) == ({"mood": ["Bad"]}, 0.75)
    assert results(MOOD, answer, {})


def test_of_several_categories_those_above_the_threshold_are_chosen():
    model = ready(TOPICS, Categories(), threshold=0.3)
    both, neither = model.predict([task(text="Sport=0.9 Art=0.4"), task(text="Sport=0 Art=0")])
    assert both["result"] == {"topics": ["Sport", "Art"]}
    assert neither is None


def test_categories_that_the_config_does_not_have_are_no_answer():
    assert ready(MOOD, Categories()).predict([task(text="POSITIVE=1")]) == [None]


NAMED = [
    task([(0, 3, "Person"), (13, 19, "LOC")], WHO, text="Ada lived in London."),
    task([(0, 3, "Person"), (8, 13, "LOC")], WHO, text="Bob saw Paris."),
]


def test_a_blank_pipeline_learns_entities():
    blank = spacy.blank("en")
    model = ready(WHO, blank)
    before = model.version
    [answer, _] = model.fit(NAMED).predict(NAMED)
    assert [one["labels"] for one in answer["result"]["who"]] == [["Person"], ["LOC"]]
    assert model.version != before
    assert blank.pipe_names == []


def test_it_learns_from_where_the_given_pipeline_stood_each_time():
    model = ready(WHO, ruled(("Person", "Eve")))
    first = model.fit(NAMED).version
    assert model.nlp.pipe_names == ["entity_ruler", "ner"]
    model.fit(NAMED[:1])
    assert model.fit(NAMED).version == first


@pytest.mark.parametrize(("of", "control"), [(MOOD, "mood"), (TOPICS, "topics")])
def test_a_blank_pipeline_learns_categories(of, control):
    one, other = of.labels(of.controls[control])
    labeled = [
        task({control: [one]}, of, text="warm sunny day"),
        task({control: [other]}, of, text="cold rain again"),
    ]
    model = ready(of, spacy.blank("en"))
    said = model.fit(labeled * 3).predict(labeled)
    assert [answer["result"][control] for answer in said] == [[one], [other]]


def test_a_span_within_a_word_is_learned_as_the_word():
    inside = task([(0, 2, "Person"), (2, 3, "LOC")], WHO, text="Ada lived.")
    assert ready(WHO, spacy.blank("en"), epochs=1).fit([inside])


def test_nothing_to_learn_from_is_told():
    with pytest.raises(DataError, match='no task has an answer of "who"'):
        ready(WHO, spacy.blank("en")).fit([task(text="Ada")])


def test_what_it_cannot_answer_is_told():
    stars = config(TEXT, '<Rating name="stars" toName="t"/>')
    with pytest.raises(DataError, match="Spacy answers Labels and Choices: there is none"):
        ready(stars, spacy.blank("en"))
    html = config(
        '<HyperText name="h" value="$h"/><Labels name="who" toName="h"><Label value="A"/></Labels>'
    )
    with pytest.raises(DataError, match='"who" is about <HyperText>'):
        ready(html, spacy.blank("en"), control="who")
    with pytest.raises(DataError, match="Spacy was told no config yet"):
        Spacy(spacy.blank("en")).predict([task(text="a")])
