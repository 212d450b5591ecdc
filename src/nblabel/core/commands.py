"""The commands that every labeler has; those of a tag are declared with it."""

from nblabel.core.tag import Command

GENERAL = (
    Command("annotation:submit", ("ctrl+enter",), "Submit or update"),
    Command("annotation:accept", ("ctrl+shift+enter",), "Accept what is suggested, and submit"),
    Command("annotation:skip", ("ctrl+space",), "Skip"),
    Command("annotation:undo", ("ctrl+z",), "Undo, the last answer included"),
    Command("annotation:redo", ("ctrl+shift+z",), "Redo"),
    Command("region:cycle", ("alt+.",), "Next region"),
    Command("region:previous", ("alt+,",), "Previous region"),
    Command("region:copy", ("ctrl+c",), "Copy the selected regions"),
    Command("region:paste", ("ctrl+v",), "Paste copied regions, on another task or image too"),
    Command("region:duplicate", ("ctrl+d",), "Duplicate the selected regions"),
    Command("region:delete", ("backspace", "delete"), "Delete the selected regions"),
    Command("region:delete-all", ("ctrl+backspace",), "Delete all regions"),
    Command("region:unselect", ("u",), "Select nothing"),
    Command("region:exit", ("escape",), "Leave the region, the tool or the menu"),
    Command("region:visibility", ("alt+h",), "Hide or show the selected regions"),
    Command("region:visibility-all", ("ctrl+h",), "Hide or show all regions"),
    Command("region:lock", ("alt+l",), "Lock or unlock the selected regions"),
    Command("region:relation", ("alt+r",), "Relate the region to the next one picked"),
    Command("region:relations", ("alt+shift+r",), "Hide or show the relations"),
    Command("region:meta", ("alt+m",), "Write a note on the selected region"),
    Command("region:nest", ("alt+]",), "Put the regions inside the one before"),
    Command("region:lift", ("alt+[",), "Take the regions out of what they lie in"),
    Command("suggestion:accept-all", ("shift+a",), "Accept all suggestions"),
    Command("suggestion:accept", ("a", "alt+a"), "Accept a suggestion: the selected, or the first"),
    Command("suggestion:reject", ("x", "alt+x"), "Reject a suggestion: the selected, or the first"),
    Command("task:previous", ("alt+up",), "Previous task"),
    Command("task:next", ("alt+down",), "Next task"),
    Command("task:goto", ("ctrl+g",), "Go to a task"),
    Command("label:search", ("/",), "Search the labels and choices"),
    Command("help", ("?",), "All keys"),
)
"""What can be done in every labeler; the names are Label Studio's where it has the command."""

PROMPTING = (
    Command("tool:auto-detect", ("m",), "Ask the model with what is drawn, or draw again"),
    Command("tool:negative", ("shift+m",), "What is drawn next for the model is not meant, or is"),
)
"""What can be done where a model may be asked with what is drawn."""

_EVERYWHERE = ("region:delete", "region:exit")


def commands_of(*, marks: bool, prompts: bool) -> tuple[Command, ...]:
    """Return the general commands of a labeler.

    Parameters
    ----------
    marks
        Whether it can make regions: most of theirs are only there then.
    prompts
        Whether a model can be asked with what is drawn.
    """
    own = tuple(
        command
        for command in GENERAL
        if marks or command.name in _EVERYWHERE or not command.name.startswith("region:")
    )
    return (*own, *PROMPTING) if prompts else own
