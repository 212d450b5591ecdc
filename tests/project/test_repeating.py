"""What was said of copies that a Repeater makes, as frames and files have it."""

from __future__ import annotations

import json

import pandas as pd

import nblabel as nl

CONFIG = """<View><Repeater on="$pages" mode="pagination">
  <Text name="text_{{idx}}" value="$pages[{{idx}}].text"/>
  <Labels name="ner_{{idx}}" toName="text_{{idx}}"><Label value="PER"/></Labels>
  <Choices name="mood_{{idx}}" toName="text_{{idx}}"><Choice value="good"/></Choices>
</Repeater></View>"""
PAGES = [[{"text": f"Ana {n}"} for n in range(count)] for count in (11, 1)]


def project() -> nl.Project:
    made = nl.Project(pd.DataFrame({"pages": PAGES}), CONFIG, store=":memory:", annotator="ana")
    made.annotate(0, {"ner_10": [{"start": 0, "end": 3, "labels": ["PER"]}], "mood_2": "good"})
    return made


def test_a_frame_has_a_column_for_each_copy_in_the_order_of_their_numbers():
    frame = project().to_frame()
    assert list(frame.columns) == [
        "pages",
        *(f"ner_{n}" for n in range(11)),
        *(f"mood_{n}" for n in range(11)),
    ]
    assert frame["mood_2"].tolist() == ["good", None]
    assert frame["ner_10"][0] == [{"start": 0, "end": 3, "text": "Ana", "labels": ["PER"]}]


def test_results_say_which_copy_and_what_is_marked_there():
    results = project().results()
    row = results[results["control"] == "ner_10"].iloc[0]
    assert (row["object"], row["text"]) == ("text_10", "Ana")
    assert project().check().empty


def test_files_have_the_copies_names(tmp_path):
    made = project()
    made.export(tmp_path / "out.json")
    (task,) = json.loads((tmp_path / "out.json").read_text())
    names = {result["from_name"] for result in task["annotations"][0]["result"]}
    assert names == {"ner_10", "mood_2"}
    made.export(tmp_path / "min.json", format="label-studio-min")
    (row,) = json.loads((tmp_path / "min.json").read_text())
    assert row["mood_2"] == "good"


def test_one_answer_does_not_go_on_where_there_are_several_pages():
    assert project().advance is False


def test_a_task_is_shown_with_its_own_copies():
    made = project()
    (copies,) = made.view(0).children.values()
    assert len(copies) == 11
    text = copies[10]["children"][0]
    assert text["attributes"]["name"] == "text_10"
    assert made.view(0).values[text["id"]] == {"value": "Ana 10"}
    (one,) = made.view(1).children.values()
    assert len(one) == 1
