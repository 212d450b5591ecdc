"""A complete labeling editor in a notebook cell.

>>> import nblabel as nl
>>> project = nl.Project([{"text": "It works."}], "text-classification", store=":memory:")
>>> project.progress()["total"]
1
"""

from typing import TYPE_CHECKING, Any

from nblabel.base.version import __version__
from nblabel.project import Project

if TYPE_CHECKING:
    from nblabel.widget import Labeler

__all__ = ["Labeler", "Project", "__version__"]


def __getattr__(name: str) -> Any:
    # A script that only exports needs no widget, so the widget's packages are imported late.
    if name == "Labeler":
        from nblabel.widget import Labeler  # noqa: PLC0415

        return Labeler
    raise AttributeError(f"module 'nblabel' has no attribute '{name}'")
