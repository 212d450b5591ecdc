"""What is written: gestures from the editor, whole annotations from code, tasks from files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nblabel import tags, tasks
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError, StoreError, near
from nblabel.base.ids import unique_id
from nblabel.base.jsontext import dumps, loads, unwritable
from nblabel.base.progress import shown
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Result, named
from nblabel.core.change import Applied, Change, Edit, Outcome, Seen
from nblabel.core.record import ReceivedTask
from nblabel.formats import label_studio
from nblabel.project import looking
from nblabel.project.data import Data
from nblabel.project.work import TOGETHER, Work

_ATTEMPTS = 20
_LOOKED_AT = 200  # keys among which the nearest is looked for


def apply(work: Work, changes: Sequence[Change], annotator: str | None) -> list[Outcome]:
    """Write gestures to the store, each once; return what became of each."""
    seen = [_seen(work, change) for change in changes]
    whole = [one for one in seen if isinstance(one, Seen)]
    outcomes = iter(work.store.apply_all(work.id, whole, annotator))
    return [next(outcomes) if isinstance(one, Seen) else one for one in seen]


def _seen(work: Work, change: Change) -> Seen | Exception:
    """Return a gesture with its task's data, or why that cannot be read."""
    data = work.data
    try:
        index = None if data is None else looking.index_of(work, change.key, change.index)
        if data is None or index is None:
            return Seen(change)
        present, kept = data.kept(index)
        source = data.source(index)
    except Exception as error:  # whatever a stranger's row raises, the others must not wait
        return error
    # The gesture may be older than the rows: then nobody has the data it was made on.
    return Seen(change, kept if present == change.digest else None, source)


def annotate(
    work: Work, given_key: Any, parts: Sequence[Any], annotator: str | None, *, check: bool
) -> tuple[str, str]:
    """Submit results for a task; return its key and the annotation's uid.

    Parameters
    ----------
    work
        The project.
    given_key
        The task's key.
    parts
        What is said, Label Studio results or short forms, each about controls of its own.
    annotator
        Whose annotation it is.
    check
        Whether what does not fit is refused.
    """
    key, index = known_task(work, given_key, "annotate()")
    if not parts:
        raise DataError(
            f'annotate() is told nothing of task "{key}"; [] submits it with nothing on it'
        )
    seen = work.needed_data.digest(index) if index is not None else ""
    with seldom_searched():  # there may be very many
        data = _data_of(work, key, index)
        try:
            checker = tags.Checker(work.config)
            said = [meant(checker, part, data, check=check) for part in parts]
            results = named(_together(said))
        except DataError as error:
            hint = "; check=False takes it as it is" if isinstance(error, MisfitError) else ""
            raise DataError(f'nothing was written for task "{key}": {error}{hint}') from None
        for _ in range(_ATTEMPTS):
            change = _replacing(key, work.annotation(key, annotator), results, seen)
            [outcome] = apply(work, [change], annotator)
            if isinstance(outcome, Exception):
                raise outcome
            if isinstance(outcome, Applied):
                return key, change.annotation
    raise StoreError(f'task "{key}" is changed elsewhere all the time; nothing was written')


class MisfitError(DataError):
    """Results that do not fit their config."""


def meant(
    checker: tags.Checker, given: Any, data: Mapping[str, Any], *, check: bool = True
) -> list[Result]:
    """Read what somebody says of a task: Label Studio results, or a short form of them.

    Parameters
    ----------
    checker
        That of the config.
    given
        What is said.
    data
        The task's data.
    check
        Whether what does not fit is refused.

    Raises
    ------
    DataError
        When it cannot be read as such. With ``check``, when it does not fit the config: of a
        short form all must, of Label Studio's results what it would refuse itself.
    """
    given = given.tolist() if hasattr(given, "tolist") else given  # an array of any shape
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        given = list(given)
    is_short = not tags.is_results(given)
    said = tags.results_of(checker.config, tasks.plain(given), data) if is_short else given
    results = _results(said)
    if check:
        found = checker.check(results, data)
        told = [one for one in found if is_short or not isinstance(one[1], tags.Odd)]
        if told:
            more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
            index, sentence = told[0]
            where = _place(results, index, numbered=not is_short)
            raise MisfitError(f"{where}{sentence}{more}")
    return results


def _place(results: Sequence[Result], index: int | None, *, numbered: bool) -> str:
    if index is None:
        return ""
    name = results[index].get("from_name")
    parts = [f"result {index}"] if numbered else []
    parts += [f'control "{name}"'] if isinstance(name, str) else []
    return f"{', '.join(parts)}: "


