"""What a project has to do with other programs: who is told of what happens, servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Generic

from nblabel.connect import CVAT, PAUSES, Following, LabelStudio, Webhook, events_of
from nblabel.connect.pulling import Pulled
from nblabel.connect.pushing import Pushed
from nblabel.connect.waiting import Waiting
from nblabel.project import connecting, from_cvat, syncing, to_cvat
from nblabel.project.serving import Served
from nblabel.project.syncing import Synced
from nblabel.tasks.libraries import F


class Connected(Served, Generic[F]):
    """A project as other programs meet it; `Project` has all of it."""

    def on(
        self, event: str | Iterable[str], callback: Callable[[dict[str, Any]], Any]
    ) -> Callable[[], None]:
        """Call a function when something happens in the project, in whichever process.

        Parameters
        ----------
        event
            "ANNOTATION_CREATED", when an annotation is submitted or skipped that was not before;
            "ANNOTATION_UPDATED", when one is submitted or skipped again; "ANNOTATIONS_DELETED",
            when one is opened again or cleared, so that it does not count any more. Or several
            of these, or "*" for all.
        callback
            Called on another thread, once for each, in their order, with the payload of Label
            Studio's web hook of that name; its ``nblabel`` has the task's ``key``. What it
            raises is told in ``problems``.

        Returns
        -------
        callable
            Stops it.

        Raises
        ------
        DataError
            When there is no such event.

        Examples
        --------
        >>> import threading
        >>> import nblabel as nl
        >>> project = nl.Project([{"text": "It works."}], "text-classification", store=":memory:")
        >>> heard = threading.Event()
        >>> stop = project.on("ANNOTATION_CREATED", lambda payload: heard.set())
        >>> uid = project.annotate(project.key(0), "Positive")
        >>> heard.wait(10)
        True
        >>> stop()
        """
        write = partial(connecting.payload, self._work)
        events = events_of(event, "on()")
        following = Following(self.store, self._work.id, events, write, callback, tell=self.tell)
        return self._connected(following)

    def webhook(
        self,
        url: str,
        events: str | Iterable[str] | None = None,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        name: str | None = None,
        pauses: Sequence[float] = PAUSES,
        timeout: float = 10.0,
    ) -> Webhook:
        """Send what happens in the project to an address, as Label Studio's web hooks do.

        What was not sent yet waits in the store's log. After a restart of the kernel the same
        call goes on where it was, with what others did meanwhile. Of several kernels that make
        the same call one sends.

        Parameters
        ----------
        url
            Where to, http or https.
        events
            Which events, as `on` has them; None for all.
        secret
            Each body is signed with it: ``X-Signature-256`` is ``sha256=`` and the hex
            HMAC-SHA256 of the body, as CVAT has it.
        headers
            Further headers.
        name
            What the web hook is known by in the store; by default a digest of its address.
            Neither the address nor secret nor headers are kept.
        pauses
            Seconds before each further attempt at an event that was not answered with 2xx.
            When all fail, the web hook stops, and says so in ``problems``.
        timeout
            Seconds that an answer may take. A kernel that is gone keeps others from sending for
            three times as long.

        Returns
        -------
        Webhook
            It sends in a thread: ``waiting``, ``sent``, ``stop()``, ``problem``,
            ``is_running``.

        Raises
        ------
        DataError
            When the address, a header or an event cannot be used.

        Notes
        -----
        Each event is sent until it is acknowledged, and in their order; one whose answer was lost
        with the kernel, or on the way, is sent a second time, with the same ``X-Nblabel-Delivery``.
        """
        write = partial(connecting.payload, self._work)
        hook = Webhook(
            self.store,
            self._work.id,
            write,
            url,
            events,
            tell=self.tell,
            secret=secret,
            headers=headers,
            name=name,
            pauses=pauses,
            timeout=timeout,
        )
        for earlier in tuple(self._connections):  # as of a cell that is run again
            if isinstance(earlier, Webhook) and earlier.name == hook.name:
                earlier.stop()
                self._connections.remove(earlier)
        self._connected(hook)
        return hook

    def _connected(self, connection: Following | Webhook) -> Callable[[], None]:
        """Wake a connection when something happens here; return what ends it."""

        def hear(topic: str, _: str) -> None:
            if topic == "annotation":
                connection.wake()

        forget = self.on_change(hear)
        self._connections.append(connection)

        def stop() -> None:
            forget()
            connection.stop()
            with suppress(ValueError):
                self._connections.remove(connection)

        return stop

    # -- servers

    def push(
        self,
        server: LabelStudio,
        title: str | None = None,
        project_id: int | None = None,
        *,
        media: syncing.SentMedia = "upload",
    ) -> Pushed:
        """Send config, tasks, annotations and suggestions to a Label Studio server.

        What was sent is kept in the store, so that a second push sends the difference: nothing
        where nothing was done. A push that was stopped, by Ctrl-C or with its kernel, goes on
        where it was.

        Parameters
        ----------
        server
            The server.
        title
            The title of the project there, which is made where there is none; by default the
            project that was pushed to before, else this project's name.
        project_id
            The number of the project there, in place of a title.
        media
            What becomes of images that are no web addresses: "upload" puts each into the server's
            project once, "embed" into the task as a data URI, "keep" leaves paths as they are.

        Returns
        -------
        Pushed
            What was sent: counts, and in sentences what did not go (``problems``), and what was
            changed on both sides (``conflicts``). ``is_whole`` where there is neither.

        Raises
        ------
        DataError
            When the server cannot be reached or does not take the token, it cannot be told which
            project is meant, or the server would refuse the config: then nothing is sent.

        Notes
        -----
        An annotation that was changed here and there stays there as it is, and ours is sent
        beside it. One that was opened again or cleared here is deleted there. Drafts stay here.
        Annotations are those of the member with the annotator's email, else of the token's user.
        """
        return syncing.push(self._work, server, title, project_id, media)

    def pull(
        self, server: LabelStudio, title: str | None = None, project_id: int | None = None
    ) -> Pulled:
        """Take in what was done in a Label Studio server's project; open editors show it.

        Parameters
        ----------
        server, title, project_id
            As in `push`. Tasks that were not pushed from here are known by the column ``key=``,
            else by what the config shows of them.

        Returns
        -------
        Pulled
            What came in: counts, ``problems``, ``conflicts`` and ``is_whole`` as in `push`.

        Raises
        ------
        DataError
            When the server cannot be reached or does not take the token, or it cannot be told
            which project is meant.

        Notes
        -----
        What was changed there and not here is changed here, as one more revision, so that
        `revert` takes it back. What was changed on both sides comes in as another annotation. What
        was deleted there is a draft here.
        """
        return syncing.pull(self._work, server, title, project_id, changed=self._came)

    def sync(
        self,
        server: LabelStudio,
        title: str | None = None,
        project_id: int | None = None,
        *,
        media: syncing.SentMedia = "upload",
    ) -> Synced:
        """Take in what was done on a Label Studio server, then send what was done here.

        Parameters
        ----------
        server, title, project_id, media
            As in `push`.

        Returns
        -------
        Synced
            ``pulled`` and ``pushed``, as `pull` and `push` give them, and ``is_whole``.

        Raises
        ------
        DataError
            As in `push`.
        """
        return syncing.sync(self._work, server, title, project_id, media=media, changed=self._came)

    def server_status(
        self, server: LabelStudio, title: str | None = None, project_id: int | None = None
    ) -> Waiting:
        """Count what a push would send and a pull would take in; nothing is changed.

        Parameters
        ----------
        server, title, project_id
            As in `push`.

        Returns
        -------
        Waiting
            ``tasks_here``, ``annotations_here``, ``tasks_there`` and ``annotations_there``;
            ``is_whole`` where nothing waits.

        Raises
        ------
        DataError
            As in `pull`.
        """
        return syncing.status(self._work, server, title, project_id)

    def server_ids(self) -> F:
        """Return under which numbers Label Studio servers have the tasks.

        Returns
        -------
        frame
            One row a task and server, in the data's library: ``key``, ``server`` (its address),
            ``project`` and ``task`` (the numbers there).
        """
        made: F = syncing.server_ids(self._work)
        return made

    def _came(self, key: str) -> None:
        self._tell("annotation", key)

    def to_cvat(
        self,
        server: CVAT,
        title: str | None = None,
        *,
        task_size: int = 500,
        segment_size: int = 100,
        overlap: int = 0,
        at_once: int = 2,
        poll: float = 0.5,
        image_quality: int = 70,
        annotations: bool = True,
        drafts: bool = False,
    ) -> to_cvat.Jobs:
        """Make tasks of a CVAT server out of the rows; it goes on while you do something else.

        What is there already is not sent again: the same call goes on where it was stopped, and
        sends rows that are new.

        Parameters
        ----------
        server
            The server.
        title
            Its project, made where there is none; by default this project's name. Labels,
            choices and what is said of single regions come from the config.
        task_size
            Images of a task. A video is a task of its own.
        segment_size, overlap
            Images of a job, and how many of them two jobs share.
        at_once
            How many tasks are under way at a time.
        poll
            Seconds between looks at what the server is at work on.
        image_quality
            Of the pictures that people see there, from 0 to 100.
        annotations
            Whether what was said is sent, as what people go on from.
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        Jobs
            ``frame`` tells which row is which frame of which job, as soon as that is known;
            ``wait()``, or ``await``, waits for all; ``problems`` says what was left out.

        Raises
        ------
        FormatError
            When the config shows neither images nor videos.
        """
        sending = to_cvat.Sending(
            title or self.name,
            task_size=task_size,
            segment_size=segment_size,
            overlap=overlap,
            at_once=at_once,
            poll=poll,
            image_quality=image_quality,
            annotations=annotations,
            drafts=drafts,
        )
        return to_cvat.send(self._work, server, sending)

    def from_cvat(
        self, server: CVAT, title: str | None = None, *, annotator: str = "cvat"
    ) -> from_cvat.FromCVAT:
        """Take in what was drawn on a CVAT server: shapes, tags, tracks and attributes.

        It becomes the annotation of one annotator, of which every state is kept; what others
        said here stays. A row on which nothing was drawn is submitted once its jobs are
        completed there.

        Parameters
        ----------
        server, title
            As in `to_cvat`.
        annotator
            Whose annotation it is.

        Returns
        -------
        FromCVAT
            How many rows changed, and what did not fit.

        Raises
        ------
        DataError
            When the server has no such project, or does not answer.
        """

        def changed(key: str) -> None:
            self._tell("annotation", key)

        return from_cvat.bring(self._work, server, title or self.name, annotator, changed)
