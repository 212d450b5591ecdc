"""A complete labeling editor in a notebook cell."""

__version__ = "0.1.0"
