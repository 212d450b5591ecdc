"""The configs that come with nblabel."""

from __future__ import annotations

from collections.abc import Mapping

from nblabel import config as configs
from nblabel import tags
from nblabel.base.arguments import one_of


def template(name: str, *, hotkeys: Mapping[str, str] | None = None) -> str:
    """Return a labeling config that comes with nblabel, to use as it is or to begin with.

    Parameters
    ----------
    name
        One of those that ``nblabel templates`` lists on the command line.
    hotkeys
        Keys of labels and choices, as in ``keys=`` of `Labeler`: they are written into the config
        as ``hotkey``.

    Returns
    -------
    str
        The config, as XML.

    Raises
    ------
    DataError
        When there is no such template.
    NblabelError
        When a key or the name of a label cannot be used.

    Examples
    --------
    >>> import nblabel as nl
    >>> config = nl.template("text-classification", hotkeys={"Positive": "p", "Negative": "n"})
    >>> '<Choice value="Positive" hotkey="p"/>' in config
    True
    """
    known = configs.templates()
    one_of("template", name, tuple(known))
    given = configs.checked_keys(hotkeys, "hotkeys=")
    if not given:
        return known[name]
    return configs.with_hotkeys(configs.parse(name, tags.TAGS), given, "hotkeys=").to_xml()
