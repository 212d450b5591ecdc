"""A task as the editor is given it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nblabel.core.annotation import Annotation, Prediction
from nblabel.core.element import Element, Values


@dataclass(frozen=True, slots=True)
class Media:
    """What a browser can show of one cell.

    Exactly one of ``data``, ``url``, ``levels`` and ``problem`` is set.

    Parameters
    ----------
    mime
        MIME type of ``data``.
    data
        The bytes, upright (EXIF orientation applied) and in a format browsers decode.
    url
        An http(s) address that the browser loads itself.
    expires
        Of an address that is good for a while only: for how many seconds.
    width, height
        Size in pixels, upright; None when only the browser will know.
    levels
        Of an image too large to be sent whole: how often it is halved until it is small. Its
        pieces are asked for when they are looked at.
    problem
        Why there is nothing to show, as one sentence.
    note
        What is not as in the file, though it is shown: one sentence, or none.
    """

    mime: str | None = None
    data: bytes | None = None
    url: str | None = None
    width: int | None = None
    height: int | None = None
    levels: int = 0
    problem: str | None = None
    note: str | None = None
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One row bound to a config: what the config's ``$variables`` stand for.

    Parameters
    ----------
    data
        The row's values that the config uses, as JSON, by top-level column.
    values
        Attributes with variables, resolved.
    children
        Elements that a control takes from the task's data, by the control's element id.
    problems
        What does not fit, a sentence each.
    """

    data: dict[str, Any]
    values: Values = field(default_factory=dict)
    children: dict[int, tuple[Element, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything the editor needs to show and edit one task.

    Parameters
    ----------
    index
        Row in the frame, from 0.
    key
        The task's key.
    digest
        Digest of the bound data.
    values
        As in `Bound`.
    children
        As in `Bound`, each as the browser is told of an element.
    media
        What object tags show, by element id, in the order of ``item_index``: one image for a
        ``value``, several for a ``valueList``.
    annotation
        The annotator's own annotation, if there is one.
    others
        Other annotators' submitted annotations, read-only.
    predictions
        What models say.
    problems
        What to tell the annotator about this task.
    changed
        Whether the annotation was made on other data under the same key.
    """

    index: int
    key: str
    digest: str
    values: Values
    children: dict[int, tuple[dict[str, Any], ...]]
    media: dict[int, tuple[Media, ...]]
    annotation: Annotation | None = None
    others: tuple[Annotation, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    problems: tuple[str, ...] = ()
    changed: bool = False
