"""A config for texts, and results for it."""

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="what" toName="t"><Label value="Animal"/><Label value="Plant"/></Labels>
</View>"""
TEXT = "the 🦊 and\r\nthe 🌳"


def mood(value):
    return {
        "id": "m1",
        "from_name": "mood",
        "to_name": "t",
        "type": "choices",
        "value": {"choices": [value]},
    }


def span(start, end, label, **fields):
    return {
        "id": f"s{start}",
        "from_name": "what",
        "to_name": "t",
        "type": "labels",
        "value": {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]},
        **fields,
    }
