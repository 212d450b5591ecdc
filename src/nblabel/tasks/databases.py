"""A query of a database as rows, which are read by key where somebody looks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import narwhals as nw
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.sql import quoted_name

from nblabel.base.errors import DataError, MissingPackageError
from nblabel.tasks import building
from nblabel.tasks.keyed import from_table, key_column
from nblabel.tasks.keyset import Mark, by_keyset, without
from nblabel.tasks.lazy import from_lazy
from nblabel.tasks.rows import Rows

_ACCEPTED = (
    'an SQLAlchemy engine, connection or URL ("sqlite:///reviews.db"), a duckdb connection, or a '
    "connection of ibis is accepted"
)

_TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | (?P<aside>--[^\n]* | /\*.*?\*/ | \s+)
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | (?P<end>;) | \w+ | .""",
    re.DOTALL | re.VERBOSE,
)


def from_query(query: Any, connection: Any, key: Any) -> Rows:
    """Take what a query gives as rows; nothing but what is looked at is read.

    Parameters
    ----------
    query
        SQL, or a select or a table of SQLAlchemy.
    connection
        Where it is asked.
    key
        The column whose values are each row's own; an index of the database on it makes every
        page quick.

    Raises
    ------
    DataError
        When query, connection or key cannot be used.
    """
    duckdb = sys.modules.get("duckdb")
    if duckdb is not None and isinstance(connection, duckdb.DuckDBPyConnection):
        return _lazily(lambda: connection.cursor().sql(_text(query)), key)
    if hasattr(connection, "sql") and type(connection).__module__.startswith("ibis."):
        return _lazily(lambda: connection.sql(_text(query)), key)
    table = _SqlTable(_bind(connection), query)
    column = key_column(key, table.columns, "a database")
    table.keyed_by(column)
    return from_table(table, by_keyset(table), column, table.nulls())


def _lazily(made: Any, key: Any) -> Rows:
    try:
        found = made()
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"the query cannot be asked: {_first_line(error)}") from None
    return from_lazy(found, key, in_order_of_keys=True)


def _text(query: Any) -> str:
    if not isinstance(query, str):
        raise DataError(
            f"a query of type {type(query).__name__} cannot be asked here; SQL as text is accepted"
        )
    return statement(query)


def statement(query: str) -> str:
    """Return one query without what may end it, so that it can stand inside another.

    >>> statement("select ';' as a; -- all of them")
    "select ';' as a"
    >>> statement("reviews")
    Traceback (most recent call last):
    nblabel.base.errors.DataError: "reviews" is no query; "select * from reviews" is
    """
    stop = 0
    for token in _TOKENS.finditer(query):
        if not token["aside"] and not token["end"]:
            stop = token.end()
    made = query[:stop].strip()
    if re.fullmatch(r"[\w.\"`]+", made):
        raise DataError(f'"{made}" is no query; "select * from {made}" is')  # noqa: S608
    if not made:
        raise DataError('the query is empty; "select id, text from reviews" is one')
    return made


def _bind(connection: Any) -> sa.Engine | sa.Connection:
    if isinstance(connection, sa.Engine | sa.Connection):
        return connection
    if not isinstance(connection, str | sa.URL):
        raise DataError(
            f"connection= of type {type(connection).__name__} cannot be asked; {_ACCEPTED}"
        )
    try:
        url = make_url(connection)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        return sa.create_engine(url)
    except (ArgumentError, NoSuchModuleError):
        raise DataError(f"connection= is no URL of a database; {_ACCEPTED}") from None
    except ModuleNotFoundError as error:
        raise MissingPackageError(f"the database needs the package {error.name}") from None


