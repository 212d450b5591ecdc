"""Texts and recordings for the tests of formats, out to a file and in again."""

from __future__ import annotations

import wave

from hypothesis import strategies as st

import nblabel as nl

LABELS = ("PER", "LOC", "ORG")
CONFIG = """<View><Text name="text" value="$text"/>
<Labels name="label" toName="text">
<Label value="PER"/><Label value="LOC"/><Label value="ORG"/></Labels></View>"""
SPEECH = """<View><Audio name="audio" value="$audio"/>
<Labels name="label" toName="audio"><Label value="Ana"/><Label value="Ben"/></Labels>
<TextArea name="words" toName="audio" perRegion="true" editable="true"/></View>"""

characters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"))
word = st.text(st.sampled_from("abcÄñ東नি🎈'.-3"), min_size=1, max_size=6)


@st.composite
def marked(draw, *, overlap=False, words=word, separators=(" ",)):
    """Draw a text of words, and labelled stretches that begin and end with words."""
    parts = draw(st.lists(words, min_size=1, max_size=12))
    text, places = "", []
    for part in parts:
        text += draw(st.sampled_from(separators)) if text else ""
        places.append((len(text), len(text) + len(part)))
        text += part
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(parts) - 1))
        last = draw(st.integers(first, min(first + 2, len(parts) - 1)))
        place = places[first][0], places[last][1]
        if overlap or all(place[1] <= s or e <= place[0] for s, e, _ in spans):
            spans.append((*place, draw(st.sampled_from(LABELS))))
    return text, sorted(set(spans))


def span(start, end, label, ident=None, **further):
    value = {"start": start, "end": end, "labels": [label] if isinstance(label, str) else label}
    own = {} if ident is None else {"id": ident}
    return {
        **own,
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": value,
    } | further


def project(texts, config=CONFIG, **further):
    """Give a project of texts, each with its results."""
    rows = [{"id": at, "text": text} for at, (text, _) in enumerate(texts)]
    made = nl.Project(rows, config, store=":memory:", key="id", **further)
    for at, (_, results) in enumerate(texts):
        made.annotate(at, results, check=False)
    return made


def spans_of(made):
    """Give text and spans of each task."""
    return [
        (
            task["data"]["text"],
            sorted(
                (r["value"]["start"], r["value"]["end"], *r["value"]["labels"])
                for r in task["annotations"][0]["result"]
                if r["type"] == "labels"
            ),
        )
        for task in made.to_label_studio()
    ]


def sound(path, seconds=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * 8_000 * seconds)
    return path


def segment(ident, start, end, label=None, text=None, channel=None, **further):
    """Give the results of a stretch of a recording."""
    place = {"start": start, "end": end, **({} if channel is None else {"channel": channel})}
    common = {"id": ident, "to_name": "audio", "original_length": 1.0, **further}
    made = []
    if label is not None:
        names = [label] if isinstance(label, str) else label
        value = {**place, "labels": names}
        made.append({**common, "from_name": "label", "type": "labels", "value": value})
    if text is not None:
        value = {**place, "text": [text]}
        made.append({**common, "from_name": "words", "type": "textarea", "value": value})
    return made


def recordings(folder, said, config=SPEECH):
    """Give a project of recordings in a folder, each with its results; by their paths."""
    rows = [{"audio": str(sound(folder / name))} for name in said]
    made = nl.Project(rows, config, store=":memory:", root=folder)
    for at, results in enumerate(said.values()):
        made.annotate(made.key(at), results, check=False)
    return made


def segments_of(made):
    """Give the stretches of each recording by its name: start, end, label, text."""
    found = {}
    for task in made.to_label_studio(media="keep"):
        by_id = {}
        for r in task["annotations"][0]["result"]:
            value = r["value"]
            one = by_id.setdefault(r["id"], {"place": (value["start"], value["end"])})
            one["label" if r["type"] == "labels" else "text"] = next(
                iter(value["labels"] if r["type"] == "labels" else value["text"])
            )
        segments = [
            (*(round(at, 6) for at in one["place"]), one.get("label"), one.get("text"))
            for one in by_id.values()
        ]
        found[task["data"]["audio"].rpartition("/")[2]] = sorted(
            segments, key=lambda one: (*one[:2], *map(str, one[2:]))
        )
    return found
