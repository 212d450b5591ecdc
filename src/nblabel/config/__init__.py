"""The labeling language: XML to a tree, checked, and back."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from nblabel.base.encodings import marked_encoding
from nblabel.base.errors import ConfigError, Problem, near
from nblabel.config.conditions import conditioned
from nblabel.config.hotkeys import checked as checked_keys
from nblabel.config.hotkeys import with_hotkeys
from nblabel.config.model import Config, element_spec, spec
from nblabel.config.problems import aimed, find_problems
from nblabel.config.reading import read
from nblabel.core.tag import Tags

__all__ = [
    "Config",
    "checked_keys",
    "element_spec",
    "parse",
    "spec",
    "templates",
    "with_hotkeys",
]


_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding=["']([\w.-]+)["']""")


def parse(source: str | bytes | Path, tags: Tags) -> Config:
    """Read a labeling config.

    Parameters
    ----------
    source
        XML text or its bytes, a path to a file that holds it, or the name of one of
        `templates`.
    tags
        The known tags.

    Raises
    ------
    ConfigError
        When it cannot be used; it holds every problem that was found, not the first only.
    """
    xml = _text(source)
    root, problems = read(xml, tags)
    root, aiming = aimed(root, tags)
    root, conditions = conditioned(root, tags)
    problems += [*aiming, *conditions, *find_problems(root, tags)]
    if any(problem.severity == "error" for problem in problems):
        raise ConfigError(sorted(problems, key=lambda p: (p.severity, p.line or 0)))
    return Config(source=xml, root=root, tags=tags, problems=tuple(problems))


def templates() -> dict[str, str]:
    """Give the templates that come with nblabel, XML text by name."""
    folder = resources.files(__name__) / "templates"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {f.name[:-4]: f.read_text(encoding="utf-8") for f in files if f.name.endswith(".xml")}


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, bytes | bytearray | memoryview):
        return _decoded(bytes(source), "the config")
    if isinstance(source, str):
        if source.lstrip("\ufeff \t\r\n").startswith("<"):
            return source
        own = templates()
        if source in own:
            return own[source]
    try:
        return _decoded(Path(source).read_bytes(), f'the file "{source}"')
    except ConfigError:
        raise
    except TypeError:
        given = type(source).__name__
        message = (
            f"a config of type {given} is given; XML text, its bytes, a path, the name of a "
            "template or a list of labels are accepted"
        )
    except (OSError, ValueError) as error:
        names = templates()
        message = (
            f'"{_short(str(source))}" is no XML (it does not begin with "<"), '
            f"no template ({', '.join(names)}) and no file that can be read "
            f"({getattr(error, 'strerror', None) or error}){near(str(source), names)}"
        )
    raise ConfigError([Problem(message)])


def _decoded(data: bytes, what: str) -> str:
    """Decode XML as its byte order mark says, else as UTF-8, else as it declares."""
    encoding = marked_encoding(data) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        declared = _DECLARED.match(data)
        line = data.count(b"\n", 0, error.start) + 1
        if declared is None:
            name = encoding.removesuffix("-sig").upper()
            raise ConfigError(
                [Problem(f"{what} is not {name} text: {error.reason}", line)]
            ) from None
    name = declared[1].decode()
    try:
        return data.decode(name)
    except (LookupError, ValueError) as error:
        raise ConfigError([Problem(f'{what} is not "{name}" text: {error}')]) from None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
