"""How large a video is, told by the head of its file."""

import struct

import pytest

from nblabel.media.videos import video_size


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def track_header(width, height, version=0):
    before = bytes([version, 0, 0, 7]) + bytes(72 if version == 0 else 84)
    return box(b"tkhd", before + struct.pack(">II", width << 16, height << 16))


def mp4(*tracks, large=False):
    moov = box(b"moov", b"".join(box(b"trak", one) for one in tracks))
    data = box(b"mdat", bytes(5000))
    if large:
        data = struct.pack(">I4sQ", 1, b"mdat", 16 + 5000) + bytes(5000)
    return box(b"ftyp", b"isom") + data + moov


def element(ident, body):
    """An element of Matroska, its size in eight bytes."""
    return ident + b"\x01" + len(body).to_bytes(7, "big") + body


def webm(width, height):
    picture = element(b"\xb0", width.to_bytes(2, "big")) + element(
        b"\xba", height.to_bytes(2, "big")
    )
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\xe0", picture)))
    info = element(b"\x15\x49\xa9\x66", bytes(20))
    return element(b"\x1a\x45\xdf\xa3", bytes(4)) + element(b"\x18\x53\x80\x67", info + tracks)


@pytest.mark.parametrize(
    "content",
    [
        mp4(track_header(0, 0), track_header(640, 360)),
        mp4(track_header(640, 360, version=1)),
        mp4(track_header(640, 360), large=True),
        webm(640, 360),
    ],
    ids=["sound and picture", "version 1", "64 bits", "webm"],
)
def test_the_size_is_that_of_the_picture(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    assert video_size(tmp_path / "a.mp4") == (640, 360)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no video at all",
        mp4()[:30],
        mp4(track_header(0, 0)),
        box(b"moov", b"\0" * 7),
        webm(1, 1)[:9],
    ],
)
def test_what_does_not_say_it_has_none(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    assert video_size(tmp_path / "a.mp4") is None


def test_a_file_of_nothing_but_boxes_is_looked_at_for_a_moment(tmp_path):
    (tmp_path / "a.mp4").write_bytes(box(b"free", b"") * 50_000)
    assert video_size(tmp_path / "a.mp4") is None
    assert video_size(tmp_path / "none.mp4") is None
