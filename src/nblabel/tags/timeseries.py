"""TimeSeries with its channels, and TimeSeriesLabels."""

from nblabel.core.tag import Attribute, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import series_span
from nblabel.tags._short import numbered, region_short

_AXES = (
    a.number("height", "Height in pixels.", 200),
    a.boolean("showAxis", "Show the time axis.", default=True),
    a.boolean("showYAxis", "Show the value axis.", default=True),
    a.boolean("fixedScale", "Keep the scale of values when zooming.", default=None),
)

tags = (
    Tag(
        name="TimeSeries",
        role="object",
        doc="Shows columns of numbers over time.",
        attributes=(
            a.NAME,
            a.VALUE,
            a.enum("valueType", "url json", "Whether the value is data or its address.", "url"),
            a.text("timeColumn", "The column of times; none: the number of the row."),
            a.text("timeFormat", "strftime format of times, in UTC."),
            a.text("timeDisplayFormat", "How times are shown."),
            a.text("durationDisplayFormat", "How durations are shown.", ".0f"),
            a.text("sep", "Separator of a CSV.", ","),
            a.text("overviewChannels", "Channels of the overview, comma-separated."),
            a.text("overviewWidth", "Width of the overview's window at first.", "25%"),
            a.boolean("fixedScale", "Keep the scale of values when zooming."),
            a.boolean("multiaxis", "All channels in one plot."),
            a.SYNC,
            a.HOTKEY,
            a.colour("cursorColor", "Colour of the cursor."),
            a.RESOLVER,
        ),
        parts=("Channel", "MultiChannel"),
        example="""
            <View>
              <TimeSeries name="log" value="$series" valueType="json" timeColumn="time">
                <Channel column="speed" legend="Speed" units="m/s"/>
              </TimeSeries>
            </View>""",
    ),
    Tag(
        name="Channel",
        role="visual",
        doc="One column of a <TimeSeries>.",
        attributes=(
            Attribute("column", required=True, doc="Name or number of the column."),
            a.text("legend", "Title of the axis."),
            a.text("units", "Unit of the axis."),
            a.text("displayFormat", "How values are shown.", ".1f"),
            a.text("interpolation", "Curve between points, as d3 names it.", "curveStep"),
            a.colour("strokeColor", "Colour of the line."),
            a.number("strokeWidth", "Width of the line in pixels.", 1),
            a.colour("markerColor", "Colour of the points."),
            a.number("markerSize", "Size of the points in pixels.", 0),
            a.text("markerSymbol", "Shape of the points.", "circle"),
            a.text("timeRange", "Range of times that is shown."),
            a.text("dataRange", "Range of values that is shown."),
            *_AXES,
        ),
    ),
    Tag(
        name="MultiChannel",
        role="visual",
        doc="Several <Channel>s in one plot.",
        attributes=_AXES,
        parts=("Channel",),
        example="""
            <View>
              <TimeSeries name="log" value="$series" valueType="json">
                <MultiChannel><Channel column="x"/><Channel column="y"/></MultiChannel>
              </TimeSeries>
            </View>""",
    ),
    Tag(
        name="TimeSeriesLabels",
        role="control",
        doc="Labels for stretches of a time series.",
        attributes=a.LABELS,
        objects=("TimeSeries",),
        children="Label",
        value_key="timeserieslabels",
        region=True,
        check=region_check(series_span, "timeserieslabels"),
        cell=region_cell("timeserieslabels"),
        short=region_short("timeserieslabels", numbered("start", "end", instant=False)),
        example="""
            <View>
              <TimeSeriesLabels name="acts" toName="log">
                <Label value="Walk"/>
                <Label value="Run"/>
              </TimeSeriesLabels>
              <TimeSeries name="log" value="$series" valueType="json">
                <Channel column="speed"/>
              </TimeSeries>
            </View>""",
        sample={"start": 3, "end": 9, "instant": False, "timeserieslabels": ["Run"]},
    ),
)
