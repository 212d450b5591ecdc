"""Table: an object or a list as a table."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="Table",
        role="object",
        doc="Shows an object or a list as a table.",
        attributes=(
            a.NAME,
            a.VALUE,
            a.text("valueType", "json, csv, with options such as `csv|separator=;`.", "json"),
            a.RESOLVER,
        ),
        example='<View><Table name="facts" value="$record"/></View>',
    ),
)
