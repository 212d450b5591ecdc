"""Images in a bucket: fetched by the browser with a signed address, or read by the kernel."""

import io
import json
import threading
import urllib.error
import urllib.request
import zipfile

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from nblabel import DataError, Labeler, Project

CONFIG = """<View><Image name="i" value="$photo"/>
<RectangleLabels name="b" toName="i"><Label value="Cat"/></RectangleLabels></View>"""
SECRET = "".join(reversed("terces-yrev"))  # so that no line of this file has it


def image(kind="PNG", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def server():
    """An S3 of this machine, as MinIO is one."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    """A bucket with images; credentials and address are where boto looks for them."""
    urllib.request.urlopen(
        urllib.request.Request(f"{server}/moto-api/reset", method="POST"), timeout=10
    )
    given = {
        "AWS_ACCESS_KEY_ID": "ana",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": server,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="pictures")
    for name, kind in {"b.png": "PNG", "a.tif": "TIFF", "sub/c.jpg": "JPEG"}.items():
        client.put_object(Bucket="pictures", Key=name, Body=image(kind))
    client.put_object(Bucket="pictures", Key="notes.txt", Body=b"none")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    yield client
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def opened(rows, **more):
    if isinstance(rows, list):
        rows = [{"photo": row} for row in rows]
    return Project(rows, CONFIG, store=":memory:", **{"protocols": ["s3"], **more})


def shown(project, index=0):
    [[media]] = project.view(index).media.values()
    return media


class TestSigned:
    def test_the_browser_fetches_by_itself_what_the_address_leads_to(self, bucket, server):
        media = shown(opened(["s3://pictures/b.png"]))
        assert media.data is None
        assert media.url.startswith(f"{server}/pictures/b.png?")
        assert media.expires == pytest.approx(3600, abs=5)
        with urllib.request.urlopen(media.url, timeout=10) as answer:
            assert answer.read() == image()

    def test_for_as_long_as_is_said(self, bucket):
        media = shown(opened(["s3://pictures/b.png"], presign=90))
        assert media.expires == pytest.approx(90, abs=5)
        assert "Expires=" in media.url

    def test_what_a_browser_does_not_show_is_read_and_converted(self, bucket):
        media = shown(opened(["s3://pictures/a.tif"]))
        assert (media.url, media.width, media.height) == (None, 40, 30)

    def test_nothing_is_signed_where_that_is_not_wanted(self, bucket):
        media = shown(opened(["s3://pictures/b.png"], presign=False))
        assert (media.url, media.data) == (None, image())

    def test_what_protocols_does_not_name_is_neither_signed_nor_read(self, bucket):
        media = shown(opened(["s3://pictures/b.png"], protocols=[]))
        assert (media.url, media.data) == (None, None)
        assert media.problem.endswith('protocols=["s3"] would allow it')

    def test_it_goes_over_the_wire_with_its_time(self, bucket):
        labeler = Labeler(opened(["s3://pictures/b.png"]))
        _, [tasks] = labeler._open({})
        [task] = json.loads(tasks)
        [[media]] = task["media"].values()
        assert media["url"].startswith("http://127.0.0.1:")
        assert task["expires"] == pytest.approx(0.9 * 3_600_000, abs=5_000)

    def test_it_is_not_kept_nor_does_it_leave(self, bucket, tmp_path):
        store = tmp_path / "labels.db"
        project = Project([{"photo": "s3://pictures/b.png"}], CONFIG, store=store, protocols=["s3"])
        project.view(0)
        project.annotate(0, b=[(10, 20, 30, 40, "Cat")])
        out = project.export(tmp_path / "out.json", media="keep")
        [task] = json.loads(out.read_text())
        assert task["data"]["photo"] == "s3://pictures/b.png"
        project.close()
        held = store.read_bytes() + out.read_bytes()
        assert b"Signature" not in held
        assert SECRET.encode() not in held

    def test_pixels_and_files_are_of_the_image_all_the_same(self, bucket, tmp_path):
        project = opened(["s3://pictures/b.png"])
        project.annotate(0, b=[(10, 20, 30, 40, "Cat")])
        assert project.results("px")["x"].tolist() == [4.0]
        [task] = project.to_label_studio()
        assert task["data"]["photo"].startswith("data:image/png;base64,")

    def test_one_of_a_prefix_is_signed_as_what_it_stands_for(self, bucket, server):
        project = opened(["gs://old/b.png"], media={"gs://old/": "s3://pictures/"})
        assert shown(project).url.startswith(f"{server}/pictures/b.png?")

    def test_what_is_missing_is_the_browsers_to_find(self, bucket):
        media = shown(opened(["s3://pictures/none.png"]))
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(media.url, timeout=10)

    def test_the_secret_is_in_nothing_that_is_told(self, bucket):
        project = opened(["s3://pictures/b.png", "s3://nowhere/a.tif"])
        told = [repr(project), *project.problems, shown(project).url, shown(project, 1).problem]
        assert not any(SECRET in one for one in told)


class TestPatterns:
    def test_of_a_bucket(self, bucket):
        project = opened("s3://pictures/**/*")
        assert project.to_frame()["photo"].tolist() == [
            *("s3://pictures/a.tif", "s3://pictures/b.png", "s3://pictures/sub/c.jpg"),
        ]
        [told] = project.problems
        assert told.endswith('passed over as no image, such as "notes.txt"')
        assert shown(project, 2).url.startswith("http://127.0.0.1:")

    def test_a_folder_of_one(self, bucket):
        assert opened("s3://pictures/sub/").to_frame()["photo"].tolist() == [
            "s3://pictures/sub/c.jpg"
        ]

    def test_one_file(self, bucket):
        assert len(opened("s3://pictures/b.png")) == 1

    def test_new_files_are_new_tasks(self, bucket):
        project = opened("s3://pictures/*.png")
        project.annotate(project.key(0), b=[(10, 20, 30, 40, "Cat")])
        bucket.put_object(Bucket="pictures", Key="0.png", Body=image())
        assert project.refresh() == 1
        assert project.to_frame()["photo"].tolist() == [
            *("s3://pictures/b.png", "s3://pictures/0.png"),
        ]
        assert project.progress()["done"] == 1

    def test_need_their_protocol(self, bucket):
        with pytest.raises(DataError, match=r'protocols=\["s3"\] would allow it'):
            opened("s3://pictures/*.png", protocols=[])

    def test_that_find_nothing_say_so(self, bucket):
        with pytest.raises(DataError, match=r'"s3://pictures/\*.gif" has no image'):
            opened("s3://pictures/*.gif")

    def test_that_cannot_be_listed_say_why(self, bucket):
        with pytest.raises(DataError, match='"s3://nowhere/" cannot be listed: '):
            opened("s3://nowhere/")

    def test_inside_of_an_archive_elsewhere(self, bucket):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("in/a.png", image())
            archive.writestr("in/b.png", image())
        bucket.put_object(Bucket="pictures", Key="all.zip", Body=packed.getvalue())
        project = opened("zip://in/*.png::s3://pictures/all.zip", protocols=["zip", "s3"])
        assert project.to_frame()["photo"].tolist() == [
            "zip://in/a.png::s3://pictures/all.zip",
            "zip://in/b.png::s3://pictures/all.zip",
        ]
        assert shown(project, 1).data == image()

    def test_of_fsspecs_memory(self):
        with fsspec.open("memory://pictures/a.png", "wb") as stream:
            stream.write(image())
        project = opened("memory://pictures/*.png", protocols=["memory"])
        assert shown(project).data == image()

    def test_of_what_leads_to_further_files_are_refused(self, tmp_path):
        with pytest.raises(DataError, match="leads to files that no root= bounds"):
            opened(f"dir://*.png::file://{tmp_path}", protocols=["dir", "file"])


class Slow(fsspec.get_filesystem_class("memory")):
    """A file system on which nothing comes before four files are asked for."""

    protocol = "slow"
    cachable = True
    store: dict = {}  # noqa: RUF012 - as fsspec's own
    met = threading.Barrier(4, timeout=20)

    def _open(self, path, mode="rb", **more):
        if mode == "rb":
            Slow.met.wait()
        return super()._open(path, mode, **more)


def test_files_elsewhere_of_several_tasks_are_read_at_the_same_time():
    fsspec.register_implementation("slow", Slow, clobber=True)
    for number in range(4):
        with fsspec.open(f"slow://{number}.png", "wb") as stream:
            stream.write(image(size=(40 + number, 30)))
    rows = [f"slow://{number}.png" for number in range(4)]
    labeler = Labeler(opened(rows, protocols=["slow"]))
    views = labeler._views(range(4))
    assert [next(iter(view.media.values()))[0].width for view in views] == [40, 41, 42, 43]
    assert labeler.project._work.data._ready == {}


def test_one_of_them_that_is_missing_does_not_keep_the_others():
    with fsspec.open("memory://pictures/a.png", "wb") as stream:
        stream.write(image())
    rows = ["memory://pictures/a.png", "memory://pictures/none.png", "s3://pictures/b.png"]
    views = Labeler(opened(rows, protocols=["memory"]))._views(range(3))
    media = [next(iter(view.media.values()))[0] for view in views]
    assert media[0].width == 40
    assert "cannot be read" in media[1].problem
    assert 'protocols=["memory", "s3"] would allow it' in media[2].problem
