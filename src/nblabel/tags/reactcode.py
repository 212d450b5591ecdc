"""ReactCode: a component that the config itself brings. Its code is never run here."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nblabel.core.tag import Attribute, Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell
from nblabel.tags._short import ANYTHING, form_short


def _anything(_: Any, __: Scope) -> Iterator[str]:
    """Check nothing: the component decides what its value is."""
    yield from ()


_REACTCODE = Tag(
    name="ReactCode",
    role="object",
    doc="A component written in the config. It is its own object.",
    attributes=(
        a.NAME,
        Attribute("toName", "names", doc="The tag itself."),
        a.variable("data", "What the component is given, `$column`."),
        a.text("inputs", "What it takes."),
        a.text("outputs", "What it gives, `a, b:choices(x,y), c:number(0,10)` or a JSON schema."),
        a.STYLE,
        a.text("classname", "CSS classes."),
        a.text("src", "Address of the code."),
    ),
    value_key="reactcode",
    types=("reactcode",),
    text="body",
    check=checked("reactcode", _anything),
    cell=form_cell("reactcode"),
    short=form_short("reactcode", ANYTHING),
    example="""
        <View>
          <ReactCode name="custom" data="$record"><![CDATA[() => null]]></ReactCode>
        </View>""",
    sample={"reactcode": {"category": "Food"}},
)

tags = (
    _REACTCODE,
    replace(
        _REACTCODE,
        name="CustomInterface",
        doc="Another name of <ReactCode>.",
        example=_REACTCODE.example.replace("ReactCode", "CustomInterface"),
    ),
)
