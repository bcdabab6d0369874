"""The components: every state renders, all text is escaped, and nothing in a page needs what the policy forbids."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template, render_template_string
from werkzeug.datastructures import MultiDict

from repairflow.db import Database
from repairflow.errors import Invalid
from repairflow.settings import Settings
from repairflow.web.core.setup import STATIC
from repairflow.web.demo.showcase import samples
from repairflow.web.ui import filters, forms
from tests.conftest import Clock
from tests.support import frame

pytestmark = pytest.mark.either_database

HOSTILE = "\"><script>alert('x')</script>{{ 7*7 }}"
ROOT = Path(__file__).parents[2]


class Page(HTMLParser):
    """Collects what the checks below ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._script = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(data)

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if attrs.get("id")]


@pytest.fixture
def app(settings: Settings, database: Database, clock: Clock) -> Flask:
    frame.people(database)
    return frame.make(settings, database, demo=True)


@pytest.fixture
def show(app: Flask) -> Callable[..., str]:
    """Render one macro: show("due", "due_badge(x)", x=…)."""

    def render(file: str, call: str, **values: Any) -> str:
        name = call.split("(", 1)[0]
        with app.test_request_context():
            return render_template_string(
                f'{{% from "components/{file}.html" import {name} %}}{{{{ {call} }}}}', **values
            )

    return render


@pytest.fixture
def showcase(app: Flask) -> Page:
    answer = app.test_client().get("/components")
    assert answer.status_code == 200
    return Page(answer.text)


def test_no_inline_script_style_or_handler(showcase: Page) -> None:
    assert showcase.inline == []
    for tag, attrs in showcase.tags:
        assert tag != "style"
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag


def test_everything_comes_from_this_host(showcase: Page) -> None:
    for tag, attrs in showcase.tags:
        for name in ("src", "href", "action"):
            address = attrs.get(name)
            assert address is None or address.startswith(("/", "#")), f"{tag} {name}={address}"


def test_ids_are_unique_and_references_resolve(showcase: Page) -> None:
    ids = showcase.ids()
    assert sorted(ids) == sorted(set(ids))
    for tag, attrs in showcase.tags:
        named = [attrs.get("for"), *(attrs.get("aria-describedby") or "").split(), attrs.get("aria-labelledby")]
        assert [name for name in named if name and name not in ids] == [], tag


def test_every_control_has_a_name_to_be_called_by(showcase: Page) -> None:
    labelled = {attrs.get("for") for tag, attrs in showcase.tags if tag == "label"}
    for tag, attrs in showcase.tags:
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
            assert attrs.get("aria-label") or attrs.get("id") in labelled, attrs


def test_every_symbol_used_is_drawn(showcase: Page) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    used = {str(attrs["href"]).split("#")[1] for tag, attrs in showcase.tags if tag == "use"}
    assert used <= drawn


def test_every_post_form_carries_the_token(app: Flask) -> None:
    for path in ("/components", "/", "/login"):
        text = app.test_client().get(path).text
        posts = re.findall(r'<form method="post".*?</form>', text, re.DOTALL)
        assert posts
        assert all('name="csrf_token"' in form for form in posts)


