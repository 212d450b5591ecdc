"""Chat: an OpenAI-compatible endpoint, asked what the config asks."""

import json

import pytest

import nblabel as nl
from nblabel import DataError
from nblabel.models import Chat
from nblabel.models import chat as chats
from tests.models.serving import serving
from tests.models.tasks import config, results, task

CONFIG = config(
    '<Header value="Reviews of trains"/><Text name="t" value="$text"/>',
    '<Choices name="mood" toName="t"><Choice value="Good" hint="they liked it"/>'
    '<Choice value="Bad"/></Choices>',
    '<Choices name="topics" toName="t" choice="multiple"><Choice value="Food"/>'
    '<Choice value="Staff"/></Choices>',
    '<Labels name="who" toName="t"><Label value="Person" alias="PER"/><Label value="Place"/>'
    "</Labels>",
    '<Rating name="stars" toName="t" maxRating="5"/>',
    '<Number name="age" toName="t" min="0" max="99"/>',
    '<TextArea name="why" toName="t"/>',
    '<Taxonomy name="kind" toName="t"><Choice value="Train"><Choice value="Fast"/></Choice>'
    "</Taxonomy>",
)
MOOD = config(
    '<Text name="t" value="$text"/><Choices name="mood" toName="t"><Choice value="Good"/>'
    '<Choice value="Bad"/></Choices>'
)
WHO = config(
    '<Text name="t" value="$text"/><Labels name="who" toName="t">'
    '<Label value="Person" alias="PER"/><Label value="Place"/></Labels>'
)
KEY = "sk-secret-123456"


def reply(*answers, text=None, **more):
    """What an endpoint sends: the answers of the tasks in turn, or any text."""
    numbered = [{"task": number, **one} for number, one in enumerate(answers, start=1)]
    content = json.dumps({"answers": numbered}) if text is None else text
    message = {"role": "assistant", "content": content}
    return {
        "choices": [{"message": message, "finish_reason": "stop", **more}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010},
    }


def asked_texts(asked):
    """The tasks of a question."""
    return [one["t"] for one in json.loads(asked.body["messages"][-1]["content"])["tasks"]]


def ready(url, of=MOOD, **settings):
    model = Chat(url, "tiny", **settings)
    model._pause = 0.001
    model.setup(of)
    return model


@pytest.fixture
def waits(monkeypatch):
    """The pauses that were made; nobody waits for them."""
    made = []
    monkeypatch.setattr(chats.time, "sleep", made.append)
    return made


def test_the_question_is_built_from_the_config():
    with serving(lambda _: reply({"mood": "Good"})) as server:
        ready(server.url + "/v1/", CONFIG).predict([task(text="fine")])
    [asked] = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert "Authorization" not in asked.headers
    assert asked.body["model"] == "tiny"
    assert asked.body["temperature"] == 0
    assert asked.body["response_format"] == {"type": "json_object"}
    question = asked.body["messages"][0]["content"]
    for told in (
        "Reviews of trains",
        '"mood", about "t": one of these',
        '- "Good" (they liked it)',
        '"topics", about "t": a list of any of these',
        '- "PER": Person',
        '"quote"',
        "1 to 5",
        "(min 0, max 99)",
        '    - "Fast"',
    ):
        assert told in question
    assert asked_texts(asked) == ["fine"]


