"""What a tile shows of a row: its image or its text, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from nblabel import tasks
from nblabel.base.errors import MediaError
from nblabel.core.element import Element
from nblabel.gallery.drawing import Tile
from nblabel.media.images import Content
from nblabel.project import Project
from nblabel.project.together import Glance

_LONGEST = 4_000  # characters of a text that are looked at
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class Shown:
    """The object of a config that tiles show: its first image, else its first text.

    Parameters
    ----------
    project
        The project.
    """

    def __init__(self, project: Project[Any]) -> None:
        config = project.config
        objects = [o for o in config.objects.values() if o.attributes.get("value")]
        plain = [o for o in objects if o.id not in config.repeated]
        self._project = project
        self.is_image = bool(config.media)
        self._object: Element | None = (
            config.media[0][0] if self.is_image else next(iter(plain), None)
        )

    def tile(self, glance: Glance, picture: Any = None) -> Tile:
        """Make the tile of a row."""
        return Tile(
            index=glance.index,
            picture=picture,
            text="" if self.is_image else self._text(glance),
            target="" if self._object is None else self._object.name or "",
            more=max(len(self._images(glance.data)) - 1, 0),
            web=self.web(glance),
            **said(glance),
        )

    def web(self, glance: Glance) -> str:
        """Return the address of a row's image, where only the browser reads it."""
        shown = self._images(glance.data)
        return (self._project.address(shown[0]) or "") if shown else ""

    def image(self, row: int) -> Content:
        """Read the image of a row; raises a MediaError where there is none."""
        for one in self._project.rows([row]):
            if shown := self._images(one.task["data"]):
                return self._project.content(shown[0])
        raise MediaError("there is no image")

    def _images(self, data: Any) -> Sequence[Any]:
        if not self.is_image or self._object is None:
            return ()
        return tasks.media_values(self._project.config, data).get(self._object.id, ())

    def _text(self, glance: Glance) -> str:
        if self._object is None:
            return str(dict(glance.data))[:_LONGEST]
        config = self._project.config
        value = tasks.shown_value(config, self._object, glance.data)
        if isinstance(value, str):
            is_plain = config.tags[self._object.tag].name == "Text"
            text = value if is_plain else unescape(_MARKUP.sub(" ", value[: 4 * _LONGEST]))
        elif isinstance(value, list):
            text = "\n".join(map(_line, value[:200]))
        else:
            text = "" if value is None else str(value)
        return text[:_LONGEST]


def said(glance: Glance) -> dict[str, Any]:
    """Return what a tile shows of what is said of its row."""
    suggested = None if glance.results else glance.suggested
    return {
        "state": glance.state,
        "said": glance.results,
        "suggested": () if suggested is None else suggested.results,
        "score": None if suggested is None else suggested.score,
    }


def _line(one: Any) -> str:
    if isinstance(one, dict):
        return ": ".join(str(one[n]) for n in ("author", "text", "content") if n in one) or str(one)
    return str(one)
