"""Sheets on stores in memory, without a browser."""

import comm
import numpy as np
import pytest
from PIL import Image

from nblabel import Project, Sheet
from tests.gallery.hand import Hand, Wire

CONFIG = """<View><Image name="img" value="$image"/>
<RectangleLabels name="box" toName="img"><Label value="Car"/><Label value="Tree"/></RectangleLabels>
<Choices name="kind" toName="img"><Choice value="Day"/><Choice value="Night"/></Choices></View>"""
TEXTS = """<View><Text name="text" value="$text"/>
<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices></View>"""


def picture(number: int, size: tuple[int, int] = (60, 40)) -> Image.Image:
    random = np.random.default_rng(number)
    return Image.fromarray(random.integers(0, 255, (size[1], size[0], 3), np.uint8))


@pytest.fixture
def opened():
    """Opens projects and sheets on them; closes them in the end."""
    made = []

    def open_sheet(rows, config=TEXTS, *, of=None, sheet=None, **given):
        project = Project(rows, config, store=":memory:", **given)
        hand = Hand(Sheet(project if of is None else of(project), **(sheet or {})))
        made.append((hand.sheet, project))
        return hand

    yield open_sheet
    for sheet, project in made:
        sheet.close()
        project.close()


@pytest.fixture
def wire(monkeypatch):
    """Everything that is sent from now on."""
    wire = Wire()

    def publish(dummy, kind, data=None, *rest, **keys):
        wire.publish(dummy, kind, data, *rest, **keys)

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)
    return wire


@pytest.fixture
def texts(opened):
    """Sixty texts, of which the model has said something about every third."""

    def model(tasks):
        numbers = [int(task["data"]["text"].split()[-1]) for task in tasks]
        return [
            {"result": {"mood": "bad"}, "score": (n + 1) / 100} if n % 3 == 0 else None
            for n in numbers
        ]

    hand = opened([{"text": f"text {n}"} for n in range(60)], predict=model, annotator="ana")
    hand.sheet.project.predict()
    hand.sheet.reload()
    return hand


@pytest.fixture
def images(opened):
    """Two hundred images."""
    return opened([{"image": picture(n)} for n in range(200)], CONFIG)
