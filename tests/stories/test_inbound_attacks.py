"""The door for messages of platforms under attack: each attempt is answered by a code that the guide names, and changes nothing."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from werkzeug.test import TestResponse

from repairflow import times
from repairflow.gateway import signing
from tests.stories.test_inbound_messages import Platform, counted, repair
from tests.stories.town_life import TownLife

TYPE = "application/cloudevents+json"
DEEP = 3_000


class Door:
    """One platform's way in, with everything about a request to choose."""

    def __init__(self, life: TownLife) -> None:
        self.platform = Platform(life)
        self.sound = self.platform.message("application", repair(life, record={"number": life.record()}), serial="AT-1")
        self.body = json.dumps(self.sound, ensure_ascii=False).encode()
        self.web = life.app.test_client()
        self._numbers = itertools.count(10)

    def sends(self, body: bytes, headers: Mapping[str, str] | None = None, **how: Any) -> TestResponse:
        """Send bytes, signed soundly over themselves unless the headers say otherwise."""
        key, at = str(how.pop("key", "AT-1")), how.pop("at", None) or times.now()
        if how.pop("anew", False):  # what is kept needs a serial and a place of its own
            key = f"AT-{next(self._numbers)}"
            body = body.replace(b'"AT-1"', f'"{key}"'.encode(), 1).replace(
                b"0" * 18, f"{int(key[3:]):018d}".encode(), 1
            )
        over = how.pop("over", body)
        given = {**signing.signed(self.platform.secret, key, at, over), **(headers or {})}
        path = how.pop("path", "/inbound/province/messages")
        return self.web.open(
            path, method=how.pop("method", "POST"), data=body, headers=given, content_type=how.pop("type", TYPE)
        )

    def whole(self, **changes: Any) -> bytes:
        return json.dumps({**self.sound, **changes}, ensure_ascii=False).encode()

    def raw(self, old: str, new: str) -> bytes:
        """The sound message with some of its text replaced, as no JSON library writes it."""
        text = self.body.decode()
        assert old in text
        return text.replace(old, new, 1).encode()

    def data(self, **changes: Any) -> bytes:
        return self.whole(data={**self.sound["data"], **changes})

    def inputs(self, text: str) -> bytes:
        """With one more input, whose value is this text as it is."""
        return self.raw('"inputs": {', f'"inputs": {{"x": {text}, ')


