"""The durable record of projects, annotations and predictions."""

from nblabel.base.times import now
from nblabel.store.doctor import examine
from nblabel.store.hooks import Hooked
from nblabel.store.listing import Held
from nblabel.store.log import Decided, Entry
from nblabel.store.reading import Event
from nblabel.store.remotes import Remote, RemoteAnnotation, RemoteTask
from nblabel.store.store import Mark, Store

__all__ = [
    "Decided",
    "Entry",
    "Event",
    "Held",
    "Hooked",
    "Mark",
    "Remote",
    "RemoteAnnotation",
    "RemoteTask",
    "Store",
    "examine",
    "now",
]
