"""Whatever the user gives, as rows."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from nblabel.base.errors import DataError
from nblabel.base.optional import optional
from nblabel.media.kinds import Kind, kind_of
from nblabel.media.paths import Root
from nblabel.tasks.databases import from_query
from nblabel.tasks.files import from_path
from nblabel.tasks.folders import addresses_of, is_elsewhere
from nblabel.tasks.lazy import frame_of, from_lazy
from nblabel.tasks.rows import UNDEFINED, Rows, from_frame, from_list
from nblabel.tasks.values import named_values

_ACCEPTED = (
    "a dataframe (pandas, polars, pyarrow, duckdb, ...), a list of dicts, of texts, paths or "
    "images, a dict of columns, Label Studio tasks, a path to csv, tsv, json, jsonl, parquet or "
    "txt, a folder of media or a pattern such as photos/*.jpg is accepted"
)

_QUERY = re.compile(r"\s*(?:select|with)\s", re.IGNORECASE)


def read(  # noqa: PLR0911 - one return a kind of data
    data: Any,
    *,
    root: Root = None,
    column: str | None = None,
    encoding: str | None = None,
    dtypes: Mapping[Any, Any] | None = None,
    kind: Kind | None = None,
    key: Hashable | None = None,
    connection: Any = None,
    protocols: Iterable[str] = (),
) -> Rows:
    """Read what is to be labeled.

    Parameters
    ----------
    data
        A dataframe of any library, a list of dicts, of texts, paths or images, a dict of columns,
        Label Studio tasks, a path to such, a folder or a pattern of media, a query, or None for
        no rows.
    root
        Where given, a file must lie in this folder, or in one of these.
    column
        Name of the column of data that has none (texts, a txt file).
    encoding
        That of a file, where it is not UTF-8 and has no byte order mark.
    dtypes
        Types of columns of csv and tsv, whose cells are text else.
    kind
        What the files of a folder must be; None for any media.
    key
        The column of keys, by which a database and a lazy frame are read where somebody looks.
        A lazy frame without one is read once.
    connection
        The database that a query is asked of.
    protocols
        Those that files elsewhere may be listed with.

    Raises
    ------
    DataError
        When it is none of these, or a file cannot be read.
    MissingPackageError
        When reading needs a package that is not installed.
    """
    if data is None:
        return from_list([])
    if connection is not None:
        return from_query(data, connection, key)
    if isinstance(data, str) and _QUERY.match(data):
        raise DataError(
            "data is a query, and nothing says where to ask it: give connection=, an SQLAlchemy "
            "engine or URL, a duckdb connection, or one of ibis"
        )
    if isinstance(data, str) and is_elsewhere(data):
        return _from_address(data, column, kind, tuple(protocols))
    if isinstance(data, str | os.PathLike):
        return from_path(data, root, column=column, encoding=encoding, dtypes=dtypes, kind=kind)
    if key is not None and _is_lazy(data):
        return from_lazy(data, key)
    known = _from_duckdb(data) or _from_datasets(data)
    if known is not None:
        return known
    if isinstance(data, Mapping):
        return _from_dict(data)
    if isinstance(data, np.ndarray):
        return _from_array(data, column)
    if isinstance(data, Sequence):
        return from_list(named_values(data, column))
    return _from_frame(data, column)


def _from_address(
    given: str, column: str | None, kind: Kind | None, protocols: tuple[str, ...]
) -> Rows:
    """Take the files that a folder or a pattern elsewhere has as rows; one file as one."""
    if kind_of(given) and not glob.has_magic(given):
        return from_list(named_values([given], column))

    def listed() -> Sequence[Any]:
        return named_values(addresses_of(given, kind, protocols)[0], column)

    found, problems = addresses_of(given, kind, protocols)
    return from_list(named_values(found, column), tuple(problems), again=listed)


def _is_lazy(data: Any) -> bool:
    """Whether data are computed when they are asked for."""
    return isinstance(frame_of(data), nw.LazyFrame)


def _from_dict(data: Mapping[Any, Any]) -> Rows:
    """Take a dict of equally long lists as a frame, any other as the only row."""
    columns = {name: value for name, value in data.items() if _is_column(value)}
    if not data or len(columns) < len(data):
        return from_list([data])
    lengths = {name: len(value) for name, value in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f'"{name}" has {length}' for name, length in list(lengths.items())[:8])
        raise DataError(
            f"the columns of a dict must be equally long: {told}; "
            "for one row with lists in it, give a list with that dict"
        )
    made = {name: _series(list(value)) for name, value in columns.items()}
    return _from_frame(pd.DataFrame(made), None)


def _series(values: list[Any]) -> Any:
    cells: Any = pd.Series(values, dtype="object")
    try:
        return cells.infer_objects()
    except (ValueError, OverflowError):  # half a character, or a number beyond 64 bits
        return cells


def _is_column(value: Any) -> bool:
    return isinstance(value, list | tuple | pd.Series) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    )


def _from_array(data: Any, column: str | None) -> Rows:
    if data.dtype.names:
        return from_frame(pd.DataFrame.from_records(data))
    if data.ndim not in {1, 3, 4}:
        raise DataError(
            f"an array of shape {data.shape} cannot be labeled; one of texts or paths, or one of "
            "images (count, height, width) is accepted"
        )
    return from_list(named_values(data.tolist() if data.ndim == 1 else list(data), column))


def _from_duckdb(data: Any) -> Rows | None:
    duckdb = sys.modules.get("duckdb")
    if duckdb is None or not isinstance(data, duckdb.DuckDBPyRelation):
        return None
    optional("pyarrow", feature="reading a duckdb relation", extra="duckdb")
    return from_frame(data.to_arrow_table(), give_back=duckdb.from_arrow)


def _from_datasets(data: Any) -> Rows | None:
    """Take a dataset of Hugging Face's library by its arrow table, which is not decoded."""
    datasets = sys.modules.get("datasets")
    if datasets is None or not type(data).__module__.startswith("datasets."):
        return None
    if isinstance(data, datasets.Dataset):
        return from_frame(data.with_format("arrow")[:], give_back=datasets.Dataset)
    if isinstance(data, dict):
        names = ", ".join(f'data["{name}"]' for name in data)
        raise DataError(f"a {type(data).__name__} holds several datasets; give one of {names}")
    raise DataError(f"a {type(data).__name__} has no rows to go back to; give a datasets.Dataset")


