"""HyperText and HyperTextLabels: HTML with spans."""

from dataclasses import replace

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import html_span
from nblabel.tags._short import SPAN, region_short
from nblabel.tags.text import ATTRIBUTES

_HYPERTEXT = Tag(
    name="HyperText",
    role="object",
    doc="Shows HTML; scripts and frames in it are left out.",
    attributes=(*ATTRIBUTES, a.boolean("inline", "Show it in the page instead of a frame.")),
    text="markup",
    example='<View><HyperText name="page" value="$html"/></View>',
)

tags = (
    _HYPERTEXT,
    replace(
        _HYPERTEXT,
        name="RichText",
        doc="The old name of <HyperText>.",
        example=_HYPERTEXT.example.replace("HyperText", "RichText"),
    ),
    Tag(
        name="HyperTextLabels",
        role="control",
        doc="Labels for spans of HTML.",
        attributes=a.LABELS,
        objects=("HyperText", "RichText", "Text"),
        children="Label",
        value_key="hypertextlabels",
        region=True,
        types=("hypertextlabels", "htmllabels"),
        check=region_check(html_span, "hypertextlabels"),
        cell=region_cell("hypertextlabels"),
        short=region_short("hypertextlabels", SPAN),
        example="""
            <View>
              <HyperTextLabels name="parts" toName="page">
                <Label value="Title"/>
                <Label value="Body"/>
              </HyperTextLabels>
              <HyperText name="page" value="$html"/>
            </View>""",
        sample={
            "start": "/p[1]/text()[1]",
            "end": "/p[1]/text()[1]",
            "startOffset": 0,
            "endOffset": 4,
            "globalOffsets": {"start": 0, "end": 4},
            "text": "Once",
            "hypertextlabels": ["Title"],
        },
    ),
)
