"""A project's rows as tasks of a CVAT server."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from nblabel import tasks
from nblabel.base.errors import DataError, FormatError, NblabelError
from nblabel.base.http import ServerError
from nblabel.connect.cvat import CVAT, Json, Session
from nblabel.core.element import Element as Tag
from nblabel.formats import _cvat_server as told_by_server
from nblabel.formats import cvat
from nblabel.formats._cvat_server import Known
from nblabel.formats._xml import elements
from nblabel.formats.dataset import Example, Medium, Out
from nblabel.media.kinds import kind_of
from nblabel.project import cvat_frames, datasets, frames
from nblabel.project.work import Work

_SENDING = " (sending)"  # how a task is called until all of it is there
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_COLUMNS = ("key", "server", "project", "task", "job", "frame", "state", "url")
_TYPES: dict[str, type] = {"key": str, "server": str, "state": str, "url": str}


@dataclass(frozen=True, slots=True)
class _Frame:
    """An image, or a video, of a row."""

    key: str
    name: str
    load: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """How rows are sent.

    Parameters
    ----------
    title
        The server's project.
    task_size, segment_size, overlap
        Frames of a task, and of a job; how many frames two jobs share.
    at_once
        How many tasks are under way at a time.
    poll
        Seconds between looks at what the server is at work on.
    image_quality
        Of the pictures that people see there, from 0 to 100.
    annotations, drafts
        Whether what was said is sent; whether what was not submitted counts.
    """

    title: str
    task_size: int
    segment_size: int
    overlap: int
    at_once: int
    poll: float
    image_quality: int
    annotations: bool
    drafts: bool


def send(work: Work, server: CVAT, sending: Sending) -> Jobs:
    """Begin to send rows; see `Project.to_cvat`."""
    if not isinstance(server, CVAT):
        raise DataError(f"to_cvat() takes nblabel.CVAT(url, token), not {type(server).__name__}")
    _shown(work)
    _ = work.needed_data
    for name in ("task_size", "segment_size", "at_once"):
        if getattr(sending, name) < 1:
            raise DataError(f"to_cvat() takes a number from 1 on for {name}=")
    return Jobs(work, server, sending)


class Jobs:
    """What goes to a CVAT server; it goes on by itself.

    ``jobs.wait()`` waits for it, and so does ``await jobs``. What stands there already is in
    `frame`, at any time.
    """

    def __init__(self, work: Work, server: CVAT, sending: Sending) -> None:
        self._work, self._server, self._sending = work, server, sending
        self._rows: list[tuple[Any, ...]] = []
        self._places: dict[str, int] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.problems: list[str] = []
        self.tasks = 0
        self._thread = threading.Thread(target=self._run, name="nblabel cvat", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        state = "done" if self.is_done else "under way"
        told = f"{self._server!r}, {self.tasks} tasks, {len(self._rows)} frames, {state}"
        return "\n".join((f"Jobs({told})", *self.problems))

    @property
    def is_done(self) -> bool:
        """Whether nothing more comes."""
        return not self._thread.is_alive()

    @property
    def frame(self) -> Any:
        """What is there by now, a row a frame, in the data's library.

        In the order of the rows: ``key`` of the task, ``server``, and there ``project``, ``task``,
        ``job`` and ``frame`` (from 0), the job's ``state`` when it was made, and its ``url``.
        """
        with self._lock:
            rows = sorted(self._rows, key=lambda row: (self._places.get(row[0], 0), row[3], row[5]))
        values = {name: [row[at] for row in rows] for at, name in enumerate(_COLUMNS)}
        types: dict[str, type] = {name: _TYPES.get(name, int) for name in _COLUMNS}
        return frames.new_frame(self._work, values, types)

    def wait(self, timeout: float | None = None) -> Jobs:
        """Wait until all is there.

        Raises
        ------
        TimeoutError
            When the time is over first; it goes on.
        """
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"{self!r}")
        return self

    def __await__(self) -> Generator[Any, None, Jobs]:
        return self._awaited().__await__()

    async def _awaited(self) -> Jobs:
        return await asyncio.to_thread(self.wait)

    def stop(self) -> None:
        """Begin no further task; those under way come to their end. The next call goes on."""
        self._stopped.set()
        self._thread.join()

    # -- on a thread of its own

    def _run(self) -> None:
        try:
            with closing(self._server.session()) as session, tempfile.TemporaryDirectory() as at:
                self._send(session, Path(at))
        except NblabelError as error:
            self._tell(str(error))
        except Exception as error:
            self._tell(f"{type(error).__name__}: {error}")

    def _tell(self, problem: str) -> None:
        with self._lock:
            if problem not in self.problems:
                self.problems.append(problem)

    def _send(self, session: Session, folder: Path) -> None:
        file = folder / "annotations.xml"
        self._write(file)
        project = _project(session, self._sending.title, told_by_server.labels_of(file))
        known = Known(session.labels(project))
        there = self._there(session, project)
        said = _Said(file, there.stems)
        pool = ThreadPoolExecutor(self._sending.at_once, "nblabel cvat")
        under_way: set[Future[None]] = set()
        with pool:
            for number, some in enumerate(self._lots(there), 1):
                if self._stopped.is_set():
                    break
                given = _given(some, said, known, self._tell)
                place = folder / str(number)
                name = f"{self._sending.title} {number + len(there.tasks)}"
                task = _Task(project, name, some, given, place)
                under_way.add(pool.submit(self._make, task))
                while len(under_way) >= self._sending.at_once:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    _raise_first(done)
            _raise_first(wait(under_way).done)

    def _write(self, file: Path) -> None:
        """Write what was said, and which labels there are."""
        lost = datasets.Counted()
        given: Iterable[Example] = ()
        if self._sending.annotations:
            drafts = self._sending.drafts
            given = map(_named, datasets.examples(self._work, lost.add, drafts=drafts))
        cvat.write(given, Out(file, self._work.config, lost.add, "keep"))
        for sentence in lost.sentences():
            self._tell(f"not all fits CVAT: {sentence}")

    def _there(self, session: Session, project: int) -> _There:
        """Return what a project of the server has already; its rows are told, too."""
        self._places = {key: at for at, key in enumerate(k for s in self._work.pages() for k in s)}
        keys = {cvat_frames.mark(key): key for key in self._places}
        there = _There()
        for task in session.tasks(project):
            if task["name"].endswith(_SENDING):  # somebody who sent it was stopped in the middle
                session.delete_task(int(task["id"]))
                continue
            meta = session.frames(int(task["id"])) if task.get("size") else {"frames": []}
            there.tasks.append(int(task["id"]))
            there.stems.update(cvat_frames.stem(one["name"]) for one in meta["frames"])
            self._join(session, project, int(task["id"]), meta, keys)
        return there

    def _lots(self, there: _There) -> Iterator[list[_Frame]]:
        """Yield the frames of each task that is to be made."""
        lot: list[_Frame] = []
        for key, index in ((k, i) for some in self._work.pages() for k, i in some.items()):
            if index is None:
                continue
            for frame in _frames(self._work, key, index):
                if cvat_frames.stem(frame.name) in there.stems:
                    continue
                lot.append(frame)
                if len(lot) == self._sending.task_size or kind_of(frame.name) == "video":
                    yield lot
                    lot = []
        if lot:
            yield lot

    def _make(self, task: _Task) -> None:
        """Make one task, or tell why it cannot be; where the server fails, nothing goes on."""
        files = list(self._files(task))
        try:
            if files:
                with closing(self._server.session()) as session:
                    self._made(session, task, files)
        except ServerError:
            raise
        except NblabelError as error:
            self._tell(str(error))
        finally:
            for file in files:
                file.unlink(missing_ok=True)

    def _made(self, session: Session, task: _Task, files: Sequence[Path]) -> None:
        """Make a task: its files, then what was said of them, then its name, which says so."""
        how = self._sending
        name = task.name + _SENDING
        made = session.make_task(task.project, name, how.segment_size, how.overlap)
        number = int(made["id"])
        try:
            session.upload(number, files, how.image_quality)
            self._wait(session, number)
        except NblabelError:
            with suppress(NblabelError):
                session.delete_task(number)
            raise
        meta = session.frames(number)
        names = {one["name"].rpartition("/")[2]: at for at, one in enumerate(meta["frames"])}
        given = task.given(names)
        if any(given.values()):
            session.put_annotations(number, given)
        session.name_task(number, task.name)
        keys = {cvat_frames.mark(frame.key): frame.key for frame in task.frames}
        self._join(session, task.project, number, meta, keys)
        with self._lock:
            self.tasks += 1

    def _files(self, task: _Task) -> Iterator[Path]:
        task.place.mkdir()
        for frame in task.frames:
            media = frame.load()
            if media.data is None:
                why = media.problem or "only a browser loads it; protocols= would have it read here"
                self._tell(f'task "{frame.key}" was not sent: {why}')
                continue
            suffix = _SUFFIXES.get(media.mime or "", Path(frame.name).suffix)  # as it is sent
            file = task.place / f"{cvat_frames.stem(frame.name)}{suffix}"
            file.write_bytes(media.data)
            yield file

    def _wait(self, session: Session, task: int) -> None:
        """Wait for the server to be ready with a task's files."""
        while True:
            state, message = session.state(task)
            if state == "finished":
                return
            if state == "failed":
                raise DataError(f"{self._server.url} could not take the files of a task: {message}")
            time.sleep(self._sending.poll)

    def _join(
        self, session: Session, project: int, task: int, meta: Json, keys: dict[str, str]
    ) -> None:
        """Note which row is which frame of which job."""
        jobs = session.jobs(task)
        rows = []
        for at, one in cvat_frames.numbered(meta):
            key = keys.get(cvat_frames.whose(one["name"])[0])
            job = next((j for j in jobs if j["start_frame"] <= at <= j["stop_frame"]), None)
            if key is None or job is None:
                continue
            url = f"{self._server.url}/tasks/{task}/jobs/{job['id']}"
            where = (project, task, int(job["id"]), at, str(job.get("state") or ""))
            rows.append((key, self._server.url, *where, url))
        with self._lock:
            self._rows += rows