def test_every_kind_of_answer_is_read():
    text = "Ada took the fast train to Köln."
    said = {
        "mood": "good",
        "topics": ["Food", "Staff"],
        "who": [{"quote": "Ada", "label": "PER"}, {"quote": "Köln", "label": "Place"}],
        "stars": 4.0,
        "age": 30,
        "why": "It was fast.",
        "kind": [["Train", "Fast"]],
    }
    with serving(lambda _: reply(said)) as server:
        model = ready(server.url, CONFIG)
        [answer] = model.predict([task(text=text)])
    values = [one["value"] for one in results(CONFIG, answer, {"text": text})]
    assert values == [
        {"choices": ["Good"]},
        {"choices": ["Food", "Staff"]},
        {"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]},
        {"start": 27, "end": 31, "text": "Köln", "labels": ["Place"]},
        {"rating": 4},
        {"number": 30},
        {"text": ["It was fast."]},
        {"taxonomy": [["Train", "Fast"]]},
    ]
    assert answer["model_version"] == model.version
    assert len(model.report()) == 0


def test_tasks_are_asked_in_batches():
    with serving(lambda asked: reply(*[{"mood": "Bad"}] * len(asked_texts(asked)))) as server:
        said = ready(server.url, batch=2).predict([task(text=f"{n}") for n in range(5)])
    assert [len(asked_texts(one)) for one in server.asked] == [2, 2, 1]
    assert all(one["result"][0]["value"] == {"choices": ["Bad"]} for one in said)


@pytest.mark.parametrize(
    "text",
    [
        'Here you are:\n```json\n{"answers": [{"task": 1, "mood": "Bad"}]}\n```',
        '[{"task": "1", "mood": "Bad"}]',
        '{"mood": "Bad"}',
        '{"answers": [{"mood": "Bad"}]}',
    ],
)
def test_json_is_read_whatever_stands_around_it(text):
    with serving(lambda _: reply(text=text)) as server:
        [answer] = ready(server.url).predict([task(text="a")])
    assert answer["result"][0]["value"] == {"choices": ["Bad"]}


def test_quotes_are_found_where_they_are_meant():
    text = "Bob and Ada.\nAda saw New\n York."
    said = {
        "who": [
            {"quote": "Ada", "label": "Person"},
            {"quote": "Ada", "label": "Person"},
            {"quote": "New York", "label": "place"},
            {"quote": "Ada", "label": "Person", "occurrence": 2},
        ]
    }
    with serving(lambda _: reply(said)) as server:
        [answer] = ready(server.url, WHO).predict([task(text=text)])
    places = [(one["value"]["start"], one["value"]["end"]) for one in answer["result"]]
    assert places == [(8, 11), (13, 16), (21, 30)]


def test_what_does_not_fit_is_left_out_and_told():
    said = {
        "mood": "Splendid",
        "topics": ["Food", "Weather"],
        "who": [
            {"quote": "Eve", "label": "Person"},
            {"quote": "Ada", "label": "Robot"},
            {"quote": "Ada", "label": "Person"},
            {"quote": "Ada", "label": "Person"},
            "Ada",
        ],
        "stars": 9,
        "age": "old",
    }
    with serving(lambda _: reply(said)) as server:
        model = ready(server.url, CONFIG)
        [answer] = model.predict([{**task(text="Ada ate."), "id": 7}])
    assert len(answer["result"]) == 2
    report = model.report()
    assert list(report.columns) == ["task", "control", "given", "reason"]
    assert set(report["task"]) == {7}
    assert list(report["reason"]) == [
        '"Splendid" is no choice of "mood"',
        '"Weather" is no choice of "topics"',
        '"Eve" does not stand in the text',
        '"Robot" is no label of "who"',
        '"Ada" does not stand 2 times in the text',
        '"who" takes dicts with "quote" and "label"',
        'control "stars": value.rating is 9; 0 to 5 are accepted',
        'control "age": <Number> takes a number, not "old"',
    ]
    assert model.left_out.startswith('8 things that were said of 1 tasks did not fit: 1 of "age"')


def test_where_nothing_fits_the_task_says_why():
    with serving(lambda _: reply({"mood": "Splendid"}, {}, {"mood": "Bad"})) as server:
        wrong, silent, good = ready(server.url).predict([task(text=n) for n in "abc"])
    assert str(wrong) == 'tiny: "Splendid" is no choice of "mood"'
    assert silent is None
    assert good["result"]


def test_a_task_that_is_forgotten_is_told():
    with serving(lambda _: reply({"mood": "Bad"})) as server:
        good, forgotten = ready(server.url).predict([task(text="a"), task(text="b")])
    assert good["result"]
    assert str(forgotten) == "tiny said nothing of this task"


# -- examples

LABELED = [
    task("Good", MOOD, text="the soup was hot"),
    task("Bad", MOOD, text="the train was late"),
    task("Good", MOOD, text="a friendly conductor"),
    task(text="nobody said anything"),
]


def test_the_nearest_examples_are_shown():
    with serving(lambda _: reply({"mood": "Bad"})) as server:
        model = ready(server.url, examples=1).fit(LABELED)
        model.predict([task(text="my train was late again")])
    _, shown, said, _ = server.asked[0].body["messages"]
    assert json.loads(shown["content"]) == {"tasks": [{"task": 1, "t": "the train was late"}]}
    assert json.loads(said["content"]) == {"answers": [{"task": 1, "mood": "Bad"}]}
    assert (shown["role"], said["role"]) == ("user", "assistant")


def test_examples_of_spans_are_quotes_that_are_counted_where_they_must_be():
    labeled = task([(8, 11, "PER"), (12, 17, "Place")], WHO, text="Ada and Ada Paris")
    with serving(lambda _: reply({})) as server:
        ready(server.url, WHO).fit([labeled]).predict([task(text="Ada")])
    assert json.loads(server.asked[0].body["messages"][2]["content"])["answers"][0]["who"] == [
        {"quote": "Ada", "label": "PER", "occurrence": 2},
        {"quote": "Paris", "label": "Place"},
    ]


def test_the_version_follows_from_config_and_examples():
    one, other = ready("http://h/v1"), ready("http://elsewhere/v1")
    assert one.version == other.version
    assert one.version.startswith("tiny ")
    before = one.version
    assert one.fit(LABELED).version != before
    assert one.version == other.fit(LABELED).version
    assert ready("http://h/v1", WHO).version != before


# -- what goes wrong


def test_a_busy_endpoint_is_asked_again_after_growing_pauses(waits):
    replies = iter([(429, {}, {}), (503, b"down", {}), None, (429, {}, {"Retry-After": "7"})])
    with serving(lambda _: next(replies, reply({"mood": "Bad"}))) as server:
        model = ready(server.url)
        model._pause = 1
        [answer] = model.predict([task(text="a")])
    assert answer["result"]
    assert waits == [1, 2, 4, 7]
    assert model.usage["requests"] == 1


def test_an_endpoint_that_stays_busy_is_given_up_for_all_tasks(waits):
    with serving(lambda _: (429, {"error": {"message": "slow down"}}, {})) as server:
        said = ready(server.url, retries=2, batch=1).predict([task(text=n) for n in "abc"])
    assert len(server.asked) == 3
    where = f"{server.url}/chat/completions"
    assert {str(one) for one in said} == {f"{where} answered 429: slow down"}


def test_an_endpoint_that_wants_too_long_a_pause_is_not_waited_for(waits):
    with serving(lambda _: (429, {}, {"Retry-After": "86400"})) as server:
        [told] = ready(server.url).predict([task(text="a")])
    assert (waits, len(server.asked)) == ([], 1)
    assert "answered 429" in str(told)


def test_a_question_that_is_refused_is_not_repeated_and_stops_no_other():
    def answer(asked):
        is_long = asked_texts(asked) == ["long"]
        return (400, {"error": "too long"}, {}) if is_long else reply({"mood": "Bad"})

    with serving(answer) as server:
        told, good = ready(server.url, batch=1).predict([task(text="long"), task(text="b")])
    assert str(told).endswith("answered 400: too long")
    assert good["result"]
    assert len(server.asked) == 2


def test_a_server_that_is_not_there_is_told_in_a_sentence(waits):
    with serving(lambda _: {}) as server:
        pass
    [told] = ready(server.url, retries=1).predict([task(text="a")])
    assert str(told) == f"{server.url}/chat/completions cannot be reached: Connection refused"


def test_a_silent_server_is_given_up(waits):
    import threading

    gate = threading.Event()
    with serving(lambda _: gate.wait(5) and None) as server:
        [told] = ready(server.url, retries=0, timeout=0.05).predict([task(text="a")])
        gate.set()
    assert str(told).endswith("did not answer within 0.05 s")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (reply(text="I cannot do that."), "the answer has no JSON in it"),
        (reply(text=""), "tiny gave no answer"),
        (reply({"mood": "Bad"}, finish_reason="length"), "the answer of tiny was cut off"),
        ({"choices": []}, "tiny gave a reply without an answer"),
        ([1], "tiny gave a reply without an answer"),
        (b"<html>", "answered with no JSON"),
    ],
)
def test_an_answer_that_is_none_is_told(given, sentence, waits):
    with serving(lambda _: given) as server:
        [told] = ready(server.url, retries=1).predict([task(text="a")])
    assert sentence in str(told)


