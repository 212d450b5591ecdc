"""What is drawn on a CVAT server, as annotations of a project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from nblabel import config as configs
from nblabel import tags
from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.connect.cvat import CVAT, Session
from nblabel.core.annotation import Result
from nblabel.formats import _cvat_server as told_by_server
from nblabel.formats import cvat
from nblabel.formats._cvat_server import Known
from nblabel.formats._fitting import Fitting
from nblabel.formats.dataset import Aside
from nblabel.media.kinds import kind_of
from nblabel.project import annotating, cvat_frames
from nblabel.project.work import Work


@dataclass
class FromCVAT:
    """What came from a CVAT server.

    Parameters
    ----------
    changed, same, open
        How many rows were said something new of; of how many the same was known; of how many
        nothing was said there yet.
    problems
        What did not fit, a sentence each.
    """

    changed: int = 0
    same: int = 0
    open: int = 0
    problems: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        told = f"FromCVAT({self.changed} changed, {self.same} the same, {self.open} open)"
        return "\n".join((told, *self.problems))


def bring(
    work: Work, server: CVAT, title: str, annotator: str, changed: Callable[[str], None]
) -> FromCVAT:
    """Take in what was drawn on a server; see `Project.from_cvat`."""
    made = FromCVAT()
    with closing(server.session()) as session, tempfile.TemporaryDirectory() as folder:
        project = session.project(title)
        if project is None:
            raise DataError(f'{server.url} has no project "{title}"')
        known = Known(session.labels(int(project["id"])))
        keys = {cvat_frames.mark(key): key for some in work.pages() for key in some}
        for task in session.tasks(int(project["id"])):
            if not task.get("size"):
                continue
            back = _Back(work, session, int(task["id"]), known, Path(folder) / "a.xml")
            for key, results, is_finished in back.rows(keys):
                if _take(work, (key, annotator), results, made, finished=is_finished):
                    changed(key)
            for sentence in back.problems():
                if sentence not in made.problems:
                    made.problems.append(sentence)
    return made


def _take(
    work: Work,
    whose: tuple[str, str],
    results: list[Result],
    made: FromCVAT,
    *,
    finished: bool,
) -> bool:
    """Write what is said of a row, by its key and an annotator; whether it is new."""
    key, annotator = whose
    present = work.annotation(key, annotator)
    if not results and not finished and present is None:
        made.open += 1
        return False
    known = None if present is None else [item.result for item in present.items]
    if known is not None and digest(known) == digest(results):
        made.same += 1
        return False
    annotating.annotate(work, key, [results], annotator, check=False)
    made.changed += 1
    return True


class _Back:
    """One task of a server, as rows of a project."""

    def __init__(self, work: Work, session: Session, task: int, known: Known, file: Path) -> None:
        self._work, self._session, self._task = work, session, task
        self._known, self._file = known, file
        self._aside = Aside()
        self._told: list[str] = []

    def problems(self) -> list[str]:
        """Return what did not fit."""
        return [*self._told, *self._aside.sentences()]

    def rows(self, keys: dict[str, str]) -> Iterator[tuple[str, list[Result], bool]]:
        """Yield what is said of each row, and whether people have finished it there."""
        meta = self._session.frames(self._task)
        numbered = list(cvat_frames.numbered(meta))
        if not numbered:
            return
        is_video = kind_of(numbered[0][1]["name"]) == "video"
        video = numbered[0][1]["name"] if is_video else ""
        given = self._session.annotations(self._task)
        listed = [{**meta["frames"][0], "count": meta["size"]}] if is_video else meta["frames"]
        lines = told_by_server.document(listed, self._known, given, video, self._tell)
        self._file.write_text("\n".join(lines), encoding="utf-8")
        dataset = cvat.read(self._file, images=self._file.parent)
        made = configs.parse(dataset.config, tags.TAGS)
        fitting = Fitting(made, self._work.config, self._aside)
        finished = self._finished()
        rows: dict[str, tuple[list[Result], list[bool]]] = {}
        there = dict(numbered)
        for at, said in enumerate(dataset.said()):
            if at not in there:
                continue
            mark, item = cvat_frames.whose(there[at]["name"])
            key = keys.get(mark)
            if key is None:
                self._tell("a frame is of no row of this project")
                continue
            results, done = rows.setdefault(key, ([], []))
            fitted = [r for annotation in said for r in fitting.results(annotation["result"])]
            results += (_of_item(result, item) for result in fitted)
            done.append(at in finished)
        self._told += dataset.problems.sentences()
        for key, (results, done) in rows.items():
            yield key, results, all(done)

    def _finished(self) -> set[int]:
        """Return the frames of jobs that people are done with."""
        return {
            frame
            for job in self._session.jobs(self._task)
            if job.get("state") == "completed"
            for frame in range(job["start_frame"], job["stop_frame"] + 1)
        }

    def _tell(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.append(sentence)


def _of_item(result: Result, item: int | None) -> Result:
    """Return a result as one about an image among several, with an id of its own."""
    if item is None:
        return result
    named = {n: f"{v}-i{item}" for n, v in result.items() if n in _NAMING}
    return {**result, **named, "item_index": item}


_NAMING = ("id", "parentID", "from_id", "to_id")
