"""What a form or JSON body gave, as the procedure declares it: typed, checked, every fault named at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from repairflow import plain
from repairflow.casework import correctable_fields
from repairflow.errors import Invalid, Problem
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.packs import RulePack
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.times import SHANGHAI

LONGEST = {"text": 200, "long_text": 5000}
MAX_LIST = 50


def read(form: Mapping[str, Input], raw: Mapping[str, object], pack: RulePack) -> dict[str, object]:
    """Values of the declared inputs, ready for JSON (dates as ISO text).

    Raises Invalid naming every missing, unknown or unusable value.
    """
    problems = [Problem(name, "此步骤没有这一项，请去掉") for name in raw if name not in form]
    values: dict[str, object] = {}
    for name, spec in form.items():
        given = raw.get(name)
        if isinstance(given, str):
            given = given.strip()
        if given is None or given == "" or given == [] or given == {}:
            if spec.required:
                problems.append(Problem(name, f"请填写“{spec.label}”"))
            continue
        try:
            values[name] = READERS[spec.kind](given, spec, pack)
        except ValueError as error:
            problems.append(Problem(name, f"“{spec.label}”{error}"))
            continue
        if not spec.vaulted and (odd := unprintable(_said(values[name]))):
            problems.append(
                Problem(name, f"“{spec.label}”含有文书印不出来的字：{odd}；{how_else(_said(values[name]))}")
            )
    if problems:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", problems)
    return values


def _said(value: object) -> str:
    """Return all texts of a value: letters may quote whatever a form was told."""
    return "".join(plain.texts(value))


def plain_text(value: object, longest: int) -> str:
    """Text without control characters, at most `longest` characters; ValueError saying what is wrong."""
    if not isinstance(value, str):
        raise ValueError("应为文字")
    text = plain.composed(value.replace("\r\n", "\n").strip())
    if len(text) > longest:
        raise ValueError(f"不能超过 {longest} 字，现有 {len(text)} 字")
    if not plain.writable(text):
        raise ValueError("含有不能显示的字符")
    return text


def written(value: object, longest: int, problems: list[Problem], field: str, label: str, lacking: str = "") -> str:
    """Return what somebody wrote in one field of a form that no procedure declares, as `plain_text` gives it.

    A fault is added to `problems` at the field and the text is then empty; so is none at all, where `lacking` says what to do.
    """
    try:
        text = plain_text(value, longest)
    except ValueError as error:
        problems.append(Problem(field, f"“{label}”{error}"))
        return ""
    if lacking and not plain.named(text):
        problems.append(Problem(field, lacking))
        return ""
    return text


def demanded_text(value: object, longest: int, field: str, label: str, lacking: str, refusal: str) -> str:
    """As `written`, where one text is all a form asks for. Invalid, with `refusal` over it, for a faulty or an empty one."""
    problems: list[Problem] = []
    text = written(value, longest, problems, field, label, lacking)
    if problems:
        raise Invalid(refusal, problems)
    return text


def texts(
    given: Mapping[str, str],
    labels: Mapping[str, str],
    longest: Mapping[str, int],
    problems: list[Problem],
    needed: Collection[str] = (),
) -> dict[str, str]:
    """Return the texts of a form that no procedure declares: those of `longest`, which letters can print.

    A fault is added to `problems` at its field, and its text is then empty; an empty one is a fault where it is `needed`.
    """
    found = dict.fromkeys(longest, "")
    for name, most in longest.items():
        try:
            text = plain_text(given.get(name, ""), most)
        except ValueError as error:
            problems.append(Problem(name, f"“{labels[name]}”{error}"))
            continue
        if odd := unprintable(text):
            problems.append(Problem(name, f"“{labels[name]}”含有文书印不出来的字：{odd}；{how_else(text)}"))
        elif not text and name in needed:
            problems.append(Problem(name, f"请填写“{labels[name]}”"))
        else:
            found[name] = text
    return found


def _text(value: object, spec: Input, _: RulePack) -> str:
    text = plain_text(value, LONGEST[spec.kind])
    if spec.required and not plain.named(text):
        raise ValueError("只有标点，没有文字，请写明")
    return text


def _choice(value: object, spec: Input, pack: RulePack) -> str:
    if not isinstance(value, str) or value not in pack.lists.get(spec.choices or "", {}):
        raise ValueError("不在可选范围内，请重新选择")
    return value


def _date(value: object, _spec: Input, _pack: RulePack) -> str:
    try:
        return plain.day(str(value)).isoformat()
    except ValueError:
        raise ValueError("应为日期，如 2026-06-20") from None


def _datetime(value: object, _spec: Input, _pack: RulePack) -> str:
    try:
        moment = plain.moment(str(value))
    except ValueError:
        raise ValueError("应为日期和时间，如 2026-06-20T14:30") from None
    # 期间按北京时间：a form gives wall time
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).isoformat()


def _number(value: object, spec: Input, _: RulePack) -> int:
    try:
        number = plain.whole(str(value), -plain.MOST)
    except ValueError:
        raise ValueError("应为整数") from None
    if spec.minimum is not None and number < spec.minimum:
        raise ValueError(f"不能小于 {spec.minimum}")
    if spec.maximum is not None and number > spec.maximum:
        raise ValueError(f"不能大于 {spec.maximum}")
    return number


def _boolean(value: object, _spec: Input, _pack: RulePack) -> bool:
    if value in (True, "true", "on", "1", "yes", 1):
        return True
    if value in (False, "false", "off", "0", "no", 0):
        return False
    raise ValueError("应为是或否")


def _material(value: object, _spec: Input, _pack: RulePack) -> str:
    return plain_text(value, 60)  # a token; casework.filing checks that it exists and is the actor's


def _gaps(value: object, _spec: Input, _pack: RulePack) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise ValueError("应为一行一项的清单")
    found = [plain_text(line, 300) for line in lines if plain.named(str(line))]
    if not found or len(found) > MAX_LIST:
        raise ValueError(f"应有 1 至 {MAX_LIST} 项")
    return found


def _conditions(value: object, spec: Input, pack: RulePack) -> dict[str, dict[str, object]]:
    wanted = pack.lists.get(spec.choices or "", {})
    if not isinstance(value, Mapping) or set(value) != set(wanted):
        raise ValueError("须逐项写明：" + "、".join(item.label for item in wanted.values()))
    answers: dict[str, dict[str, object]] = {}
    for code, given in value.items():
        if not isinstance(given, Mapping) or set(given) - {"met", "note"} or "met" not in given:
            raise ValueError(f"“{wanted[code].label}”须写明是否具备")
        met = _boolean(given["met"], spec, pack)
        note = plain_text(given.get("note") or "", 500)
        if not met and not plain.named(note):
            raise ValueError(f"“{wanted[code].label}”不具备的，须说明情况")
        answers[code] = {"met": met, "note": note}
    return answers


def _corrections(value: object, _spec: Input, pack: RulePack) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("应为更正项目及其正确内容")
    given = {str(k): "、".join(map(str, v)) if isinstance(v, list) else v for k, v in value.items()}
    return correctable_fields.read(
        {k: plain_text(v, correctable_fields.LONGEST) for k, v in given.items() if str(v or "").strip()}, pack
    )


READERS: Mapping[str, Callable[[Any, Input, RulePack], Any]] = {
    "text": _text,
    "long_text": _text,
    "choice": _choice,
    "date": _date,
    "datetime": _datetime,
    "number": _number,
    "boolean": _boolean,
    "material": _material,
    "gaps": _gaps,
    "conditions": _conditions,
    "corrections": _corrections,
}
