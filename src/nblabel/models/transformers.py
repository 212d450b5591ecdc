"""Pipelines of transformers: texts, their words, images and what is on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nblabel.base.errors import DataError
from nblabel.base.ids import region_ids
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.model import Context, Reader, Task
from nblabel.media.paths import Root
from nblabel.models._aims import NO_CONFIG, TEXTS, Aim, Answered, aim, each
from nblabel.models._images import image_of, reader_of

_ANSWERED: Answered = {
    "Choices": (*TEXTS, "Image"),
    "Labels": ("Text",),
    "RectangleLabels": ("Image",),
}
_PART = re.compile(r"([BIESLU])-(.+)")

Found = Mapping[str, Any]
"""One of the dicts of which a pipeline's answers consist."""


class Transformers:
    """A pipeline of transformers, asked what the config asks.

    Choices about a text want "text-classification" or "zero-shot-classification", Labels on a
    text "token-classification" with any aggregation strategy, Choices about an image
    "image-classification", RectangleLabels "object-detection".

    Parameters
    ----------
    pipeline
        The pipeline, as ``transformers.pipeline`` makes it; its own settings stay.
    control
        The control that it answers, by default the only one that it can.
    labels
        What a label of the model is called in the config, where they differ in more than
        capitals: ``{"LABEL_1": "Good"}``. What the config does not have is left out.
    threshold
        From which score on a choice is made, where several can be.
    version
        What its suggestions are known by, by default the model's name.
    root
        Where images must lie, as for a project; a project that takes the model reads them as
        it does itself.

    Examples
    --------
    >>> from nblabel.config import parse
    >>> from nblabel.tags import TAGS
    >>> def pipeline(texts, top_k):  # stands for transformers.pipeline("text-classification")
    ...     return [[{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]]
    >>> model = Transformers(pipeline, "sentiment")
    >>> model.setup(parse("text-classification", TAGS))
    >>> model.predict([{"data": {"text": "wonderful"}}])
    [{'result': {'sentiment': ['Positive']}, 'score': 0.9, 'model_version': 'pipeline'}]
    """

    interactive = False

    def __init__(
        self,
        pipeline: Any,
        control: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        threshold: float = 0.5,
        version: str | None = None,
        root: Root = None,
    ) -> None:
        self.pipeline = pipeline
        self.control = control
        self._names = dict(labels or {})
        self._threshold = threshold
        self._aim: Aim | None = None
        self._own_root = root is not None
        self._reader = reader_of(root)
        self.version = version or _name(pipeline)

    def __repr__(self) -> str:
        return f"Transformers({self.version!r}, {self.control!r})"

    def setup(self, config: Config) -> None:
        """Take the config in which the control is.

        Raises
        ------
        DataError
            When it has no such control, the pipeline is for another task, or none of its labels
            is one of the control's.
        """
        found = aim("Transformers", config, self.control, _ANSWERED)
        task = getattr(self.pipeline, "task", None)
        wanted = _tasks(found)
        if task is not None and task not in wanted:
            raise DataError(
                f'"{found.name}" is <{found.tag}> about <{found.object.tag}>, which a pipeline for '
                f'{" or ".join(wanted) or "no task"} answers; this one is for "{task}"'
            )
        if task != _ZERO_SHOT:
            found.check_meant(_labels(self.pipeline), self._names)
        self._aim = found

    def reads(self, reader: Reader) -> None:
        """Read images as a project does, unless ``root=`` was given."""
        if not self._own_root:
            self._reader = reader

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:  # noqa: ARG002
        """Ask the pipeline about all tasks at once; each answer has its ``score``.

        That of spans and boxes is the one of which the model is least sure.
        """
        known = self._aim
        if known is None:
            raise DataError(NO_CONFIG.format("Transformers"))

        def shown(task: Task) -> Any:
            return image_of(self._reader, known, task) if known.shows_images else known.text(task)

        inputs = each(tasks, shown)
        asked = [one for one in inputs if not isinstance(one, Exception)]
        answers = iter(self._asked(known, asked) if asked else ())
        return [
            one if isinstance(one, Exception) else self._said(known, one, next(answers))
            for one in inputs
        ]

    def _asked(self, known: Aim, inputs: list[Any]) -> list[list[Found]]:
        """Call the pipeline; give for each input the list of what was found."""
        settings: dict[str, Any] = {}
        if getattr(self.pipeline, "task", None) == _ZERO_SHOT:
            settings = {"candidate_labels": _words(known), "multi_label": known.takes_several}
        elif known.tag == "Choices" and not known.shows_images:
            settings = {"top_k": None}  # all labels, with their scores
        answers = self.pipeline(inputs, **settings)
        answers = [answers] if isinstance(answers, Mapping) else list(answers)
        if len(inputs) == 1 and len(answers) != 1:
            answers = [answers]  # some give what one input has without a list around it
        if len(answers) != len(inputs):
            raise DataError(
                f"the pipeline was given {len(inputs)} tasks and returned {len(answers)} entries"
            )
        return [_listed(one) for one in answers]

    def _said(self, known: Aim, shown: Any, found: list[Found]) -> Any:
        if known.tag == "Choices":
            return self._chosen(known, found)
        results = list(
            self._boxes(known, shown, found)
            if known.shows_images
            else self._spans(known, shown, found)
        )
        for result, name in zip(results, region_ids(len(results)), strict=True):
            result["id"] = name
        answer = {"result": results, "model_version": self.version}
        if results:
            answer["score"] = min(result["score"] for result in results)
        return answer

    def _chosen(self, known: Aim, found: list[Found]) -> Any:
        scores: dict[str, float] = {}
        for one in found:
            word = known.meant(str(one["label"]), self._names)
            if word is not None:  # several of the model's may mean one of the config's
                scores[word] = scores.get(word, 0.0) + float(one["score"])
        if not scores:
            return None
        if known.takes_several:
            chosen = [word for word, score in scores.items() if score >= self._threshold]
            score = min(max(one, 1 - one) for one in scores.values())
        else:
            chosen = [max(scores, key=lambda word: scores[word])]
            score = scores[chosen[0]]
        if not chosen:
            return None
        return {
            "result": {known.name: chosen},
            "score": min(max(score, 0.0), 1.0),
            "model_version": self.version,
        }

    def _spans(self, known: Aim, text: str, found: list[Found]) -> Iterator[Result]:
        for first, last, name, score in _grouped(found):
            label = known.meant(name, self._names)
            start, end = _trimmed(text, first, last)
            if label is not None and start < end:
                value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
                yield {**known.head(), "value": value, "score": score}

    def _boxes(self, known: Aim, image: Any, found: list[Found]) -> Iterator[Result]:
        """Give boxes in percent of the image, as far as they lie on it."""
        width, height = image.size
        for one in found:
            label = known.meant(str(one["label"]), self._names)
            box = one["box"]
            left, right = (min(max(box[n], 0), width) * 100 / width for n in ("xmin", "xmax"))
            top, bottom = (min(max(box[n], 0), height) * 100 / height for n in ("ymin", "ymax"))
            if label is not None and left < right and top < bottom:
                place = {"x": left, "y": top, "width": right - left, "height": bottom - top}
                yield {
                    **known.head(),
                    "original_width": width,
                    "original_height": height,
                    "image_rotation": 0,
                    "value": {**place, "rotation": 0, known.value_key: [label]},
                    "score": float(one["score"]),
                }


