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
from nblabel.project import Project, projects, read, template

if TYPE_CHECKING:
    from nblabel import models, scale
    from nblabel.connect import CVAT, LabelStudio, listen
    from nblabel.gallery import Sheet
    from nblabel.learning import Learner
    from nblabel.loop import AB
    from nblabel.models import MLBackend
    from nblabel.project import pull, serve
    from nblabel.widget import Labeler
else:  # so that a type checker knows which names there are
    # A script that only exports needs no widget and no model: their packages are imported late.
    _LATE = {
        "AB": "nblabel.loop",
        "CVAT": "nblabel.connect",
        "LabelStudio": "nblabel.connect",
        "Labeler": "nblabel.widget",
        "Learner": "nblabel.learning",
        "MLBackend": "nblabel.models",
        "Sheet": "nblabel.gallery",
        "listen": "nblabel.connect",
        "pull": "nblabel.project",
        "serve": "nblabel.project",
    }

    def __getattr__(name: str) -> Any:
        if name in {"models", "scale"}:
            return importlib.import_module(f"nblabel.{name}")
        if name in _LATE:
            return getattr(importlib.import_module(_LATE[name]), name)
        raise AttributeError(f"module 'nblabel' has no attribute '{name}'")


__all__ = [
    "AB",
    "CVAT",
    "ConfigError",
    "DataError",
    "FormatError",
    "LabelStudio",
    "Labeler",
    "Learner",
    "MLBackend",
    "MediaError",
    "MissingPackageError",
    "NblabelError",
    "Project",
    "Sheet",
    "StoreError",
    "__version__",
    "listen",
    "models",
    "projects",
    "pull",
    "read",
    "scale",
    "serve",
    "template",
]
