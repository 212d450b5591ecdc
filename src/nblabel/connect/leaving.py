"""A task on its way out of a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nblabel.core.annotation import Prediction
from nblabel.core.record import AnnotationRecord


@dataclass(frozen=True, slots=True)
class Leaving:
    """A task on its way out.

    Parameters
    ----------
    key
        Its key.
    digest
        Of all that its data is made of.
    source
        The other fields of the Label Studio task it came from.
    annotations, predictions
        What was said of it.
    data
        Makes its data, as Label Studio takes it.
    """

    key: str
    digest: str
    source: Mapping[str, Any]
    annotations: tuple[AnnotationRecord, ...]
    predictions: tuple[Prediction, ...]
    data: Callable[[], Mapping[str, Any]]
