"""New columns and new frames, in the library that the user's frame is of."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from nblabel.base.encodings import writable
from nblabel.base.jsontext import dumps

# Missing text is None, as everywhere in Python; pandas' own text types would make it NaN or NA.
_PANDAS = {str: "object", int: "Int64", float: "float64", bool: "boolean", object: "object"}


def attach(native: Any, columns: Mapping[str, Sequence[Any]]) -> Any:
    """Add columns to a frame, after its own, its index kept.

    Parameters
    ----------
    native
        A pandas, polars or pyarrow frame, or another eager one that narwhals knows.
    columns
        Values by name, one a row; None where there is none. Text, lists and dicts become
        pandas columns of type object in which a missing one is None; numbers and truth values
        get a type that holds missing ones.
    """
    if isinstance(native, pd.DataFrame):
        made = {name: _pandas_series(values, native.index) for name, values in columns.items()}
        return (
            pd.concat([native, pd.DataFrame(made, index=native.index)], axis=1)
            if made
            else native.copy()
        )
    frame = nw.from_native(native, eager_only=True)
    library = frame.implementation
    if library.is_pyarrow():
        pa = sys.modules["pyarrow"]
        for name, values in columns.items():
            native = native.append_column(name, pa.array(uniform(values)))
        return native
    if library.is_polars():
        return native.with_columns(_polars_series(name, values) for name, values in columns.items())
    new = [nw.new_series(n, list(v), backend=library) for n, v in columns.items()]
    return frame.with_columns(*new).to_native()


def replaced(native: Any, columns: Mapping[str, Sequence[Any]]) -> Any:
    """Put other values into columns of a frame, in their places."""
    if isinstance(native, pd.DataFrame):
        made = {name: _pandas_series(cells, native.index) for name, cells in columns.items()}
        whole = {name: made.get(name, native[name]) for name in native.columns}
        return pd.DataFrame(whole, index=native.index, columns=native.columns)
    if not columns:
        return native
    order = nw.from_native(native, eager_only=True).columns
    rest = nw.from_native(native, eager_only=True).drop(*columns)
    made = attach(rest.to_native(), columns)
    return nw.from_native(made, eager_only=True).select(*order).to_native()


def frame(
    library: nw.Implementation, given: Mapping[str, Sequence[Any]], columns: dict[str, type]
) -> Any:
    """Make a frame with typed columns, also when it has no rows; what is not given is null."""
    count = max(map(len, given.values()), default=0)
    values = {name: given.get(name) or [None] * count for name in columns}
    if library.is_pyarrow():
        pa = sys.modules["pyarrow"]
        types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        arrays = [pa.array(uniform(v), type=types.get(columns[n])) for n, v in values.items()]
        return pa.Table.from_arrays(arrays, names=list(values))
    if library.is_polars():
        pl = sys.modules["polars"]
        types = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}
        series = [
            _polars_series(n, v) if t is object else pl.Series(n, v, dtype=types[t], strict=False)
            for (n, v), t in zip(values.items(), columns.values(), strict=True)
        ]
        return pl.DataFrame(series)
    made = {n: pd.Series(v, dtype=_PANDAS[columns[n]]) for n, v in values.items()}
    return pd.DataFrame(made, columns=list(columns))


def uniform(values: Sequence[Any]) -> list[Any]:
    """Make the dicts inside values alike, so that a typed library takes them as one struct.

    Every dict gets the keys of all; a key that holds whole and broken numbers holds floats, and
    one that mostly holds numbers nothing else: what stands there by mistake becomes a missing one.

    >>> uniform([[{"x": 1}], None, [{"x": 2.5, "y": "a"}]])
    [[{'x': 1.0, 'y': None}], None, [{'x': 2.5, 'y': 'a'}]]
    """
    present = [value for value in values if value is not None]
    if not present:
        return list(values)
    if all(isinstance(value, list) for value in present):
        flat = iter(uniform([one for value in present for one in value]))
        return [None if value is None else [next(flat) for _ in value] for value in values]
    if all(isinstance(value, dict) for value in present):
        keys = dict.fromkeys(key for value in present for key in value)
        columns = {key: iter(uniform([value.get(key) for value in present])) for key in keys}
        return [
            None if value is None else {key: next(columns[key]) for key in keys} for value in values
        ]
    return _scalars(values, present)


def _scalars(values: Sequence[Any], present: Sequence[Any]) -> list[Any]:
    kinds = {type(value) for value in present}
    numbers = sum(type(value) in _NUMBERS for value in present)
    if kinds == {int} and all(abs(value) < 2**63 for value in present):
        return list(values)
    if 2 * numbers > len(present):
        return [_float(value) if type(value) in _NUMBERS else None for value in values]
    if len(kinds) > 1:
        return [v if v is None else writable(v if isinstance(v, str) else dumps(v)) for v in values]
    return [writable(v) if isinstance(v, str) else v for v in values]


_NUMBERS = frozenset({int, float})


def _float(value: int | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None


def _pandas_series(values: Sequence[Any], index: Any) -> Any:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= _NUMBERS and any(type(v) is int and abs(v) >= 2**63 for v in values):
        return pd.Series(list(values), index=index, dtype="object")
    if kinds == {int}:
        return pd.Series(values, index=index, dtype="Int64" if None in values else "int64")
    if kinds == {bool}:
        return pd.Series(values, index=index, dtype="boolean" if None in values else "bool")
    if kinds and kinds <= {int, float}:
        return pd.Series(list(values), index=index, dtype="float64")
    return pd.Series(list(values), index=index, dtype="object")


def _polars_series(name: str, values: Sequence[Any]) -> Any:
    pl = sys.modules["polars"]
    return pl.Series(name, uniform(values), strict=False)
