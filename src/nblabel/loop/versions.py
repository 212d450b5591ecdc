"""Models kept in files beside a store, with what is known of each."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nblabel.base.errors import DataError
from nblabel.base.jsontext import dumps, loads
from nblabel.base.optional import optional

_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a project's model.

    A model is a pickle, which runs what it holds when it is read: each file's digest is kept
    beside it, and none is read that others than its owner can write.

    Parameters
    ----------
    folder
        Where they lie; made when something is kept.
    """

    folder: Path

    def keep(self, version: str, model: Any, about: Mapping[str, Any]) -> Path:
        """Write a model, whole or not at all; return its file.

        Parameters
        ----------
        version
            What it is known by.
        model
            The model.
        about
            What is to be known of it.
        """
        joblib = optional("joblib", feature="keeping a model", extra="models")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = io.BytesIO()
        joblib.dump(model, held)
        content = held.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        note = self._note(version)
        path = note.with_name(f"{note.stem}.{digest[:12]}.joblib")
        _write(path, content)
        told = {"version": version, "file": path.name, "digest": digest, **about}
        _write(note, dumps(told).encode())  # it counts from here on
        return path

    def newest(self, **about: Any) -> Mapping[str, Any] | None:
        """Return what is known of the version kept last, of those with these facts."""
        notes = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        known: list[Mapping[str, Any]] = [loads(note.read_text()) for note in notes]
        wanted = (one for one in reversed(known) if about.items() <= one.items())
        return next(wanted, None)

    def load(self, version: str, *, trust: bool = False) -> Any:
        """Read a model.

        Raises
        ------
        DataError
            When it was changed since it was kept; or, without ``trust``, when others than its
            owner can write it.
        """
        joblib = optional("joblib", feature="reading a model", extra="models")
        note = self._note(version)
        known = loads(note.read_text())
        path = self.folder / Path(known["file"]).name
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != known["digest"]:
            raise DataError(f'the model in "{path}" is not the one that was kept; it is not read')
        if not trust:
            for one in (path, note, self.folder):
                if _is_open(one):
                    raise DataError(
                        f'others can write "{one}", and reading a model runs what is in it: '
                        "trust=True reads it all the same"
                    )
        return joblib.load(io.BytesIO(content))

    def _note(self, version: str) -> Path:
        return self.folder / f"{file_name(version)}.json"


def file_name(words: str) -> str:
    """Return words as the name of a file, and no path.

    >>> file_name("../SVC 1")
    '___SVC_1'
    """
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in words)


def _is_open(path: Path) -> bool:
    """Whether others than the user, or root, can write a file."""
    found = path.stat()
    owner = getattr(os, "getuid", lambda: found.st_uid)()
    return bool(found.st_mode & _OTHERS) or found.st_uid not in {owner, 0}


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