def _together(parts: Sequence[list[Result]]) -> list[Result]:
    """Join what is said in several ways, each about controls of its own."""
    told: set[str] = set()
    for part in parts:
        names = {name for result in part if isinstance(name := result.get("from_name"), str)}
        for name in sorted(names & told):
            raise DataError(f'control "{name}" is given twice')
        told |= names
    return [result for part in parts for result in part]


def _data_of(work: Work, key: str, index: int | None) -> dict[str, Any]:
    """Return the data of a task: of its row, or as the store has it."""
    if index is None:
        return dict(loads(work.store.data(work.id, [key])[key]))
    return tasks.bound_data(work.config, work.needed_data.row(index))


def take_in(
    work: Work, said: Iterable[tuple[int, Mapping[str, Any]]] | None = None
) -> tuple[list[str], Counter[str]]:
    """Write what Label Studio tasks bring along to the store, where it is not there yet.

    Parameters
    ----------
    work
        The project.
    said
        Rows with their tasks, in order; by default those that the rows came from.

    Returns
    -------
    tuple
        What was set aside, a sentence each; and how many annotations there are, by annotator.
    """
    data = work.needed_data
    problems: list[str] = []
    came: Counter[str] = Counter()

    def received() -> Iterator[tuple[str, str, Mapping[str, Any], ReceivedTask]]:
        repeated = set() if data.key_column is None else data.keys.repeats()
        start, keys = 0, data.keys.read(0, 0)  # some at a time
        sources = data.rows.sources() if said is None else said
        for index, source in shown(sources, "taking in", len(data)):
            task = label_studio.read_task(source)
            problems.extend(f"row {index}: {problem}" for problem in task.problems)
            if index in repeated or not (task.annotations or task.predictions):
                continue
            if index >= start + len(keys):
                start, keys = index, data.keys.read(index, min(index + TOGETHER, len(data)))
            key = keys[index - start]
            if key is None:
                continue
            try:
                kept = data.kept(index)
            except DataError as error:
                problems.append(str(error))
                continue
            came.update(annotation.annotator or "" for annotation in task.annotations)
            yield key, *kept, task

    with seldom_searched():
        work.store.receive(work.id, received())
    return problems, came


def known_task(work: Work, given: Any, caller: str) -> tuple[str, int | None]:
    """Return key and row of a task; the row is None where the project has no data."""
    key = tasks.key_of(given)
    if key is None:
        raise DataError(f"{caller} was given a null key")
    if work.data is None:
        if not work.store.digests(work.id, [key]):
            raise DataError(f'the store has no task with the key "{key}"')
        return key, None
    index = work.data.find(given)
    if index is None:
        raise DataError(f'no task has the key "{key}"{_like(work.data, key)}')
    return work.data.keys.key(index), index


def _like(data: Data, key: str) -> str:
    """Say how keys look and which of the first is near, as the tail of a sentence."""
    some = data.keys.usable(0, data.up_to(_LOOKED_AT))
    if not some:
        return ""
    made = list(some.values())
    if data.is_indexed:
        labels = [str(data.rows.label(row)) for row in some]
        return (
            f"; without key= a task is known by its row's index, like {_two(labels)}, or by what "
            f"key(row) gives, like {_two(made[:1])}{near(key, labels)}"
        )
    whose = (
        "Label Studio's ids" if data.key_column is None else f'those of column "{data.key_column}"'
    )
    return f"; {whose} look like {_two(made)}{near(key, made)}"


def _two(words: Sequence[str]) -> str:
    return " or ".join(f'"{word}"' for word in words[:2])


def _results(given: Sequence[Any]) -> list[Result]:
    results = [dict(result) if isinstance(result, Mapping) else result for result in given]
    for number, result in enumerate(results):
        if not isinstance(result, dict):
            raise DataError(
                f"result {number} is {type(result).__name__}; a Label Studio result is a dict"
            )
    if whole := unwritable(results):
        found = (
            (number, reason) for number, one in enumerate(results) if (reason := unwritable(one))
        )
        number, reason = next(found, (0, whole))
        raise DataError(f"result {number} {reason}")
    return list(loads(dumps(results)))


def _replacing(
    key: str, present: Annotation | None, results: Sequence[Result], seen: str
) -> Change:
    """Return the change that makes an annotation's results these."""
    old = present.items if present else ()
    first = max((item.ordinal for item in old), default=0.0) + 1.0
    removed = [Edit(item.uid, item.ordinal, item.result, None) for item in old]
    made = unique_id()  # one begins all: the database keeps together what has one beginning
    added = [
        Edit(f"{made}-{number}", first + number, None, result)
        for number, result in enumerate(results)
    ]
    return Change(
        key=key,
        annotation=present.uid if present else unique_id(),
        base=present.revision if present else 0,
        client=f"annotate:{unique_id()}",
        seq=1,
        at=now(),
        action="submit",
        edits=(*removed, *added),
        digest=seen,
    )
