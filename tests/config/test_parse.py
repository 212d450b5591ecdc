"""parse(): lenient as Label Studio, stricter only in telling."""

from pathlib import Path

import pytest

from nblabel.base.errors import ConfigError
from nblabel.config import Config, parse, spec, templates
from nblabel.tags import TAGS

CHOICES = (
    '<View><Text name="text" value="$text"/>\n'
    '<Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>'
    "</View>"
)


def read(xml: str) -> Config:
    return parse(xml, TAGS)


def problems(xml: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(xml)
    return [str(problem) for problem in caught.value.problems if problem.severity == "error"]


def warnings(xml: str) -> list[str]:
    return [str(problem) for problem in read(xml).problems]


# What is accepted


def test_xml_text_a_path_and_a_template_name(tmp_path):
    file = tmp_path / "my config.xml"
    file.write_text("\ufeff" + CHOICES, encoding="utf-8")
    for source in (CHOICES, "\ufeff \n" + CHOICES, file, str(file)):
        assert set(read(source).controls) == {"mood"}
    assert set(read("text-classification").controls) == {"sentiment"}


@pytest.mark.parametrize("name", templates())
def test_every_template_opens_without_problems(name):
    config = read(name)
    assert config.problems == ()
    drawn = {"View", "Header", "Text", "Image", "Choices", "Choice", "Labels", "Label"}
    assert {e.tag for e in config.root.walk()} <= drawn | {"RectangleLabels"}


def test_names_are_compared_without_case_and_get_their_spelling():
    config = read(
        '<view><TEXT NAME="t" Value="$t"/><textarea name="a" TONAME="t" Rows="3"/></view>'
    )
    assert [e.tag for e in config.root.walk()] == ["View", "Text", "TextArea"]
    assert config.controls["a"].attributes == {"name": "a", "toName": "t", "rows": "3"}


def test_text_inside_is_the_value():
    config = read("<View><Header> Hi &amp; bye </Header></View>")
    assert config.root.children[0].attributes == {"value": "Hi & bye"}


def test_comments_are_ignored():
    assert read(f"<!-- a -->{CHOICES}<!-- b -->").problems == ()


@pytest.mark.parametrize(
    ("xml", "body"),
    [
        ("<HyperText name='h' value='x'><b>A &amp; B</b> c</HyperText>", "<b>A &amp; B</b> c"),
        ("<HyperText name='h' value='x'><![CDATA[<p>A<br>B]]></HyperText>", "<p>A<br>B"),
        ("<Style>.a &gt; .b { color: red }</Style>", ".a > .b { color: red }"),
        ("<Style>.a {}<!-- note --></Style>", ".a {}"),
        ("<Markdown><![CDATA[# a < b]]></Markdown>", "# a < b"),
        ("<ReactCode name='r'><![CDATA[() => <b/>]]></ReactCode>", "() => <b/>"),
    ],
)
def test_bodies(xml, body):
    element = read(f"<View>{xml}</View>").root.children[0]
    assert element.body == body
    assert element.children == ()


def test_true_and_false_are_booleans_but_in_value():
    config = read(
        '<View><Header value="true"/><Text name="t" value="$t" selectionEnabled="FALSE"/></View>'
    )
    header, text = config.root.children
    assert config.attribute(header, "value") == "true"
    assert config.attribute(text, "selectionEnabled") is False
    assert config.attribute(text, "selectionenabled") is False


def test_attributes_have_their_types_and_defaults():
    config = read('<View><Image name="i" value="$i" zoomBy="2"/></View>')
    image = config.objects["i"]
    assert config.attribute(image, "zoomBy") == 2
    assert config.attribute(image, "gridSize") == 30
    assert config.attribute(image, "zoom") is True


def test_a_control_without_to_name_takes_the_only_object():
    xml = '<View><Text name="t" value="$t"/><Labels name="l"><Label value="a"/></Labels></View>'
    assert read(xml).controls["l"].to_name == "t"
    assert "toName is missing" in warnings(xml)[0]


# What is told


def test_an_unknown_attribute_is_a_warning_with_the_nearest():
    [told] = warnings(CHOICES.replace("<Choices", '<Choices chioce="multiple"'))
    assert (
        told
        == 'line 2, <Choices chioce>: <Choices> has no attribute chioce; did you mean "choice"?'
    )


def test_an_unknown_tag_is_a_warning_with_the_nearest_and_keeps_what_is_inside():
    xml = '<View>\n<Chioces name="c"><Choice value="a"/></Chioces></View>'
    [told] = warnings(xml)
    assert told.startswith("line 2, <Chioces>:")
    assert 'did you mean "Choices"?' in told
    assert read(xml).root.children[0].children[0].tag == "Choice"


def test_all_problems_come_at_once_with_their_places():
    told = problems(
        '<View>\n<Text name="text" value="$text"/>\n'
        '<Choices name="mood" toName="txt" layout="row">\n<Choice/></Choices>\n'
        '<Rating name="mood" toName="text" maxRating="many" required="yes"/>\n</View>'
    )
    assert told == [
        'line 3, <Choices layout>: "row" is given; one of select, inline, vertical is accepted',
        'line 3, <Choices toName>: no tag is named "txt"; did you mean "text"?',
        "line 4, <Choice value>: value is missing",
        'line 5, <Rating maxRating>: "many" is given; a number is accepted',
        'line 5, <Rating required>: "yes" is given; true or false is accepted',
        'line 5, <Rating name>: the name "mood" is taken by <Choices> on line 3',
    ]


def test_a_near_word_of_an_enumeration():
    [told] = problems(CHOICES.replace("<Choices", '<Choices choice="multi"'))
    assert told.endswith('did you mean "multiple"?')


def test_a_control_aimed_at_an_object_it_does_not_fit():
    [told] = problems(
        '<View><Text name="t" value="$t"/>'
        '<RectangleLabels name="r" toName="t"><Label value="a"/></RectangleLabels></View>'
    )
    assert '"t" is a <Text>; <RectangleLabels> is for Image' in told


def test_missing_names():
    assert "name is missing" in problems('<View><Text value="$t"/></View>')[0]
    two = '<Text name="a" value="$a"/><Text name="b" value="$b"/>'
    assert "toName is missing" in problems(f'<View>{two}<Rating name="r"/></View>')[0]


def test_pairwise_compares_two():
    one = '<View><Text name="a" value="$a"/><Pairwise name="p" toName="a"/></View>'
    assert '"a" names 1; exactly 2 are accepted' in problems(one)[0]


def test_an_object_without_value_is_a_warning():
    assert warnings('<View><Text name="t"/></View>') == ["line 1, <Text value>: value is missing"]
    assert warnings('<View><Image name="i" valueList="$pages"/></View>') == []


@pytest.mark.parametrize(
    ("xml", "line", "told"),
    [
        ("<View>\n<Text></View>", 2, "not well-formed"),
        ("<View>&nbsp;</View>", 1, "not well-formed"),
        ("\n\n<View>", 3, "not well-formed"),
        ('<!DOCTYPE v [<!ENTITY a "b">]>\n<View>&a;</View>', 1, "document type"),
        ('<!DOCTYPE v SYSTEM "file:///etc/passwd">\n<View/>', 1, "document type"),
        ("<View>" * 5000, 1, "nested deeper"),
        ("<Style>" + "<b>" * 5000, 1, "nested deeper"),
        ("<View>" + "<a/>" * 60_000 + "</View>", 1, "elements"),
    ],
)
def test_xml_that_is_refused(xml, line, told):
    with pytest.raises(ConfigError) as caught:
        read(xml)
    [problem] = caught.value.problems
    assert told in problem.message
    assert problem.line == line


def test_a_source_that_is_nothing(tmp_path):
    with pytest.raises(ConfigError, match='did you mean "text-classification"'):
        read("text-clasification")
    with pytest.raises(ConfigError, match="no file that can be read"):
        read(tmp_path)
    (tmp_path / "a.xml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-16 text"):
        read(tmp_path / "a.xml")


def test_a_declared_encoding_does_not_matter_in_text():
    assert read(f'<?xml version="1.0" encoding="latin-1"?>{CHOICES.replace("Good", "Gut ü")}')


# What is derived


def test_columns_are_the_top_level_names_in_order():
    config = read(
        '<View><Header value="$a.b[0] of $b"/><Text name="t" value="$text[0].x"/>'
        '<Repeater on="$pages"><Image name="i_{{idx}}" value="$pages[{{idx}}].url"/></Repeater>'
        '<Choices name="c" toName="t" value="$more"/><Markdown>See $note</Markdown>'
        '<Style>.a::after { content: "$no" }</Style></View>'
    )
    assert config.columns == ("a", "b", "text", "pages", "more", "note")


def test_the_hash_is_of_controls_types_and_objects():
    more_labels = CHOICES.replace('<Choice value="Bad"/>', '<Choice value="Awful"/>')
    other_name = CHOICES.replace('"mood"', '"feel"')
    assert read(CHOICES).hash == read(more_labels).hash
    assert read(CHOICES).hash != read(other_name).hash


def test_labels_are_aliases_or_values_at_any_depth():
    config = read(
        '<View><Text name="t" value="$t"/><Choices name="c" toName="t" allowNested="true">'
        '<Choice value="A"><Choice value="A1" alias="one"/></Choice>'
        '<View><Choice value="B"/></View></Choices></View>'
    )
    assert config.labels(config.controls["c"]) == ("A", "one", "B")
    assert config.paths(config.controls["c"]) == (("A",), ("A", "one"), ("B",))


def test_a_tag_that_is_its_own_object_is_object_and_control():
    config = read('<View><Chat name="c" value="$c" toName="c"/></View>')
    assert set(config.objects) == set(config.controls) == {"c"}


def test_pairwise_and_relations():
    config = read(TAGS["Pairwise"].example)
    assert set(config.controls) == {"better"}
    assert set(read(TAGS["Relations"].example).controls) == {"entities"}


def test_the_spec_holds_what_was_given_and_the_defaults_beside():
    told = spec(read(CHOICES.replace("<Choices", '<Choices required="true"')))
    view = told["root"]
    assert view["tag"] == "View"
    assert [child["id"] for child in view["children"]] == [1, 2]
    assert view["children"][1]["attributes"] == {"name": "mood", "toName": "text", "required": True}
    assert told["tags"]["Choices"]["defaults"]["layout"] == "vertical"
    assert "name" not in told["tags"]["Choices"]["defaults"]
    assert told["tags"]["Choices"]["role"] == "control"
    assert told["tags"]["Choices"]["valueKey"] == "choices"


def test_examples_in_the_package_are_files():
    assert all(Path(name).suffix == "" for name in templates())


# As people write it


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_bytes_are_decoded_as_their_mark_says(encoding, tmp_path):
    xml = CHOICES.replace("Good", "Größe")
    file = tmp_path / "config.xml"
    file.write_bytes(xml.encode(encoding))
    for source in (xml.encode(encoding), file):
        config = read(source)
        assert config.labels(config.controls["mood"]) == ("Größe", "Bad")


def test_bytes_without_a_mark_are_what_the_xml_declares():
    xml = '<?xml version="1.0" encoding="cp1252"?>' + CHOICES.replace("Good", "Größe")
    assert "Größe" in read(xml.encode("cp1252")).source
    with pytest.raises(ConfigError, match="line 3: the config is not UTF-8 text"):
        read(("<View>\n" + CHOICES.replace("Good", "Größe") + "</View>").encode("cp1252"))


def test_a_config_of_another_type_is_told():
    with pytest.raises(ConfigError, match="a config of type int is given"):
        read(5)


def test_a_style_beside_the_root_is_taken_as_if_it_stood_inside():
    before, after = "<Style>.a { color: red }</Style>\n", "\n<!-- ours -->\n<Style>.b {}</Style>\n"
    config = read(before + CHOICES + after)
    assert [e.tag for e in config.root.children] == ["Style", "Text", "Choices", "Style"]
    assert [e.body for e in config.root.walk() if e.body] == [".a { color: red }", ".b {}"]
    ids = [e.id for e in config.root.walk()]
    assert len(ids) == len(set(ids))
    assert [str(p) for p in config.problems] == [
        f"line {line}, <Style>: it stands beside <View> and is taken as if it stood inside"
        for line in (1, 5)
    ]
    assert read(config.to_xml()).problems == ()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("\n<View/>", "line 3, <View>: <View> stands beside <View> on line 1; a config has one"),
        ("\nhello", "line 3: text stands after </View>; a config has one root"),
        ("<Style>", "line 2: the XML is not well-formed"),
    ],
)
def test_anything_else_beside_the_root_is_refused(more, told):
    assert problems(CHOICES + more)[0].startswith(told)