def _from_frame(data: Any, column: str | None) -> Rows:
    if isinstance(data, pd.Series):
        data = data.to_frame(data.name if data.name is not None else column or UNDEFINED)
    _refuse_columns(data)
    try:
        frame = nw.from_native(data, allow_series=True)
    except TypeError:
        raise DataError(
            f"data of type {type(data).__name__} cannot be labeled; {_ACCEPTED}"
        ) from None
    if isinstance(frame, nw.Series):
        frame = frame.alias(frame.name or column or UNDEFINED).to_frame()
    if isinstance(frame, nw.LazyFrame):
        back: Callable[[Any], Any] = lambda made: made  # noqa: E731 - the other branch has one too
        if frame.implementation.is_polars():
            back = lambda made: made.lazy()  # noqa: E731 - as above
        return from_frame(frame.collect().to_native(), give_back=back)
    return from_frame(nw.to_native(frame))


def _refuse_columns(data: Any) -> None:
    """Refuse columns of which it cannot be said what their names are."""
    names = getattr(data, "column_names", None)  # pyarrow's; its columns are arrays
    if names is None and isinstance(data, pd.DataFrame):
        names = list(data.columns)
        if isinstance(data.columns, pd.MultiIndex):
            raise DataError(
                f"the columns have {data.columns.nlevels} levels, for example {names[:1]}; give "
                'them one: data.columns = ["_".join(map(str, name)) for name in data.columns]'
            )
    seen: set[str] = set()
    for text in map(str, names or ()):
        if text in seen:
            raise DataError(f'two columns are named "{text}"; every column needs a name of its own')
        seen.add(text)
