"""Data that lies elsewhere, in the editor: many rows, new ones, signed and prepared images."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from moto.server import ThreadedMotoServer
from playwright.sync_api import expect

from browser.configs import SETUP
from browser.labeler import Widget
from browser.plain.notebook import Plain

Open = Callable[..., Plain]

DATABASE = """
import sqlalchemy as sa
import nblabel as nl
engine = sa.create_engine("sqlite:///reviews.db")
def add(*ids):
    with engine.begin() as connection:
        connection.execute(
            sa.text("insert into reviews values (:id, :text)"),
            [{"id": one, "text": f"text {one}"} for one in ids],
        )
with engine.begin() as connection:
    connection.execute(sa.text("create table reviews (id integer primary key, text varchar)"))
CONFIG = '''<View><Text name="text" value="$text"/>
<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices></View>'''
"""
SHOW = """
labeler = nl.Labeler("select * from reviews", CONFIG, connection=engine, key="id", store="l.db")
labeler
"""

IMAGES = """
import numpy as np
from PIL import Image
import nblabel as nl
Image.fromarray(np.zeros((300, 400, 3), np.uint8)).save("a.png")
CONFIG = '''<View><Image name="photo" value="$image"/>
<RectangleLabels name="box" toName="photo"><Label value="roof"/></RectangleLabels></View>'''
"""
RESULT = 'import json; labeler.results(drafts=True); print(json.dumps(labeler.to_label_studio(drafts=True)[0]["drafts"][0]["result"]))'


BUCKET = """
import os
os.environ.update(AWS_ACCESS_KEY_ID="ana", AWS_SECRET_ACCESS_KEY="none",
                  AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL="{server}")
import io
import boto3
from PIL import Image
import nblabel as nl
client = boto3.client("s3")
client.create_bucket(Bucket="pictures")
for name in "ab":
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "PNG")
    client.put_object(Bucket="pictures", Key=f"{{name}}.png", Body=out.getvalue())
CONFIG = '''<View><Image name="photo" value="$image"/>
<RectangleLabels name="box" toName="photo"><Label value="roof"/></RectangleLabels></View>'''
labeler = nl.Labeler([{{"image": f"s3://pictures/{{name}}.png"}} for name in "ab"], CONFIG,
                     store=":memory:", protocols=["s3"], presign=4)
labeler
"""


@pytest.fixture
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def show(plain: Open) -> Callable[..., tuple[Plain, Widget]]:
    def show(*cells: str) -> tuple[Plain, Widget]:
        book = plain(SETUP, *cells)
        book.run_all()
        return book, Widget(book.widget())

    return show


def test_a_large_table_is_counted_while_somebody_looks_at_its_first_rows(show) -> None:
    _, widget = show(DATABASE + "add(*range(0, 50_000, 2))", SHOW)
    expect(widget.group("text")).to_contain_text("text 0")
    widget.at(1, 25_000)
    widget.choose("good")
    expect(widget.group("text")).to_contain_text("text 2")
    widget.saved()


def test_new_rows_come_after_the_last_in_the_open_editor(show) -> None:
    book, widget = show(DATABASE + "add(10, 20)", SHOW)
    widget.at(1, 2)
    widget.choose("good")
    widget.at(2, 2)
    book.python("add(15); labeler.refresh()")
    widget.at(2, 3)
    widget.choose("bad")
    expect(widget.group("text")).to_contain_text("text 15")
    widget.choose("good")
    expect(widget.root.get_by_text("All 3 tasks are done")).to_be_visible()
    book.python("add(30); labeler.refresh()")
    expect(widget.group("text")).to_contain_text("text 30")
    widget.at(4, 4)


def test_a_box_on_a_smaller_picture_is_in_pixels_of_the_original(show) -> None:
    book, widget = show(
        IMAGES,
        """labeler = nl.Labeler([{"image": "a.png"}], CONFIG, store=":memory:",
                     preprocess=("resize", {"longest": 100}))
labeler""",
    )
    picture = widget.picture("photo", 400, 300)
    expect(picture.media.first).to_have_js_property("naturalWidth", 100)
    widget.button("roof").click()
    picture.drag(0.25, 0.25, 0.75, 0.5)
    expect(widget.regions).to_have_count(1)
    widget.saved()
    [box] = json.loads(book.python(RESULT))
    assert (box["original_width"], box["original_height"]) == (400, 300)
    assert [round(box["value"][name]) for name in ("x", "y", "width", "height")] == [25, 25, 50, 25]


def test_a_part_of_a_picture_is_shown_where_it_lies(show) -> None:
    book, widget = show(
        IMAGES,
        """def right(image):
    return image.crop((200, 0, 400, 300)).convert("RGB"), (50, 0, 50, 100)
labeler = nl.Labeler([{"image": "a.png"}], CONFIG, store=":memory:", preprocess=right)
labeler""",
    )
    picture = widget.picture("photo", 400, 300)
    widget.button("roof").click()
    picture.drag(0.6, 0.25, 0.8, 0.5)
    expect(widget.regions).to_have_count(1)
    widget.saved()
    [box] = json.loads(book.python(RESULT))
    assert [round(box["value"][name]) for name in ("x", "y", "width", "height")] == [60, 25, 20, 25]
    assert not widget.messages.is_visible()


def test_an_image_in_a_bucket_is_fetched_by_the_browser_and_anew_once_its_address_is_old(
    show, server
) -> None:
    _, widget = show(BUCKET.format(server=server))
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    picture = widget.picture("photo", 400, 300)
    first = picture.media.first.get_attribute("src")
    assert first.startswith(f"{server}/pictures/a.png?")
    expect(picture.media.first).to_have_js_property("naturalWidth", 400)
    widget.button("Next task").click()
    widget.at(2, 2)
    widget.page.wait_for_timeout(4_000)
    widget.button("Previous task").click()
    widget.at(1, 2)
    expect(picture.media.first).not_to_have_attribute("src", first)
    expect(picture.media.first).to_have_js_property("naturalWidth", 400)
    assert any(url.startswith(f"{server}/pictures/a.png?") and url != first for url in asked)
