"""What services and files answer in JSON, within ``root=`` and ``protocols=`` like any media."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from nblabel.base.errors import MediaError
from nblabel.base.http import basic
from nblabel.media.paths import Prefixes, Root, check_protocols, replaced

MAX_BYTES = 32_000_000
_PATIENCE = 10.0  # seconds

Read = Any


def ask(
    address: str,
    path: Sequence[str] = (),
    *,
    read: Read,
    root: Root = None,
    protocols: Iterable[str] = (),
    prefixes: Prefixes | None = None,
) -> Any:
    """Return the JSON that an address answers with.

    Parameters
    ----------
    address
        An http(s) address, where ``protocols=`` names that, or that of a file.
    path
        What is asked for in particular: each step is a ``path`` of the query. A file cannot be
        asked; it has all that there is.
    read
        What reads files, as `nblabel.media.read` does.
    root, protocols, prefixes
        As in `nblabel.media.load`.

    Raises
    ------
    MediaError
        When it cannot or may not be read, or is no JSON.
    """
    address = address.strip()
    found = replaced(address, prefixes) if prefixes else None
    if found is not None and isinstance(found[0], str):
        address = found[0]
    scheme = urlsplit(address).scheme.lower()
    if scheme in {"http", "https"}:
        address, who = _apart(address)
        check_protocols(address, protocols)
        content = _fetched(_with_path(address, path), who)
    elif path:
        return []
    else:
        content = read(address, root=root, protocols=protocols, prefixes=prefixes)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise MediaError(f'"{address[:200]}" answers with no JSON') from None


def _apart(address: str) -> tuple[str, str]:
    """Take who asks, where an address says so, out of it, as what the header Authorization says.

    >>> _apart("https://ana:secret@host:81/tree")[0]
    'https://host:81/tree'
    """
    parts = urlsplit(address)
    who, _, place = parts.netloc.rpartition("@")
    if not who:
        return address, ""
    user, _, password = who.partition(":")
    return parts._replace(netloc=place).geturl(), basic(unquote(user), unquote(password))


def _with_path(address: str, path: Sequence[str]) -> str:
    """Add what is asked for in particular to an address.

    >>> _with_path("https://h/t?a=1", ["A b", "C"])
    'https://h/t?a=1&path=A%20b&path=C'
    """
    if not path:
        return address
    query = "&".join(f"path={quote(step, safe='')}" for step in path)
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _fetched(address: str, who: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310
    if who:
        request.add_unredirected_header("Authorization", who)  # for this host alone
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as stream:  # noqa: S310
            content: bytes = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        reason = getattr(error, "reason", None) or error
        raise MediaError(f'"{address[:200]}" cannot be read: {reason}') from None
    if len(content) > MAX_BYTES:
        raise MediaError(f'"{address[:200]}" is larger than {MAX_BYTES:,} bytes')
    return content
