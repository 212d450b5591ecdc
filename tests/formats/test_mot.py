"""MOT: a line for each frame on which a box is seen."""

import random

import pytest

import nblabel as nl
from nblabel.formats import _tracks as tracks
from tests.formats.datasets import close, exported, read, results_of
from tests.formats.test_cvat import STILL, VIDEO, track, video

SIZE = (200, 100)


def written(folder, *tasks, **options):
    out = folder / "out"
    told = exported(video(*tasks), out, "mot", size=SIZE, media="keep", **options)
    return out, told


def lines(out, name="a"):
    return [
        [float(word) for word in line.split(",")]
        for line in (out / name / "gt" / "gt.txt").read_text().splitlines()
    ]


class TestWriting:
    def test_frames_are_interpolated_as_label_studio_does(self, tmp_path):
        start, end = (0, 0, 10, 10, 0), (30, 0, 10, 10, 0)
        keys = [(1, True, start), (4, False, end), (7, True, start)]
        out, told = written(tmp_path, [track(*keys, frames=8)], origin=0)
        # Frames 5 and 6 are those of which label_studio_sdk's extract_key_frames makes none.
        assert [line[0] for line in lines(out)] == [1, 2, 3, 4, 7, 8]
        assert [line[2] for line in lines(out)] == pytest.approx([0, 20, 40, 60, 0, 0])
        assert not told

    def test_pixels_frames_ids_and_classes_count_from_1(self, tmp_path):
        task = [track((1, True, STILL), frames=1), track((1, True, STILL), label="dog", frames=1)]
        out, _ = written(tmp_path, task)
        assert lines(out) == [[1, 1, 21, 21, 60, 40, 1, 1, 1], [1, 2, 21, 21, 60, 40, 1, 2, 1]]
        assert (out / "a" / "gt" / "labels.txt").read_text() == "cat\ndog\n"

    def test_seqinfo_says_what_the_video_is(self, tmp_path):
        out, _ = written(tmp_path, [track((1, True, STILL))])
        said = (out / "a" / "seqinfo.ini").read_text().splitlines()
        assert {"frameRate=5", "seqLength=20", "imWidth=200", "imHeight=100"} <= set(said)

    def test_turned_boxes_and_unknown_sizes_are_told(self, tmp_path):
        turned = track((1, True, (50, 20, 20, 20, 90)), frames=1)
        out, [told] = written(tmp_path, [turned], origin=0)
        assert lines(out)[0][2:6] == [80, 20, 20, 40]
        assert "a turned box is the upright box around it" in told
        [told] = exported(video([turned]), tmp_path / "two", "mot", media="keep")
        assert "the size of a video is not known" in told

    def test_a_config_without_such_boxes_does_not_fit(self, tmp_path):
        made = nl.Project(["a"], "text-classification", store=":memory:")
        with pytest.raises(nl.FormatError, match="the config has no <VideoRectangle>"):
            made.export(tmp_path / "out", "mot")


class TestReading:
    def folder(self, path, text, name="gt", ini="imWidth=200\nimHeight=100\nseqLength=9\n"):
        (path / "walk" / name).mkdir(parents=True)
        (path / "walk" / name / f"{name}.txt").write_text(text)
        (path / "walk" / "seqinfo.ini").write_text(f"[Sequence]\nframeRate=3\n{ini}")
        return path

    def test_few_keyframes_stand_for_many_lines(self, tmp_path):
        text = "".join(f"{n},1,{2 * n + 1},1,20,10,1,1,1\n" for n in range(1, 6))
        [one] = results_of(read(self.folder(tmp_path, text)))
        keys = [(k["frame"], k["enabled"], round(k["x"], 6)) for k in one["value"]["sequence"]]
        assert keys == [(1, True, 1), (5, False, 5)]
        assert one["value"]["labels"] == ["pedestrian"]
        assert (one["value"]["framesCount"], one["value"]["duration"]) == (9, 3)

    def test_what_is_to_be_ignored_or_broken_is_told(self, tmp_path):
        text = "1,1,1,1,5,5,0,1,1\nx,1,1\n1,2,1,1,5,5,1,9,1\n"
        made = read(self.folder(tmp_path, text), labels=["man"])
        [one] = results_of(made)
        assert one["value"]["labels"] == ["9"]
        assert "a line that is to be ignored (conf 0) is left out" in made.problems
        assert "a line has not the numbers that MOT has: walk, line 2" in made.problems

    def test_what_a_detector_found_are_suggestions(self, tmp_path):
        text = "1,-1,1,1,5,5,0.7,-1,-1,-1\n2,-1,1,1,5,5,0.6,-1,-1,-1\n"
        [task] = read(self.folder(tmp_path, text, "det")).to_label_studio(media="keep")
        assert len(task["predictions"][0]["result"]) == 2
        assert task["annotations"] == []

    def test_without_the_size_it_is_told_how_to_say_it(self, tmp_path):
        folder = self.folder(tmp_path, "1,1,1,1,5,5,1,1,1\n", ini="")
        assert any("size=(width, height) would say it" in p for p in read(folder).problems)
        assert len(results_of(read(folder, size=SIZE))) == 1


def test_there_and_back_the_same_frames_are_seen_at_the_same_places(tmp_path):
    rng = random.Random(8)
    tasks = []
    for _ in range(2):
        task = []
        for _ in range(6):
            at = sorted(rng.sample(range(1, 21), rng.randint(1, 5)))
            keys = [
                (f, rng.random() < 0.6, (*(rng.uniform(1, 50) for _ in range(4)), 0)) for f in at
            ]
            task.append(track(*keys, label=rng.choice(["cat", "dog"])))
        tasks.append(task)
    out, told = written(tmp_path, *tasks)
    assert not told
    again = read(out, config=VIDEO)
    for index, task in enumerate(tasks):
        got = results_of(again, index)
        assert len(got) == len(task)
        for one, wanted in zip(got, task, strict=True):
            assert one["value"]["labels"] == wanted["value"]["labels"]
            seen = [dict(tracks.seen(keys_of(r), 20)) for r in (one, wanted)]
            assert seen[0].keys() == seen[1].keys()
            assert all(close(seen[0][f], seen[1][f], 2e-6) for f in seen[1])


def keys_of(result):
    return [
        tracks.Key(k["frame"], tuple(k[name] for name in tracks.PLACES), k["enabled"])
        for k in result["value"]["sequence"]
    ]
