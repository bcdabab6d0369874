"""`repairflow client` against a site that answers: what it sends and what it prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from repairflow import cli

CASE = {"number": "XF-1", "version": 3, "state_label": "待决定", "outcome": "granted", "pushes": []}


class Recorder(BaseHTTPRequestHandler):
    """Answers like the API and keeps what it was sent."""

    sent: list[tuple[str, str, str | None, object]] = []  # noqa: RUF012  one site a test, emptied by the fixture

    def answer(self, status: int, told: object) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.sent.append(("GET", self.path, self.headers["Authorization"], None))
        lists = self.path.rsplit("/", 1)[-1] in {"deadlines", "letters"}
        self.answer(200, {"items": []} if lists else CASE)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.sent.append(("POST", self.path, self.headers["Idempotency-Key"], body))
        if self.path.endswith("/refused"):
            refusal = {"code": "four_eyes", "text": "须由另一人办理"}
            self.answer(422, {"title": "现在不能办理", "detail": "", "refusals": [refusal]})
        else:
            self.answer(200, {"case": "XF-1", "letter": "溪〔2026〕1号"})

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Recorder.sent.clear()
    monkeypatch.chdir(tmp_path)
    Path("zhou.token").write_text("secret\n", encoding="utf-8")
    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["client", "--as", "zhou", *words])
    return ended.value.code


def test_an_act_names_the_version_it_saw_and_nests_inputs(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "act",
        "XF-1",
        "decide",
        "--reason",
        "同意。",
        "--input",
        "conditions.performed.met=true",
        "--input",
        "day=2026-02-20",
    )
    assert not run("--site", site, *words)
    assert capsys.readouterr().out == "XF-1 待决定，已制发 溪〔2026〕1号\n"
    (_, path, key, body) = next(call for call in Recorder.sent if call[0] == "POST")
    assert path == "/api/v1/cases/XF-1/actions/decide"
    assert key
    assert body == {
        "expected_version": 3,
        "reason": "同意。",
        "inputs": {"conditions": {"performed": {"met": True}}, "day": "2026-02-20"},
        "materials": [],
    }
    assert all(token == "Bearer secret" for method, _, token, _ in Recorder.sent if method == "GET")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("act", "XF-1", "refused"), "现在不能办理\n  须由另一人办理"),
        (("act", "XF-1", "decide", "--input", "day"), "“day”应写成 项=值。"),
        (("act", "XF-1", "decide", "--material", "proof=no.png"), "文件须存在"),
        (("file", "repair", "SX-1", "--input", "a=1", "--input", "a.b=2"), "矛盾"),
    ],
    ids=["refused by the site", "no value", "no file", "contradiction"],
)
def test_what_goes_wrong_is_told(
    site: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--site", site, *words) == 2
    assert said in capsys.readouterr().err


def test_a_site_that_is_not_there_and_a_token_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("case", "XF-1") == 2
    assert "repairflow user token zhou" in capsys.readouterr().err
    Path("zhou.token").write_text("secret", encoding="utf-8")
    assert run("--site", "http://127.0.0.1:9", "case", "XF-1") == 2
    assert "连不上" in capsys.readouterr().err
