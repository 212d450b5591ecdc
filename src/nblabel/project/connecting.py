"""What other programs are told of a project, and a model that a Label Studio server asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nblabel import config as configs
from nblabel import tags
from nblabel.base.jsontext import dumps, loads
from nblabel.connect import Backend
from nblabel.connect.following import event_of
from nblabel.core.annotation import Result
from nblabel.core.model import Model
from nblabel.core.record import AnnotationRecord
from nblabel.formats import label_studio
from nblabel.loop import Caller, Predict, model_of
from nblabel.project import annotating, history, opening
from nblabel.project.work import Work
from nblabel.store import Decided

_NOT_SENT = ("annotations", "drafts", "predictions")


def payload(work: Work, entry: Decided) -> dict[str, Any] | None:
    """Write an entry of the log as Label Studio's web hooks have it; None where it is not there.

    The results are those of that entry, whatever was done since.
    """
    action = event_of(entry)
    about = {"store": work.store.id, "key": entry.key, "event": entry.id}
    told = {
        "action": action,
        "project": {"id": work.id, "title": work.name, "label_config": work.config.source},
        "nblabel": {**about, "annotation": entry.annotation, "revision": entry.revision},
    }
    if action == "ANNOTATIONS_DELETED":
        return {**told, "annotations": [{"id": entry.number}]}
    record = next(work.store.records(work.id, [entry.key]), None)
    results = history.counted(work, entry.key, entry.annotation, entry.revision)
    if record is None or results is None:
        return None
    made = next((one for one in record.annotations if one.uid == entry.annotation), None)
    if made is None:
        return None
    whole = loads(label_studio.task_json(record))
    task = {name: value for name, value in whole.items() if name not in _NOT_SENT}
    annotation = _annotation(made, entry, results)
    return {
        **told,
        "annotation": {**annotation, "task": record.number, "project": work.id},
        "task": {**task, "project": work.id},
    }


def _annotation(made: AnnotationRecord, entry: Decided, results: list[Result]) -> dict[str, Any]:
    then = replace(made, state=entry.state, submitted=tuple(map(dumps, results)), draft=None)
    fields = label_studio.annotation_fields(replace(then, updated_at=entry.at))
    return {**fields, "result": results}


def serve(
    model: Model | Predict,
    config: str | bytes | Path,
    port: int = 9090,
    host: str = "127.0.0.1",
    *,
    user: str | None = None,
    password: str | None = None,
    every: int | None = None,
) -> Backend:
    """Let a Label Studio server ask a model, as its ML backend.

    Give the ``url`` to Label Studio under Settings, Model. It asks for predictions of tasks, and
    of what somebody has just drawn; what the model says may be as short as for ``predict=``. A
    web hook of the project to ``<url>/webhook`` tells the model what people said, which it
    learns from when it is told to train.

    Parameters
    ----------
    model
        The model, or a function of tasks.
    config
        The labeling config, until the server sends its own.
    port
        The port; 0 for any that is free.
    host
        Where it is heard. Other machines than this one reach it at "0.0.0.0", for which it
        needs a ``password``.
    user, password
        What the server has to say of itself (Basic authentication); None for nothing.
    every
        After how many annotations the model learns by itself; None waits until it is told to.

    Returns
    -------
    Backend
        The server, which answers already: ``url``, ``stop()``, ``model``, ``is_training``,
        ``wait()``, ``problems``; a context manager. A copy of the model learns, in a thread, and
        answers from then on; the model that was given stays as it is.

    Raises
    ------
    ConfigError
        When the config cannot be used.
    DataError
        When it is no model, or others can reach the host and there is no password.
    NblabelError
        When the port is taken.

    Notes
    -----
    A Label Studio server asks nobody at a loopback or private address until it is started with
    ``SSRF_PROTECTION_ENABLED=false`` and ``ML_BLOCK_LOCAL_IP=false``.

    Examples
    --------
    >>> import urllib.request
    >>> from nblabel import serve
    >>> server = serve(lambda tasks: ["Positive"] * len(tasks), "text-classification", port=0)
    >>> with urllib.request.urlopen(server.url + "/health") as answer:
    ...     answer.read()
    b'{"status":"UP","model_class":"Function"}'
    >>> server.stop()
    """
    return Backend(
        model,
        configs.parse(config, tags.TAGS).source,
        opened,
        lambda source: configs.parse(source, tags.TAGS),
        host=host,
        port=port,
        user=user,
        password=password,
        every=every,
    )


def opened(given: Model | Predict, source: str) -> Caller:
    """Return what calls a model, told of a config, and reads its answers as that config's."""
    config = configs.parse(source, tags.TAGS)
    model = model_of(given, opening.own_column(config))
    if hasattr(model, "setup"):
        model.setup(config)
    checker = tags.Checker(config)
    return Caller(model, lambda task, said: annotating.meant(checker, said, task["data"]))
