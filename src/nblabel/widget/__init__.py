"""The kernel half of the editor."""

from nblabel.widget.labeler import Labeler

__all__ = ["Labeler"]
