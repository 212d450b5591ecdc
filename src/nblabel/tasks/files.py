"""Files as rows: csv, tsv, json, jsonl, parquet, txt."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from nblabel.base.cycles import seldom_searched
from nblabel.base.encodings import marked_encoding
from nblabel.base.errors import DataError, MediaError, near
from nblabel.base.jsontext import exact
from nblabel.base.optional import optional
from nblabel.media import inside
from nblabel.media.kinds import Kind, kind_of
from nblabel.media.paths import OutsideError, Root
from nblabel.tasks.folders import files_of, is_folder
from nblabel.tasks.rows import Rows, Unreadable, from_frame, from_list
from nblabel.tasks.separated import columns_of
from nblabel.tasks.values import named_values

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|[\[\]{},]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """A file, and what was said about it.

    Parameters
    ----------
    path
        Where it is.
    column, encoding, dtypes
        As in `nblabel.tasks.read`.
    """

    path: Path
    column: str | None
    encoding: str | None
    dtypes: Mapping[Any, Any] | None

    def text(self) -> str:
        """Return its text.

        Raises
        ------
        DataError
            When its encoding is not certain; the message says what to pass.
        """
        data = self.path.read_bytes()
        encoding = self.encoding or marked_encoding(data) or "utf-8"
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            raise DataError(f'encoding="{encoding}" is not known') from None
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            byte = data[error.start]
            said = f"it is not {encoding.upper()}: byte 0x{byte:02x} in line {line}"
            hint = "" if self.encoding else f"; {_fitting(data)}"
            raise DataError(said + hint) from None
        if "\0" in text[:1000] and not self.encoding:
            raise DataError(f"it holds NUL characters; {_fitting(data)}")
        return text


def _fitting(data: bytes) -> str:
    """Say which encoding may be meant: one that the file can be read with."""
    wide = ("utf-16-le", "utf-16-be") if data[1:2] == b"\0" else ("utf-16-be", "utf-16-le")
    for encoding in (*(wide if b"\0" in data[:1000] else ()), "cp1252", "latin-1"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return f'pass encoding=, perhaps encoding="{encoding}"'
    return "pass encoding="


def from_path(
    given: str | os.PathLike[str],
    root: Root,
    *,
    column: str | None,
    encoding: str | None,
    dtypes: Mapping[Any, Any] | None,
    kind: Kind | None = None,
) -> Rows:
    """Read a file, a folder or a pattern; parameters as in `nblabel.tasks.read`."""
    path = Path(given).expanduser()
    if is_folder(path):
        files, problems = files_of(path, kind)
        return from_list(
            named_values(files, column),
            tuple(problems),
            again=lambda: named_values(files_of(path, kind)[0], column),
        )
    if kind_of(path):  # one picture, or one recording
        return from_list(named_values([str(path)], column))
    suffix = path.suffix.lower().lstrip(".")
    reader = _READERS.get(suffix)
    if reader is None and not suffix and not path.exists():
        raise DataError(f'there is no folder "{_short(given)}"{_near_folder(path)}')
    if reader is None:
        kinds = ", ".join(_READERS)
        hint = near(suffix, _READERS)
        raise DataError(
            f'"{_short(given)}" is no file that is read; {kinds} are accepted, and a folder of '
            f"media or a pattern such as photos/*.jpg{hint}"
        )
    if dtypes and suffix not in _TYPELESS:
        raise DataError(f'dtypes= is for csv and tsv; the cells of "{_short(given)}" have types')
    try:
        found = path if root is None else inside(path.absolute(), root)
        return reader(File(found, column, encoding, dtypes))
    except OutsideError as error:
        raise DataError(f"{error}; root={json.dumps(error.roots)} would allow it") from None
    except MediaError as error:
        raise DataError(str(error)) from None
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f'"{_short(given)}" cannot be read: {reason}') from None
    except (DataError, ValueError) as error:
        raise DataError(f'"{_short(given)}" cannot be read: {error}') from None


def _near_folder(path: Path) -> str:
    try:
        return near(path.name, (one.name for one in path.parent.iterdir() if one.is_dir()))
    except OSError:
        return ""


def _csv(file: File) -> Rows:
    return _separated(file, None)


def _tsv(file: File) -> Rows:
    return _separated(file, "\t")


def _separated(file: File, separator: str | None) -> Rows:
    with seldom_searched():
        names, columns, problems = columns_of(file.text(), separator)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f'two columns are named "{twice}"; every column needs a name of its own')
    made = {
        name: pd.Series(cells, dtype="object") for name, cells in zip(names, columns, strict=True)
    }
    frame = pd.DataFrame(made)
    for name, dtype in (file.dtypes or {}).items():
        if str(name) not in made:
            raise DataError(f'dtypes= names "{name}", which is no column{near(str(name), names)}')
        frame[str(name)] = _typed(frame[str(name)], dtype)
    return from_frame(frame, problems=tuple(problems))


def _typed(cells: Any, dtype: Any) -> Any:
    """Give cells of text another type; an empty one stays empty."""
    try:
        if dtype in {int, "int", "int64", "Int64"}:
            return pd.to_numeric(cells).astype("Int64" if cells.isna().any() else "int64")
        if dtype in {float, "float", "float64"}:
            return pd.to_numeric(cells).astype("float64")
        if dtype in {bool, "bool", "boolean"}:
            words = {"true": True, "false": False, "1": True, "0": False}
            return cells.map(lambda c: None if c is None else words[c.lower()]).astype("boolean")
        if dtype in {str, "str", "object"}:
            return cells
        if str(dtype).startswith("datetime"):
            return pd.to_datetime(cells)
        return cells.astype(dtype)
    except KeyError as error:
        raise DataError(f'dtypes=: "{cells.name}" holds {error}, which is no bool') from None
    except (TypeError, ValueError, OverflowError) as error:
        shown = getattr(dtype, "__name__", dtype)
        raise DataError(f'dtypes=: "{cells.name}" cannot be {shown}: {error}') from None


def _parquet(file: File) -> Rows:
    optional("pyarrow", feature="reading parquet", extra="arrow")
    return from_frame(pd.read_parquet(file.path))


def _json(file: File) -> Rows:
    text = file.text()
    with seldom_searched():
        try:
            data = exact(text)
        except (ValueError, RecursionError) as error:
            data = _each_alone(text, error)
    if isinstance(data, dict):
        data = [data]
    if not isinstance(data, list):
        raise DataError(f"it holds a {type(data).__name__}; a list of objects is accepted")
    return from_list(named_values(data, file.column))


def _each_alone(text: str, error: Exception) -> list[Any]:
    """Read the items of a list one by one: those that cannot be read are set aside."""
    items = [_item(part, f"item {n}") for n, part in enumerate(_items(text), 1)]
    if not items or all(isinstance(item, Unreadable) for item in items):
        raise DataError(f"it is no JSON: {_reason(error)}")
    return items


def _item(text: str, where: str) -> Any:
    try:
        return exact(text)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"{where} is no JSON that can be read: {_reason(error)}")


def _reason(error: Exception) -> str:
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


def _items(text: str) -> Iterator[str]:
    """Yield the texts of a list's items; nothing where the text is no whole list."""
    depth, begin, parts = 0, 0, []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            if depth == 1:
                if sign == "{" or text[: token.start()].strip():
                    return
                begin = token.end()
        elif sign in "]}":
            depth -= 1
            if depth == 0:
                parts.append(text[begin : token.start()])
                if not text[token.end() :].strip():
                    yield from (part for part in parts if part.strip())
                return
        elif sign == "," and depth == 1:
            parts.append(text[begin : token.start()])
            begin = token.end()


def _jsonl(file: File) -> Rows:
    with seldom_searched():
        lines = enumerate(re.split(r"\r\n|\n|\r", file.text()), 1)
        items = [_item(line, f"line {n}") for n, line in lines if line.strip()]
    unreadable = next((item for item in items if isinstance(item, Unreadable)), None)
    if unreadable and all(isinstance(item, Unreadable) for item in items):
        raise DataError(unreadable.reason)
    return from_list(named_values(items, file.column))


def _txt(file: File) -> Rows:
    lines = [line for line in re.split(r"\r\n|\n", file.text()) if line.strip()]
    return from_list(named_values(lines, file.column))


_TYPELESS = frozenset({"csv", "tsv"})
_READERS: dict[str, Callable[[File], Rows]] = {
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
