"""What services and files answer, within root= and protocols=."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from nblabel import media
from nblabel.base.errors import MediaError
from nblabel.media import services


class _Tree(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    who: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.who.append(self.headers["Authorization"])
        moved = "moved" in self.path
        self.send_response(404 if "missing" in self.path else 302 if moved else 200)
        if moved:
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/tree")
        self.end_headers()
        self.wfile.write(b"no json" if "broken" in self.path else b'[{"value": "A"}]')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tree)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(where: str, *path: str, **options: object) -> object:
    return services.ask(where, path, read=media.read, **options)  # type: ignore[arg-type]


def test_a_service_is_asked_only_where_protocols_allow_it(address):
    with pytest.raises(MediaError, match=r'protocols=\["http"\] would allow it'):
        ask(f"{address}/tree")
    assert ask(f"{address}/tree", protocols=["http"]) == [{"value": "A"}]


def test_each_step_of_a_path_is_one_of_the_query(address):
    ask(f"{address}/tree?lang=en", "A b", "C&D", protocols=["http"])
    assert _Tree.asked[-1] == "/tree?lang=en&path=A%20b&path=C%26D"


def test_who_asks_may_stand_in_the_address_and_is_told_to_nobody_else(address):
    named = address.replace("://", "://ana:top%20secret@")
    assert ask(f"{named}/tree", protocols=["http"]) == [{"value": "A"}]
    assert _Tree.who[-1] == "Basic YW5hOnRvcCBzZWNyZXQ="
    assert ask(f"{named}/moved", protocols=["http"]) == [{"value": "A"}]
    assert _Tree.asked[-1] == "/tree"
    assert _Tree.who[-1] is None
    with pytest.raises(MediaError, match="Not Found") as told:
        ask(f"{named}/missing", protocols=["http"])
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("place", "told"),
    [("/missing", "cannot be read: Not Found"), ("/broken", "answers with no JSON")],
)
def test_what_cannot_be_read_is_one_sentence(address, place, told):
    with pytest.raises(MediaError, match=told):
        ask(address + place, protocols=["http"])


def test_a_file_lies_within_the_root_and_has_all_there_is(tmp_path: Path):
    (tmp_path / "tree.json").write_text('{"items": ["A"]}')
    assert ask("tree.json", root=tmp_path) == {"items": ["A"]}
    assert ask("tree.json", "A", root=tmp_path) == []
    with pytest.raises(MediaError, match="outside root="):
        ask(str(tmp_path / "tree.json"), root=tmp_path / "elsewhere")


def test_a_prefix_stands_for_another_address(address):
    given = {"https://all/": f"{address}/"}
    assert ask("https://all/tree", protocols=["http"], prefixes=given) == [{"value": "A"}]
