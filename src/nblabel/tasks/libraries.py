"""Which frame comes out for which data, for type checkers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    from typing_extensions import TypeVar

    F = TypeVar("F", default=Any)
    PandasFrame = pd.DataFrame
    PolarsFrame = TypeVar("PolarsFrame", pl.DataFrame, pl.LazyFrame)
    PandasData = (
        pd.DataFrame
        | pd.Series[Any]
        | list[Any]
        | tuple[Any, ...]
        | Mapping[Any, Any]
        | np.ndarray[Any, Any]
        | str
        | os.PathLike[str]
        | None
    )
else:
    from typing import TypeVar

    F = TypeVar("F")  # the frame that comes out
