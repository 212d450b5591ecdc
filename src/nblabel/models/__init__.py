"""Models that suggest labels, and learn from them."""

from nblabel.models.sklearn import Sklearn

__all__ = ["Sklearn"]
