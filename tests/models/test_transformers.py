"""Transformers: pipelines answer Choices, Labels and RectangleLabels."""

import numpy as np
import pytest
from PIL import Image

import nblabel as nl
from nblabel import DataError, MediaError
from nblabel.models import Transformers
from tests.models.pipelines import Pipeline, box, group, label, word
from tests.models.tasks import config, results, task

TEXT = '<Text name="t" value="$text"/>'
IMAGE = '<Image name="i" value="$image"/>'
CHOICES = '<Choice value="Positive"/><Choice value="Negative"/></Choices>'
MOOD = config(TEXT, '<Choices name="mood" toName="t">' + CHOICES)
SEVERAL = config(TEXT, '<Choices name="mood" toName="t" choice="multiple">' + CHOICES)
WHO = config(
    TEXT,
    '<Labels name="who" toName="t"><Label value="PER"/><Label value="LOC"/></Labels>',
)
ANIMAL = config(
    IMAGE, '<Choices name="animal" toName="i"><Choice value="cat"/><Choice value="dog"/></Choices>'
)
BOXES = config(
    IMAGE,
    '<RectangleLabels name="box" toName="i"><Label value="cat"/><Label value="dog"/>'
    "</RectangleLabels>",
)


def ready(of, *given, **settings):
    model = Transformers(Pipeline(*given), **settings)
    model.setup(of)
    return model


def photo(width=200, height=100):
    return Image.new("RGB", (width, height), "white")


def test_a_text_is_classified_and_only_capitals_may_differ():
    found = [[label("POSITIVE", 0.9), label("NEGATIVE", 0.1)], [label("NEGATIVE", 0.7)]]
    model = ready(MOOD, "text-classification", found, ["NEGATIVE", "POSITIVE"])
    one, other = model.predict([task(text="a"), task(text="b")])
    assert one == {
        "result": {"mood": ["Positive"]},
        "score": 0.9,
        "model_version": "acme/tiny",
    }
    assert other["result"] == {"mood": ["Negative"]}
    assert model.pipeline.asked == [(["a", "b"], {"top_k": None})]
    assert results(MOOD, one, {"text": "a"})


def test_of_several_choices_those_above_the_threshold_are_made():
    found = [[label("Positive", 0.6), label("Negative", 0.55)]] * 2
    both, _ = ready(SEVERAL, "text-classification", found).predict([task(text="a")] * 2)
    assert (both["result"]["mood"], both["score"]) == (["Positive", "Negative"], 0.55)
    model = ready(SEVERAL, "text-classification", found, threshold=0.8)
    assert model.predict([task(text="a")]) == [None]


def test_labels_have_their_names_in_the_config():
    found = [[label("LABEL_1", 0.8), label("LABEL_0", 0.2)]]
    labels = {"LABEL_0": "Negative", "LABEL_1": "Positive"}
    given = ("text-classification", found, ["LABEL_0", "LABEL_1"])
    [answer] = ready(MOOD, *given, labels=labels).predict([task(text="a")])
    assert answer["result"] == {"mood": ["Positive"]}
    with pytest.raises(DataError, match='the model none of these but "LABEL_0", "LABEL_1"'):
        ready(MOOD, *given)


def test_zero_shot_is_asked_about_the_config_s_own_choices():
    found = [{"sequence": "a", "labels": ["Negative", "Positive"], "scores": [0.75, 0.25]}]
    model = ready(MOOD, "zero-shot-classification", found)
    [answer] = model.predict([task(text="a")])
    assert (answer["result"]["mood"], answer["score"]) == (["Negative"], 0.75)
    settings = {"candidate_labels": ["Positive", "Negative"], "multi_label": False}
    assert model.pipeline.asked == [(["a"], settings)]


ADA = "💡 Ada Lovelace, Paris"
AGGREGATED = [group("PER", 2, 14, 0.9), group("LOC", 15, 21, 0.6), group("MISC", 0, 1)]
TOKENS = [
    word("B-PER", 2, 5, 2, 0.8),
    word("I-PER", 6, 14, 3, 1.0),
    word("I-LOC", 16, 21, 5, 0.6),
]


