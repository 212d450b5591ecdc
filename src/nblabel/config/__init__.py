"""The labeling language: XML to a tree, checked, and back."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from nblabel.base.errors import ConfigError, Problem, near
from nblabel.config.model import Config, element_spec, spec
from nblabel.config.problems import aimed, find_problems
from nblabel.config.reading import read
from nblabel.core.tag import Tags

__all__ = ["Config", "element_spec", "parse", "spec", "templates"]


def parse(source: str | Path, tags: Tags) -> Config:
    """Read a labeling config.

    Parameters
    ----------
    source
        XML text, a path to a file that holds it, or the name of one of `templates`.
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
    problems += [*aiming, *find_problems(root, tags)]
    if any(problem.severity == "error" for problem in problems):
        raise ConfigError(sorted(problems, key=lambda p: (p.severity, p.line or 0)))
    return Config(source=xml, root=root, tags=tags, problems=tuple(problems))


def templates() -> dict[str, str]:
    """Give the templates that come with nblabel, XML text by name."""
    folder = resources.files(__name__) / "templates"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {f.name[:-4]: f.read_text(encoding="utf-8") for f in files if f.name.endswith(".xml")}


def _text(source: str | Path) -> str:
    if isinstance(source, str):
        if source.lstrip("\ufeff \t\r\n").startswith("<"):
            return source
        own = templates()
        if source in own:
            return own[source]
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f'the file "{source}" is not UTF-8 text: {error.reason}'
    except (OSError, ValueError) as error:
        names = templates()
        message = (
            f'"{_short(str(source))}" is no XML (it does not begin with "<"), '
            f"no template ({', '.join(names)}) and no file that can be read "
            f"({getattr(error, 'strerror', None) or error}){near(str(source), names)}"
        )
    raise ConfigError([Problem(message)])


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
