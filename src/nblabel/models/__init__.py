"""Models that suggest labels, and learn from them."""

from nblabel.models.chat import Chat
from nblabel.models.ml_backend import MLBackend
from nblabel.models.segment import Segment
from nblabel.models.sklearn import Sklearn
from nblabel.models.spacy import Spacy
from nblabel.models.transformers import Transformers

__all__ = ["Chat", "MLBackend", "Segment", "Sklearn", "Spacy", "Transformers"]
