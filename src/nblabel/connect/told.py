"""What a push or a pull did: how many of each, and in sentences what did not go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import ClassVar

_PLURAL = re.compile(r"s(?= |$)")
_SHOWN = 10  # sentences of each kind


@dataclass
class Told:
    """What was done with a server's project.

    Parameters
    ----------
    project
        Its number on the server.
    address
        Where a person sees it.
    problems
        What did not go, a sentence each.
    conflicts
        What was changed on both sides, a sentence each; both are kept.
    notes
        What else is good to know, a sentence each.
    """

    project: int
    address: str
    problems: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    verb: ClassVar[str] = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, in words; what is none is left out."""
        told = ((one.name, getattr(self, one.name)) for one in fields(self))
        given = {name: value for name, value in told if type(value) is int and name != "project"}
        return {name.replace("_", " "): value for name, value in given.items() if value}

    @property
    def is_whole(self) -> bool:
        """Whether all went, and nothing was changed on both sides."""
        return not (self.problems or self.conflicts)

    def __repr__(self) -> str:
        counts = ", ".join(counted(value, name) for name, value in self.counts.items())
        lines = [f"{self.verb} {self.address}: {counts or 'nothing to do'}"]
        for kind in (self.conflicts, self.problems, self.notes):
            lines += (f"  {sentence}" for sentence in kind[:_SHOWN])
            if len(kind) > _SHOWN:
                lines.append(f"  and {len(kind) - _SHOWN} more")
        return "\n".join(lines)


def counted(count: int, what: str) -> str:
    """Say how many of what there are.

    >>> counted(1, "removed annotations"), counted(2_000, "tasks here")
    ('1 removed annotation', '2,000 tasks here')
    """
    return f"{count:,} {what if count != 1 else _PLURAL.sub('', what)}"


def differing(key: str, annotator: str | None, there: str, then: str) -> str:
    """Tell that an annotation was changed on both sides, and what became of it.

    >>> differing("7", "ana", "deleted", "it stays")
    'task "7": the annotation of "ana" was changed here and deleted on the server; it stays'
    """
    whose = f' of "{annotator}"' if annotator else ""
    return f'task "{key}": the annotation{whose} was changed here and {there} on the server; {then}'
