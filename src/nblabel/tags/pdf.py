"""Pdf: a document."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="Pdf",
        role="object",
        doc="Shows a PDF document.",
        attributes=(a.NAME, a.VALUE),
        example='<View><Pdf name="paper" value="$pdf"/></View>',
    ),
)
