"""Many rows at once: a contact sheet, drawn by the kernel."""

from nblabel.gallery.sheet import Sheet

__all__ = ["Sheet"]
