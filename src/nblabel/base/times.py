"""The time, as every record has it."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> str:
    """Return the time as Label Studio writes it: ISO 8601, UTC, microseconds, Z."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
