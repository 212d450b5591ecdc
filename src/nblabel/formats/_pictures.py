"""Where the images lie that a file of labels names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from nblabel.base.errors import FormatError, MediaError
from nblabel.media import inside
from nblabel.media.images import upright_size

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
_TRIED = 5
_SPLIT = re.compile(r"(?:instances|person_keypoints|captions|_annotations)?_?(.*)")


def images_near(
    file: Path, names: Sequence[str], given: str | Path | None, *further: str
) -> tuple[tuple[Path, ...], bool]:
    """Return the folders that images may lie in, and whether some of them are there.

    Parameters
    ----------
    file
        The file of labels, or the folder of the dataset.
    names
        Paths of images as the file has them; the first few are looked for.
    given
        The folder, where somebody names it.
    further
        Folders beside the usual ones, below that of the file.

    Raises
    ------
    FormatError
        When the folder that is given is none.
    """
    if given is not None:
        folder = Path(given).expanduser()
        if not folder.is_dir():
            raise FormatError(f'images="{given}" is no folder')
        return (folder.absolute(),), any(_is_there(folder, name) for name in names[:_TRIED])
    home = (file if file.is_dir() else file.parent).absolute()
    found = _SPLIT.fullmatch(file.stem)
    split = found[1] if found else ""
    tried = [*further, ".", "images", "../images", "..", "JPEGImages", "../JPEGImages"]
    if split and "/" not in split and not split.startswith("."):
        tried += [split, f"../{split}", f"images/{split}", f"../images/{split}"]
    for one in tried:
        folder = home / one
        if any(_is_there(folder, name) for name in names[:_TRIED]):
            return (folder.resolve(),), True
    return (home,), False


def _is_there(folder: Path, name: str) -> bool:
    """Whether a file is in a folder, and not outside of it."""
    try:
        path = (folder / name).resolve()
        return path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def images_in(folder: Path) -> list[Path]:
    """Return the images in a folder and all below it, in the order of their names."""
    return sorted(
        file.resolve()
        for file in folder.rglob("*")
        if file.suffix.lower() in IMAGES
        and file.is_file()
        and file.resolve().is_relative_to(folder.resolve())
    )


def told_size(
    width: float | None, height: float | None, name: str, roots: Sequence[Path]
) -> tuple[int, int] | None:
    """Return the size that a file tells of an image, else its own; None without either."""
    return (int(width), int(height)) if width and height else image_size(name, roots)


def image_size(name: str, roots: Sequence[Path]) -> tuple[int, int] | None:
    """Return the size of an image in pixels, upright; None where there is none to look at."""
    try:
        with Image.open(inside(name, roots)) as image:
            return upright_size(image)
    except (MediaError, OSError, ValueError, Image.DecompressionBombError):
        return None
