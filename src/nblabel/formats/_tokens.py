"""A stated rule for what the tokens of a text are."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

# Scripts that put no blanks between words: each character is a token.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_JOINERS = frozenset("\u200c\u200d")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return where the tokens of a text begin and end, in code points.

    A token is as many letters, digits, marks and ``_`` as stand together; of scripts that put no
    blanks between words, one letter with its marks; and each other character that is no blank.

    >>> text = "Ada's 3.5 km, naïve."
    >>> [text[start:end] for start, end in tokens(text)]
    ['Ada', "'", 's', '3', '.', '5', 'km', ',', 'naïve', '.']
    """
    found: list[tuple[int, int]] = []
    joins = False  # whether the last token goes on
    for at, character in enumerate(text):
        if character.isspace():
            joins = False
            continue
        is_mark = unicodedata.category(character)[0] == "M" or character in _JOINERS
        is_word = character.isalnum() or character == "_"
        if is_mark and found and found[-1][1] == at:
            found[-1] = found[-1][0], at + 1
            continue
        alone = not is_word or _UNSPACED.match(character) is not None
        if joins and not alone:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
        joins = is_word and not alone
    return found


def touched(found: Sequence[tuple[int, int]], start: float, end: float) -> range:
    """Return which tokens a stretch of their text has a part of.

    >>> touched([(0, 3), (4, 7), (7, 8)], 2, 5)
    range(0, 2)
    """
    first = bisect_right(found, start, key=lambda token: token[1])
    return range(first, max(first, bisect_left(found, end, key=lambda token: token[0])))