Attack = Callable[[Door], TestResponse]
SIG = "webhook-signature"
ATTACKS: Mapping[str, tuple[int, Attack]] = {
    "lists without end": (400, lambda d: d.sends(d.inputs("[" * 100_000 + "]" * 100_000))),
    "objects without end": (400, lambda d: d.sends(d.inputs('{"a":' * DEEP + "1" + "}" * DEEP))),
    "a name twice": (400, lambda d: d.sends(d.raw('"id":', '"id": "AT-9", "id":'))),
    "a name twice, deep inside": (400, lambda d: d.sends(d.inputs('{"a": 1, "a": 2}'))),
    "a name twice, once written with an escape": (400, lambda d: d.sends(d.raw('"id":', '"\\u0069d": "AT-9", "id":'))),
    "NaN": (400, lambda d: d.sends(d.inputs("NaN"))),
    "Infinity": (400, lambda d: d.sends(d.inputs("-Infinity"))),
    "a float beyond any": (400, lambda d: d.sends(d.inputs("1e400"))),
    "an integer of 5,000 digits": (400, lambda d: d.sends(d.inputs("9" * 5_000))),
    "an integer of 65 bits": (400, lambda d: d.sends(d.inputs(str(1 << 64)))),
    "half a surrogate pair": (400, lambda d: d.sends(d.inputs('"\\ud800"'))),
    "NUL in a name": (400, lambda d: d.sends(d.inputs('{"\\u0000": 1}'))),
    "serial in full width": (400, lambda d: d.sends(d.whole(id="ＡＴ-1"))),
    "serial of combining marks": (400, lambda d: d.sends(d.whole(id="AT-1\u0301"))),
    "serial with a line end": (400, lambda d: d.sends(d.whole(id="AT-1\n"))),
    "serial in other case than signed": (400, lambda d: d.sends(d.whole(id="at-1"))),
    "a path as serial": (400, lambda d: d.sends(d.whole(id="../AT-1"), key="../AT-1")),
    "serial as a number": (400, lambda d: d.sends(d.whole(id=1), key="1")),
    "type as a list": (400, lambda d: d.sends(d.whole(type=[d.sound["type"]]))),
    "digits of another script": (400, lambda d: d.sends(d.whole(sequence="١٢٣"))),
    "a sequence below nought": (400, lambda d: d.sends(d.whole(sequence="-1"))),
    "a partition of blanks": (400, lambda d: d.sends(d.whole(partitionkey=" "))),
    "another version of the envelope": (400, lambda d: d.sends(d.whole(specversion="1.0\n"))),
    "gzip": (401, lambda d: d.sends(gzip.compress(b"0" * (1 << 20)), {"content-encoding": "gzip"}, over=b"x")),
    "packed, and signed as text": (415, lambda d: d.sends(d.body, {"content-encoding": "gzip"})),
    "a form": (415, lambda d: d.sends(d.body, type="application/x-www-form-urlencoded")),
    "parts": (415, lambda d: d.sends(d.body, type="multipart/form-data; boundary=x")),
    "no type": (415, lambda d: d.sends(d.body, type="")),
    "another coding in the type": (415, lambda d: d.sends(d.body, type=f"{TYPE}; charset=utf-16")),
    "signed over another body": (401, lambda d: d.sends(d.body, over=d.whole(id="AT-2"))),
    "signed over a query of ours": (401, lambda d: d.sends(d.body, over=b"?")),
    "a signature of the asking": (401, lambda d: d.sends(d.body, over=b"/inbound/province/messages/AT-1")),
    "no signature among thousands": (401, lambda d: d.sends(d.body, {SIG: " ".join(["v1,AAAA"] * 2_000)})),
    "signatures joined by commas": (401, lambda d: d.sends(d.body, {SIG: f"v1,AAAA,{_sound(d)}"})),
    "only the other form": (401, lambda d: d.sends(d.body, {SIG: _sound(d).replace("v1,", "v1a,")})),
    "the form in capitals": (401, lambda d: d.sends(d.body, {SIG: _sound(d).replace("v1,", "V1,")})),
    "a clock five minutes behind": (401, lambda d: d.sends(d.body, at=times.now() - timedelta(seconds=301))),
    "a clock five minutes ahead": (401, lambda d: d.sends(d.body, at=times.now() + timedelta(seconds=301))),
    "a time stamp with a fraction": (401, lambda d: d.sends(d.body, {"webhook-timestamp": f"{times.now().timestamp()}"})),
    "a time stamp of 400 digits": (401, lambda d: d.sends(d.body, {"webhook-timestamp": "9" * 400})),
    "a time stamp of 5,000 digits": (401, lambda d: d.sends(d.body, {"webhook-timestamp": "9" * 5_000})),
    "a time stamp as nobody writes it": (401, lambda d: d.sends(d.body, {"webhook-timestamp": _underscored()})),
    "a time stamp before all days": (401, lambda d: d.sends(d.body, {"webhook-timestamp": "-99999999999999"})),
    "another code in capitals": (401, lambda d: d.sends(d.body, path="/inbound/PROVINCE/messages")),
    "a code with NUL": (401, lambda d: d.sends(d.body, path="/inbound/province%00/messages")),
    "a code of another script": (401, lambda d: d.sends(d.body, path="/inbound/%F0%9F%92%A9/messages")),
    "another method": (405, lambda d: d.sends(d.body, method="PUT")),
    "a method within a header": (200, lambda d: d.sends(d.body, {"x-http-method-override": "DELETE"})),
    "asked after with a signature of the sending": (
        401, lambda d: d.sends(b"", over=d.body, method="GET", path="/inbound/province/messages/AT-1"),
    ),
    "asked after a path": (404, lambda d: d.sends(b"", method="GET", path="/inbound/province/messages/..%2f..%2fadmin")),
    "13 MiB": (413, lambda d: d.sends(b" " * (13 << 20))),
    "a hundred thousand inputs": (
        422, lambda d: d.sends(d.raw('"inputs": {', '"inputs": {' + ",".join(f'"k{n}": 1' for n in range(100_000)) + ","), anew=True),
    ),
    "names of a language": (422, lambda d: d.sends(d.inputs('{"__class__": "{{7*7}}", "$ne": null}'), anew=True)),
    "a procedure with a path": (422, lambda d: d.sends(d.data(procedure="../repair-2026-04"), anew=True)),
    "a code in full width": (422, lambda d: d.sends(d.data(subject="９１２３０５００ＭＡ１Ｂ３Ｎ１Ｎ２Ｍ"), anew=True)),
    "a file with a path as name": (
        422, lambda d: d.sends(d.data(materials=[{"kind": "performance_proof", "name": "../../x.png", "content": "!!!!"}]), anew=True),
    ),
}  # fmt: skip
KEPT = (200, 422)
"""Messages that are kept: what was taken, or refused with its reasons."""


def _sound(door: Door) -> str:
    return signing.signed(door.platform.secret, "AT-1", times.now(), door.body)[SIG]


def _underscored() -> str:
    text = str(int(times.now().timestamp()))
    return f"{text[0]}_{text[1:]}"


def test_no_attack_gets_through_the_door(life: TownLife) -> None:
    door, odd = Door(life), dict[str, tuple[int, str]]()
    for name, (expected, attack) in ATTACKS.items():
        life.clock.travel(timedelta(minutes=1))  # as patient as whoever stays below the limits
        before = counted(life)
        answer = attack(door)
        said = answer.get_data(as_text=True)
        changed = counted(life) != before
        if answer.status_code != expected or (changed and expected not in KEPT):
            odd[name] = (answer.status_code, said[:300])
        elif expected not in KEPT:
            assert {"code", "detail"} <= set(answer.get_json()), name
    assert odd == {}
    life.sound()
