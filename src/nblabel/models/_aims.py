"""What the models share: which control one answers, what that shows, what people said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nblabel import media, tasks
from nblabel.base.errors import DataError, MediaError, near
from nblabel.config import Config
from nblabel.config.variables import path_of
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.model import Task

NO_CONFIG = "{} was told no config yet: a project does that, or model.setup(config)"


@dataclass(frozen=True)
class Aim:
    """A control that a model answers, and the object that it is about."""

    config: Config
    control: Element
    object: Element

    @property
    def name(self) -> str:
        """The control's name."""
        return self.control.name or ""

    @property
    def tag(self) -> str:
        """The control's tag, as Label Studio spells it."""
        return self.config.tags[self.control.tag].name

    @property
    def value_key(self) -> str:
        """Where a result of the control says what it says."""
        return self.config.tags[self.control.tag].value_key

    @property
    def labels(self) -> tuple[str, ...]:
        """What the control can say."""
        return self.config.labels(self.control)

    @property
    def shows_images(self) -> bool:
        """Whether its object's value is an image."""
        return self.config.tags[self.object.tag].media

    @property
    def column(self) -> str | None:
        """The path of what the object shows, where that is the whole of a column."""
        return path_of(self.object.attributes.get("value", ""))

    @property
    def takes_several(self) -> bool:
        """Whether several choices can be made at once."""
        return self.control.attributes.get("choice") == "multiple"

    @cached_property
    def _words(self) -> dict[str, str]:
        """What the control takes, by how it is written in small letters."""
        return {word.casefold(): word for word in self.config.accepted(self.control)}

    def meant(self, name: str, names: Mapping[str, str]) -> str | None:
        """Give what the control calls what a model calls ``name``; None where it has no such.

        Parameters
        ----------
        name
            The model's word. Where only capitals differ from one of the control's, it is that.
        names
            The control's words for some of the model's.
        """
        word = names.get(name, name)
        if not self._words:  # they come with the task
            return word
        exact = word in self.config.accepted(self.control)
        return word if exact else self._words.get(word.casefold())

    def check_meant(self, known: Collection[str], names: Mapping[str, str]) -> None:
        """Refuse a model of whose words the control has none; raises a DataError."""
        if known and all(self.meant(name, names) is None for name in known):
            first = next(iter(known))
            raise DataError(
                f'"{self.name}" has {listed(self.labels, 6)}, and the model none of these but '
                f'{listed(known, 6)}; labels={{"{first}": "{next(iter(self.labels), "")}", ...}} '
                "says which are meant"
            )

    def text(self, task: Task) -> str:
        """Give the text that the object shows of a task.

        Raises
        ------
        DataError
            When it shows none, or the task has only the address of it.
        """
        if self.config.is_address(self.object):
            raise DataError(
                f'"{self.object.name}" shows what is behind an address; models read texts'
            )
        text = tasks.shown_value(self.config, self.object, task["data"])
        encoding = self.object.attributes.get("encoding", "none")
        if isinstance(text, str) and encoding != "none":
            text = (media.decoded_text(text, encoding).data or b"").decode()
        if not isinstance(text, str) or not text:
            raise DataError(f'this task has no text for "{self.object.name}"')
        return text

    def head(self, kind: str | None = None) -> Result:
        """Give what every result of the control begins with."""
        kind = kind or self.config.tags[self.control.tag].result_types[0]
        return {"from_name": self.name, "to_name": self.object.name, "type": kind}


TEXTS = ("Text", "HyperText", "RichText")
"""The objects whose value is a text, with or without markup."""

Answered = Mapping[str, Collection[str]]
"""The tags of controls that a model answers, each with the objects that it may be about; or any."""


def aim(who: str, config: Config, name: str | None, answered: Answered) -> Aim:
    """Find the control that a model answers.

    Parameters
    ----------
    who
        The model, as the subject of a sentence.
    config
        The config.
    name
        The control's name; None for the only one that the model can answer.
    answered
        What the model can answer.

    Raises
    ------
    DataError
        When there is no such control, or the model cannot answer it.
    """
    found = config.controls
    if name is None:
        fitting = [n for n, e in found.items() if _why_not(config, e, answered) is None]
        if len(fitting) != 1:
            which = f"say which of {listed(fitting)} with control=" if fitting else "there is none"
            raise DataError(f"{who} answers {_spoken(answered)}: {which}")
        name = fitting[0]
    if name not in found:
        raise DataError(
            f'{who} is to answer "{name}", and the controls of the config are '
            f"{listed(found) or 'none'}{near(name, found)}"
        )
    control = found[name]
    if reason := _why_not(config, control, answered):
        raise DataError(f'{who} answers {_spoken(answered)}; "{name}" {reason}')
    shown = _shown(config, control)
    if shown is None:
        raise DataError(f'"{name}" is about something that the config does not have')
    return Aim(config, control, shown)


def _shown(config: Config, control: Element) -> Element | None:
    """Give the object that a control is about, the first of several."""
    names = control.to_name or control.name or ""
    return config.find(names.partition(",")[0].strip())


def _why_not(config: Config, control: Element, answered: Answered) -> str | None:
    tag = config.tags[control.tag].name
    if tag not in answered:
        return f"is <{control.tag}>"
    shown = _shown(config, control)
    if answered[tag] and (shown is None or config.tags[shown.tag].name not in answered[tag]):
        return f"is about <{shown.tag if shown else '?'}>"
    for attribute, what in (("perRegion", "region"), ("perItem", "item")):
        if control.flag(attribute):
            return f"is asked of every {what}"
    return "is inside a Repeater" if control.id in config.repeated else None


def listed(names: Iterable[str], most: int = 12) -> str:
    """List names in a sentence.

    >>> listed(["a", "b"])
    '"a", "b"'
    """
    every = [f'"{name}"' for name in names]
    return ", ".join(every[:most]) + (", ..." if len(every) > most else "")


def _spoken(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def said(task: Task, name: str) -> list[Result] | None:
    """Give what the newest annotation of a task says of a control; None where it says nothing.

    Annotations that were skipped do not count.

    >>> old = {"result": [{"from_name": "mood", "value": {"choices": ["Bad"]}}], "updated_at": "1"}
    >>> new = {"result": [{"from_name": "mood", "value": {"choices": ["Good"]}}], "updated_at": "2"}
    >>> said({"annotations": [new, old, {"was_cancelled": True, "updated_at": "3"}]}, "mood")
    [{'from_name': 'mood', 'value': {'choices': ['Good']}}]
    """
    kept = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
    if not kept:
        return None
    newest = max(enumerate(kept), key=lambda pair: (_time(pair[1]), pair[0]))[1]
    results = [one for one in newest.get("result") or () if one.get("from_name") == name]
    return results or None


def _time(annotation: dict[str, Any]) -> str:
    return str(annotation.get("updated_at") or annotation.get("created_at") or "")


def each(given: list[Task], answer: Callable[[Task], Any]) -> list[Any]:
    """Answer task by task; what is wrong with one is its answer."""

    def answered(task: Task) -> Any:
        try:
            return answer(task)
        except (DataError, MediaError) as error:
            return error

    return [answered(task) for task in given]
