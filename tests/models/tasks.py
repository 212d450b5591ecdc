"""Tasks as people leave them: data, and what somebody said of it."""

from nblabel.config import parse
from nblabel.project.annotating import meant
from nblabel.tags import TAGS, Checker


def config(*lines):
    return parse(f"<View>{''.join(lines)}</View>", TAGS)


def task(said=None, of=None, **data):
    """A task; ``said`` is a short form of the config ``of``, which somebody submitted."""
    made = {"id": 1, "data": data}
    if said is not None:
        made["annotations"] = [{"result": meant(Checker(of), said, data), "updated_at": "2024"}]
    return made


def results(of, answer, data):
    """The results that an answer of a model stands for; what does not fit raises."""
    said = answer["result"] if isinstance(answer, dict) and "result" in answer else answer
    return [] if said is None else meant(Checker(of), said, data)
