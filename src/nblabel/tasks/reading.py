"""Whatever the user gives, as rows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import orjson
import pandas as pd

from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError, MediaError, near
from nblabel.base.optional import optional
from nblabel.media import inside
from nblabel.media.paths import Root
from nblabel.tasks.rows import UNDEFINED, Rows, from_frame, from_list

_ACCEPTED = (
    "a dataframe (pandas, polars, pyarrow, duckdb, ...), a list of dicts, Label Studio tasks, "
    "or a path to csv, tsv, json, jsonl, parquet or txt is accepted"
)


def read(data: Any, *, root: Root = None, column: str | None = None) -> Rows:
    """Read what is to be labeled.

    Parameters
    ----------
    data
        A dataframe of any library (lazy frames and relations are read once), a list of dicts or
        of texts, Label Studio tasks, a path to such, or None for no rows.
    root
        Where given, a file must lie in this folder, or in one of these.
    column
        Name of the column of data that has none (texts, a txt file).

    Raises
    ------
    DataError
        When it is none of these, or a file cannot be read.
    MissingPackageError
        When reading needs a package that is not installed.
    """
    if data is None:
        return from_list([])
    if isinstance(data, str | os.PathLike):
        return _from_path(data, root, column)
    relation = _from_duckdb(data)
    if relation is not None:
        return relation
    if isinstance(data, Mapping):
        return from_list([data])
    if isinstance(data, Sequence):
        return _from_list(data, column)
    return _from_frame(data)


def _from_list(items: Sequence[Any], column: str | None) -> Rows:
    if items and all(isinstance(item, str) for item in items):
        return from_list([{column or UNDEFINED: item} for item in items])
    return from_list(items)


def _from_duckdb(data: Any) -> Rows | None:
    duckdb = sys.modules.get("duckdb")
    if duckdb is None or not isinstance(data, duckdb.DuckDBPyRelation):
        return None
    optional("pyarrow", feature="reading a duckdb relation", extra="duckdb")
    return from_frame(data.to_arrow_table(), give_back=duckdb.from_arrow)


def _from_frame(data: Any) -> Rows:
    if isinstance(data, pd.Series):
        data = data.to_frame(data.name if data.name is not None else UNDEFINED)
    _refuse_repeated_columns(data)
    try:
        frame = nw.from_native(data)
    except TypeError:
        raise DataError(
            f"data of type {type(data).__name__} cannot be labeled; {_ACCEPTED}"
        ) from None
    if isinstance(frame, nw.LazyFrame):
        back: Callable[[Any], Any] = lambda made: made  # noqa: E731 - the other branch has one too
        if frame.implementation.is_polars():
            back = lambda made: made.lazy()  # noqa: E731 - as above
        return from_frame(frame.collect().to_native(), give_back=back)
    return from_frame(nw.to_native(frame))


def _refuse_repeated_columns(data: Any) -> None:
    names = getattr(data, "column_names", None)  # pyarrow's; its columns are arrays
    if names is None and isinstance(data, pd.DataFrame):
        names = list(data.columns)
    texts = [str(name) for name in names or ()]
    twice = next((text for text in texts if texts.count(text) > 1), None)
    if twice is not None:
        raise DataError(f'two columns are named "{twice}"; every column needs a name of its own')


def _from_path(given: str | os.PathLike[str], root: Root, column: str | None) -> Rows:
    path = Path(given).expanduser()
    reader = _READERS.get(path.suffix.lower().lstrip("."))
    if reader is None:
        kinds = ", ".join(_READERS)
        hint = near(path.suffix.lstrip("."), _READERS)
        raise DataError(f'"{_short(given)}" is no file that is read; {kinds} are accepted{hint}')
    try:
        found = path if root is None else inside(path.absolute(), root)
        return reader(found, column)
    except MediaError as error:
        raise DataError(str(error)) from None
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f'"{_short(given)}" cannot be read: {reason}') from None
    except (ValueError, UnicodeError) as error:
        raise DataError(f'"{_short(given)}" cannot be read: {error}') from None


def _csv(path: Path, _: str | None) -> Rows:
    return _separated(path, ",")


def _tsv(path: Path, _: str | None) -> Rows:
    return _separated(path, "\t")


def _separated(path: Path, separator: str) -> Rows:
    # Only an empty cell is null: "NA" and "None" are words that somebody may want to label.
    try:
        frame = pd.read_csv(
            path, sep=separator, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
        )
    except pd.errors.EmptyDataError:
        return from_list([])
    return from_frame(frame)


def _parquet(path: Path, _: str | None) -> Rows:
    optional("pyarrow", feature="reading parquet", extra="arrow")
    return from_frame(pd.read_parquet(path))


def _json(path: Path, column: str | None) -> Rows:
    with seldom_searched():
        data = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    if isinstance(data, dict):
        data = [data]
    if not isinstance(data, list):
        raise DataError(f'"{path}" holds a {type(data).__name__}; a list of objects is accepted')
    return _from_list(data, column)


def _jsonl(path: Path, column: str | None) -> Rows:
    items = []
    with seldom_searched():
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if line.strip():
                try:
                    items.append(orjson.loads(line))
                except orjson.JSONDecodeError as error:
                    raise DataError(f'"{path}", line {number}: {error}') from None
    return _from_list(items, column)


def _txt(path: Path, column: str | None) -> Rows:
    text = path.read_text(encoding="utf-8-sig")
    return _from_list([line for line in text.split("\n") if line.strip()], column)


_READERS: dict[str, Callable[[Path, str | None], Rows]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "jsonl": _jsonl,
    "ndjson": _jsonl,
    "parquet": _parquet,
    "txt": _txt,
}


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 120 else text[:119] + "…"
