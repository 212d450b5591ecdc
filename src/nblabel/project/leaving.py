"""What comes out of a project: frames, tasks, files, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, overload

from nblabel.base.arguments import one_of
from nblabel.formats import label_studio, table
from nblabel.media.masks import Mask
from nblabel.project import datasets, exporting, frames
from nblabel.project.connected import Connected
from nblabel.project.frames import Which
from nblabel.tasks.libraries import F


class Leaving(Connected[F]):
    """A project as its work leaves it; `Project` has all of it."""

    _notes: list[str]

    def check(self) -> F:
        """Report results that do not fit the config; nothing is changed.

        Returns
        -------
        frame
            One row a problem, in the data's library: ``key``, ``index`` (the task's row in the
            frame's index), ``annotation``, ``id`` of the result, and the ``problem`` as a
            sentence. What was set aside when the data was read
            has no annotation.
        """
        made: F = frames.check(self._work, self._wrong)
        return made

    def check_rows(self) -> list[dict[str, Any]]:
        """Return what `check` reports, as dicts."""
        return frames.check_rows(self._work, self._wrong)

    @property
    def _wrong(self) -> list[str]:
        return [problem for problem in self.problems if problem not in self._notes]

    def to_frame(
        self,
        annotations: Which = "latest",
        *,
        drafts: bool = False,
        status: bool = False,
        flat: bool = False,
    ) -> F:
        """Return the data with one more column for each control of the config.

        Parameters
        ----------
        annotations
            "latest" gives a task its newest annotation that is not skipped; "all" gives a row
            for each, with the column ``annotator``.
        drafts
            Whether unsubmitted work counts.
        status
            Whether there is a column ``status``: "submitted", also where nothing was marked;
            "changed", where that was on other data than the row has now; "skipped", "draft" or
            "unlabeled". With ``drafts=True`` a draft that the row shows is "draft".
        flat
            Whether every cell is a text or a number, so that the library's own CSV says what a
            person reads: several choices as "Sport; Science", a span as "Ada [Person]", a box as
            "Cat (10, 20, 30, 40)" in percent. Lists and dicts of the data are texts then, too.

        Returns
        -------
        frame
            In the data's own library, its columns and index kept; a list or a path gives
            pandas. A cell holds text for one choice, a list for several, a list of dicts for
            regions, and None where nothing was said.

        Warns
        -----
        UserWarning
            When a control is named like a column: its own becomes ``<name>_annotation``.
        """
        one_of("annotations", annotations, get_args(Which))
        made: F = frames.to_frame(self._work, annotations, drafts=drafts, status=status, flat=flat)
        return made

    @overload
    def results(
        self,
        units: table.Units = ...,
        *,
        drafts: bool = ...,
        masks: Literal[False] = ...,
    ) -> F: ...
    @overload
    def results(
        self, units: table.Units = ..., *, drafts: bool = ..., masks: Literal[True]
    ) -> tuple[F, list[Mask | None]]: ...
    def results(
        self, units: table.Units = "percent", *, drafts: bool = False, masks: bool = False
    ) -> F | tuple[F, list[Mask | None]]:
        """Return one row for each result.

        Parameters
        ----------
        units
            "percent" of the image, as Label Studio has it, or "px" of the upright image.
        drafts
            Whether unsubmitted work counts.
        masks
            Whether masks are given, too.

        Returns
        -------
        frame
            In the data's library. ``index`` is the task's first row in the frame's index, by
            which the rows are joined to the frame; ``start`` and ``end`` count code points, so that
            ``text[start:end]`` of the task's text is the column ``text``; ``rotation`` is in
            degrees, clockwise about the box's own top-left corner.
        list of numpy.ndarray or None
            With ``masks``: one for each row, uint8, height x width of the image that the mask was
            painted on, 0 outside and 255 inside; None where the result has no mask, or one that is
            broken or of another size than it says.
        """
        one_of("units", units, get_args(table.Units))
        made: F | tuple[F, list[Mask | None]]
        made = frames.results(self._work, units, drafts=drafts, masks=masks)
        return made

    def to_label_studio(
        self, *, drafts: bool = False, media: str | Path = "embed"
    ) -> list[dict[str, Any]]:
        """Return the tasks that something was said about, as Label Studio task dicts.

        Parameters
        ----------
        drafts
            Whether unsubmitted work is given too, as Label Studio's ``drafts``.
        media
            As in `export`.
        """
        return label_studio.tasks_of(exporting.outgoing(self._work, media), drafts=drafts)

    def to_dataset(self, *, drafts: bool = False) -> Any:
        """Return what was said as a dataset of Hugging Face's library.

        Parameters
        ----------
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        datasets.Dataset
            A row for each text, image or recording that something was said of: ``key``; ``text``
            with ``spans``, ``image`` with ``objects`` (``bbox`` in pixels: x, y, width, height),
            or ``audio`` with ``segments``; and a column for each control that is answered about
            the whole, of which one of several choices is a ``ClassLabel``.

        Raises
        ------
        FormatError
            When the config has nothing of these.
        MissingPackageError
            When ``datasets`` is not installed.

        Warns
        -----
        UserWarning
            When something that was said has no place in it.
        """
        return datasets.to_dataset(self._work, drafts=drafts)

    def export(
        self,
        /,
        path: str | Path,
        format: str | None = None,  # noqa: A002 - the word users know
        *,
        media: str | Path | None = None,
        drafts: bool = False,
        **settings: Any,
    ) -> Path:
        """Write the tasks that something was said about to a file, or to a folder.

        Parameters
        ----------
        path
            The file, or for some formats the folder; it is replaced only when all is written.
            In a folder only files that an earlier export wrote are.
        format
            "label-studio" (JSON that a Label Studio server imports as it is),
            "label-studio-min", "csv" or "tsv", as Label Studio writes them; or a format of
            datasets, "coco" say, of docs/formats.md. Case and dashes do not matter. By default
            the file's suffix says it: .json is "label-studio", .csv "csv", .tsv "tsv", and what
            only one format has is that one.
        media
            What becomes of images that are not addresses: "embed", as it is by default, puts them
            into Label Studio's files as data URIs; a folder's path writes them there; "keep"
            leaves paths as they are. In formats of datasets "keep" is the default of a file, and
            "copy", into the folder, that of a folder.
        drafts
            Whether unsubmitted work is written too.
        **settings
            Those of the format, as docs/formats.md has them.

        Returns
        -------
        pathlib.Path
            The file or folder.

        Raises
        ------
        FormatError
            When there is no such format, nothing of the config fits it, or it cannot be written
            there.

        Warns
        -----
        UserWarning
            When something does not fit a format of datasets: what, how often, and where first;
            `losses` lists it. When a column of the data has a name that "label-studio-min" or
            "csv" has a column of its own for (``id``, ``annotator``, ``created_at``, ...): it is
            ``_data_<name>`` there.

        Notes
        -----
        A format of datasets has one truth for each task: the newest annotation that is marked as
        ground truth, else the newest submitted one. Tasks that were only skipped are left out.
        """
        return exporting.write(self._work, path, format, media, settings, drafts=drafts)

    def losses(
        self,
        /,
        format: str,  # noqa: A002 - the word users know
        *,
        drafts: bool = False,
        **settings: Any,
    ) -> F:
        """List what a format of datasets does not carry; nothing is written.

        Parameters
        ----------
        format, drafts, **settings
            As in `export`.

        Returns
        -------
        frame
            One row a loss, in the data's library: ``key``, ``control`` and ``what``.

        Raises
        ------
        FormatError
            When there is no such format, or nothing of the config fits it.

        Examples
        --------
        >>> config = '''<View><Image name="photo" value="$image"/>
        ...   <RectangleLabels name="box" toName="photo"><Label value="Cat"/></RectangleLabels>
        ...   <Choices name="light" toName="photo"><Choice value="day"/></Choices></View>'''
        >>> import nblabel as nl
        >>> project = nl.Project([{"image": "https://example.org/a.jpg"}], config, store=":memory:")
        >>> uid = project.annotate(0, light="day", box=[])
        >>> project.losses("coco")["what"].tolist()[0]
        'the size of an image is not known and not in the file'
        """
        form = exporting.dataset_of(format)
        rows = datasets.losses(self._work, form, settings, drafts=drafts)
        names = ("key", "control", "what")
        values = {name: [row[name] for row in rows] for name in names}
        made: F = frames.new_frame(self._work, values, dict.fromkeys(names, str))
        return made