def conditioned(condition):
    xml = CHOICES.replace(
        "</View>",
        '<Labels name="what" toName="text"><Label value="X"/></Labels>\n' + condition + "</View>",
    )
    config = read(xml)
    last = [*config.root.walk()][-1]
    return last.attributes, [str(problem) for problem in config.problems]


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        (
            '<View whenChoiceValue="Bad,Good"/>',
            {
                "visibleWhen": "choice-selected",
                "whenChoiceValue": "Bad,Good",
                "whenTagName": "mood",
            },
        ),
        (
            '<View whenTagName="mood" whenChoiceValue="Bad,Good"/>',
            {
                "visibleWhen": "choice-selected",
                "whenChoiceValue": "Bad,Good",
                "whenTagName": "mood",
            },
        ),
        ('<View whenTagName="mood"/>', {"visibleWhen": "choice-selected", "whenTagName": "mood"}),
        ('<View whenTagName="what"/>', {"visibleWhen": "region-selected", "whenTagName": "what"}),
        ('<View whenLabelValue="X"/>', {"visibleWhen": "region-selected", "whenLabelValue": "X"}),
        (
            '<View visibleWhen="region-selected" whenLabelName="X"/>',
            {"visibleWhen": "region-selected", "whenLabelValue": "X"},
        ),
        (
            '<View visibleWhen="choice-selected" whenTagName="mood" whenTagValue="Bad"/>',
            {"visibleWhen": "choice-selected", "whenTagName": "mood", "whenChoiceValue": "Bad"},
        ),
        (
            '<View whenTagName="what" whenTagValue="X"/>',
            {"visibleWhen": "region-selected", "whenTagName": "what", "whenLabelValue": "X"},
        ),
        (
            '<Header visibleWhen="choice-selected" whenTagName="mood"/>',
            {"visibleWhen": "choice-selected", "whenTagName": "mood"},
        ),
        (
            '<View visibleWhen="region-selected" whenTagName="mood" whenChoiceValue="Bad"/>',
            {"visibleWhen": "choice-selected", "whenTagName": "mood", "whenChoiceValue": "Bad"},
        ),
    ],
)
def test_a_condition_whose_meaning_is_plain_is_followed_and_its_right_spelling_told(
    condition, meant
):
    attributes, told = conditioned(condition)
    assert attributes == meant
    assert all(sentence.startswith("line 3, <") for sentence in told)
    spelled = " ".join(told)
    written = [name for name in meant if f"{name}=" in condition]
    assert all(f'{name}="{text}"' in spelled for name, text in meant.items() if name not in written)
    assert told


