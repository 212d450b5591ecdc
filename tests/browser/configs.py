"""What the browser tests label: cells of notebooks, and the data they make."""

SETUP = """
import nblabel as nl
import pandas as pd
"""

CHOICES = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text">
    <Choice value="positive"/><Choice value="negative"/><Choice value="neutral"/>
  </Choices>
</View>"""

SPANS = """<View>
  <Labels name="ner" toName="text">
    <Label value="PER"/><Label value="ORG"/><Label value="LOC"/>
  </Labels>
  <Text name="text" value="$text"/>
</View>"""

BOXES = """<View>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo">
    <Label value="roof"/><Label value="tree"/>
  </RectangleLabels>
</View>"""

MIXED = """<View>
  <Header value="What is said, and where?"/>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="positive"/><Choice value="negative"/></Choices>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof"/><Label value="tree"/></RectangleLabels>
</View>"""


def labeler(config: str, data: str, name: str = "labeler", **options: object) -> str:
    """A cell that makes a labeler and shows it."""
    more = "".join(f", {key}={value!r}" for key, value in options.items())
    return f"{name} = nl.Labeler({data}, '''{config}'''{more})\n{name}"


def texts(*values: str) -> str:
    return f"pd.DataFrame({{'text': {list(values)!r}}})"


# Two pictures of our own: a plain one, and one whose EXIF says that it lies on its side.
PICTURES = """
from io import BytesIO
from PIL import Image, ImageDraw

def picture(width, height, orientation=None):
    image = Image.new("RGB", (width, height), "#9ec5e8")
    draw = ImageDraw.Draw(image)
    draw.polygon([(width * .2, height * .5), (width * .5, height * .2), (width * .8, height * .5)], fill="#b5462f")
    draw.rectangle([width * .25, height * .5, width * .75, height * .9], fill="#e9dcc3")
    out = BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()
"""
