"""Small helpers for HTML forms: errors beside their fields, the question before a step, safe ways back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from repairflow import plain, times
from repairflow.errors import Invalid, Problem

# What a form carries for itself, never to be kept for the page that asks back.
OWN_FIELDS = frozenset({"csrf_token", "confirmed"})
# What an action's form says of the command itself; all else are the action's inputs.
COMMAND_FIELDS = frozenset({"expected_version", "command_id", "reason", "ground", "materials"})

SOMETIMES = "按情形必填"
"""Beside a question that need not be answered always, but without which a step may be refused."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to correct: the id of its field ("" for none) and what to do."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form, as the macro `field` reads it. `max` is in characters; `choices` are values with their words."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    max: int = 200
    choices: Sequence[tuple[str, str]] = ()
    when: str = ""  # when it is needed, where not always
    past: bool = False  # a day that says what was done: none to come
    unkept: bool = False  # sealed once it is sent (identity numbers, birthdays): the browser keeps nothing of it

    def answered(self, typed: Mapping[str, str], wrong: Mapping[str, str]) -> dict[str, object]:
        """Return the question with what was typed, and with what is wrong with it."""
        last = times.today().isoformat() if self.past else ""
        return {**asdict(self), "last": last, "value": typed.get(self.name, ""), "error": wrong.get(self.name, "")}


def wrong_of(problems: Iterable[Problem]) -> dict[str, str]:
    """Return what is wrong at each field, by its name."""
    return {problem.where: problem.text for problem in problems}


def errors_of(form: Form) -> list[FieldError]:
    """Return all errors of a WTForms form, in the order of its fields, for `error_summary`."""
    return [FieldError(name, str(text)) for name, texts in form.errors.items() for text in texts]


def errors_from(problems: Iterable[Problem], prefix: str = "") -> list[FieldError]:
    """Return the problems of an Invalid for `error_summary`; `prefix` is what the page puts before its field ids."""
    return [FieldError(prefix + problem.where if problem.where else "", problem.text) for problem in problems]


def unconfirmed() -> bool:
    """Tell whether this form asks to be confirmed and has not been."""
    return request.form.get("confirmed") == ""


def ask_to_confirm(label: str, question: str, back: str) -> str:
    """Return the page that asks before a step when no script did; sends the same form again, confirmed.

    Files cannot be kept by a page: an action that takes uploads must not need confirming.
    """
    kept: Sequence[tuple[str, str]] = [
        (name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS
    ]
    return render_template(
        "base/confirm.html", label=label, question=question, back=back, action=request.path, kept=kept
    )


def yes_or_no(name: str) -> bool:
    """Return which of its two buttons sent this form. Invalid for neither: what nobody pressed changes nothing."""
    given = request.form.get(name, "")
    if given not in ("yes", "no"):
        raise Invalid("没有办理：表单里没有写明选的是哪一项。请回到原来的页面，重新按一次按钮。")
    return given == "yes"


def seen_version(form: MultiDict[str, str]) -> int | None:
    """Return the version of the case that the page of this form showed; None when the form does not say."""
    try:
        return plain.whole(form.get("expected_version", ""), 0, 2**31 - 1)
    except ValueError:
        return None


def inputs_from(form: MultiDict[str, str], leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return the inputs of an action's form, as casework.inputs reads them: dotted names become nested mappings.

    `conditions.paid.met=yes` gives {"conditions": {"paid": {"met": "yes"}}}. The form's own fields, those of the command and
    `leave_out` are not inputs. A name that is both a value and a mapping is an Invalid.
    """
    found: dict[str, Any] = {}
    skipped = {*OWN_FIELDS, *COMMAND_FIELDS, *leave_out}
    for name, value in form.items():
        head, *rest = name.split(".")
        if head in skipped:
            continue
        place = found
        for step, following in zip([head, *rest], rest, strict=False):
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise Invalid(
                    "表单内容有误，请刷新后重新填写。", [Problem(name, f"与 {step} 重复，无法识别 {following}")]
                )
        if isinstance(place.get([head, *rest][-1]), dict):
            raise Invalid("表单内容有误，请刷新后重新填写。", [Problem(name, "与另一项重复")])
        place[[head, *rest][-1]] = value
    return found


def way_back(wanted: str | None, otherwise: str) -> str:
    """`wanted` when it is a path of this site, else `otherwise`: nobody is sent elsewhere after login."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return otherwise
    parts = urlsplit(wanted)
    clean = not parts.scheme and not parts.netloc and "\\" not in wanted and all(ord(letter) > 31 for letter in wanted)
    return wanted if clean else otherwise
