"""The model that helps."""

from nblabel.loop.predictor import Predictor

__all__ = ["Predictor"]
