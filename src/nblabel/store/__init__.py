"""The durable record of projects, annotations and predictions."""

from nblabel.store.store import Event, Mark, Store, now

__all__ = ["Event", "Mark", "Store", "now"]
