"""One row of a 双公示 penalty file: read, checked as a whole, and either taken or refused with every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from repairflow.gateway.penalties import doubts, stand_ins
from repairflow.gateway.penalties.clean import clean, is_lasting
from repairflow.gateway.penalties.fields import FIELDS, SHOWN
from repairflow.gateway.penalties.grid import Cell, CellFault
from repairflow.gateway.penalties.kinds import Kinds
from repairflow.gateway.penalties.kinds_of_subject import kind_named
from repairflow.gateway.penalties.row import (
    KIND_LABELS,
    NEVER,
    PenaltyKey,
    PenaltyRow,
    RowProblem,
    SubjectKind,
    plain_amount,
)
from repairflow.gateway.penalties.status import WITHHELD, remark_of, says_revoked, scope_of, shows, status_of
from repairflow.gateway.penalties.values import (
    EARLIEST,
    BadValue,
    amount_of,
    checked,
    code_text,
    day_of,
    document_number,
    end_of,
    is_simple,
    kinds_of,
    shown,
    text_of,
)
from repairflow.law import identifiers
from repairflow.law.document_keys import document_key
from repairflow.law.procedure.packs import RulePack

WHOLE_ROW = ""
"""The key under which a table says that a row as such is at fault."""
DOUBTFUL_ROW = "?"
"""The key under which a table says why a person must look at a row as such: it is hidden, or struck out."""

REVOKED = "该处罚已经撤销，不再导入"

_LOOKS_LIKE_YUAN = Decimal(10_000)
_OF_RESIDENCE = "永久居留"
"""Stands in every name of a foreigner's card of permanent residence, whose number tells a birthday since 2023."""
_RESIDENT_CARDS = {"", "身份证", "居民身份证", "公民身份证", "二代身份证", "港澳台居民居住证"}
# Delivered, kept in the record's source, used by no rule. SJC is left out: it changes with every delivery.
_KEPT = (
    "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW", "CF_XDR_SHZZ", "CF_XDR_ZJLX", "CF_NR_ZKDX", "CF_CFMC",
    "CF_AJMC", "CF_ZT", "CF_SYFW", "CF_SXYZCD", *SHOWN,
)  # fmt: skip
_T = TypeVar("_T")


def key_of(values: Mapping[str, Cell]) -> PenaltyKey | None:
    """Return the key of a row, faulty or not; None where the decision's number or the subject's cannot be read."""
    try:
        number, uscc, person = (
            text_of(clean(values.get(name, ""), FIELDS[name].use, name))
            for name in ("CF_WSH", "CF_XDR_SHXYM", "CF_XDR_ZJHM")
        )
        number, uscc = document_number(number), identifiers.normalise(uscc)
        person = "" if uscc else identifiers.normalise(person)
    except BadValue:
        return None
    return PenaltyKey(document_key(number), uscc or None, person or None) if number and (uscc or person) else None


def is_revoked(values: Mapping[str, Cell]) -> bool:
    """Tell whether a row, faulty or not, says that its penalty was revoked (撤销)."""
    try:
        status, revoked = (text_of(clean(values.get(name, ""), "line", name)) for name in ("CF_ZT", "SFCX"))
        return status_of(status) == "revoked" or says_revoked(revoked)
    except BadValue:
        return False


def read_penalty(
    row_number: int, values: Mapping[str, Cell], pack: RulePack, today: date
) -> PenaltyRow | list[RowProblem]:
    """Check one row against the schema and the pack; a PenaltyRow, or all its faults in the order of the columns.

    `values` are cells by the present layout's names. A warning (an amount that looks like 元, an inner check digit)
    does not refuse the row.
    """
    reading = _Reading(row_number, values)
    broken = values.get(WHOLE_ROW)
    if isinstance(broken, CellFault):
        return [RowProblem(row_number, WHOLE_ROW, "整行", "", broken.reason)]
    for name, reason in doubts.faults(values):
        reading.fault(name, reason)
    row = _row(reading, pack, today)
    if row is None or reading.problems:
        order = list(FIELDS)
        return sorted(reading.problems, key=lambda problem: order.index(problem.field))
    for name, reason in doubts.hints(row, pack):
        reading.warn(name, reason)
    held = [reading.problem(name, reason) for name, reason in doubts.doubts(row, pack)]
    held += [reading.problem(name, reason) for name, reason in stand_ins.doubts(row, today)]
    if seen := values.get(DOUBTFUL_ROW):
        held.append(RowProblem(row_number, WHOLE_ROW, "整行", "", str(seen)))
    return replace(row, doubts=tuple(held), warnings=tuple(reading.warnings))


