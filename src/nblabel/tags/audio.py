"""Audio: a recording on a time line."""

from dataclasses import replace

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

_AUDIO = Tag(
    name="Audio",
    role="object",
    doc="Plays a recording; stretches of it can be labeled with <Labels>.",
    attributes=(
        a.NAME,
        a.VALUE,
        a.variable("defaultSpeed", "Speed at first, 0.5 to 2.", default=1),
        a.number("defaultZoom", "Zoom at first, 1 to 1500.", 1),
        a.number("defaultVolume", "Volume at first, 0 to 1.", 1),
        a.number("defaultScale", "Scale of the wave at first.", 1),
        a.HOTKEY,
        a.SYNC,
        a.number("height", "Height in pixels.", 96),
        a.number("waveHeight", "Least height of a channel in pixels.", 32),
        a.number("cursorWidth", "Width of the cursor in pixels.", 2),
        a.colour("cursorColor", "Colour of the cursor.", "#333"),
        a.boolean("autoCenter", "Keep the cursor in view.", default=True),
        a.boolean("scrollParent", "Scroll with the wheel.", default=True),
        a.boolean("muted", "Play without sound."),
        a.boolean("zoom", "Show the zoom slider.", default=True),
        a.boolean("volume", "Show the volume slider.", default=True),
        a.boolean("speed", "Show the speed slider.", default=True),
        a.SHOW_LABELS,
        a.boolean("showScores", "Show the scores of regions."),
        a.boolean("spectrogram", "Show a spectrogram."),
        a.boolean("splitChannels", "Show every channel."),
        a.enum("decoder", "webaudio ffmpeg none", "What decodes it.", "webaudio"),
        a.enum("player", "html5 webaudio", "What plays it.", "html5"),
    ),
    example='<View><Audio name="sound" value="$audio"/></View>',
)

tags = (
    _AUDIO,
    replace(
        _AUDIO,
        name="AudioPlus",
        doc="The old name of <Audio>.",
        example=_AUDIO.example.replace("Audio", "AudioPlus"),
    ),
)
