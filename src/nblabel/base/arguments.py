"""Arguments that are checked by hand, so that a wrong one is told with the nearest right one."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from nblabel.base.errors import ArgumentError, DataError, NblabelError, near

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = str(Path(__file__).parents[1])
_VARIABLE = {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}


def one_of(
    what: str, given: str, accepted: Sequence[str], error: type[NblabelError] = DataError
) -> None:
    """Raise an error unless a word is one of those that are accepted.

    >>> one_of("units", "pixel", ("percent", "px"))
    Traceback (most recent call last):
    nblabel.base.errors.DataError: units="pixel" is not known; one of "percent", "px" is
    """
    if given not in accepted:
        words = ", ".join(f'"{word}"' for word in accepted)
        raise error(f'{what}="{given}" is not known; one of {words} is{near(str(given), accepted)}')


def known_only(given: Iterable[str], function: Callable[..., Any]) -> None:
    """Raise a TypeError that names the nearest argument unless a function takes those given."""
    parameters = inspect.signature(function).parameters.values()
    accepted = [p.name for p in parameters if p.kind not in _VARIABLE and p.name != "self"]
    for name in given:
        if name not in accepted:
            raise ArgumentError(f'there is no argument "{name}"{near(name, accepted)}')


def passing_on_to(target: Callable[..., Any]) -> Callable[[F], F]:
    """Show the keyword arguments that a function passes on as its own, in place of ``**``.

    >>> def below(data, *, name=None, **unknown): ...
    >>> @passing_on_to(below)
    ... def above(data, *, theme="auto", **settings): ...
    >>> str(inspect.signature(above))
    "(data, *, theme='auto', name=None)"
    """
    only = inspect.Parameter.KEYWORD_ONLY
    passed = [p for p in inspect.signature(target).parameters.values() if p.kind == only]

    def shown(function: F) -> F:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind not in _VARIABLE]
        vars(function)["__signature__"] = signature.replace(parameters=[*own, *passed])
        return function

    return shown


def warn(message: str) -> None:
    """Warn the person: the warning names the first line of code that is not nblabel's own."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)