def test_the_browser_is_told_the_completed_condition():
    xml = CHOICES.replace("</View>", '<View whenTagName="mood" whenChoiceValue="Bad"/></View>')
    told = spec(read(xml))["root"]["children"][-1]["attributes"]
    assert told["visibleWhen"] == "choice-selected"


@pytest.mark.parametrize(
    "condition",
    [
        '<View visibleWhen="choice-selected" whenTagName="mood" whenChoiceValue="Bad"/>',
        '<View visibleWhen="no-region-selected"/>',
        '<TextArea name="a" toName="text" perRegion="true" whenLabelValue="X"/>',
        '<Taxonomy name="a" toName="text" visibleWhen="choice-selected" whenTagName="mood"/>',
        '<View whenChoiceValue="Bad"/>',
    ],
)
def test_a_condition_as_label_studio_has_it_stays_as_it_is(condition):
    attributes, told = conditioned(condition)
    assert told == []
    assert condition.count("=") == len(attributes)


@pytest.mark.parametrize("name", ["nobody", "text"])
def test_what_could_never_be_hides_nothing(name):
    attributes, told = conditioned(f'<Header whenTagName="{name}" whenTagValue="true"/>')
    assert "visibleWhen" not in attributes
    assert told


def test_an_answer_that_two_questions_have_keeps_label_studios_own_rule():
    attributes, _ = conditioned(
        '<Choices name="again" toName="text"><Choice value="Bad"/></Choices>'
        '<View whenChoiceValue="Bad"/>'
    )
    assert attributes == {"whenChoiceValue": "Bad"}


