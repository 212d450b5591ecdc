"""scikit-learn's estimators: choices, nodes of a taxonomy, stars and numbers."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nblabel import tasks
from nblabel.base.errors import DataError, near
from nblabel.base.ids import digest
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.config.variables import MISSING, lookup
from nblabel.core.annotation import Result, value_of
from nblabel.core.model import Context, Task
from nblabel.models._aims import Aim, Answered, aim, listed, said

Features = str | Sequence[str] | Callable[[list[Task]], Any] | None
Array = npt.NDArray[np.float64]

_ANSWERED: Answered = {"Choices": (), "Taxonomy": (), "Rating": (), "Number": ()}
_KEYS = {name.lower() for name in _ANSWERED}
_DIGITS = 8  # of a digest, in a version


def _package(module: str) -> Any:
    return optional(module, feature="nblabel.models.Sklearn", extra="models")


@dataclass(frozen=True)
class _Learned:
    """What is predicted with: it is put in the place of the last one as a whole."""

    estimator: Any
    classes: tuple[Any, ...] | None
    """The answers in the order of the probabilities; None where a number is estimated."""
    several: bool
    version: str


class Sklearn:
    """A scikit-learn estimator, or a pipeline, that answers one control.

    Parameters
    ----------
    estimator
        Any estimator: a classifier, or for Rating and Number a regressor as well. One that is
        fitted predicts from the start. It stays as it is: `fit` fits a clone.
    control
        The control that it answers: Choices (one or several), Taxonomy, Rating or Number.
    features
        What the estimator is given: a column's name, or a list of names, which gives a frame;
        or a function of a list of tasks that gives an array, a list or a frame with a row for
        each. By default the column that the control's object shows.
    classes
        For a fitted estimator that gives several answers at once, what its columns mean.
    version
        What its versions begin with, by default the estimator's class.

    Attributes
    ----------
    estimator
        The fitted scikit-learn object; before there is one, the one that was given.
    version
        Changes with what was learned: equal settings and equal training data have one version.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> def labeled(text, word):
    ...     result = {"from_name": "mood", "type": "choices", "value": {"choices": [word]}}
    ...     return {"data": {"text": text}, "annotations": [{"result": [result]}]}
    >>> model = Sklearn(make_pipeline(TfidfVectorizer(), LogisticRegression()), "mood")
    >>> model.predict([{"data": {"text": "what a day"}}])  # it has learned nothing yet
    [None]
    >>> model = model.fit([labeled("a good day", "Good"), labeled("a bad cold", "Bad")])
    >>> [answer] = model.predict([{"data": {"text": "good, good"}}])
    >>> answer["result"], answer["score"] > 0.5
    ({'mood': 'Good'}, True)
    """

    interactive = False

    def __init__(
        self,
        estimator: Any,
        control: str,
        features: Features = None,
        *,
        classes: Sequence[str] | None = None,
        version: str | None = None,
    ) -> None:
        if not (hasattr(estimator, "fit") and hasattr(estimator, "predict")):
            raise DataError(
                f"Sklearn takes an estimator with fit and predict, not {type(estimator).__name__}"
            )
        self._given = estimator
        self._features = features
        self._classes = None if classes is None else tuple(classes)
        self._prefix = version or type(_last(estimator)).__name__
        self._aim: Aim | None = None
        self.control = control
        self._learned = self._as_given()

    def __repr__(self) -> str:
        return f"Sklearn({type(_last(self._given)).__name__}, {self.control!r}, {self.version!r})"

    @property
    def estimator(self) -> Any:
        """The fitted scikit-learn object; before there is one, the one that was given."""
        return self._learned.estimator if self._learned else self._given

    @property
    def version(self) -> str:
        """What its suggestions are known by."""
        return self._learned.version if self._learned else self._prefix

    def setup(self, config: Config) -> None:
        """Take the config in which the control is.

        Raises
        ------
        DataError
            When the control is not in it, cannot be answered, or shows images and no function
            makes features of them.
        """
        found = aim("Sklearn", config, self.control, _ANSWERED)
        if self._features is None and found.column is None:
            raise DataError(
                f'"{self.control}" is about more than one column; say with features= what '
                "Sklearn learns from"
            )
        if self._features is None and found.shows_images:
            raise DataError(
                f'"{self.control}" is about images; give features=, a function of tasks that '
                "makes an array of them"
            )
        self._aim = found

    # -- what it predicts

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:  # noqa: ARG002
        """Answer tasks; each answer has the probability that it is right as its ``score``.

        Several answers at once are taken as independent of each other. An estimator without
        ``predict_proba`` gives no score. Before anything was learned there are no answers.
        """
        learned = self._learned
        if learned is None:
            return [None] * len(tasks)
        rows, features, wrong = self._rows(tasks)
        answers: list[Any] = [wrong.get(number) for number in range(len(tasks))]
        if rows:
            for row, answer in zip(rows, self._answers(learned, features), strict=True):
                answers[row] = answer
        return answers

    def _answers(self, learned: _Learned, features: Any) -> list[Any]:
        if learned.classes is None:
            return [self._said(learned, [one]) for one in _flat(learned.estimator, features)]
        if not hasattr(learned.estimator, "predict_proba"):
            chosen = learned.estimator.predict(features)
            if not learned.several:
                return [self._said(learned, [one]) for one in chosen]
            marks = np.asarray(chosen).reshape(len(chosen), -1) > 0
            return [self._said(learned, _marked(learned.classes, row)) for row in marks]
        chances = _chances(learned, features)
        if not learned.several:
            best = chances.argmax(axis=1)
            return [
                self._said(learned, [learned.classes[column]], float(row[column]))
                for row, column in zip(chances, best, strict=True)
            ]
        sure = np.where(chances > 0.5, chances, 1 - chances).prod(axis=1)
        return [
            self._said(learned, _marked(learned.classes, row > 0.5), float(score))
            for row, score in zip(chances, sure, strict=True)
        ]

    def _said(self, learned: _Learned, chosen: list[Any], score: float | None = None) -> Any:
        """Give an answer as the control takes it; None where nothing is chosen."""
        if not chosen:
            return None
        short: Any
        if learned.classes is None:
            short = self._within(chosen[0])
        elif self._aim and self._aim.tag in {"Rating", "Number"}:
            short = _number(chosen[0])
        else:
            said = [self._path(one) for one in chosen]
            short = said if learned.several or isinstance(said[0], list) else said[0]
        answer = {"result": {self.control: short}, "model_version": learned.version}
        return answer if score is None else {**answer, "score": score}

    def _within(self, estimate: Any) -> float | int:
        """Bring an estimated number to what the control takes: its range, its steps."""
        number = float(estimate)
        if self._aim is None or not np.isfinite(number):
            return number
        attribute = self._aim.config.attribute
        low, high, step = (attribute(self._aim.control, name) for name in ("min", "max", "step"))
        if self._aim.tag == "Rating":
            low, high, step = 0, attribute(self._aim.control, "maxRating") or 5, 1
        if step:
            start = low or 0
            number = round(start + round((number - start) / step) * step, 10)
        number = number if low is None else max(number, low)
        number = number if high is None else min(number, high)
        return int(number) if step and float(number).is_integer() else number

    def _path(self, name: Any) -> Any:
        """Give a class as the control says it; one of several steps was written as JSON."""
        text = _text(name)
        return json.loads(text) if text.startswith('["') else text

    # -- how it learns

    def fit(self, tasks: list[Task]) -> Sklearn:
        """Learn from tasks with ``annotations``: what the newest that was not skipped says.

        Meanwhile it goes on predicting with what it learned before.

        Returns
        -------
        Sklearn
            The model itself.

        Raises
        ------
        DataError
            When nobody answered, or all answers are alike, so that there is nothing to learn.
        """
        answered = [(task, results) for task in tasks if (results := said(task, self.control))]
        labels = [self._labels(results) for _, results in answered]
        known = [number for number, one in enumerate(labels) if one]
        rows, features, _ = self._rows([answered[number][0] for number in known])
        labels = [labels[known[row]] for row in rows]
        base = _package("sklearn.base")
        estimates = base.is_regressor(self._given)
        several = self._is_several(labels) and not estimates
        if not labels or (not estimates and len({tuple(one) for one in labels}) < 2):
            raise DataError(self._too_few(labels))
        self._learned = self._fitted(base.clone(self._given), features, labels, several=several)
        return self

    def _too_few(self, labels: list[list[Any]]) -> str:
        if not labels:
            return f'no task has an answer of "{self.control}": there is nothing to learn from yet'
        words = " and ".join(f'"{_text(one)}"' for one in labels[0])
        return (
            f'all {len(labels)} answers of "{self.control}" are {words}: there is nothing to '
            "tell apart yet"
        )

    def _fitted(
        self, estimator: Any, features: Any, labels: list[list[Any]], *, several: bool
    ) -> _Learned:
        digits = self._digest(features, labels)
        version = f"{self._prefix} {digits}"
        if not several:
            answers = [one[0] for one in labels]
            texts = isinstance(answers[0], str)
            estimator.fit(features, np.array(answers, dtype=object if texts else None))
            classes = getattr(estimator, "classes_", None)
            return _Learned(
                estimator, None if classes is None else tuple(classes), several, version
            )
        classes = sorted({one for some in labels for one in some})
        marks = np.array([[name in some for name in classes] for some in labels], int)
        if len(classes) == 1:
            estimator.fit(features, marks[:, 0])
            return _Learned(estimator, tuple(classes), several, version)
        if not _takes_several(estimator):
            estimator = _package("sklearn.multiclass").OneVsRestClassifier(estimator)
        with warnings.catch_warnings():  # a label that every task has is no fault
            warnings.filterwarnings("ignore", "Label .* is present in all training examples")
            estimator.fit(features, marks)
        return _Learned(estimator, tuple(classes), several, version)

    def _labels(self, results: list[Result]) -> list[Any]:
        """Read what people said: texts, or one number."""
        value = value_of(results[-1])
        key = next((key for key in value if key in _KEYS), None)
        given = value.get(key) if key else None
        if key in {"rating", "number"}:
            return [given] if isinstance(given, int | float) else []
        return sorted(_class(one) for one in given) if isinstance(given, list) else []

    def _is_several(self, labels: list[list[Any]]) -> bool:
        if self._aim and self._aim.control.attributes.get("choice") == "multiple":
            return True
        return any(len(one) > 1 for one in labels)

    def _digest(self, features: Any, labels: list[list[Any]]) -> str:
        settings = re.sub(r" at 0x[0-9a-f]+", "", repr(sorted(self._settings().items())))
        hashed = _package("joblib").hash(features)
        return digest([settings, hashed, labels, self._classes])[:_DIGITS]

    def _settings(self) -> dict[str, str]:
        parameters = self._given.get_params() if hasattr(self._given, "get_params") else {}
        return {name: repr(one) for name, one in parameters.items()}

    def _as_given(self) -> _Learned | None:
        """Take the estimator as it is, where it is fitted."""
        try:
            _package("sklearn.utils.validation").check_is_fitted(self._given)
        except (ValueError, TypeError):  # NotFittedError is a ValueError
            return None
        version = f"{self._prefix} {_package('joblib').hash(self._given)[:_DIGITS]}"
        if _package("sklearn.base").is_regressor(self._given):
            return _Learned(self._given, None, False, version)
        own = getattr(self._given, "classes_", None)
        several = isinstance(own, list) or self._classes is not None
        if several and self._classes is None:
            raise DataError(
                f"{type(_last(self._given)).__name__} gives several answers at once: say with "
                "classes= what its columns mean"
            )
        classes = self._classes if several else tuple(() if own is None else own)
        return _Learned(self._given, classes, several, version)

    # -- what an active learner asks

    def probabilities(self, tasks: list[Task]) -> tuple[tuple[Any, ...], Array]:
        """Say how likely each answer is to each task; see `nblabel.core.model.Estimates`.

        Of an estimator that has only a ``decision_function``, as support vector machines, these
        are its softmax, or its sigmoid where several answers may be chosen: good for comparing
        tasks, and no probabilities to rely on.
        """
        learned = self._learned
        if learned is None:
            raise DataError(f'the model of "{self.control}" has learned nothing yet')
        known = ("predict_proba", "decision_function")
        if learned.classes is None or not any(hasattr(learned.estimator, n) for n in known):
            name = type(_last(learned.estimator)).__name__
            raise DataError(f"{name} knows no probabilities")
        rows, features, _ = self._rows(tasks)
        chances = np.full((len(tasks), len(learned.classes)), np.nan)
        if rows:
            is_sure = hasattr(learned.estimator, "predict_proba")
            chances[rows] = (_chances if is_sure else _squashed)(learned, features)
        return tuple(_plain(one) for one in learned.classes), chances

    def features_of(self, tasks: list[Task]) -> Any:
        """Give what tells tasks apart: an array, or a sparse matrix, of a row of numbers a task.

        Of a fitted pipeline it is what its last step is given; of texts before that, how often
        words occur in them. A task without features has a row of zeros.
        """
        rows, features, _ = self._rows(tasks)
        if not rows:
            return np.zeros((len(tasks), 1))
        made = self._made(features)
        if len(rows) == len(tasks):
            return made
        place = _package("scipy.sparse").csr_matrix(
            (np.ones(len(rows)), (rows, range(len(rows)))), (len(tasks), len(rows))
        )
        return place @ made

    def _made(self, features: Any) -> Any:
        learned = self._learned
        steps = getattr(learned.estimator, "steps", ()) if learned else ()
        if len(steps) > 1 and learned:
            return learned.estimator[:-1].transform(features)
        if hasattr(features, "tocsr"):
            return features
        try:
            numbers = np.asarray(features, float)
            return numbers.reshape(len(numbers), -1)
        except (TypeError, ValueError):
            pass
        many = features.to_numpy() if hasattr(features, "to_numpy") else features
        words = [one if isinstance(one, str) else " ".join(map(str, one)) for one in many]
        return _package("sklearn.feature_extraction.text").HashingVectorizer().transform(words)

    def fresh(self) -> Sklearn:
        """Give the same model with the same settings, as it was before it learned."""
        made = Sklearn(
            _package("sklearn.base").clone(self._given),
            self.control,
            self._features,
            version=self._prefix,
        )
        made._classes, made._aim = self._classes, self._aim
        return made

    # -- what it is given

    def _rows(self, tasks: list[Task]) -> tuple[list[int], Any, dict[int, DataError]]:
        """Make the features of tasks; say which have some, and what is wrong with the others."""
        wanted = self._features
        if callable(wanted):
            features = wanted(tasks)
            count = features.shape[0] if hasattr(features, "shape") else len(features)
            if count != len(tasks):
                raise DataError(f"features= was given {len(tasks)} tasks and made {count} rows")
            return list(range(len(tasks))), features, {}
        if wanted is None or isinstance(wanted, str):
            return self._column(tasks, wanted)
        columns = {name: [_cell(task, name) for task in tasks] for name in wanted}
        for name, cells in columns.items():
            if tasks and all(cell is MISSING for cell in cells):
                raise DataError(_no_column(name, tasks))
        frame = pd.DataFrame(
            {
                n: [None if cell is MISSING else cell for cell in cells]
                for n, cells in columns.items()
            }
        )
        return list(range(len(tasks))), frame, {}

    def _column(
        self, tasks: list[Task], name: str | None
    ) -> tuple[list[int], Any, dict[int, DataError]]:
        name = name or (self._aim.column if self._aim else None) or _only_text(tasks)
        cells = [_cell(task, name) for task in tasks]
        if tasks and all(cell is MISSING for cell in cells):
            raise DataError(_no_column(name, tasks))
        rows = [row for row, cell in enumerate(cells) if cell is not MISSING and cell is not None]
        wrong = {
            row: DataError(f'this task has nothing in the column "{name}"')
            for row in set(range(len(tasks))).difference(rows)
        }
        return rows, _together([cells[row] for row in rows]), wrong


def _last(estimator: Any) -> Any:
    """Give the last step of a pipeline."""
    steps = getattr(estimator, "steps", None)
    return _last(steps[-1][1]) if steps else estimator


def _takes_several(estimator: Any) -> bool:
    """Whether an estimator gives several answers at once by itself."""
    last = _last(estimator)
    if type(last).__name__ in {"OneVsRestClassifier", "MultiOutputClassifier", "ClassifierChain"}:
        return True
    utils = _package("sklearn.utils")
    if hasattr(utils, "get_tags"):
        told = utils.get_tags(last).classifier_tags
        return bool(told and told.multi_label)
    return bool(last._get_tags().get("multilabel"))  # before scikit-learn 1.6


def _chances(learned: _Learned, features: Any) -> Array:
    """Give probabilities, a column an answer, in whatever form the estimator has them."""
    given = learned.estimator.predict_proba(features)
    if not learned.several:
        return np.asarray(given, float)
    classes = learned.classes or ()
    if isinstance(given, list):  # of each answer, those of "no" and "yes"
        own = learned.estimator.classes_
        return np.column_stack([_yes(one, known) for one, known in zip(given, own, strict=True)])
    array = np.asarray(given, float)
    if len(classes) == 1 and array.shape[1] != 1:
        return _yes(array, learned.estimator.classes_).reshape(-1, 1)
    return array


def _squashed(learned: _Learned, features: Any) -> Array:
    """Bring the values of a decision function between 0 and 1."""
    values = np.asarray(learned.estimator.decision_function(features), float)
    values = values.reshape(len(values), -1)
    if learned.several:
        squashed: Array = 1 / (1 + np.exp(-values))
        return squashed
    if values.shape[1] == 1:  # of two answers, how much speaks for the second
        values = np.hstack([np.zeros_like(values), values])
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _yes(chances: Any, known: Any) -> Array:
    """Give the probability of "yes", which training may never have seen, or only."""
    at = np.flatnonzero(np.asarray(known) == 1)
    return np.asarray(chances, float)[:, at[0]] if len(at) else np.zeros(len(chances))


def _flat(estimator: Any, features: Any) -> Array:
    return np.asarray(estimator.predict(features), float).reshape(-1)


def _marked(classes: Sequence[Any], marks: Any) -> list[Any]:
    return [name for name, mark in zip(classes, marks, strict=True) if mark]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _text(name: Any) -> str:
    """Give a class as text, numbers as people write them.

    >>> _text(np.int64(3)), _text(3.0), _text("3")
    ('3', '3', '3')
    """
    plain = _plain(name)
    whole = isinstance(plain, float) and plain.is_integer()
    return str(int(plain) if whole else plain)


def _number(name: Any) -> float | int:
    number = float(_plain(name))
    return int(number) if number.is_integer() else number


def _class(given: Any) -> str:
    """Give a choice, or a path to one, as the text of a class.

    >>> _class("Cat"), _class(["Cat"]), _class(["Animal", "Cat"])
    ('Cat', 'Cat', '["Animal", "Cat"]')
    """
    if not isinstance(given, list):
        return str(given)
    return str(given[0]) if len(given) == 1 else json.dumps(given)


def _cell(task: Task, name: str) -> Any:
    found = lookup(task["data"], name)
    return found if found is MISSING or tasks.is_media(found) else tasks.plain(found)


def _no_column(name: str, given: list[Task]) -> str:
    names = list(given[0]["data"])
    return f'no task has the column "{name}", only {listed(names) or "none"}{near(name, names)}'


def _only_text(given: list[Task]) -> str:
    """Name the only column of texts, for a model that was told no config."""
    data = given[0]["data"] if given else {}
    texts = [name for name, cell in data.items() if isinstance(cell, str)]
    if len(texts) != 1 and given:
        raise DataError(f"say with features= which of {listed(texts or data)} Sklearn learns from")
    return texts[0] if texts else ""


def _together(cells: list[Any]) -> Any:
    """Give cells as an estimator takes them: texts as a list, numbers and arrays as rows."""
    if not cells or any(isinstance(cell, str) for cell in cells):
        return cells
    arrays = [np.asarray(cell) for cell in cells]
    kinds = {array.dtype.kind for array in arrays}
    if kinds <= set("biuf") and len({array.shape for array in arrays}) == 1:
        return np.stack([array.ravel() for array in arrays])
    return cells
