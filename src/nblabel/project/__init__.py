"""A labeling project without a screen: data, config and store wired together."""

from nblabel.project.exporting import Format
from nblabel.project.progress import Filter
from nblabel.project.project import Kind, Project, Settings

__all__ = ["Filter", "Format", "Kind", "Project", "Settings"]
