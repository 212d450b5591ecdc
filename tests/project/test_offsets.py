"""text[start:end] is the labeled text, whatever the script, from the editor's words to a frame."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from nblabel.project import Project
from tests.project.animals import CONFIG

PIECES = st.sampled_from(
    [
        "a",
        " ",
        "\r\n",
        "\n",
        "\r",
        "🦊",
        "👩\u200d👩\u200d👧",
        "🇩🇪",
        "👍🏽",
        "e\u0301",
        "\u0928\u093f",
        "שלום",
        "\u202eabc\u202c",
        "مرحبا",
        "漢字",
        "\U0001d518",
        "\ufeff",
        "\u0000",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.data())
def test_a_span_comes_out_as_it_was_labeled(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    project = Project([{"id": 1, "text": text}], CONFIG, key="id", store=":memory:")
    value = {"start": start, "end": end, "text": text[start:end], "labels": ["Animal"]}
    given = {"id": "s", "from_name": "what", "to_name": "t", "type": "labels", "value": value}
    project.annotate(1, [given])
    row = project.results().iloc[0]
    assert text[int(row["start"]) : int(row["end"])] == row["text"] == value["text"]
    assert json.loads(row["value"]) == value
    (task,) = project.to_label_studio()
    assert task["data"]["text"] == text
    assert task["annotations"][0]["result"] == [given]
    assert project.to_frame()["what"][0] == [value]
    assert len(project.check()) == 0
    project.close()
