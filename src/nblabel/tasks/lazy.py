"""Lazy frames as rows: an index of their keys is collected, and rows where somebody looks."""

from __future__ import annotations

import itertools
import sys
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from nblabel.base.errors import DataError
from nblabel.base.optional import optional
from nblabel.tasks import building
from nblabel.tasks.keyed import Index, Packed, fresh, from_table, key_column, packed
from nblabel.tasks.keyset import Mark, by_keyset, refuse_lists, without
from nblabel.tasks.rows import Rows

_SAMPLE = 10_001  # keys that are known before the others


def from_lazy(native: Any, key: Any, *, in_order_of_keys: bool = False) -> Rows:
    """Take a lazy frame as rows that are known by a column.

    Parameters
    ----------
    native
        A LazyFrame of polars, a relation of duckdb, a table of ibis, a frame of dask or PySpark.
    key
        The column whose values are each row's own.
    in_order_of_keys
        Whether it is paged by its keys, as a database is; else the keys are collected: the first
        at once, all others when somebody looks further.

    Raises
    ------
    DataError
        When there is no such column, or the frame cannot be computed.
    """
    table = _LazyTable(native)
    table.key = key_column(key, table.columns, "a database" if in_order_of_keys else "a lazy frame")
    index: Index = by_keyset(table) if in_order_of_keys else _Collected(table)
    return from_table(table, index, table.key)


def frame_of(native: Any) -> Any:
    """Return a frame, or whatever it is, as narwhals has it."""
    with warnings.catch_warnings():
        # Dask is to become a package of its own, which there is not yet.
        warnings.filterwarnings("ignore", "Dask support is moving", FutureWarning)
        return nw.from_native(native, pass_through=True)


class _Collected:
    """An index of all keys, of which the first are there before the others.

    A frame that is computed anew may give its rows in another order. What is known stays where it
    is, and the other keys come after it.
    """

    def __init__(self, table: _LazyTable) -> None:
        self._table = table
        self._keys: Packed = packed(table.keys(_SAMPLE))
        self.counted = len(self._keys) < _SAMPLE

    def __len__(self) -> int:
        if not self.counted:
            every = self._table.keys()
            first = list(self._keys)
            if every[: len(first)] != first:
                known = set(first)
                every = [*first, *(key for key in every if key not in known)]
            self._keys = packed(every)
            self.counted = True
        return len(self._keys)

    def reaches(self, count: int) -> bool:
        return count <= len(self._keys) or count <= len(self)

    def keys(self, start: int, stop: int) -> list[Any]:
        self.reaches(stop)
        some = list(self._keys[start:stop])
        return [*some, *[None] * (stop - start - len(some))]

    def refresh(self) -> None:
        """Collect the keys again; those that are new come after all others."""
        known = packed([*self._keys])
        self._keys = packed([*known, *fresh(self._table.keys(), [known])])
        self.counted = True


