"""Marks, numbers and lengths no page sends, from somebody who may: a clear refusal on both databases, never a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from html import unescape
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from repairflow import times
from repairflow.web.staff import queue_view
from tests.conftest import Clock
from tests.house.sources import modules
from tests.support import addresses, databases
from tests.support.calling import Caller
from tests.support.every_kind import Whole, grow
from tests.support.pages import FILES as PRINTED

BAD = {
    "NUL": "a%00b",
    "NUL in an address within the address": "procedure%3Da%2500b%26handler%3D%2500",
    "beyond 64 bits": str(2**63),
    "negative": "-1",
    "thirty digits": "9" * 30,
    "half a character": "%ED%A0%80",
    "digits of another script": quote("１２３"),
    "endless": "x" * 3000,
    "line break": "a%0d%0ab",
    "power": quote("²"),
    "nothing": "",
    "largest": str(2**63 - 1),
}
OF_A_DATABASE = frozenset({
    "NUL", "NUL in an address within the address", "beyond 64 bits", "thirty digits", "half a character", "endless", "largest",
})  # fmt: skip
"""At which a driver or the type of a column can fail; what the program makes of the others is the same on both databases."""
TRAIL = ("q", "person", "office", "action", "since", "until", "basis")
ASKED = {
    "desk.queue": (*queue_view.ASKED, "col", "after"), "desk.queue_changes": ("mark", *queue_view.ASKED),
    "desk.case": ("looked", "paper", "page", "zoom"), "desk.similar_cases": ("ground",),
    "desk.messages": ("state", "before"), "desk.message_file": ("page", "zoom"),
    "desk.redress": ("after",), "oversight.sync": ("after",), "desk.followed": ("office",), "api.read_feed": ("after", "limit"),
    "api.read_feed_atom": ("after", "limit"),
    "desk.meetings_page": ("view", "day", "office"), "desk.means": ("after",), "desk.not_repairable": ("after",),
    "public.corrections": ("after",), "public.withdrawals": ("after",), "desk.acts": ("q", "after", "state"), "desk.subjects": ("q",),
    "desk.list_kind": ("q", "after", "show", "files"), "desk.list_entries": ("q", "show", "after"), "desk.headings": ("run",),
    "public.credit": ("q",), "public.embedded_credit": ("q",), "public.examples": ("kind", "after"), "desk.examples": ("after",),
    "portal.acts": ("subject", "after"), "portal.standing_qr": ("subject",), "portal.standing_qr_file": ("subject",),
    "public.statistics": ("month",), "public.data_json": ("after",), "public.data_csv": ("after",),
    "public.acts": ("q", "after", "kind"), "public.list_kind": ("q", "after"), "public.commitments": ("q", "after"),
    "portal.means": ("code", "certificate"), "portal.learning": ("subject",),
    "desk.cases": ("q", "after", "procedure", "state"),
    "desk.new_about": ("q",), "desk.new_form": ("basis",),
    "desk.performance": ("q", "page"), "desk.batch": ("page",), "desk.choose": ("case", "procedure", "state", "own"),
    "papers.batch_results": ("token",), "inbox.inbox": ("before", "all"), "portal.cases": ("show", "subject", "after"),
    "portal.home": ("subject",), "portal.credit_file": ("subject", "q", "show", "page"), "portal.inbox": ("before",),
    "portal.ask": ("subject",),
    "audit.home": ("q", "after"), "audit.evidence_of_query": ("q",), "audit.trail_table": TRAIL, "audit.evidence_of_search": TRAIL,
    "audit.trail": (*TRAIL, "after"), "audit.findings": ("case", "state", "after"),
    "audit.findings_table": ("state",), "audit.sample": ("kind", "since", "until", "seed", "size"), "desk.findings": ("after",),
    "audit.consistency": ("from", "to"), "admin.rules": ("office", "q", "page"), "admin.offices": ("q",),
    "admin.people": ("q", "after", "office"), "admin.changes": ("room", "before"), "oversight.pushes": ("after", "why", "target", "kind"),
    "oversight.ask_retry_all": ("push", "job", "why", "target", "kind"), "oversight.ask_settle": ("push", "job", "why", "target", "kind"),
    "oversight.ask_report": ("number",),
    "oversight.results": ("month",), "oversight.results_list": ("month",), "public.report_about": ("q",), "public.report_form": ("about",),
    "public.guides": ("place", "code"), "public.guide": ("place", "code"), "public.guides_data": ("place", "code"),
    "public.guide_data": ("place", "code"),
    "public.verify": ("code",), "login.enter": ("next", "ended"), "login.code": ("next",),
    "account.second_factor": ("next",), "account.forgotten": ("asked",), "api.list_records": ("after", "limit", "state", "search"),
    "api.list_cases": ("after", "limit", "state", "search", "procedure", "mine", "order"),
}  # fmt: skip
"""What each address may be asked."""
FILES = frozenset({"audit.evidence_of_search", "audit.evidence_of_query"})
"""What reads a question as the list beside it does, and then takes half a second to write a file: it is asked each question
with one of the values in turn."""


@pytest.fixture(scope="module")
def grown(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """One town for the tests of this file: that of the forms, which changes it, comes last."""
    url = databases_of_kind.migrated()
    with times.set_clock(lambda: times.at(date(2026, 6, 10), time(10))):
        grown = grow(url, tmp_path_factory.mktemp("whole"))
    yield grown
    grown.town.db.dispose()
    databases_of_kind.drop(url)


@pytest.fixture
def whole(grown: Whole, clock: Clock) -> Whole:
    return grown


def test_no_address_fails_whatever_stands_in_it(whole: Whole) -> None:
    """Each part of each path, and everything a query may ask, becomes each of the bad values."""
    entitled = {row.endpoint: row for row in addresses.rows(whole)}
    bads = [bad for name, bad in BAD.items() if name in OF_A_DATABASE or whole.town.db.is_sqlite]
    faults: list[str] = []
    for rule in whole.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        row = entitled[rule.endpoint]
        client = whole.visitor(row.who).client
        for path in {**_paths(rule, row.values, bads), **_queries(rule, row.values, bads)}:
            answer = client.get(path, buffered=True)
            if fault := _fault(answer):
                faults.append(f"{path[:90]} to {row.who}: {fault}")
    assert faults == [], "\n".join(faults)


def _paths(rule: Rule, values: object, bads: Sequence[str]) -> dict[str, None]:
    parts = re.findall(r"<[^>]+>", rule.rule)
    found = {}
    for place in range(len(parts)):
        for bad in filter(None, bads):
            path = rule.rule
            for number, part in enumerate(parts):
                name = part.strip("<>").rpartition(":")[2]
                good = quote(str(dict(values)[name]), safe="")  # type: ignore[call-overload]  # a mapping of any values
                path = path.replace(part, bad if number == place else good, 1)
            found[path] = None
    return found


def _queries(rule: Rule, values: object, bads: Sequence[str]) -> dict[str, None]:
    path = rule.rule
    for part in re.findall(r"<[^>]+>", rule.rule):
        path = path.replace(part, quote(str(dict(values)[part.strip("<>").rpartition(":")[2]]), safe=""), 1)  # type: ignore[call-overload]  # as above
    found: dict[str, None] = {}
    for number, name in enumerate(ASKED.get(rule.endpoint, ())):
        asked = bads[number % len(bads) :][:1] if rule.endpoint in FILES else bads
        found |= {f"{path}?{name}={bad}": None for bad in asked}
        found[f"{path}?{name}=1&{name}=2"] = None
    found[f"{path}?unasked={BAD['NUL']}"] = None
    return found


def test_what_addresses_ask_is_known_here() -> None:
    """Else a new question would be asked of no address above."""
    asks = re.compile(r'arguments\.(?:text|texts|flag|number|address)\("(\w+)"|_size\("(\w+)"\)')
    read = {one or other for module in modules() for one, other in asks.findall(module.text)}
    read |= set(queue_view.ASKED)
    assert read == {name for endpoint, names in ASKED.items() if not endpoint.startswith("api.") for name in names}


def _fault(answer: TestResponse) -> str:
    """What is wrong with an answer to a bad request: a failure, or a refusal that says nothing in Chinese."""
    if answer.status_code >= 500:
        return answer.status
    if answer.status_code < 400:
        return ""
    text = answer.get_data(as_text=True)
    if answer.mimetype == "application/problem+json":
        text = json.loads(text)["detail"]
    return "" if re.search(r"[\u4e00-\u9fff]{4}", text) else f"{answer.status} says nothing: {text[:80]}"


def _fields(form: str) -> dict[str, str]:
    """The fields of a form as a page sends them, their names and what stands in them."""
    found = {}
    for tag in re.findall(r"<(?:input|button)[^>]*>", form):
        name, kind = _of(tag, "name"), _of(tag, "type")
        if name and kind not in {"file", "checkbox"} and (kind != "radio" or name not in found):
            found[name] = _of(tag, "value")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(value)
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        options = [_of(tag, "value") for tag in re.findall(r"<option[^>]*>", body)]
        found[name] = next((option for option in options if option), "")
    return found


def _of(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else ""


BODIES = {
    "NUL": b'"a\\u0000b"',
    "half a character": b'"\\ud800"',
    "beyond 64 bits": b"9223372036854775808",
    "thirty digits": b"9" * 30,
    "endless digits": b"9" * 5000,
    "negative": b"-1",
    "beyond any number": b"1e999",
    "a list": b"[[[]]]",
    "an object": b'{"met": {"a": [1]}}',
    "nothing": b"null",
    "first moment": b'"0001-01-01T00:00:00+14:00"',
    "last moment": b'"9999-12-31T23:59:59-12:00"',
    "other digits": '"１２３"'.encode(),
    "long": b'"' + b"x" * 6000 + b'"',
}


def test_no_body_fails_whatever_stands_in_it(whole: Whole) -> None:
    """Filings and steps of every procedure over the interface, each input as each bad value."""
    town, faults = whole.town, list[str]()
    callers: dict[str, Caller] = {}
    asked: dict[str, tuple[str, str, dict[str, object], list[str | int]]] = {}
    for name in whole.town.law.names():
        definition = town.law.versions(name)[-1]
        for spec_name, spec in definition.inputs.items():
            kind = f"filing {spec.kind}"
            about = {"procedure": name, "record": whole.records["repairable"], "inputs": {}}
            asked.setdefault(kind, ("/cases", "yunxi", about, ["inputs", spec_name]))
    for number in whole.cases.values():
        procedure = town.procedure(number)
        for action, spec in procedure.actions_from(town.case(number).state).items():
            for input_name, one in spec.inputs.items():
                body = {"expected_version": town.case(number).version, "inputs": {}, "reason": "经核查。"}
                who = town.who(spec.by[0], number).name if spec.by[0] != "system" else "yunxi"
                who = who if who in town.people else "yunxi"
                asked.setdefault(
                    f"step {one.kind}", (f"/cases/{number}/actions/{action}", who, body, ["inputs", input_name])
                )
    plain = {"procedure": "repair", "record": whole.records["repairable"], "inputs": {}}
    for top in ("procedure", "record", "subject", "case", "kind", "channel", "inputs", "materials"):
        asked[f"filing {top}"] = ("/cases", "yunxi", plain, [top])
    step = {"expected_version": 1, "inputs": {}}
    for top in ("expected_version", "reason", "ground", "inputs", "materials"):
        asked[f"step {top}"] = (f"/cases/{whole.cases['repair']}/actions/accept", "acceptor@ENV", step, [top])
    said = {"text": "请核对原件。", "named": ["examiner@ENV"]}
    for top in ("text", "named"):
        asked[f"note {top}"] = (f"/cases/{whole.cases['repair']}/notes", "acceptor@ENV", said, [top])
    asked["note name"] = (*asked["note named"][:2], said, ["named", 0])
    for kind, (path, who, body, place) in asked.items():
        caller = callers.setdefault(who, Caller(whole.app, town, who))
        for label, bad in BODIES.items():
            answer = caller.post(path, data=_with(body, place, bad), content_type="application/json")
            if fault := _fault(answer):
                faults.append(f"{kind} {label}: {fault}")
    assert faults == [], "\n".join(faults)


def _with(body: dict[str, object], place: list[str | int], bad: bytes) -> bytes:
    """The body as JSON with the bad value at a place, which json itself would not write."""
    mark = "the bad value stands here"
    whole = json.loads(json.dumps(body))
    inner = whole
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = mark
    return json.dumps(whole).encode().replace(f'"{mark}"'.encode(), bad)


HEADERS = (
    "Idempotency-Key", "Authorization", "Accept", "Accept-Language", "If-Modified-Since", "If-None-Match", "Range", "Referer", "Cookie",
)  # fmt: skip
VALUES = (
    "\x01",
    "9" * 30,
    "\xe9",
    "bytes=" + "9" * 30 + "-",
    "Fri, 31 Dec 9999 23:59:59 -1200",
    "repairflow=\xff",
    "Bearer \xff",
)


def test_no_header_fails_whatever_stands_in_it(whole: Whole) -> None:
    faults: list[str] = []
    pressed, file = whole.letters["of a case"].token, whole.materials["of a case"]
    caller = Caller(whole.app, whole.town, "acceptor@ENV")
    paths = (f"/materials/{file}", "/login", f"/api/v1/letters/{pressed}.pdf", "/static/rf.js")
    for name in HEADERS:
        for value in VALUES:
            for path in paths:
                answer = whole.visitor("acceptor@ENV").client.get(path, headers={name: value}, buffered=True)
                faults += [f"{path} {name} {value[:40]}: {answer.status}"] if answer.status_code >= 500 else []
            step = {"expected_version": 1, "inputs": {}}
            number = whole.cases["granted"]
            answer = caller.client.post(
                f"/api/v1/cases/{number}/actions/accept", json=step, headers={**caller.headers, name: value}
            )
            faults += [f"step {name} {value[:40]}: {answer.status}"] if answer.status_code >= 500 else []
    assert faults == [], "\n".join(faults)


SENT = {
    "NUL": "a\x00b",
    "NUL in an address": "procedure=a%00b&sort=oldest",
    "thirty digits": "9" * 30,
    "long": "字" * 6000,
    "first moment": "0001-01-01T00:00",
    "last moment": "9999-12-31T23:59",
    "escape": "\x1b[31m",
}
"""The last is a letter like any other to both databases."""
KEPT = {"csrf_token"}
ENDING = re.compile(r"/(logout|discard|drop|disable|end|revoke|off|close|clear)$")
"""What would take away what other forms are about; the values in them are read by the same means."""


def test_no_form_fails_whatever_is_typed_into_it(whole: Whole) -> None:
    """Every form on every page, with each field as each bad value, all others as the page has them."""
    faults: list[str] = []
    tried: set[tuple[str, frozenset[str]]] = set()
    sent = {label: bad for label, bad in SENT.items() if label != "escape" or whole.town.db.is_sqlite}
    for row in list(addresses.rows(whole)):
        if row.endpoint in {"static", "public.guide"} | FILES or row.endpoint.startswith("api."):
            continue
        visitor = whole.visitor(row.who)
        path = whole.app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
        if row.status == 200 and path.endswith(PRINTED):
            continue
        page = visitor.client.get(path + (f"?{row.query}" if row.query else ""), follow_redirects=True, buffered=True)
        if page.mimetype != "text/html":
            continue
        for action, form in re.findall(
            r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page.text, re.DOTALL
        ):
            fields = _fields(form)
            key = (
                re.sub(r"[A-Z]+-2026-\d+|[\w-]{20,}|@\w+", "", action),
                frozenset(fields),
            )  # one form, whatever it is about
            if key in tried or ENDING.search(action):
                continue
            tried.add(key)
            for name in fields.keys() - KEPT:
                for label, bad in sent.items():
                    answer = visitor.client.post(unescape(action), data={**fields, name: bad}, buffered=True)
                    if fault := _fault(answer):
                        faults.append(f"{action} {name} {label}: {fault}")
    assert faults == [], "\n".join(faults)
    assert len(tried) > 30
