"""The words of a letter that may be written again (重新出具), as a form shows and gives them; all others the case fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repairflow import vault
from repairflow.auditing import chain
from repairflow.casework.inputs import plain_text
from repairflow.errors import Problem, Refusal, Refused
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.letters.text.templates import template
from repairflow.records.rows import LetterRow

STATED = frozenset({
    "reason", "gaps", "conditions", "finding", "questions", "facts", "demands", "consequence", "place", "attendees",
    "items_to_bring", "interviewers", "statement", "undertaking", "matter", "hearing_note", "court",
    "ruling_number", "plan_term", "claimed", "contact",
})  # fmt: skip
"""What people state. Whose letter it is, where the case stands, its days, records, law and remedies come from the case."""
LONGEST_WORD = 5000
SAID = {"text", "texts", "notes"}


@dataclass(frozen=True, slots=True)
class Word:
    """One field of a form: `several` says that every line is an item of its own."""

    name: str
    label: str
    value: str
    several: bool
    required: bool


def words(row: LetterRow) -> tuple[Word, ...]:
    """Return what may be written again, with what stands there now. Refused for a letter older than the keeping of its fields."""
    return _words(row, _fields(row))


def _words(row: LetterRow, fields: Mapping[str, Any]) -> tuple[Word, ...]:
    head = template(row.kind, row.template_version)
    found = []
    for name in _names(row):
        spec, value, required = VOCABULARY[name], fields[name], name in head.required
        if spec.shape == "text":
            found.append(Word(name, spec.label, str(value), False, required))
        elif spec.shape == "texts":
            found.append(Word(name, spec.label, "\n".join(value), True, required))
        else:  # the labels of notes come from the rule pack
            found += [Word(f"{name}.{n}", label, note, False, False) for n, (label, note) in enumerate(value)]
    return tuple(found)


def fixed(row: LetterRow) -> tuple[tuple[str, str], ...]:
    """Return what the case fixes, as (label, what stands there); shown beside the form, not asked."""
    may, vocabulary = set(_names(row)), template(row.kind, row.template_version).vocabulary
    return tuple(
        (
            vocabulary[name].label,
            value if isinstance(value, str) else "；".join(_line(item).rstrip("。") for item in value),
        )
        for name, value in _fields(row).items()
        if name not in may and value
    )


def read(row: LetterRow, given: Mapping[str, str]) -> tuple[dict[str, object], list[Problem]]:
    """Return all fields of the new letter, the old one's where a form gave none, and what is wrong with those it gave
    (`words.<name>`)."""
    fields, problems = dict(_fields(row)), []
    for word in words(row):
        text = given.get(word.name, word.value)
        try:
            said = plain_text(text, LONGEST_WORD)
        except ValueError as wrong:
            problems.append(Problem(f"words.{word.name}", f"{word.label}{wrong}"))
            continue
        if word.required and not said:
            problems.append(Problem(f"words.{word.name}", f"请填写{word.label}"))
        name, _, place = word.name.partition(".")
        if place:
            notes: Any = [list(note) for note in fields[name]]
            notes[int(place)][1] = said
            fields[name] = notes
        else:
            fields[name] = [line.strip() for line in said.splitlines() if line.strip()] if word.several else said
    return fields, problems


def changes(row: LetterRow, addressee: str, fields: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return what a proposal would change, as (label, what stands there, what would)."""
    found = [] if addressee == row.content["addressee"] else [("受文单位", str(row.content["addressee"]), addressee)]
    before = {word.name: word for word in words(row)}
    for word in _words(row, fields):
        if word.value != before[word.name].value:
            found.append((word.label, before[word.name].value, word.value))
    return tuple(found)


def digest(addressee: str, fields: Mapping[str, object]) -> str:
    """Return what was proposed, for the trail: the words themselves may name people."""
    return vault.digest(chain.canonical({"addressee": addressee, "fields": dict(fields)}))


def _names(row: LetterRow) -> list[str]:
    return [name for name in _fields(row) if name in STATED and VOCABULARY[name].shape in SAID]


def _fields(row: LetterRow) -> dict[str, Any]:
    found: dict[str, Any] = row.content.get("fields") or {}
    if not found:
        raise Refused([Refusal("no_fields", f"{row.number}制发较早，没有保存填写项，请改用文书更正")])
    return found


def _line(item: object) -> str:
    return "：".join(str(part) for part in item if part) if isinstance(item, list | tuple) else str(item)