def _raise_first(done: Iterable[Future[None]]) -> None:
    for one in done:
        one.result()


@dataclass(slots=True)
class _There:
    """What a project of the server has: its tasks, and the stems of their frames' names."""

    tasks: list[int] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Task:
    """A task that is to be made."""

    project: int
    name: str
    frames: Sequence[_Frame]
    given: Callable[[dict[str, int]], Json]
    place: Path


class _Said:
    """What was said, an image or a track after the other, in the order of the rows."""

    def __init__(self, file: Path, there: set[str]) -> None:
        every = elements(file, "image")
        self._images = (one for one in every if cvat_frames.stem(one.get("name", "")) not in there)
        self._next: Element | None = next(self._images, None)
        self._tracks = _tracks_of(file)

    def images(self, names: set[str]) -> list[Element]:
        """Return the images of some names, which come next."""
        made = []
        while self._next is not None and cvat_frames.stem(self._next.get("name", "")) in names:
            made.append(self._next)
            self._next = next(self._images, None)
        return made

    def tracks(self, name: str) -> list[Element]:
        """Return the tracks of a video."""
        return self._tracks.get(cvat_frames.stem(name), [])


def _tracks_of(file: Path) -> dict[str, list[Element]]:
    """Return tracks by the stems of their videos' names."""
    videos: dict[str, str] = {}
    made: dict[str, list[Element]] = {}
    for one in elements(file, "meta", "track"):
        if one.tag == "meta":
            for task in one.iter("task"):
                source = task.findtext("source")
                if source:
                    videos[task.findtext("id") or "1"] = cvat_frames.stem(source)
        else:
            stem = videos.get(one.get("task_id") or "1", next(iter(videos.values()), ""))
            made.setdefault(stem, []).append(one)
    return made


