"""Whom an administrative act is about, as its row names it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from repairflow import plain
from repairflow.casework.cases.imported_subjects import Named
from repairflow.casework.inputs import plain_text
from repairflow.gateway.penalties.doubts import PLACEHOLDER, is_placeholder
from repairflow.gateway.penalties.kinds_of_subject import kind_named
from repairflow.gateway.penalties.row import KIND_LABELS
from repairflow.law.identifiers import check_person, check_uscc, normalise
from repairflow.letters.fonts.printable import how_else, unprintable

PERSON = "natural_person"


def named(row: Mapping[str, str], today: date) -> tuple[Named | None, list[tuple[str, str]]]:
    """Return the subject of a row, or what is wrong by field."""
    faults: list[tuple[str, str]] = []
    code, number = normalise(row.get("code", "")), normalise(row.get("id_number", ""))
    said = row.get("subject_kind", "").strip()
    kind = said if said in KIND_LABELS else kind_named(said) if said else None
    if said and kind is None:
        faults.append(("subject_kind", f"应为{'、'.join(KIND_LABELS.values())}之一"))
    kind = kind or (PERSON if number and not code else "sole_trader" if code.startswith("92") else "organisation")
    try:
        name = plain_text(row.get("name", ""), 200)
    except ValueError as error:
        name = ""
        faults.append(("name", str(error)))
    else:
        if not plain.named(name):
            faults.append(("name", "没有文字，不是名称" if name else "未填写"))
        elif odd := unprintable(name):
            faults.append(("name", f"含有文书印不出来的字：{odd}；{how_else(name)}"))
    faults += _person(code, number, today) if kind == PERSON else _organisation(code, number)
    if faults:
        return None, faults
    return Named(kind, name, None if kind == PERSON else check_uscc(code).code, number if kind == PERSON else None), []


def _organisation(code: str, number: str) -> list[tuple[str, str]]:
    check = check_uscc(code)
    found = [("id_number", "单位、个体工商户不填证件号码")] if number else []
    if not code:
        return [*found, ("code", "未填写")]
    if not check.ok:
        return [*found, ("code", check.reason)]
    return [*found, ("code", PLACEHOLDER)] if is_placeholder(check.code) else found


def _person(code: str, number: str, today: date) -> list[tuple[str, str]]:
    found = [("code", "自然人没有统一社会信用代码")] if code else []
    check = check_person(number, today)
    if not number:
        return [*found, ("id_number", "未填写")]
    return found if check.ok else [*found, ("id_number", check.reason)]