def test_what_may_be_sent_is_the_users_to_say():
    with serving(lambda _: reply({})) as server:
        settings = {"response_format": None, "max_tokens": 99}
        ready(server.url, settings=settings, instructions="Sarcasm is Bad.").predict(
            [task(text="a")]
        )
    body = server.asked[0].body
    assert "response_format" not in body
    assert body["max_tokens"] == 99
    assert "Sarcasm is Bad." in body["messages"][0]["content"]


# -- the key, and what it costs


def test_the_key_is_read_when_it_is_needed_and_shown_nowhere(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)
    with serving(lambda _: (401, {"error": {"message": f"no such key: {KEY}"}}, {})) as server:
        model = ready(server.url, key_env="SOME_KEY")
        [told] = model.predict([task(text="a")])
        assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert str(told).endswith("answered 401: no such key: (hidden)")
    shown = [repr(model), model.version, str(told), repr(vars(model)), model.left_out]
    assert not [one for one in shown if KEY in one]


def test_a_key_that_is_not_set_is_told(monkeypatch):
    monkeypatch.delenv("SOME_KEY", raising=False)
    [told] = ready("http://h.example/v1", key_env="SOME_KEY").predict([task(text="a")])
    sentence = "the environment variable SOME_KEY is to have the key of h.example, and is not set"
    assert str(told) == sentence


