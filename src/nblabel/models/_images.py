"""How a model sees images: read as the project that takes it reads them, and upright."""

from __future__ import annotations

from functools import partial

from PIL import Image, ImageOps

from nblabel import media, tasks
from nblabel.base.errors import MediaError
from nblabel.core.model import Reader, Task
from nblabel.media.images import eight_bit, opened
from nblabel.media.paths import Root
from nblabel.models._aims import Aim


def reader_of(root: Root) -> Reader:
    """Give what reads images of this machine for a model that no project has taken."""
    return partial(media.read, root=root)


def image_of(reader: Reader, aim: Aim, task: Task, item: int | None = None) -> Image.Image:
    """Give the image that a control is about, upright and in colours, as the editor shows it.

    Parameters
    ----------
    reader
        Reads what a cell means.
    aim
        The control, and the object that it is about.
    task
        The task.
    item
        Which of several images is meant, where that is known.

    Raises
    ------
    MediaError
        When there is none, it cannot or may not be read, or there are several.
    """
    values = tasks.media_values(aim.config, task["data"]).get(aim.object.id, [None])
    if item is None and len(values) != 1:
        raise MediaError(f'"{aim.object.name}" shows {len(values)} images, and one can be asked of')
    if not 0 <= (item or 0) < len(values):
        raise MediaError(f'"{aim.object.name}" has no image {item}')
    with opened(reader(values[item or 0])) as image:
        return eight_bit(ImageOps.exif_transpose(image)).convert("RGB")
