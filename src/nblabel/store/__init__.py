"""The durable record of projects, annotations and predictions."""

from nblabel.store.store import Counts, Event, Mark, Store, now

__all__ = ["Counts", "Event", "Mark", "Store", "now"]
