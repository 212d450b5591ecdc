"""List, Ranker and Bucket: putting items into an order."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell, shown
from nblabel.tags._short import DICT, form_short


def _ranking(given: Any, scope: Scope) -> Iterator[str]:
    """Check {bucket: [ids]}."""
    if not isinstance(given, dict):
        yield f"value.ranker must be {{bucket: [ids]}}, not {shown(given)}"
        return
    for bucket, ids in given.items():
        if not isinstance(ids, list):
            yield f"value.ranker.{bucket} must be a list of ids, not {shown(ids)}"
    buckets = [e.name for e in scope.control.walk() if e.tag == "Bucket" and e.name]
    if not buckets:
        return
    for bucket in given:
        if bucket not in {*buckets, "_"}:
            yield f'"{bucket}" in value.ranker is not one of {", ".join(buckets)}'


tags = (
    Tag(
        name="List",
        role="object",
        doc="Shows items with a title and a body.",
        attributes=(a.NAME, a.VALUE, a.text("title", "Heading of the list."), a.RESOLVER),
        example='<View><List name="hits" value="$items" title="Results"/></View>',
    ),
    Tag(
        name="Ranker",
        role="control",
        doc="Puts the items of a <List> into an order, or into buckets.",
        attributes=(*a.CONTROL, a.boolean("collapsible", "Items can be folded.", default=True)),
        # Label Studio means a <List>, but its own examples aim at other objects too.
        parts=("Bucket",),
        value_key="ranker",
        check=checked("ranker", _ranking),
        cell=form_cell("ranker"),
        short=form_short("ranker", DICT),
        example="""
            <View>
              <List name="hits" value="$items"/>
              <Ranker name="order" toName="hits">
                <Bucket name="good" title="Good"/>
                <Bucket name="bad" title="Bad" default="true"/>
              </Ranker>
            </View>""",
        sample={"ranker": {"good": ["a"], "bad": ["b", "c"]}},
    ),
    Tag(
        name="Bucket",
        role="visual",
        doc="A place of a <Ranker> for items.",
        attributes=(
            a.NAME,
            a.text("title", "Heading of the bucket."),
            a.boolean("default", "Takes the items that are in no other bucket."),
        ),
    ),
)