_ZERO_SHOT = "zero-shot-classification"


def _tasks(known: Aim) -> tuple[str, ...]:
    """Name the tasks of the pipelines that can answer a control."""
    return {
        ("Choices", False): ("text-classification", "sentiment-analysis", _ZERO_SHOT),
        ("Choices", True): ("image-classification",),
        ("Labels", False): ("token-classification", "ner"),
        ("RectangleLabels", True): ("object-detection",),
    }.get((known.tag, known.shows_images), ())


def _name(pipeline: Any) -> str:
    model = getattr(pipeline, "model", None)
    name = getattr(model, "name_or_path", None) or getattr(pipeline, "task", None)
    return str(name or getattr(pipeline, "__name__", "") or type(pipeline).__name__)


def _labels(pipeline: Any) -> list[str]:
    """List the labels that a pipeline's model says it has, without what marks parts."""
    config = getattr(getattr(pipeline, "model", None), "config", None)
    names = map(str, (getattr(config, "id2label", None) or {}).values())
    return list(dict.fromkeys(_bare(name)[1] for name in names if name != "O"))


def _words(known: Aim) -> list[str]:
    """List what the control's labels say to people."""
    option = known.config.tags[known.control.tag].children
    inside = (e for e in known.control.walk() if e.tag == option)
    return list(dict.fromkeys(e.attributes.get("value", "") for e in inside))


def _listed(found: Any) -> list[Found]:
    if isinstance(found, Mapping) and "labels" in found:  # zero-shot
        pairs = zip(found["labels"], found["scores"], strict=True)
        return [{"label": label, "score": score} for label, score in pairs]
    return [found] if isinstance(found, Mapping) else list(found)


def _bare(name: str) -> tuple[str, str]:
    """Part a label from what says which part of a region it is.

    >>> _bare("B-PER"), _bare("PER")
    (('B', 'PER'), ('', 'PER'))
    """
    match = _PART.fullmatch(name)
    return (match[1], match[2]) if match else ("", name)


def _grouped(found: Iterable[Found]) -> list[tuple[int, int, str, float]]:
    """Join the words of which a pipeline makes one region; their score is the mean."""
    groups: list[tuple[str, list[Found]]] = []
    for one in found:
        if one.get("start") is None or one.get("end") is None:
            raise DataError(
                "the pipeline says of no word where it is; it needs a fast tokenizer for that"
            )
        if "entity_group" in one:
            groups.append((str(one["entity_group"]), [one]))
            continue
        part, name = _bare(str(one["entity"]))
        last = groups[-1] if groups else None
        if last and last[0] == name and part not in {"B", "S", "U"} and _follows(last[1][-1], one):
            last[1].append(one)
        else:
            groups.append((name, [one]))
    return [(*_extent(some), name, _mean(some)) for name, some in groups]


def _follows(before: Found, one: Found) -> bool:
    return int(one.get("index", 0)) == int(before.get("index", -1)) + 1


def _extent(some: Sequence[Found]) -> tuple[int, int]:
    return int(some[0]["start"]), int(some[-1]["end"])


def _mean(some: Sequence[Found]) -> float:
    return sum(float(one["score"]) for one in some) / len(some)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the blanks at the ends of a span: some tokenizers count one to the word."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