class _LazyTable:
    """A frame that narwhals knows, computed for some of its rows."""

    where = "the data"
    key: str

    def __init__(self, native: Any) -> None:
        frame = frame_of(native)
        self._native = native
        self._frame: nw.LazyFrame[Any] = frame.lazy() if isinstance(frame, nw.DataFrame) else frame
        self._schema = dict(self._frame.collect_schema())
        self._names = {str(name): name for name in self._schema}
        self.columns = tuple(self._names)
        self._in_order = self._library.is_polars()
        self._begins: list[int] = []  # at which row each partition of dask begins

    @property
    def _library(self) -> nw.Implementation:
        made: nw.Implementation = self._frame.implementation
        return made

    def _collected(self, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
        try:
            return frame.collect()
        except Exception as error:  # each engine has its own
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise DataError(f"the data cannot be computed: {reason[:300]}") from None

    @property
    def _of_keys(self) -> nw.Expr:
        return nw.col(self._names[self.key])

    def _values(self, frame: nw.LazyFrame[Any]) -> list[Any]:
        made = self._collected(frame)
        values = made.get_column(made.columns[0]).to_list()
        refuse_lists(values[:_SAMPLE])
        return values

    def keys(self, most: int | None = None) -> list[Any]:
        """Collect the keys in the frame's own order; None where there is none."""
        some = self._frame.select(self._of_keys)
        values = self._values(some if most is None else some.head(most))
        if most is None and self._library.is_dask():
            lengths = self._native[[self._names[self.key]]].map_partitions(len).compute()
            self._begins = [0, *itertools.accumulate(lengths)]
        return [None if key != key else key for key in values]  # noqa: PLR0124 - NaN is none

    # -- in the order of the keys

    def count(self) -> int:
        return int(self._values(self._frame.select(self._of_keys.count()))[0])

    def up_to(self, most: int) -> int:
        some = self._frame.select(self._of_keys).filter(~self._of_keys.is_null()).head(most)
        return int(self._values(some.select(self._of_keys.count()))[0])

    def following(self, mark: Mark | None, count: int) -> list[Any]:
        return without(self._values(self._from(mark, count)), mark)[:count]

    def _from(self, mark: Mark | None, count: int) -> nw.LazyFrame[Any]:
        first = ~self._of_keys.is_null() if mark is None else self._of_keys >= nw.lit(mark.key)
        some = self._frame.select(self._of_keys).filter(first)
        return some.sort(self._names[self.key]).head(count + (0 if mark is None else mark.taken))

    def last_of(self, mark: Mark | None, count: int, few: int) -> list[Any]:
        return self._values(
            self._from(mark, count).sort(self._names[self.key], descending=True).head(few)
        )

    def first_of_last(self, count: int, few: int) -> list[Any]:
        name = self._names[self.key]
        some = self._frame.select(self._of_keys).filter(~self._of_keys.is_null())
        return self._values(some.sort(name, descending=True).head(count).sort(name).head(few))

    # -- rows

    def rows(self, start: int, keys: Sequence[Any], columns: Sequence[str]) -> list[dict[str, Any]]:
        wanted = [self._names[name] for name in columns]
        if self._in_order:
            part = self._native.select(wanted).slice(start, len(keys))
            found = self._collected(nw.from_native(part.lazy()))
            if found.get_column(wanted[0]).to_list() == list(keys):
                return _told(found, columns)
            self._in_order = False  # rows without a key, or another order each time
        if self._library.is_dask():
            near = frame_of(self._partitions(start, len(keys)))
            told = self._by_key(near, keys, columns)
            if len(told) >= len(keys):
                return told
        return self._by_key(self._frame, keys, columns)

    def _by_key(
        self, frame: nw.LazyFrame[Any], keys: Sequence[Any], columns: Sequence[str]
    ) -> list[dict[str, Any]]:
        wanted = [self._names[name] for name in columns]
        chosen = frame.filter(self._of_keys.is_in(keys)).select(*wanted)
        return _told(self._collected(chosen), columns)

    def _partitions(self, start: int, count: int) -> Any:
        """Return the partitions of dask in which some rows most likely are."""
        if not self._begins:
            return self._native.partitions[:1]
        first = bisect_right(self._begins, start) - 1
        return self._native.partitions[first : bisect_left(self._begins, start + count)]

    # -- what comes out

    def attach(self, keys: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> Any | None:
        names = list(columns)
        rows = zip(*columns.values(), strict=True)
        said = [
            (key, *row)
            for key, row in zip(keys, rows, strict=bool(names))
            if key is not None and any(value is not None for value in row)
        ]
        values = list(map(list, zip(*said, strict=True))) or [[] for _ in (self.key, *names)]
        new = dict(zip(names, values[1:], strict=True))
        if not new:
            return self._native
        joined = _JOINED.get(self._library)
        return None if joined is None else joined(self._native, self.key, values[0], new)

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        if self._library.is_polars():
            return building.frame(nw.Implementation.POLARS, values, columns).lazy()
        if self._library.is_dask():
            return _dask(building.frame(nw.Implementation.PANDAS, values, columns))
        return self._of_arrow(building.frame(_arrow(), values, columns))

    def give_back(self, frame: Any) -> Any:
        if self._library.is_polars():
            return sys.modules["polars"].from_pandas(frame).lazy()
        if self._library.is_dask():
            return _dask(frame)
        values = {name: building.uniform(_nulls(frame[name])) for name in frame.columns}
        return self._of_arrow(_arrow_table(values))

    def _of_arrow(self, table: Any) -> Any:
        if self._library.is_duckdb():
            return sys.modules["duckdb"].from_arrow(table)
        if self._library.is_ibis():
            return sys.modules["ibis"].memtable(_typed(table))
        if self._library.is_pyspark():
            return self._native.sparkSession.createDataFrame(_typed(table))
        return table


def _told(found: nw.DataFrame[Any], columns: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in found.rows()]


def _arrow() -> nw.Implementation:
    optional("pyarrow", feature="giving back a frame of this library", extra="arrow")
    return nw.Implementation.PYARROW


def _arrow_table(columns: Mapping[str, Any]) -> Any:
    _arrow()
    return sys.modules["pyarrow"].table(dict(columns))


def _typed(table: Any) -> Any:
    """Give columns without any value a type: an engine has none for them."""
    pa = sys.modules["pyarrow"]
    types = {field.name: field.type for field in table.schema}
    kept = {name: pa.string() if of == pa.null() else of for name, of in types.items()}
    return table.cast(pa.schema(kept))


def _nulls(cells: Any) -> list[Any]:
    return [None if lacks else cell for cell, lacks in zip(cells, cells.isna(), strict=True)]


def _dask(frame: Any) -> Any:
    with sys.modules["dask"].config.set({"dataframe.convert-string": False}):  # nor lists to text
        return sys.modules["dask.dataframe"].from_pandas(frame, npartitions=1)


def _polars_join(native: Any, key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    pl = sys.modules["polars"]
    said = pl.DataFrame(pl.Series(key, keys, dtype=native.collect_schema()[key]))
    labels = building.attach(said, new).lazy()
    return native.join(labels, on=key, how="left", maintain_order="left")


def _duckdb_join(native: Any, key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    duckdb = sys.modules["duckdb"]
    labels = duckdb.from_arrow(_labels(key, keys, new))
    own = ", ".join(f"l.{_quoted(name)}" for name in new)
    try:
        joined = native.set_alias("r").join(
            labels.set_alias("l"), f"r.{_quoted(key)} = l.{_quoted(key)}", how="left"
        )
        return joined.project(f"r.*, {own}")
    except duckdb.Error:  # it is of a connection of its own: all is read
        return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _ibis_join(native: Any, key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    labels = sys.modules["ibis"].memtable(_typed(_labels("nblabel_key", keys, new)))
    labels = labels.mutate(nblabel_key=labels["nblabel_key"].cast(native[key].type()))
    return native.left_join(labels, native[key] == labels["nblabel_key"]).drop("nblabel_key")


def _dask_join(native: Any, key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    pd = sys.modules["pandas"]
    said = pd.DataFrame({key: pd.Series(keys, dtype=native[key].dtype if keys else None)})
    return native.merge(_dask(building.attach(said, new)), on=key, how="left")


def _spark_join(native: Any, key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    labels = native.sparkSession.createDataFrame(_typed(_labels(key, keys, new)))
    return native.join(labels, on=key, how="left").select(*native.columns, *new)


def _labels(key: str, keys: list[Any], new: Mapping[str, list[Any]]) -> Any:
    return building.attach(_arrow_table({key: keys}), new)


_JOINED = {
    nw.Implementation.POLARS: _polars_join,
    nw.Implementation.DUCKDB: _duckdb_join,
    nw.Implementation.IBIS: _ibis_join,
    nw.Implementation.DASK: _dask_join,
    nw.Implementation.PYSPARK: _spark_join,
}
