"""Other programs: Label Studio servers, models that they ask, web hooks that come and go."""

from nblabel.connect.backend import Backend
from nblabel.connect.cvat import CVAT
from nblabel.connect.following import Following, events_of
from nblabel.connect.label_studio import LabelStudio
from nblabel.connect.listening import Listener, listen
from nblabel.connect.sending import PAUSES, Webhook

__all__ = [
    "CVAT",
    "PAUSES",
    "Backend",
    "Following",
    "LabelStudio",
    "Listener",
    "Webhook",
    "events_of",
    "listen",
]