@pytest.mark.parametrize("found", [AGGREGATED, TOKENS], ids=["aggregated", "none"])
def test_words_become_spans_with_any_strategy(found):
    model = ready(WHO, "token-classification", [found], ["O", "B-PER", "I-PER", "B-LOC"])
    [answer] = model.predict([task(text=ADA)])
    made = results(WHO, answer, {"text": ADA})
    assert [(one["value"]["text"], one["value"]["labels"]) for one in made] == [
        ("Ada Lovelace", ["PER"]),
        ("Paris", ["LOC"]),
    ]
    assert [one["score"] for one in made] == pytest.approx([0.9, 0.6])
    assert answer["score"] == pytest.approx(0.6)
    assert len({one["id"] for one in made}) == 2


def test_two_entities_side_by_side_are_two_spans():
    found = [word("B-PER", 0, 3, 1), word("B-PER", 4, 7, 2), word("I-PER", 8, 9, 4)]
    model = ready(WHO, "token-classification", [found])
    [answer] = model.predict([task(text="Ada Bob C")])
    assert [one["value"]["text"] for one in answer["result"]] == ["Ada", "Bob", "C"]


def test_a_tokenizer_that_knows_no_places_is_told():
    found = [[group("PER", None, None)]]
    with pytest.raises(DataError, match="it needs a fast tokenizer"):
        ready(WHO, "token-classification", found).predict([task(text="Ada")])


def test_an_image_is_classified():
    model = ready(ANIMAL, "image-classification", [[label("cat", 0.7), label("dog", 0.3)]])
    [answer] = model.predict([task(image=photo())])
    assert (answer["result"], answer["score"]) == ({"animal": ["cat"]}, 0.7)
    assert model.pipeline.asked[0][0][0].size == (200, 100)


def test_boxes_are_percent_of_the_image_and_lie_on_it():
    found = [[box("cat", 0.9, 20, 10, 120, 60), box("dog", 0.5, -4, 0, 200, 104)]]
    [answer] = ready(BOXES, "object-detection", found).predict([task(image=photo())])
    first, second = results(BOXES, answer, {})
    place = {"x": 10, "y": 10, "width": 50, "height": 50, "rotation": 0}
    assert first["value"] == {**place, "rectanglelabels": ["cat"]}
    assert (first["original_width"], first["original_height"]) == (200, 100)
    assert second["value"]["width"] == second["value"]["height"] == 100
    assert answer["score"] == 0.5


def test_nothing_found_is_an_answer():
    [answer] = ready(BOXES, "object-detection", [[]]).predict([task(image=photo())])
    assert answer == {"result": [], "model_version": "acme/tiny"}


def test_a_single_image_may_be_answered_without_a_list_around_it():
    class Plain(Pipeline):
        def __call__(self, inputs):
            return self.answers

    for found in ([], [box("cat", 0.9, 0, 0, 9, 9)], [box("cat", 0.9, 0, 0, 9, 9)] * 2):
        model = Transformers(Plain("object-detection", found))
        model.setup(BOXES)
        [answer] = model.predict([task(image=photo())])
        assert len(answer["result"]) == len(found)


def test_images_are_read_upright_and_only_where_they_may_lie(tmp_path):
    turned = photo(10, 20)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    found = [[label("cat", 1.0)]] * 2
    model = ready(ANIMAL, "image-classification", found, root=tmp_path)
    inside, outside = model.predict([task(image="turned.jpg"), task(image="/etc/hostname")])
    assert inside["result"] == {"animal": ["cat"]}
    assert model.pipeline.asked[0][0][0].size == (20, 10)
    assert isinstance(outside, MediaError)
    assert "lies outside root=" in str(outside)


def test_a_project_lends_the_model_its_own_way_of_reading(tmp_path):
    photo().save(tmp_path / "a.png")
    model = Transformers(Pipeline("image-classification", [[label("cat", 1.0)]]), "animal")
    rows = [{"image": "a.png"}]
    project = nl.Project(rows, ANIMAL.source, store=":memory:", root=tmp_path, predict=model)
    [answer] = model.predict([project._data.task(0)])
    assert answer["result"] == {"animal": ["cat"]}


def test_a_task_that_shows_nothing_stops_no_other():
    model = ready(MOOD, "text-classification", [[label("Positive", 1.0)]])
    bad, good = model.predict([task(text=None), task(text="a")])
    assert good["result"] == {"mood": ["Positive"]}
    assert str(bad) == 'this task has no text for "t"'