def test_hostile_text_is_shown_as_text(app: Flask) -> None:
    def poison(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poison(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [poison(part, key) for part in value]
        if isinstance(value, str) and key not in {"state", "tone", "kind", "reason", "code"}:
            return HOSTILE
        return value

    with app.test_request_context("/components", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        page = render_template("public/components.html", **poison(samples()))
    assert "<script>alert" not in page
    assert page.count("{{ 7*7 }}") > 50


@pytest.mark.parametrize(
    ("served", "minimum", "widths"),
    [
        (44, 25, {"served": "44.0%", "before": "25.0%"}),
        (11, 25, {"before": "11.0%"}),
        (0, 25, {}),
        (130, 25, {"served": "100.0%", "before": "25.0%"}),
        (-5, 25, {}),
        (30, None, {"served": "30.0%"}),
    ],
)
def test_publicity_bar_draws_what_was_served(
    show: Callable[..., str], served: float, minimum: float | None, widths: dict[str, str]
) -> None:
    p = {
        "served": served, "minimum": minimum, "met": served >= 25,
        "from_text": "甲", "minimum_text": "乙", "to_text": "丙",
    }  # fmt: skip
    drawn = show("publicity", "publicity_bar(p)", p=p)
    assert dict(re.findall(r'class="(served|before)"[^>]* width="([^"]+)"', drawn)) == widths
    assert ('class="mark"' in drawn) is (minimum is not None)
    assert "甲" in drawn
    assert "丙" in drawn


@pytest.mark.parametrize(
    ("due", "texts"),
    [
        ({"state": "soon", "share": 72, "text": "剩 2 个工作日", "day": date(2026, 11, 24)}, ["72 100", "11月24日（周二）", "届满"]),
        ({"state": "late", "share": 3, "text": "逾期 1 日", "day": None}, ["100 100", "逾期"]),
        ({"state": "ok", "share": 9, "text": "还有", "day": date(2027, 1, 8), "provisional": True}, ["暂定", "2027年1月8日"]),
        ({"state": "paused", "text": "补正", "day": date(2026, 7, 1)}, ["中止", "#pause"]),
        ({"state": "done", "text": "按期办结", "day": None}, ["#yes"]),
    ],
)  # fmt: skip
def test_due_badge(show: Callable[..., str], due: dict[str, Any], texts: list[str]) -> None:
    drawn = show("due", "due_badge(due)", due=due)
    assert all(text in drawn for text in texts)


def test_due_proof_counts_day_by_day_and_marks_what_is_unverified(show: Callable[..., str]) -> None:
    drawn = show("due", "due_proof(proof)", proof=samples()["proof"])
    assert drawn.count("<tr class=") == 11
    assert "第 7 日" in drawn
    assert "待核实" in drawn


def test_a_forbidden_action_gives_every_reason_and_no_form(show: Callable[..., str]) -> None:
    actions = [a for a in samples()["actions"] if not a["allowed"]]
    drawn = show("actions", "action_panel(actions, 7)", actions=actions)
    assert "<form" not in drawn
    assert "须由另一人办理" in drawn
    assert "尚未提交审核意见" in drawn


def test_an_allowed_action_carries_the_command(show: Callable[..., str]) -> None:
    actions = [a for a in samples()["actions"] if a["allowed"]]
    drawn = show("actions", "action_panel(actions, 7)", actions=actions)
    assert drawn.count('name="expected_version" value="7"') == 3
    assert len(set(re.findall(r'name="command_id" value="([^"]+)"', drawn))) == 3
    assert 'name="confirmed" value=""' in drawn
    assert 'enctype="multipart/form-data"' in drawn
    kept = show("actions", "action_panel(actions, 7)", actions=[{**actions[0], "command_id": "same-again"}])
    assert 'name="command_id" value="same-again"' in kept


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", 'type="text"'), ("long_text", "<textarea"), ("gaps", "<textarea"), ("date", 'type="date"'),
        ("datetime", 'type="datetime-local"'), ("number", 'type="number"'), ("boolean", 'type="radio"'), ("check", 'type="checkbox"'),
        ("money", "万元"), ("password", 'type="password"'), ("choice", 'type="radio"'),
    ],
)  # fmt: skip
def test_every_kind_of_field(show: Callable[..., str], kind: str, expected: str) -> None:
    f = {
        "name": "n",
        "label": "名称",
        "kind": kind,
        "value": "a",
        "error": "请改正",
        "hint": "提示",
        "choices": [("a", "甲")],
    }
    drawn = show("forms", "field(f)", f=f)
    assert expected in drawn
    assert "请改正" in drawn
    assert "n-hint" in drawn
    if kind == "password":
        assert 'value="a"' not in drawn


def test_a_question_before_a_step_works_without_script(app: Flask) -> None:
    with app.test_request_context("/x", method="POST", data={"confirmed": "", "reason": "<b>", "csrf_token": "old"}):
        assert forms.unconfirmed()
        page = forms.ask_to_confirm("不予受理", "确定吗？", "/back")
    assert 'name="reason" value="&lt;b&gt;"' in page
    assert 'name="confirmed" value="yes"' in page
    assert 'value="old"' not in page


def test_dotted_names_become_the_inputs_of_an_action() -> None:
    form = MultiDict(
        [
            ("csrf_token", "t"), ("expected_version", "3"), ("command_id", "c"), ("reason", "r"), ("confirmed", "yes"),
            ("fine", "2"), ("conditions.paid.met", "yes"), ("conditions.paid.note", ""), ("corrections.facts", "甲"),
        ]
    )  # fmt: skip
    assert forms.inputs_from(form) == {
        "fine": "2",
        "conditions": {"paid": {"met": "yes", "note": ""}},
        "corrections": {"facts": "甲"},
    }


@pytest.mark.parametrize("names", [["a", "a.b"], ["a.b", "a"], ["a.b", "a.b.c"]])
def test_a_name_cannot_be_value_and_mapping(names: list[str]) -> None:
    with pytest.raises(Invalid):
        forms.inputs_from(MultiDict([(name, "1") for name in names]))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: filters.day(date(2026, 11, 24)), "2026年11月24日"),
        (lambda: filters.day(None), ""),
        (lambda: filters.day_short(date(2026, 1, 4)), "01-04"),
        (lambda: filters.day_week(date(2026, 11, 24)), "11月24日（周二）"),
        (lambda: filters.day_week(date(2027, 1, 8)), "2027年1月8日（周五）"),
        (lambda: filters.instant(datetime(2026, 11, 23, 16, 1, tzinfo=UTC)), "2026-11-24 00:01"),
        (lambda: filters.instant_short(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)), "01-01 00:00"),
        (lambda: filters.money_wan("12345.5"), "12,345.50 万元"),
        (lambda: filters.money_wan(None), ""),
        (lambda: filters.file_size(3), "1 KB"),
        (lambda: filters.file_size(1_500_000), "1.4 MB"),
    ],
)
def test_filters(clock: Clock, call: Callable[[], str], expected: str) -> None:
    assert call() == expected


