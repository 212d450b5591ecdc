"""Texts that are alike, by the words that they share."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice

from nblabel.models._quotes import UNSPACED

# What has no blanks between its words is compared by its characters.
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


class Nearest:
    """Texts, among which the nearest to another one are found.

    Nearness is the cosine between the counts of words, each weighted by ``1 + log(n / df)`` with
    the number of texts and of those that have the word.

    Parameters
    ----------
    texts
        The texts.

    Examples
    --------
    >>> Nearest(["a red car", "a blue sky", "the red door of a car"]).to("my red car", 2)
    [0, 2]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        counts = [_counted(text) for text in texts]
        occurs = Counter(word for some in counts for word in some)
        self._weights = {word: 1 + math.log(len(texts) / n) for word, n in occurs.items()}
        self._having: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, some in enumerate(counts):
            weighted = {word: n * self._weights[word] for word, n in some.items()}
            length = math.sqrt(sum(weight**2 for weight in weighted.values())) or 1.0
            for word, weight in weighted.items():
                self._having[word].append((number, weight / length))

    def to(self, text: str, count: int) -> list[int]:
        """Give the numbers of the texts nearest to one, nearest first; of equals, the earlier."""
        scores: dict[int, float] = defaultdict(float)
        for word, times in _counted(text).items():
            for number, weight in self._having.get(word, ()):
                scores[number] += times * self._weights[word] * weight
        ranked = heapq.nsmallest(count, scores, key=lambda number: (-scores[number], number))
        others = (number for number in range(self._count) if number not in scores)
        return [*ranked, *islice(others, count - len(ranked))]


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
