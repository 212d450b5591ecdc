"""Models that suggest labels, and learn from them."""

from nblabel.models.sklearn import Sklearn
from nblabel.models.spacy import Spacy
from nblabel.models.transformers import Transformers

__all__ = ["Sklearn", "Spacy", "Transformers"]
