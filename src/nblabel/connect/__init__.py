"""Other programs: a model that a Label Studio server asks, web hooks that come and go."""

from nblabel.connect.backend import Backend
from nblabel.connect.following import Following, events_of
from nblabel.connect.listening import Listener, listen
from nblabel.connect.sending import PAUSES, Webhook

__all__ = ["PAUSES", "Backend", "Following", "Listener", "Webhook", "events_of", "listen"]
