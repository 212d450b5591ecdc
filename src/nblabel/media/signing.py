"""Addresses that a file system signs, so that the browser fetches by itself for a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from nblabel.base.errors import ArgumentError
from nblabel.base.optional import optional
from nblabel.core.task import Media
from nblabel.media.paths import check_protocols

SECONDS = 3600.0

_SHOWN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg"})
"""What a browser shows as it is; all else the kernel reads and converts."""
_WEB = frozenset({"http", "https"})
_KEPT = 1_000


def seconds_of(given: float | bool | None) -> float | None:
    """Return for how long an address is to be good; None where none is to be signed.

    >>> seconds_of(True), seconds_of(60), seconds_of(False)
    (3600.0, 60.0, None)
    """
    if given is True:
        return SECONDS
    if given is False or given is None:
        return None
    if not isinstance(given, int | float) or not 1 <= given <= 604_800:
        raise ArgumentError(
            f"presign= is {given!r}; seconds are accepted, from 1 to 604800 (a week), or False"
        )
    return float(given)


class Signer:
    """Signs addresses of files, each again when half of its time is over.

    Parameters
    ----------
    seconds
        For how long an address is good.
    clock
        Tells seconds.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._signed: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def shown(self, address: str, protocols: Iterable[str]) -> Media | None:
        """Give what a browser fetches by itself; None where the kernel has to read it.

        Parameters
        ----------
        address
            The file's, with a protocol.
        protocols
            Those that may be used.
        """
        if not is_signable(address):
            return None
        now = self._clock()
        with self._lock:
            url, until = self._signed.get(address, ("", now))
            if until - now <= self._seconds / 2:
                signed = _signed(address, protocols, self._seconds)
                if signed is None:
                    return None
                url, until = signed, now + self._seconds
                self._signed[address] = (url, until)
            self._signed.move_to_end(address)
            if len(self._signed) > _KEPT:
                self._signed.popitem(last=False)
        return Media(url=url, expires=until - now)


def is_signable(address: str) -> bool:
    """Whether it is a file elsewhere that a browser shows as it is.

    >>> is_signable("s3://bucket/a.JPG"), is_signable("s3://bucket/a.tif"), is_signable("a.jpg")
    (True, False, False)
    """
    scheme, separator, path = address.partition("://")
    is_elsewhere = bool(separator) and scheme.lower() not in _WEB | {"file", "local", "data"}
    return is_elsewhere and "::" not in address and PurePosixPath(path).suffix.lower() in _SHOWN


def _signed(address: str, protocols: Iterable[str], seconds: float) -> str | None:
    try:
        check_protocols(address, protocols)
        fsspec = optional("fsspec", feature=f'reading "{address[:80]}"', extra="fsspec")
        system, path = fsspec.core.url_to_fs(address)
        url = str(system.sign(path, expiration=int(seconds)))
    except Exception:  # it cannot, or may not: who reads it instead says what is wrong
        return None
    return url if urlsplit(url).scheme in _WEB else None
