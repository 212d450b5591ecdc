"""OcrLabels: text found on pages."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import ocr
from nblabel.tags._short import BOX, region_short

tags = (
    Tag(
        name="OcrLabels",
        role="control",
        doc="Labels for words on the pages of a document.",
        attributes=a.LABELS,
        objects=("Pdf", "Image"),
        children="Label",
        value_key="ocrlabels",
        region=True,
        check=region_check(ocr, "ocrlabels"),
        cell=region_cell("ocrlabels"),
        short=region_short("ocrlabels", BOX),
        example="""
            <View>
              <OcrLabels name="words" toName="paper"><Label value="Date"/></OcrLabels>
              <Pdf name="paper" value="$pdf"/>
            </View>""",
        sample={"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.05, "rotation": 0}
        | {"pageIndex": 1, "ocrtext": "May", "ocrlabels": ["Date"]},
    ),
)
