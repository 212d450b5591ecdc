"""The model that helps."""

from nblabel.loop.ab import AB
from nblabel.loop.asking import Asking
from nblabel.loop.model import Caller, Function, Predict, model_of
from nblabel.loop.predictor import Predictor

__all__ = ["AB", "Asking", "Caller", "Function", "Predict", "Predictor", "model_of"]
