"""The errors a user meets: one clear sentence with the place, what was given, what is near."""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import TracebackType
from typing import Literal

_MOST_WORDS, _LONGEST = 200, 100  # beyond these a search takes longer than its hint is worth


class Told(BaseException):
    """An error that IPython shows as a sentence and the caller's line."""

    def _render_traceback_(self) -> list[str]:
        """Give IPython the way to the caller's line, and the sentence.

        What lies below that line, and what the error came from, is nothing the caller can mend;
        ``traceback.print_exception(sys.last_value)`` still prints it.
        """
        shown = type(self).__new__(type(self), str(self))  # without what it came from
        way = _to_the_caller(self.__traceback__)
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is None or way is None:
            return traceback.format_exception(type(self), shown, way)
        return list(shell.InteractiveTB.structured_traceback(type(self), shown, way, tb_offset=0))


class NblabelError(Told, Exception):
    """Base of every error nblabel raises on purpose."""


class ArgumentError(Told, TypeError):
    """There is no such argument."""


class DataError(NblabelError):
    """A dataframe, a row, a key or a cell does not fit."""


class MediaError(NblabelError):
    """A cell's value cannot be shown: missing, broken, or outside the allowed root."""


class StoreError(NblabelError):
    """The store cannot be opened, read or written."""


class FormatError(NblabelError):
    """A file is not in the format it is read as."""


class MissingPackageError(NblabelError, ImportError):
    """A feature needs a package that is not installed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a labeling config, with its place.

    Parameters
    ----------
    message
        The whole sentence, without the place.
    line
        Line in the XML, counted from 1.
    tag, attribute
        Where on that line, as Label Studio spells them.
    severity
        An error makes the config unusable; a warning does not.
    """

    message: str
    line: int | None = None
    tag: str | None = None
    attribute: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """``line 3, <Choices toName>: message``."""
        where = f"line {self.line}" if self.line else ""
        if self.tag:
            inside = f"<{self.tag} {self.attribute}>" if self.attribute else f"<{self.tag}>"
            where = f"{where}, {inside}" if where else inside
        return f"{where}: {self.message}" if where else self.message


def sentences(problems: Iterable[Problem]) -> list[str]:
    """Tell problems; what is wrong in the same way at several places is one sentence.

    >>> same = [Problem("it is ignored", line, "Choice", "background") for line in (5, 6, 9)]
    >>> sentences(same)
    ['line 5, <Choice background>: it is ignored (lines 6 and 9 too)']
    """
    alike: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.message, problem.attribute), []).append(problem)
    return [str(first) + _further(others) for first, *others in alike.values()]


def _further(others: Iterable[Problem]) -> str:
    lines = list(dict.fromkeys(str(problem.line) for problem in others if problem.line))
    if len(lines) < 2:
        return f" (line {lines[0]} too)" if lines else ""
    return f" (lines {', '.join(lines[:-1])} and {lines[-1]} too)"


class ConfigError(NblabelError):
    """A labeling config cannot be used; ``problems`` holds everything that was found in it.

    Its sentence leaves out the warnings: they do not keep the config from being used.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = sentences(problem for problem in self.problems if problem.severity == "error")
        head = "the labeling config cannot be used: "
        super().__init__(head + (lines[0] if len(lines) == 1 else "\n  " + "\n  ".join(lines)))


def _to_the_caller(way: TracebackType | None) -> TracebackType | None:
    """Leave out of a traceback what IPython does before it and what nblabel does after."""
    while way is not None and _package(way) == "IPython":
        way = way.tb_next
    if way is None or _package(way) == __package__.partition(".")[0]:
        return None
    following = _to_the_caller(way.tb_next)
    return TracebackType(following, way.tb_frame, way.tb_lasti, way.tb_lineno)


def _package(way: TracebackType) -> str:
    return str(way.tb_frame.f_globals.get("__name__")).partition(".")[0]


def near(given: str, accepted: Iterable[str]) -> str:
    """Name the accepted word nearest to the given one, as the tail of a sentence.

    >>> near("toNmae", ["name", "toName"])
    '; did you mean "toName"?'
    >>> near("zzz", ["name"])
    ''
    """
    words = tuple(islice(accepted, _MOST_WORDS + 1))
    if len(words) > _MOST_WORDS or len(given) > _LONGEST:
        return ""
    return _near(given, words)


@lru_cache(maxsize=256)
def _near(given: str, accepted: tuple[str, ...]) -> str:
    words = {word.lower(): word for word in accepted if len(word) <= _LONGEST}
    found = difflib.get_close_matches(given.lower(), list(words), n=1, cutoff=0.6)
    return f'; did you mean "{words[found[0]]}"?' if found else ""
