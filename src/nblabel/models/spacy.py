"""spaCy's pipelines: the entities and the categories that they find."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.core.annotation import Result, value_of
from nblabel.core.model import Context, Task
from nblabel.models._aims import NO_CONFIG, TEXTS, Aim, Answered, aim, each, said

_ANSWERED: Answered = {"Labels": ("Text",), "Choices": TEXTS}
_DIGITS = 8
_RECOGNIZERS = ("ner", "entity_ruler")
_CATEGORIZERS = ("textcat", "textcat_multilabel")


class Spacy:
    """A spaCy pipeline: its entities for Labels on a text, its categories for Choices.

    Parameters
    ----------
    nlp
        A pipeline: one that was loaded, or a blank one with what was added to it.
    control
        The control that it answers, by default the only one that it can: Labels get ``doc.ents``,
        Choices ``doc.cats``.
    labels
        What a label of the pipeline is called in the config, where they differ in more than
        capitals: ``{"GPE": "Place"}``. What the config does not have is left out.
    threshold
        From which score on a category is chosen, where several can be.
    epochs
        How often `fit` goes through its tasks.
    seed
        Decides the order in which it does.

    Attributes
    ----------
    nlp
        The pipeline that predicts. `fit` trains a copy of the given one and puts it in its place.

    Examples
    --------
    >>> import spacy
    >>> from nblabel.config import parse
    >>> from nblabel.tags import TAGS
    >>> nlp = spacy.blank("en")
    >>> ruler = nlp.add_pipe("entity_ruler")
    >>> ruler.add_patterns([{"label": "Person", "pattern": "Ada Lovelace"}])
    >>> model = Spacy(nlp, "entities")
    >>> model.setup(parse("named-entities", TAGS))
    >>> [answer] = model.predict([{"data": {"text": "💡 Ada Lovelace wrote it."}}])
    >>> answer["result"]["entities"]
    [{'start': 2, 'end': 14, 'text': 'Ada Lovelace', 'labels': ['Person']}]
    """

    interactive = False

    def __init__(
        self,
        nlp: Any,
        control: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        threshold: float = 0.5,
        epochs: int = 20,
        seed: int = 0,
    ) -> None:
        self._given = nlp
        self.control = control
        self._names = dict(labels or {})
        self._threshold = threshold
        self._epochs = epochs
        self._seed = seed
        self._aim: Aim | None = None
        name = f"{nlp.meta.get('lang', '')} {nlp.meta.get('name', '')}".strip() or "pipeline"
        self._prefix = f"spaCy {name} {nlp.meta.get('version', '')}".strip()
        self._used = (nlp, "")  # together, so that no answer has another's version

    def __repr__(self) -> str:
        return f"Spacy({self.version!r}, {self.control!r})"

    @property
    def nlp(self) -> Any:
        """The pipeline that predicts."""
        return self._used[0]

    @property
    def version(self) -> str:
        """The pipeline's name, and what it was trained on here."""
        return f"{self._prefix} {self._used[1]}".strip()

    def setup(self, config: Config) -> None:
        """Take the config in which the control is."""
        self._aim = aim("Spacy", config, self.control, _ANSWERED)

    @property
    def _known(self) -> Aim:
        if self._aim is None:
            raise DataError(NO_CONFIG.format("Spacy"))
        return self._aim

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:  # noqa: ARG002
        """Say what the pipeline finds in each task's text; offsets count characters."""
        known, (nlp, trained) = self._known, self._used
        version = f"{self._prefix} {trained}".strip()
        known.check_meant(self._own(nlp, known), self._names)
        texts = each(tasks, known.text)
        docs = iter(nlp.pipe(text for text in texts if isinstance(text, str)))
        found = self._spans if known.tag == "Labels" else self._categories
        return [
            found(known, next(docs), version) if isinstance(text, str) else text for text in texts
        ]

    def _own(self, nlp: Any, known: Aim) -> list[str]:
        """List the labels that a pipeline can give, as far as it says."""
        makers = _RECOGNIZERS if known.tag == "Labels" else _CATEGORIZERS
        told = getattr(nlp, "pipe_labels", {})
        return sorted({label for name in makers for label in told.get(name, ())})

    def _spans(self, known: Aim, doc: Any, version: str) -> dict[str, Any]:
        spans = [
            {"start": s.start_char, "end": s.end_char, "text": s.text, "labels": [label]}
            for s in doc.ents
            if (label := known.meant(s.label_, self._names)) is not None
        ]
        return {"result": {known.name: spans}, "model_version": version}

    def _categories(self, known: Aim, doc: Any, version: str) -> Any:
        scores = {
            label: float(score)
            for name, score in doc.cats.items()
            if (label := known.meant(name, self._names)) is not None
        }
        if not scores:
            return None
        if known.takes_several:
            chosen = [label for label, score in scores.items() if score >= self._threshold]
            score = min((max(one, 1 - one) for one in scores.values()), default=0.0)
        else:
            chosen = [max(scores, key=lambda label: scores[label])]
            score = scores[chosen[0]]
        if not chosen:
            return None
        return {"result": {known.name: chosen}, "score": score, "model_version": version}

    def fit(self, tasks: list[Task]) -> Spacy:
        """Train a copy of the given pipeline on tasks with ``annotations``.

        A pipeline that finds no entities, or no categories, by training gets such a component.
        Components that are not trained stay as they are, and run.

        Returns
        -------
        Spacy
            The model itself.

        Raises
        ------
        DataError
            When nobody answered.
        """
        known = self._known
        pairs = [
            (text, results)
            for task, text in zip(tasks, each(tasks, known.text), strict=True)
            if isinstance(text, str) and (results := said(task, known.name)) is not None
        ]
        if not pairs:
            raise DataError(
                f'no task has an answer of "{known.name}": there is nothing to learn from yet'
            )
        nlp = self._copy()
        meant = {label: name for name, label in self._names.items()}
        own = self._learner(nlp, known)
        examples = list(self._examples(nlp, known, pairs, meant))
        for label in sorted({label for *_, labels in examples for label in labels}):
            nlp.get_pipe(own).add_label(label)
        self._train(nlp, own, [example for example, _ in examples])
        self._used = nlp, digest([pairs, self._epochs, self._seed])[:_DIGITS]
        return self

    def _copy(self) -> Any:
        """Give a pipeline like the given one; what predicts goes on meanwhile."""
        copy = type(self._given).from_config(self._given.config)
        return copy.from_bytes(self._given.to_bytes())

    def _learner(self, nlp: Any, known: Aim) -> str:
        """Name the component that learns; one is added where there is none."""
        if known.tag == "Labels":
            wanted: tuple[str, ...] = ("ner",)
        else:
            several = known.takes_several
            wanted = _CATEGORIZERS[::-1] if several else _CATEGORIZERS
        found = [name for name in wanted if name in nlp.pipe_names]
        if not found:
            nlp.add_pipe(wanted[0])
        return found[0] if found else wanted[0]

    def _examples(
        self,
        nlp: Any,
        known: Aim,
        pairs: list[tuple[str, list[Result]]],
        meant: Mapping[str, str],
    ) -> Iterator[tuple[Any, list[str]]]:
        example = optional("spacy.training", feature="nblabel.models.Spacy", extra="spacy").Example
        every = [meant.get(label, label) for label in known.labels]
        for text, results in pairs:
            if known.tag == "Labels":
                spans = sorted(_given_spans(results, meant))
                yield (
                    example.from_dict(nlp.make_doc(text), {"entities": _apart(nlp, text, spans)}),
                    [label for *_, label in spans],
                )
            else:
                chosen = {meant.get(one, one) for one in _given_choices(results)}
                cats = {label: float(label in chosen) for label in {*every, *chosen}}
                yield example.from_dict(nlp.make_doc(text), {"cats": cats}), list(cats)

    def _train(self, nlp: Any, own: str, examples: list[Any]) -> None:
        util = optional("spacy.util", feature="nblabel.models.Spacy", extra="spacy")
        util.fix_random_seed(self._seed)
        with nlp.select_pipes(enable=[own]):
            component = nlp.get_pipe(own)
            if getattr(component.model, "has_dim", lambda _: True)("nO"):
                optimizer = nlp.resume_training()
            else:
                optimizer = nlp.initialize(lambda: examples)
            order = random.Random(self._seed)  # noqa: S311 - no secret
            for _ in range(self._epochs):
                order.shuffle(examples)
                for batch in util.minibatch(examples, 8):
                    nlp.update(batch, sgd=optimizer)


def _given_spans(results: list[Result], meant: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    for result in results:
        value = value_of(result)
        start, end, labels = value.get("start"), value.get("end"), value.get("labels")
        if isinstance(start, int) and isinstance(end, int) and isinstance(labels, list) and labels:
            yield start, end, meant.get(labels[0], labels[0])


def _given_choices(results: list[Result]) -> list[str]:
    given = value_of(results[-1]).get("choices")
    return [str(one) for one in given] if isinstance(given, list) else []


def _apart(nlp: Any, text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Widen spans to whole tokens, all that spaCy learns; of those that meet, keep the first."""
    doc = nlp.make_doc(text)
    kept: list[tuple[int, int, str]] = []
    for start, end, label in spans:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        if span is not None and (not kept or span.start_char >= kept[-1][1]):
            kept.append((span.start_char, span.end_char, label))
    return kept