class _SqlTable:
    """A query that SQLAlchemy asks, inside of questions for keys and for rows by key."""

    where = "the database"

    def __init__(self, bind: sa.Engine | sa.Connection, query: Any) -> None:
        self._bind = bind
        self._key: Any = None
        if isinstance(query, str):
            # What is a ":name" there is none of ours.
            text = statement(query).replace(":", "\\:")
            asked = sa.text(f"\n{text}\n")  # lines of its own: it may end in a comment
            self.columns = self._names(sa.select(sa.text("*")).select_from(_inner(asked)))
            self._rows: Any = _inner(asked, self.columns)
            return
        try:
            chosen = query if isinstance(query, sa.SelectBase) else sa.select(query)
        except SQLAlchemyError:
            raise DataError(
                f"data of type {type(query).__name__} cannot be asked with connection=; SQL, or a "
                "select or a table of SQLAlchemy is accepted"
            ) from None
        self._rows = chosen.subquery("nblabel_rows")
        self.columns = tuple(map(str, self._rows.c.keys()))

    def _names(self, question: Any) -> tuple[str, ...]:
        with self._connected() as connection:
            names = tuple(map(str, connection.execute(question.where(sa.text("1 = 0"))).keys()))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DataError(f'two columns of the query are named "{twice}"; name one of them else')
        return names

    def keyed_by(self, column: str) -> None:
        """Name the column of the keys."""
        self._key = self._rows.c[column]

    def nulls(self) -> tuple[str, ...]:
        """Tell of rows without a key, which are left out."""
        without_key = sa.select(sa.literal(1)).select_from(self._rows).where(self._key.is_(None))
        if not self._asked(without_key.limit(1)):
            return ()
        told = f'column "{self._key.name}" is null in some rows of the database'
        return (f"{told}: without a key they are left out",)

    def count(self) -> int:
        return int(self._asked(sa.select(sa.func.count(self._key)))[0][0])

    def up_to(self, most: int) -> int:
        some = sa.select(sa.literal(1).label("one")).select_from(self._rows)
        some = some.where(self._key.is_not(None)).limit(most)
        counted = sa.select(sa.func.count()).select_from(some.subquery("nblabel_some"))
        return int(self._asked(counted)[0][0])

    def following(self, mark: Mark | None, count: int) -> list[Any]:
        found = [key for (key,) in self._asked(self._from(mark, count))]
        return without(found, mark)[:count]

    def _from(self, mark: Mark | None, count: int) -> Any:
        """Make the question for keys from a mark's own on."""
        first = self._key.is_not(None) if mark is None else self._key >= mark.key
        taken = 0 if mark is None else mark.taken
        return sa.select(self._key).where(first).order_by(self._key).limit(count + taken)

    def last_of(self, mark: Mark | None, count: int, few: int) -> list[Any]:
        some = self._from(mark, count)
        if self._bind.dialect.name == "sqlite":  # it sorts anew what it has in order
            key = next(iter(some.subquery("nblabel_keys").c))
            (last,) = self._asked(sa.select(sa.func.max(key)))[0]
            back = sa.select(self._key).where(self._key <= last).order_by(self._key.desc())
            around = [one for (one,) in self._asked(back.limit(2))]
            if len({*around}) == len(around):
                return [last]
        return self._turned(some, few, back=True)

    def first_of_last(self, count: int, few: int) -> list[Any]:
        last = sa.select(self._key).where(self._key.is_not(None))
        return self._turned(last.order_by(self._key.desc()).limit(count), few, back=False)

    def _turned(self, some: Any, few: int, *, back: bool) -> list[Any]:
        inner = some.subquery("nblabel_keys")
        key = next(iter(inner.c))
        order = key.desc() if back else key.asc()
        return [one for (one,) in self._asked(sa.select(key).order_by(order).limit(few))]

    def rows(
        self,
        start: int,  # noqa: ARG002 - a key is enough
        keys: Sequence[Any],
        columns: Sequence[str],
    ) -> list[dict[str, Any]]:
        wanted = [self._rows.c[name] for name in columns]
        found = self._asked(sa.select(*wanted).where(self._key.in_(keys)))
        return [dict(zip(columns, row, strict=True)) for row in found]

    def attach(self, keys: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> None:
        """Nothing is written to a database: the rows are read."""

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        return building.frame(nw.Implementation.PANDAS, values, columns)

    def give_back(self, frame: Any) -> Any:
        return frame

    def _asked(self, question: Any) -> Sequence[Any]:
        with self._connected() as connection:
            return connection.execute(question).fetchall()

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """Give a connection that writes nothing, and leave no transaction behind."""
        try:
            if isinstance(self._bind, sa.Engine):
                options = {"postgresql_readonly": True}
                reading = self._bind.dialect.name == "postgresql"
                with self._bind.execution_options(**options if reading else {}).connect() as one:
                    yield one
                return
            busy = self._bind.in_transaction()
            try:
                yield self._bind
            finally:
                if not busy and self._bind.in_transaction():
                    self._bind.rollback()
        except DBAPIError as error:
            raise DataError(f"the database cannot be read: {_first_line(error.orig)}") from None
        except SQLAlchemyError as error:
            raise DataError(f"the database cannot be read: {_first_line(error)}") from None
        except ModuleNotFoundError as error:
            raise MissingPackageError(f"the database needs the package {error.name}") from None


def _inner(query: sa.TextClause, columns: Sequence[str] = ()) -> Any:
    """Put a query inside of another, its columns by name where they are known."""
    named: list[sa.ColumnClause[Any]]
    named = [sa.column(quoted_name(name, quote=True)) for name in columns]
    return query.columns(*named).subquery("nblabel_rows")


def _first_line(error: Any) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