class _Reading:
    """The values of one row and what was found wrong with them so far."""

    def __init__(self, number: int, values: Mapping[str, Cell]) -> None:
        self.number = number
        self.values = {
            name: clean(cell, FIELDS[name].use, name) if name in FIELDS else cell for name, cell in values.items()
        }
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self.withheld: list[RowProblem] = []
        self.natural_person = False

    def cell(self, name: str) -> Cell:
        return self.values.get(name, "")

    def fault(self, name: str, reason: str) -> None:
        if not any(problem.field == name for problem in self.problems):  # what follows from a fault is no second one
            self.problems.append(self.problem(name, reason))

    def warn(self, name: str, reason: str) -> None:
        self.warnings.append(self.problem(name, reason))

    def withhold(self, name: str, reason: str) -> None:
        """Take the row in and keep it from the public until a person has looked; the report lists it."""
        self.withheld.append(self.problem(name, reason))
        self.warn(name, reason)

    def problem(self, name: str, reason: str) -> RowProblem:
        """Give the message about a column, with its value as it may be repeated."""
        column = FIELDS[name]
        value = shown(self.cell(name), column.use == "personal")
        if name == "CF_XDR_MC" and self.natural_person:
            value = identifiers.mask_name(value)
        return RowProblem(self.number, name, column.label, value, reason)

    def take(self, name: str, read: Callable[[Cell], _T], required: bool = False) -> _T | None:
        """Return what `read` makes of a cell; None with a fault where it cannot, or where a required one is empty."""
        try:
            value = read(self.cell(name))
        except BadValue as error:
            self.fault(name, str(error))
            return None
        if required and not value:
            self.fault(name, "未填写")
        return value

    def text(self, name: str, required: bool = False) -> str:
        """Return a text column, checked for length and stray characters, resident ID numbers in it masked."""
        if self.cell(name) == "" and not required:  # most columns of most rows
            return ""
        column = FIELDS[name]

        def read(cell: Cell) -> str:
            text = text_of(cell)
            if column.use in {"code", "personal"} or name == "CF_WSH":
                return checked(code_text(text), 64 if column.use == "code" else column.length, lines=False)
            return identifiers.without_personal_numbers(checked(text, column.length, lines=column.use == "text"))

        return self.take(name, read, required) or ""

    def uscc(self, name: str, required: bool = False) -> str:
        """Return a credit code, normalised; '' where it is empty or wrong."""
        text = self.text(name, required)
        if not text:
            return ""
        check = identifiers.check_uscc(text)
        if not check.ok:
            self.fault(name, check.reason)
            return ""
        if doubts.is_placeholder(check.code):
            self.fault(name, doubts.PLACEHOLDER)
            return ""
        for warning in check.warnings:
            self.warn(name, warning)
        return check.code


def _row(reading: _Reading, pack: RulePack, today: date) -> PenaltyRow | None:
    kind = _kind(reading)
    reading.natural_person = kind == "natural_person"
    decided, valid_until, publicity_end = _days(reading, today)
    fine, confiscated = _amount(reading, "CF_NR_FK"), _amount(reading, "CF_NR_WFFF")
    kinds = reading.take("CF_CFLB", lambda _: _kinds(reading, pack)) or Kinds((), (), ())
    for hint in kinds.hints:
        reading.warn("CF_CFLB", hint)
    if fine is None and any(label.strip() == "罚款" for label in kinds.names):
        reading.warn("CF_NR_FK", "处罚类别有罚款而未填金额，只能暂定失信程度，暂不按罚款公示")
    uscc, person, adult = _identity(reading, kind, decided, today)
    _standing(reading)
    name = reading.text("CF_XDR_MC", required=True)
    number = document_number(reading.text("CF_WSH", required=True))
    behaviour = _behaviour(reading)
    authority = reading.text("CF_CFJG", required=True)
    texts = {name: reading.text(name) for name in ("CF_FRDB", "CF_SY", "CF_YJ", "CF_NR", "CF_SJLY", "BZ")}
    authority_uscc, source_uscc = reading.uscc("CF_CFJGDM"), reading.uscc("CF_SJLYDM")
    simple = reading.take("CF_SYCX", is_simple)
    other = tuple((name, value) for name in _KEPT if (value := reading.text(name)))
    if reading.problems or kind is None or decided is None:
        return None
    return PenaltyRow(
        row=reading.number,
        kind=kind,
        name=name,
        uscc=uscc,
        id_number=person,
        minor=not adult,
        legal_representative=texts["CF_FRDB"],
        decision_number=number,
        decision_date=decided,
        behaviour=behaviour,
        facts=texts["CF_SY"],
        basis=texts["CF_YJ"],
        penalty_kinds=kinds.codes,
        penalty_labels=kinds.names,
        content=texts["CF_NR"],
        fine_wan=fine,
        confiscated_wan=confiscated,
        valid_until=valid_until,
        publicity_end=publicity_end,
        authority_name=authority,
        authority_uscc=authority_uscc,
        source_office=texts["CF_SJLY"],
        source_uscc=source_uscc,
        remark=texts["BZ"],
        other=other,
        warnings=tuple(reading.warnings),
        withheld=tuple(reading.withheld),
        simple=simple,
    )


