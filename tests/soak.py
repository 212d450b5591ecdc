"""How much a test does: little at each run, all of it in `make soak`."""

import os


def size(small, full):
    """How many of a thing: few, or with NBLABEL_SOAK=1 as many as the test is meant for."""
    return full if os.environ.get("NBLABEL_SOAK") == "1" else small
