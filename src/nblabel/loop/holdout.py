"""Which tasks a model is judged by, and never learns from."""

from __future__ import annotations

import hashlib


def is_held(key: str, part: float) -> bool:
    """Whether a task is held out: its key alone says so, in every process and after a restart.

    Parameters
    ----------
    key
        The task's key.
    part
        Which part of all tasks is held out, from 0 to 1.

    Examples
    --------
    >>> sum(is_held(str(n), 0.2) for n in range(1000))
    191
    """
    digest = hashlib.sha256(f"nblabel holdout {key}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") < part * 2**64
