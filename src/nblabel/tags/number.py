"""Number: a number that is entered."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import Odd, checked, form_cell, is_number, limit, shown
from nblabel.tags._short import NUMBER, form_short


def _check(given: Any, scope: Scope) -> Iterator[str]:
    """Check the range and the steps."""
    if not is_number(given):
        yield f"value.number must be a number, not {shown(given)}"
        return
    low, high, step = (limit(scope, name) for name in ("min", "max", "step"))
    if low is not None and given < low:
        yield Odd(f"value.number is {given}; at least {low:g} is accepted")
    if high is not None and given > high:
        yield Odd(f"value.number is {given}; at most {high:g} is accepted")
    if step:
        steps = round((given - (low or 0)) / step)
        nearest = float(f"{(low or 0) + steps * step:.15g}")  # 0.1 * 3 is 0.3
        if abs(given - nearest) > 1e-8:
            yield Odd(f"value.number is {given}; it goes in steps of {step:g} from {low or 0:g}")


tags = (
    Tag(
        name="Number",
        role="control",
        doc="A number that the annotator enters.",
        attributes=(
            *a.FORM,
            a.number("min", "Least value."),
            a.number("max", "Greatest value."),
            a.number("step", "Distance between values."),
            a.number("defaultValue", "Taken on submit when nothing is entered."),
            a.boolean("slider", "Show a slider."),
            a.text("hotkey", "Key that goes one step up, and into the field."),
        ),
        value_key="number",
        check=checked("number", _check),
        cell=form_cell("number"),
        short=form_short("number", NUMBER),
        example="""
            <View>
              <Text name="text" value="$text"/>
              <Number name="age" toName="text" min="0" max="120"/>
            </View>""",
        sample={"number": 42},
    ),
)
