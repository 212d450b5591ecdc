"""WebVTT, SRT, ASR manifests, RTTM, Audacity: what is said in recordings, and when."""

import json
import shutil

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nblabel as nl
from tests.formats.datasets import exported
from tests.formats.words import recordings, segment, segments_of, sound

SAID = {
    "in/a.wav": [
        *segment("x", 0.1, 0.5, "Ana", "Hello <you> & me"),
        *segment("y", 0.5, 0.75, "Ben", "Hi"),
    ],
    "in/b.wav": [],
}


@pytest.fixture
def made(tmp_path):
    return recordings(tmp_path / "media", SAID)


class TestWebVTT:
    def test_a_file_beside_each_recording(self, tmp_path, made):
        assert exported(made, tmp_path / "out", "webvtt") == []
        assert (tmp_path / "out/in/a.vtt").read_text("utf-8") == (
            "WEBVTT\n\n00:00:00.100 --> 00:00:00.500\n<v Ana>Hello &lt;you&gt; &amp; me\n\n"
            "00:00:00.500 --> 00:00:00.750\n<v Ben>Hi\n"
        )
        assert (tmp_path / "out/in/b.vtt").read_text("utf-8") == "WEBVTT\n"
        assert (tmp_path / "out/in/a.wav").is_file()

    def test_it_comes_back(self, tmp_path, made):
        exported(made, tmp_path / "out", "webvtt")
        read = nl.read(tmp_path / "out", store=":memory:")
        assert segments_of(read) == segments_of(made)
        assert read.problems == []

    def test_others_files(self, tmp_path):
        (tmp_path / "talk.vtt").write_bytes(
            b"\xef\xbb\xbfWEBVTT - a talk\r\n\r\nNOTE nothing\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n"
            b"1\r\n01:00.5 --> 01:02.000 align:start\r\n"
            b"<v.loud Ana>So <i>it</i> is</v>\r\nhere\r\n\r\n"
            b"00:00:03.000 --> 00:00:02.000\r\nbackwards\r\n"
        )
        sound(tmp_path / "talk.wav")
        read = nl.read(tmp_path / "talk.vtt", store=":memory:")
        assert segments_of(read) == {"talk.wav": [(60.5, 62.0, "Ana", "So it is\nhere")]}
        [told] = read.problems
        assert told.startswith("a cue has no times that can be read: talk.vtt: 00:00:03.000")


class TestSRT:
    def test_labels_have_no_place(self, tmp_path, made):
        [told] = exported(made, tmp_path / "out", "srt")
        assert "the label of a region has no place (2 times" in told
        assert (tmp_path / "out/in/a.srt").read_text("utf-8") == (
            "1\n00:00:00,100 --> 00:00:00,500\nHello <you> & me\n\n"
            "2\n00:00:00,500 --> 00:00:00,750\nHi\n"
        )

    def test_words_come_back(self, tmp_path, made):
        exported(made, tmp_path / "out", "srt")
        read = nl.read(tmp_path / "out", store=":memory:")
        assert segments_of(read)["a.wav"] == [
            (0.1, 0.5, "Speech", "Hello <you> & me"),
            (0.5, 0.75, "Speech", "Hi"),
        ]

    def test_a_region_without_words_is_told(self, tmp_path):
        some = recordings(tmp_path / "media", {"a.wav": segment("x", 0, 1, "Ana")})
        [told] = exported(some, tmp_path / "out", "srt")
        assert "a region without words has no place" in told


times = st.integers(0, 90_000_000).map(lambda millis: millis / 1000)
spoken = st.text(st.sampled_from("aé東🎈 <&>'-\n"), min_size=1, max_size=20)


@pytest.mark.parametrize("form", ["webvtt", "srt"])
@given(cues=st.lists(st.tuples(times, times, st.sampled_from(["Ana", "Ben"]), spoken), max_size=4))
@example(cues=[(0.0, 0.001, "Ana", "<"), (0.0, 0.001, "Ana", " ")])
@settings(max_examples=30)
def test_subtitles_come_back_to_the_millisecond(tmp_path_factory, form, cues):
    folder = tmp_path_factory.mktemp(form)
    some = [(*sorted(one[:2]), *one[2:]) for one in cues if one[0] != one[1]]
    said = [r for at, one in enumerate(some) for r in segment(f"r{at}", *one)]
    made = recordings(folder / "media", {"a.wav": said})
    exported(made, folder / "out", form)
    read = nl.read(folder / "out", store=":memory:")
    lines = (line.strip() for *_, text in some for line in [text])
    assert sorted(len(one) for one in segments_of(read).values()) == [
        sum(bool(line) or form == "webvtt" for line in lines)
    ]
    back = {one[:2] for one in segments_of(read)["a.wav"]}
    kept = {one[:2] for one in some if form == "webvtt" or one[3].strip()}
    assert back == kept