def test_choices_inside_a_choice_that_are_not_shown_are_told():
    xml = CHOICES.replace(
        '<Choice value="Good"/>', '<Choice value="Good">\n<Choice value="x"/></Choice>'
    )
    (told,) = read(xml).problems
    assert str(told) == (
        "line 3, <Choices allowNested>: choices inside a <Choice> are not shown; "
        'allowNested="true" would show them'
    )
    assert read(xml.replace("<Choices", '<Choices allowNested="true"')).problems == ()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            '<View visibleWhen="choice-selected" whenTagName="text"/>',
            '"text" is a <Text>; choice-selected asks a <Choices> or a <Taxonomy>',
        ),
        (
            '<View visibleWhen="choice-unselected" whenChoiceValue="Bad"/>',
            'it is read beside whenTagName only, whenTagName="mood"; any choice will do',
        ),
        (
            '<Labels name="l" toName="text"><Label value="Person" alias="PER"/></Labels>'
            '<View visibleWhen="region-selected" whenLabelValue="PER, Person"/>',
            '"Person" is exported as "PER": Label Studio looks for that alone',
        ),
    ],
)
def test_a_condition_that_cannot_mean_what_it_says_is_told(condition, words):
    attributes, [told] = conditioned(condition)
    assert words in told
    assert condition.rpartition("<")[2].count("=") == len(attributes)


