"""Where quoted words stand in a text."""

from __future__ import annotations

import re

UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Characters of scripts that put no blanks between words, as the inside of a pattern's brackets."""

_UNSPACED = re.compile(f"[{UNSPACED}]")


def located(text: str, quote: str, occurrence: int = 1) -> tuple[int, int] | None:
    r"""Find where a quote stands in a text; None where it does not.

    Parameters
    ----------
    text, quote
        The text, and what is said to stand in it. Between its words there may be other blanks
        and line breaks.
    occurrence
        Which of its `places` is meant, from 1.

    Returns
    -------
    tuple
        The first character, and the one after the last.

    Examples
    --------
    >>> located("Ada met Bob. Bob left.", "Bob", 2)
    (13, 16)
    >>> located("New\n  York", "New York")
    (0, 10)
    """
    found = places(text, quote)
    return found[occurrence - 1] if 1 <= occurrence <= len(found) else None


def places(text: str, quote: str) -> list[tuple[int, int]]:
    """Give all places where a quote stands, those first where it is no part of other words.

    >>> places("start with art", "art")
    [(11, 14), (2, 5)]
    """
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    found = [match.span() for match in re.finditer(pattern, text)]
    return sorted(found, key=lambda place: _joins(text, place[0]) or _joins(text, place[1]))


def _joins(text: str, at: int) -> bool:
    """Whether a word goes on across a place."""
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) == 2 and all(c.isalnum() and not _UNSPACED.match(c) for c in pair)