def _given(
    some: Sequence[_Frame], said: _Said, known: Known, tell: Callable[[str], None]
) -> Callable[[dict[str, int]], Json]:
    """Return what makes the annotations of a task, once its frames have their numbers."""
    names = {cvat_frames.stem(frame.name) for frame in some}
    images = said.images(names)
    tracks = [track for frame in some for track in said.tracks(frame.name)]

    def given(numbers: dict[str, int]) -> Json:
        by_stem = {cvat_frames.stem(name): number for name, number in numbers.items()}
        made: Json = {"version": 0, "tags": [], "shapes": [], "tracks": []}
        for image in images:
            number = by_stem.get(cvat_frames.stem(image.get("name", "")))
            if number is None:
                continue
            shapes, of_all = told_by_server.of_image(image, number, known, tell)
            made["shapes"] += shapes
            made["tags"] += of_all
        for track in tracks:
            one = told_by_server.of_track(track, known, tell)
            if one is not None:
                made["tracks"].append(one)
        return made

    return given


def _project(session: Session, title: str, labels: Sequence[Json]) -> int:
    """Return the server's project of a title, with at least these labels; made where it is new."""
    found = session.project(title)
    if found is None:
        return int(session.make_project(title, labels)["id"])
    project = int(found["id"])
    there = {one["name"] for one in session.labels(project)}
    missing = [one for one in labels if one["name"] not in there]
    if missing:
        session.add_labels(project, missing)
    return project


def _frames(work: Work, key: str, index: int) -> Iterator[_Frame]:
    """Yield the images and videos of a row."""
    data = work.needed_data
    row = data.row(index)
    shown = tasks.media_values(work.config, row)
    for element in _shown(work):
        is_image = element.tag == "Image"
        values = shown.get(element.id, ())
        if not is_image:
            values = [tasks.shown_value(work.config, element, row)]
        many = is_image and (element.attributes.get("valueList") or len(values) > 1)
        for item, value in enumerate(values):
            address = str(value) if isinstance(value, str | Path) else ""
            suffix = Path(address.partition("?")[0]).suffix.lower()[:6] or ".png"
            name = cvat_frames.marked(key, address, item if many else None, suffix)
            load = data.load if is_image else data.load_file
            yield _Frame(key, name, lambda load=load, value=value: load(value))  # type: ignore[misc]
        return  # of several objects the first is sent


def _shown(work: Work) -> list[Tag]:
    shown = [one for one in work.config.objects.values() if one.tag in {"Image", "Video"}]
    if not shown:
        raise FormatError("to_cvat() sends images and videos, and the config shows none")
    return shown


def _named(example: Example) -> Example:
    """Return an example whose media have the names that tell whose they are."""

    def media(name: str) -> tuple[Medium, ...]:
        given = example.media(name)
        many = len(given) > 1 or bool(example.config.objects[name].attributes.get("valueList"))
        return tuple(
            replace(
                one,
                name=cvat_frames.marked(
                    example.key,
                    one.address or one.name,
                    at if many else None,
                    Path(one.name).suffix or ".png",
                ),
            )
            for at, one in enumerate(given)
        )

    return replace(example, media=media)