def test_a_redirect_takes_the_key_nowhere(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)
    with serving(lambda _: reply({})) as other:
        with serving(lambda _: (307, b"", {"Location": other.url})) as server:
            [told] = ready(server.url, key_env="SOME_KEY").predict([task(text="a")])
        assert other.asked == []
    assert "answered 307" in str(told)


def test_tokens_and_costs_are_counted():
    with serving(lambda _: reply({"mood": "Bad"})) as server:
        model = ready(server.url, batch=1, price=(2.0, 10.0))
        model.predict([task(text="a"), task(text="b")])
    assert model.usage == {
        "requests": 2,
        "prompt_tokens": 2000,
        "completion_tokens": 20,
        "cost": pytest.approx(0.0042),
    }


# -- in a project


def test_a_project_is_suggested_to():
    with serving(lambda _: reply({"mood": "Bad"})) as server:
        rows = [{"text": "late again"}]
        model = Chat(server.url, "tiny")
        project = nl.Project(rows, MOOD.source, store=":memory:", predict=model)
        told = []
        project.on_change(lambda topic, what: told.append((topic, what)))
        project.view(0)
        assert project._predictor.wait(10)
    assert told == [("suggestion", project.key(0))]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("file:///etc/passwd", "begins with http:// or https://"),
        ("localhost:8000", "begins with http:// or https://"),
        ("http://me:secret@h/v1", "without a user or a password in it"),
    ],
)
def test_only_addresses_of_the_web_are_taken(url, sentence):
    with pytest.raises(DataError, match=sentence) as told:
        Chat(url, "tiny")
    assert "secret" not in str(told.value)


def test_what_it_cannot_answer_is_told_when_it_is_taken():
    boxes = config(
        '<Image name="i" value="$i"/><Choices name="c" toName="i"><Choice value="A"/></Choices>'
    )
    with pytest.raises(DataError, match="the config has no such control"):
        ready("http://h", boxes)
    with pytest.raises(DataError, match='"c" is about <Image>'):
        ready("http://h", boxes, control="c")
    with pytest.raises(DataError, match="Chat was told no config yet"):
        Chat("http://h", "tiny").predict([])