def _standing(reading: _Reading) -> None:
    """当前状态 and 使用范围: a revoked penalty is refused; what is not plainly 正常 and 公示 is kept from the public."""
    status, scope = status_of(reading.text("CF_ZT")), scope_of(reading.text("CF_SYFW"))
    if status == "revoked":
        reading.fault("CF_ZT", REVOKED)
    for name, found, usual in (("CF_ZT", status, "normal"), ("CF_SYFW", scope, "public")):
        if found not in (usual, "revoked"):
            reading.withhold(
                name, WITHHELD.get(found, f"{FIELDS[name].label}的代码不认识，入库但不公示，请核对后决定是否公示")
            )
    for name in SHOWN:
        said = reading.text(name)
        if name == "SFCX" and says_revoked(said):
            reading.fault(name, REVOKED)
        elif not shows(name, said):
            reading.withhold(name, f"{FIELDS[name].label}一列写的是“{said}”，入库但不公示，请核对后决定是否公示")
    if words := remark_of(reading.text("BZ")):
        reading.withhold("BZ", f"备注写有“{words}”，入库但不公示，请核对后决定是否公示")


def _kind(reading: _Reading) -> SubjectKind | None:
    """Return the kind of subject as the row says; where it does not (the older layout never does), as its numbers say."""
    said = reading.text("CF_XDR_LB")
    if not said:
        code = identifiers.normalise(reading.text("CF_XDR_SHXYM"))
        if not code and reading.text("CF_XDR_ZJHM"):
            return "natural_person"
        return "sole_trader" if code.startswith("92") else "organisation"  # GB 32100: 92 is 工商、个体工商户
    if kind := kind_named(said):
        return kind
    reading.fault("CF_XDR_LB", f"应为{'、'.join(KIND_LABELS.values())}之一")
    return None


def _identity(
    reading: _Reading, kind: SubjectKind | None, decided: date | None, today: date
) -> tuple[str | None, str | None, bool]:
    """Credit code, ID number, and whether the subject is no minor. Organisations go by their code, persons by theirs."""
    if kind != "natural_person":
        return reading.uscc("CF_XDR_SHXYM", required=kind is not None) or None, None, True
    if reading.text("CF_XDR_SHXYM"):
        reading.fault("CF_XDR_SHXYM", "自然人没有统一社会信用代码；个体工商户请把类别改为个体工商户")
    number = identifiers.normalise(reading.text("CF_XDR_ZJHM", required=True))
    if not number:
        return None, None, False
    card = reading.text("CF_XDR_ZJLX")
    if _OF_RESIDENCE in card and (born := identifiers.birth_in(number, today)) is not None:
        return None, number, decided is not None and identifiers.is_adult(born, decided)
    if card not in _RESIDENT_CARDS:
        reading.warn("CF_XDR_ZJLX", "从该证件不能核对出生日期，按未成年人处理，不予公示，请人工核对")
        return None, number, False
    check = identifiers.check_person(number, today)
    if not check.ok or check.born is None:
        reading.fault("CF_XDR_ZJHM", check.reason)
        return None, None, False
    return None, number, decided is not None and identifiers.is_adult(check.born, decided)


def _days(reading: _Reading, today: date) -> tuple[date | None, date | None, date | None]:
    decided = reading.take("CF_JDRQ", day_of, required=True)
    valid_until, publicity_end = _end(reading, "CF_YXQ"), _end(reading, "CF_GSJZQ")
    if decided and not EARLIEST <= decided <= today:
        wrong = "晚于今天" if decided > today else f"过早（{EARLIEST.year} 年以前）"
        reading.fault("CF_JDRQ", f"决定日期 {decided} {wrong}，请核对")
        return None, valid_until, publicity_end
    for name, end in (("CF_YXQ", valid_until), ("CF_GSJZQ", publicity_end)):
        if decided and end and end <= decided:
            reading.fault(name, f"应晚于处罚决定日期 {decided}")
    return decided, valid_until, publicity_end


def _end(reading: _Reading, name: str) -> date | None:
    cell = reading.cell(name)
    if isinstance(cell, str) and is_lasting(cell):
        reading.warn(name, "长期有效或者只写期限，没有截止日期，按未填写处理，公示期按规则计算")
    end = reading.take(name, end_of)
    if name == "CF_GSJZQ" and end is not None and end.isoformat() in NEVER:
        reading.warn(name, f"{end} 表示长期，没有截止日期，按未填写处理，公示期按规则计算")
        return None
    return end


def _amount(reading: _Reading, name: str) -> Decimal | None:
    amount = reading.take(name, amount_of)
    if amount is not None and amount > _LOOKS_LIKE_YUAN:
        reading.warn(
            name, f"超过一亿元，是否误以元为单位？{plain_amount(amount)} 元应填 {plain_amount(amount / 10_000)}"
        )
    return amount


def _kinds(reading: _Reading, pack: RulePack) -> Kinds:
    joined = "、".join(filter(None, (reading.text("CF_CFLB", required=True), reading.text("CF_CFLB2"))))
    return kinds_of(joined, pack)


def _behaviour(reading: _Reading) -> str:
    """违法行为类型; in the older layout the case's name or the penalty's stands for it."""
    found = next((text for name in ("CF_WFXW", "CF_AJMC", "CF_CFMC") if (text := reading.text(name))), "")
    if not found:
        reading.fault("CF_WFXW", "未填写")
    return found