def test_pages_mask_by_the_same_rule_as_the_law(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string(
            "{{ i|mask_id }} {{ n|mask_name }} {{ p|mask_phone }}", i="320830199001011234", n="林一鸣", p="13800001234"
        )
    assert "19900101" not in page
    assert "林一鸣" not in page
    assert "13800001234" not in page


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        filters.instant(datetime(2026, 11, 24))


def test_vendored_files_match_their_hashes() -> None:
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    files = {path.name for path in (STATIC / "vendor").iterdir() if not path.name.startswith("LICENSE")} - {
        "manifest.json"
    }
    assert files == set(manifest)
    for name, entry in manifest.items():
        content = (STATIC / "vendor" / name).read_bytes()
        assert entry["integrity"] == "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert (STATIC / "vendor" / f"LICENSE.{entry['package']}.txt").exists()


def test_pages_pin_every_vendored_file(showcase: Page) -> None:
    vendored = [attrs for _, attrs in showcase.tags if "/vendor/" in str(attrs.get("src") or attrs.get("href") or "")]
    assert len(vendored) == 2
    assert all(str(attrs.get("integrity")).startswith("sha384-") for attrs in vendored)


def test_no_template_holds_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        if "letters" in path.parts or path.name in {
            "procedure_review.html",
            "procedure_review_print.html",
            "evidence_print.html",
            "credit_file_print.html",
        }:
            continue  # paper, not pages: they are drawn under no browser policy
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|\|\s*safe\b", text), path