def test_a_pipeline_for_another_task_is_told():
    with pytest.raises(DataError, match='answers; this one is for "ner"'):
        ready(MOOD, "ner", [])
    with pytest.raises(DataError, match="Transformers was told no config yet"):
        Transformers(Pipeline("ner", [])).predict([])


def test_too_few_answers_are_told():
    with pytest.raises(DataError, match="was given 3 tasks and returned 1 entries"):
        ready(MOOD, "text-classification", [[label("Positive", 1)]]).predict([task(text="a")] * 3)


@pytest.mark.torch
def test_a_real_pipeline_of_random_weights_classifies_and_finds_words(tmp_path):
    import transformers as hf

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ada", "paris", "saw"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    tokenizer = hf.BertTokenizerFast(str(tmp_path / "vocab.txt"))
    size = {"vocab_size": 8, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    settings = hf.BertConfig(**size, intermediate_size=8, id2label={0: "NEGATIVE", 1: "POSITIVE"})
    judge = hf.pipeline(
        "text-classification",
        model=hf.BertForSequenceClassification(settings),
        tokenizer=tokenizer,
    )
    model = Transformers(judge)
    model.setup(MOOD)
    [answer, _] = model.predict([task(text="Ada saw Paris")] * 2)
    assert answer["result"]["mood"][0] in {"Positive", "Negative"}
    assert 0.5 <= answer["score"] <= 1
    settings = hf.BertConfig(**size, intermediate_size=8, id2label={0: "B-PER", 1: "B-LOC"})
    for strategy in ("none", "simple", "first"):
        finder = hf.pipeline(
            "token-classification",
            model=hf.BertForTokenClassification(settings),
            tokenizer=tokenizer,
            aggregation_strategy=strategy,
        )
        model = Transformers(finder)
        model.setup(WHO)
        [answer] = model.predict([task(text="Ada saw Paris")])
        made = results(WHO, answer, {"text": "Ada saw Paris"})
        assert {one["value"]["text"] for one in made} <= {"Ada", "saw", "Paris"}


@pytest.mark.torch
def test_a_real_pipeline_of_random_weights_classifies_images():
    import transformers as hf

    settings = hf.ViTConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        image_size=32,
        patch_size=16,
        id2label={0: "cat", 1: "dog"},
    )
    seer = hf.pipeline(
        "image-classification",
        model=hf.ViTForImageClassification(settings),
        image_processor=hf.ViTImageProcessor(size={"height": 32, "width": 32}),
    )
    model = Transformers(seer)
    model.setup(ANIMAL)
    [answer] = model.predict([task(image=np.zeros((20, 30, 3), np.uint8))])
    assert answer["result"]["animal"][0] in {"cat", "dog"}


@pytest.mark.torch
def test_a_real_pipeline_of_random_weights_finds_boxes():
    import transformers as hf

    settings = hf.YolosConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        image_size=[32, 32],
        patch_size=16,
        num_detection_tokens=5,
        id2label={0: "cat", 1: "dog"},
    )
    finder = hf.pipeline(
        "object-detection",
        model=hf.YolosForObjectDetection(settings),
        image_processor=hf.YolosImageProcessor(size={"height": 32, "width": 32}),
        threshold=0.0,
    )
    model = Transformers(finder)
    model.setup(BOXES)
    [answer] = model.predict([task(image=photo())])
    made = results(BOXES, answer, {})
    assert 0 < len(made) <= 5
    assert all(one["value"]["rectanglelabels"][0] in {"cat", "dog"} for one in made)


@pytest.mark.torch
def test_a_real_zero_shot_pipeline_of_random_weights_is_asked(tmp_path):
    import transformers as hf

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "this"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    settings = hf.BertConfig(
        vocab_size=8,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label={0: "contradiction", 1: "entailment"},
        label2id={"contradiction": 0, "entailment": 1},
    )
    judge = hf.pipeline(
        "zero-shot-classification",
        model=hf.BertForSequenceClassification(settings),
        tokenizer=hf.BertTokenizerFast(str(tmp_path / "vocab.txt")),
    )
    model = Transformers(judge)
    model.setup(MOOD)
    one, other = model.predict([task(text="this"), task(text="good")])
    assert {one["result"]["mood"][0], other["result"]["mood"][0]} <= {"Positive", "Negative"}
    assert 0.5 <= one["score"] <= 1
