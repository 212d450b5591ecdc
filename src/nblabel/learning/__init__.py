"""The model that learns while somebody labels."""

from nblabel.learning.learner import Learner

__all__ = ["Learner"]
