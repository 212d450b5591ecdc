"""One push at a time: whose turn it is stands in the store."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from nblabel.base.errors import DataError, NblabelError
from nblabel.store import Remote, Store

LEASE = 60.0
"""Seconds for which a kernel that is not heard of keeps others from pushing."""


@contextmanager
def holding(store: Store, remote: Remote, where: str) -> Iterator[None]:
    """Push alone to a server's project, for as long as it takes.

    A kernel that is gone keeps nobody waiting on the same machine; elsewhere for `LEASE` seconds.

    Parameters
    ----------
    store, remote
        The server's project as the store knows it.
    where
        What it is called in a sentence.

    Raises
    ------
    DataError
        When somebody else pushes to it.
    """
    mine = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
    other = store.hold_remote(remote.id, mine, LEASE)
    if other is not None and _is_gone(other):
        other = store.hold_remote(remote.id, mine, LEASE, instead_of=other)
    if other is not None:
        raise DataError(
            f"another kernel pushes to {where} just now; one that is gone is waited for "
            f"{LEASE:g} s at the most"
        )
    over = threading.Event()
    beat = threading.Thread(target=_beat, args=(store, remote.id, mine, over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()
        store.release_remote(remote.id, mine)


def _beat(store: Store, remote_id: int, mine: str, over: threading.Event) -> None:
    while not over.wait(LEASE / 4):
        with suppress(NblabelError):  # the database may be back the next time
            store.hold_remote(remote_id, mine, LEASE)


def _is_gone(holder: str) -> bool:
    """Whether a holder's process has ended, as far as this machine can tell."""
    host, _, rest = holder.partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname() or not number.isdecimal() or os.name != "posix":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