def test_an_unknown_condition_is_told():
    _, [told] = conditioned('<View visibleWhen="choice-select"/>')
    assert 'always shown; did you mean "choice-selected"?' in told


# What strangers send


def test_near_names_are_looked_for_among_some_only(monkeypatch):
    import difflib

    asked = []
    real = difflib.get_close_matches
    monkeypatch.setattr(
        difflib, "get_close_matches", lambda *given, **more: asked.append(1) or real(*given, **more)
    )

    def wrong(count):
        objects = "".join(f'<Text name="object {n}" value="$t"/>' for n in range(count))
        return f"<View>{objects}" + "".join(
            f'<Rating name="r{n}" toName="objekt {n}"/>' for n in range(count)
        )

    assert 'did you mean "object 3"?' in problems(wrong(20) + "</View>")[3]
    asked.clear()
    assert len(problems(wrong(1500) + "</View>")) == 1500
    assert asked == []
    unknown = "".join(f"<Tag{n}/>" for n in range(3000))
    assert len(warnings(f"<View>{unknown}</View>")) == 3000
    assert len(asked) <= 200


def test_a_name_of_many_indices_is_looked_up_at_once():
    name = "{{i}}1" * 25 + "{{i}}{{j}}x"
    config = read(
        f'<View><Text name="{name}" value="$t"/><Text name="a_{{{{i}}}}" value="$t"/></View>'
    )
    assert config.find("1" * 5000) is None
    assert config.find("1" * 60 + "x").name == name
    assert config.find("a_12").name == "a_{{i}}"
    assert config.find("a_b") is None


class TestHotkeys:
    def sentences(self, *keys, around="<View>"):
        choices = "".join(f'<Choice value="c{i}" hotkey="{key}"/>' for i, key in enumerate(keys))
        xml = f"""<View><Text name="t" value="$t"/>{around}
            <Choices name="c" toName="t">{choices}</Choices></View></View>"""
        return [problem.message for problem in parse(xml, TAGS).problems]

    def test_one_that_two_have_is_told_whatever_its_case(self):
        [told] = self.sentences("e", "E")
        assert 'the key "E" is that of "c0"' in told
        [told] = self.sentences("shift+Ctrl+a", "ctrl + shift + A")
        assert 'is that of "c0"' in told
        assert self.sentences("e", "shift+e", "ctrl+e") == []

    def test_what_is_no_one_key_is_told(self):
        [told] = self.sentences("enter+a")
        assert told == '"enter+a" is not one key that can be pressed; it is given another one'
        assert len(self.sentences("ctrl+shift")) == 1

    def test_those_that_take_turns_may_have_the_same(self):
        hidden = '<Choices name="d" toName="t"><Choice value="x" hotkey="e"/></Choices><View '
        assert len(self.sentences("e", around=hidden + ">")) == 1
        assert self.sentences("e", around=hidden + 'visibleWhen="region-selected">') == []