class TestManifest:
    def test_a_line_for_each_region(self, tmp_path, made):
        exported(made, tmp_path / "m.jsonl", "asr-manifest")
        first, second = map(json.loads, (tmp_path / "m.jsonl").read_text("utf-8").splitlines())
        assert first["audio_filepath"].endswith("in/a.wav")
        del first["audio_filepath"]
        assert first == {
            "offset": 0.1,
            "duration": 0.4,
            "text": "Hello <you> & me",
            "speaker": "Ana",
        }
        assert second["speaker"] == "Ben"

    def test_it_comes_back(self, tmp_path, made):
        exported(made, tmp_path / "m.jsonl", "asr-manifest")
        read = nl.read(tmp_path / "m.jsonl", store=":memory:", root=tmp_path)
        assert segments_of(read)["a.wav"] == segments_of(made)["a.wav"]

    def test_others_files(self, tmp_path):
        lines = [
            {"audio_filepath": "a.wav", "duration": 2.5, "text": "schön"},
            {"audio_filepath": "a.wav", "text": "no length"},
        ]
        text = "\n".join(map(json.dumps, lines))
        (tmp_path / "m.json").write_text(text, encoding="utf-8")
        read = nl.read(tmp_path / "m.json", store=":memory:")
        assert segments_of(read) == {"a.wav": [(0.0, 2.5, "Speech", "schön")]}
        assert read.problems == ["a line lacks audio_filepath, duration or text: line 2"]


class TestRTTM:
    def test_who_speaks_when(self, tmp_path, made):
        [told] = exported(made, tmp_path / "a.rttm", "rttm")
        assert "what is said of a single region has no place (2 times" in told
        assert (tmp_path / "a.rttm").read_text("utf-8") == (
            "SPEAKER in/a 1 0.100 0.400 <NA> <NA> Ana <NA> <NA>\n"
            "SPEAKER in/a 1 0.500 0.250 <NA> <NA> Ben <NA> <NA>\n"
        )

    def test_it_comes_back_beside_its_recordings(self, tmp_path, made):
        exported(made, tmp_path / "a.rttm", "rttm")
        shutil.copytree(tmp_path / "media" / "in", tmp_path / "in")
        read = nl.read(tmp_path / "a.rttm", store=":memory:")
        assert read.problems == []
        assert segments_of(read)["a.wav"] == [(0.1, 0.5, "Ana", None), (0.5, 0.75, "Ben", None)]

    def test_channels_and_what_is_odd(self, tmp_path):
        (tmp_path / "a.rttm").write_text(
            ";; a comment\nSPEAKER a 2 1.5 0.5 <NA> <NA> Ana <NA> <NA>\n"
            "LEXEME a 1 0 1 so lex Ana <NA> <NA>\nSPEAKER a 1 x 1 <NA> <NA> Ana <NA> <NA>\n"
        )
        sound(tmp_path / "a.wav")
        read = nl.read(tmp_path / "a.rttm", store=":memory:")
        [result] = read.to_label_studio(media="keep")[0]["annotations"][0]["result"]
        assert result["value"] == {"start": 1.5, "end": 2.0, "channel": 1, "labels": ["Ana"]}
        assert read.problems == [
            "a line is about something else than a speaker: line 3",
            "a line has no onset, duration or name that can be read: line 4",
        ]
        exported(read, tmp_path / "b.rttm", "rttm")
        assert "SPEAKER a 2 1.500 0.500" in (tmp_path / "b.rttm").read_text()


class TestAudacity:
    def test_a_track_beside_each_recording(self, tmp_path, made):
        exported(made, tmp_path / "out", "audacity")
        assert (tmp_path / "out/in/a.txt").read_text("utf-8") == (
            "0.100000\t0.500000\tAna\n0.500000\t0.750000\tBen\n"
        )

    def test_it_comes_back(self, tmp_path, made):
        exported(made, tmp_path / "out", "audacity")
        read = nl.read(tmp_path / "out", store=":memory:")
        assert segments_of(read)["a.wav"] == [(0.1, 0.5, "Ana", None), (0.5, 0.75, "Ben", None)]

    def test_others_files(self, tmp_path):
        (tmp_path / "a.txt").write_text("1.5\t1.5\tclick\n\\\t100.0\t200.0\n2\t3\n4\tx\ty\n")
        sound(tmp_path / "a.wav")
        read = nl.read(tmp_path / "a.txt", format="audacity", store=":memory:")
        assert segments_of(read) == {
            "a.wav": [(1.5, 1.5, "click", None), (2.0, 3.0, "Label", None)]
        }
        assert read.problems == ["a line has no start and end: a.txt, line 4"]


def test_a_config_without_recordings_is_refused(tmp_path):
    text = nl.Project([{"text": "a"}], "text-classification", store=":memory:")
    for form in ("webvtt", "srt", "rttm", "audacity"):
        with pytest.raises(nl.FormatError, match=f"{form}: it holds what is said of stretches"):
            text.export(tmp_path / f"a.{form}" if form == "rttm" else tmp_path / form, form)


@given(st.binary(max_size=80))
@settings(max_examples=30)
@pytest.mark.parametrize("form", ["webvtt", "srt", "rttm", "audacity", "asr-manifest"])
def test_strangers_files_are_read_or_refused_in_a_sentence(tmp_path_factory, form, given):
    file = tmp_path_factory.mktemp("strange") / "a.txt"
    file.write_bytes(given)
    try:
        read = nl.read(file, format=form, store=":memory:")
    except nl.NblabelError as error:
        read = None
        told = str(error)
    assert read is not None or told
