"""How far each web hook has come in the log, and which kernel sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from nblabel.base.times import now
from nblabel.store.leasing import after
from nblabel.store.schema import hook


@dataclass(frozen=True, slots=True)
class Hooked:
    """How far a web hook has come.

    Parameters
    ----------
    position
        The last entry of the log that is done with.
    sent
        How many events were sent, by whichever kernel.
    """

    position: int
    sent: int


def entered(connection: sa.Connection, project_id: int, name: str, position: int) -> Hooked:
    """Return how far a web hook has come; a new one begins at a position."""
    row = {"project": project_id, "name": name, "position": position, "sent": 0}
    free = {"holder": "", "until": ""}
    connection.execute(_insert(connection).values(row | free).on_conflict_do_nothing())
    return hooked(connection, project_id, name)


def held(
    connection: sa.Connection, project_id: int, name: str, holder: str, seconds: float
) -> Hooked | None:
    """Let one kernel send a web hook for a time; None where it is another's."""
    is_free = sa.or_(hook.c.holder == holder, hook.c.until <= now())
    mine = {"holder": holder, "until": after(seconds)}
    taken = connection.execute(
        hook.update().where(_this(project_id, name), is_free).values(mine)
    ).rowcount
    return hooked(connection, project_id, name) if taken else None


def advanced(
    connection: sa.Connection, project_id: int, name: str, holder: str, position: int, *, sent: int
) -> bool:
    """Keep how far a web hook has come; False where it is another kernel's by now."""
    done = {"position": position, "sent": hook.c.sent + sent}
    changed = connection.execute(
        hook.update().where(_this(project_id, name), hook.c.holder == holder).values(done)
    )
    return bool(changed.rowcount)


def released(connection: sa.Connection, project_id: int, name: str, holder: str) -> None:
    """Let another kernel send a web hook."""
    mine = (_this(project_id, name), hook.c.holder == holder)
    connection.execute(hook.update().where(*mine).values(holder="", until=""))


def _this(project_id: int, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(hook.c.project == project_id, hook.c.name == name)


def hooked(connection: sa.Connection, project_id: int, name: str) -> Hooked:
    """Return how far a web hook has come, one that was made."""
    query = sa.select(hook.c.position, hook.c.sent).where(_this(project_id, name))
    position, sent = connection.execute(query).one()
    return Hooked(int(position), int(sent))


def _insert(connection: sa.Connection) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(hook)
