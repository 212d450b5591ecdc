"""The durable record of projects, annotations and predictions."""

from nblabel.base.times import now
from nblabel.store.store import Event, Mark, Store

__all__ = ["Event", "Mark", "Store", "now"]
