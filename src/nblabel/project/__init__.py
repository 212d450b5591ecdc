"""A labeling project without a screen: data, config and store wired together."""

from nblabel.project.connecting import serve
from nblabel.project.data import TaskRow
from nblabel.project.exporting import names as format_names
from nblabel.project.fetching import opened, pull
from nblabel.project.opening import projects
from nblabel.project.progress import Filter
from nblabel.project.project import ConfigSource, Project, Settings
from nblabel.project.serving import Topic
from nblabel.project.sifting import check_filter
from nblabel.project.syncing import SentMedia
from nblabel.project.templates import template

read = Project.read

__all__ = [
    "ConfigSource",
    "Filter",
    "Project",
    "SentMedia",
    "Settings",
    "TaskRow",
    "Topic",
    "check_filter",
    "format_names",
    "opened",
    "projects",
    "pull",
    "read",
    "serve",
    "template",
]
