"""A stand-in for a Label Studio ML backend, as its protocol is written down."""

import base64

LOGIN = "Basic " + base64.b64encode(b"ana:s3cret").decode()


class Backend:
    """Says the first word of a text, or what a test says; asks for a login where one is given."""

    def __init__(self, *, login=None, knows_versions=False):
        self.login = login
        self.knows_versions = knows_versions
        self.version = "v1"
        self.events = []
        self.predicted = self.one

    def one(self, task, context):
        if context:
            return {"result": [{**context["result"][0], "origin": "answer"}], "score": 0.5}
        result = {
            "from_name": "mood",
            "to_name": "t",
            "type": "choices",
            "value": {"choices": [task["data"]["text"].split()[0]]},
        }
        return {"result": [result], "score": 0.75, "model_version": self.version}

    def __call__(self, asked):
        if self.login and asked.headers.get("Authorization") != self.login:
            return 401, {"detail": "who are you?"}, {"WWW-Authenticate": "Basic"}
        body = asked.body
        match (asked.method, asked.path):
            case ("GET", "/health"):
                return {"status": "UP", "model_class": "Stand-in"}
            case ("POST", "/setup"):
                assert {"project", "schema", "hostname", "access_token", "extra_params"} <= set(
                    body
                )
                number, _, stamp = body["project"].partition(".")
                assert number.isdigit()
                assert stamp.isdigit()
                return {"model_version": self.version}
            case ("POST", "/predict"):
                assert {"tasks", "project", "label_config", "params"} <= set(body)
                assert {"login", "password", "context"} <= set(body["params"])
                for task in body["tasks"]:
                    assert {"id", "data", "annotations", "predictions", "project"} <= set(task)
                context = body["params"]["context"]
                return {"results": [self.predicted(task, context) for task in body["tasks"]]}
            case ("POST", "/webhook"):
                self.events.append(body)
                if body["action"] == "START_TRAINING":
                    self.version = f"v{int(self.version[1:]) + 1}"
                return 201, {"result": {}, "status": "ok"}, {}
            case ("GET", "/versions") if self.knows_versions:
                return {"versions": ["v1", self.version]}
        return 404, b"<html>not found</html>", {}
