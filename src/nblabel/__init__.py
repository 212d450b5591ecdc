"""A complete labeling editor in a notebook cell.

>>> import nblabel as nl
>>> project = nl.Project([{"text": "It works."}], "text-classification", store=":memory:")
>>> project.progress()["total"]
1
"""

import importlib
from typing import TYPE_CHECKING, Any

from nblabel.base.errors import (
    ConfigError,
    DataError,
    FormatError,
    MediaError,
    MissingPackageError,
    NblabelError,
    StoreError,
)
from nblabel.base.version import __version__
from nblabel.project import Project, projects, template

if TYPE_CHECKING:
    from nblabel import models
    from nblabel.connect import listen
    from nblabel.models import MLBackend
    from nblabel.project import serve
    from nblabel.widget import Labeler
else:  # so that a type checker knows which names there are

    def __getattr__(name: str) -> Any:
        # A script that only exports needs no widget: the widget's packages are imported late.
        if name == "Labeler":
            from nblabel.widget import Labeler  # noqa: PLC0415

            return Labeler
        if name == "models":
            return importlib.import_module("nblabel.models")
        if name == "MLBackend":
            from nblabel.models import MLBackend  # noqa: PLC0415

            return MLBackend
        if name == "listen":
            from nblabel.connect import listen  # noqa: PLC0415

            return listen
        if name == "serve":
            from nblabel.project import serve  # noqa: PLC0415

            return serve
        raise AttributeError(f"module 'nblabel' has no attribute '{name}'")


__all__ = [
    "ConfigError",
    "DataError",
    "FormatError",
    "Labeler",
    "MLBackend",
    "MediaError",
    "MissingPackageError",
    "NblabelError",
    "Project",
    "StoreError",
    "__version__",
    "listen",
    "models",
    "projects",
    "serve",
    "template",
]
