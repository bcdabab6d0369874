"""A penalty as delivered (行政处罚信息): the sound row, what makes it the same penalty again, and what is wrong with others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Literal

from repairflow.gateway.penalties.amounts import yuan_named
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.law.classing import Offence
from repairflow.law.document_keys import document_key
from repairflow.vault import digest

SubjectKind = Literal["organisation", "sole_trader", "natural_person"]
KIND_LABELS: Mapping[SubjectKind, str] = {
    "organisation": "法人及非法人组织",
    "sole_trader": "个体工商户",
    "natural_person": "自然人",
}


SIMPLE, ORDINARY = "简易程序", "普通程序"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One fault (or warning) of a row: `row` as the spreadsheet counts, the value as it may be repeated, the reason.

    `beside` is the number of the record here with which a person should compare it.
    """

    row: int
    field: str
    label: str
    shown: str
    reason: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class PenaltyKey:
    """What makes two rows the same penalty: the key of the decision's number (`law.document_keys`), so that no spelling
    escapes it, and its subject, by credit code or ID number."""

    document_key: str
    uscc: str | None
    id_number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PenaltyRow:
    """A sound row. Amounts are 万元 with six decimals; `penalty_kinds` are codes of the rule pack.

    `id_number` is set for natural persons alone; everything else is free of personal numbers. `minor` is True unless
    the document shows an adult on the day of the decision: what cannot be shown is not published.
    """

    row: int
    kind: SubjectKind
    name: str
    uscc: str | None
    id_number: str | None = field(repr=False)
    minor: bool
    legal_representative: str
    decision_number: str
    decision_date: date
    behaviour: str
    facts: str
    basis: str
    penalty_kinds: tuple[str, ...]
    penalty_labels: tuple[str, ...]
    content: str
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    valid_until: date | None
    publicity_end: date | None
    authority_name: str
    authority_uscc: str
    source_office: str
    source_uscc: str
    remark: str
    other: tuple[tuple[str, str], ...]
    warnings: tuple[RowProblem, ...]
    withheld: tuple[RowProblem, ...] = ()
    """Why the penalty is kept from the public, though taken in, until a person has looked (`penalty_status`)."""

    doubts: tuple[RowProblem, ...] = ()
    """What a person must settle before the row is taken in (`penalty_doubts`)."""

    simple: bool | None = None
    """Whether it was decided by simple procedure (简易程序); None where the delivery does not say."""

    def __reduce__(self) -> tuple[type[PenaltyRow], tuple[object, ...]]:
        # What dataclasses do by themselves asks for the fields anew for each row, and a file has 200,000.
        return PenaltyRow, _VALUES(self)

    @property
    def offence(self) -> Offence:
        """What its class follows from."""
        return offence_of(self.penalty_kinds, self.fine_wan, self.content, self.simple)

    @property
    def key(self) -> PenaltyKey:
        return PenaltyKey(document_key(self.decision_number), self.uscc, self.id_number)

    def canonical(self) -> dict[str, str]:
        """Return the row under the present layout's names, as text, empty values left out, without any person's number.

        Equal for equal content, whatever the file's encoding, layout, spelling of dates or order of columns.
        """
        values = {
            "CF_XDR_MC": self.name,
            "CF_XDR_LB": KIND_LABELS[self.kind],
            "CF_XDR_SHXYM": self.uscc or "",
            "CF_FRDB": self.legal_representative,
            "CF_WSH": self.decision_number,
            "CF_JDRQ": self.decision_date.isoformat(),
            "CF_WFXW": self.behaviour,
            "CF_SY": self.facts,
            "CF_YJ": self.basis,
            "CF_CFLB": "、".join(self.penalty_labels),
            "CF_NR": self.content,
            "CF_NR_FK": plain_amount(self.fine_wan),
            "CF_NR_WFFF": plain_amount(self.confiscated_wan),
            "CF_YXQ": self.valid_until.isoformat() if self.valid_until else "",
            "CF_GSJZQ": self.publicity_end.isoformat() if self.publicity_end else "",
            "CF_CFJG": self.authority_name,
            "CF_CFJGDM": self.authority_uscc,
            "CF_SJLY": self.source_office,
            "CF_SJLYDM": self.source_uscc,
            "BZ": self.remark,
            "CF_SYCX": {True: SIMPLE, False: ORDINARY, None: ""}[self.simple],
            **dict(self.other),
        }
        return {name: value for name, value in values.items() if value}

    def digest(self) -> str:
        """`sha256:<hex>` of the canonical form: the same for the same delivered content."""
        return digest(json.dumps(self.canonical(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


_VALUES = attrgetter(*(one.name for one in fields(PenaltyRow)))


def offence_of(kinds: Sequence[str], fine_wan: Decimal | None, content: str, simple: bool | None) -> Offence:
    """Return what the class of a penalty follows from. Where no amount stands in its column (the older layout has none), the only
    amount its content names is the fine's, unless something was confiscated too."""
    named = set(yuan_named(content)) if fine_wan is None else set[Decimal]()
    if len(named) == 1 and "fine" in kinds and not any("confiscate" in kind for kind in kinds):
        fine_wan = named.pop() / 10_000
    return Offence(tuple(kinds), float(fine_wan) if fine_wan is not None else None, simple)


@dataclass(frozen=True, slots=True)
class Standing:
    """A penalty that is here already: the forms it is known in (as delivered, and as it stands after corrections), as
    `PenaltyRow.canonical`; `annulled` where it was annulled and its number is free for the right one."""

    forms: tuple[Mapping[str, object], ...]
    annulled: bool = False


DECIDES = ("CF_JDRQ", "CF_CFLB", "CF_NR_FK", "CF_NR_WFFF", "CF_CFJG")
"""What a decision says: a row that differs from an annulled record in none of these is the annulled one again."""


NEVER = frozenset(("2099-12-31", "9999-12-31"))
"""Days by which systems say that an end never comes (长期)."""
_NOTHING_SINCE = {"CF_GSJZQ": NEVER, "CF_FRDB": frozenset("0")}
"""What an earlier version kept as delivered and this one takes for an empty cell."""


def changed_labels(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """Labels of the columns in which two canonical forms differ; another spelling of the decision's number is no
    difference."""
    same = document_key(str(before.get("CF_WSH", ""))) == document_key(str(after.get("CF_WSH", "")))
    return tuple(
        FIELDS[name].label
        for name in FIELDS
        if before.get(name) != after.get(name)
        and not (same and name == "CF_WSH")
        and not (name not in after and before.get(name) in _NOTHING_SINCE.get(name, ()))
    )


def plain_amount(amount: Decimal | None) -> str:
    """0.2 rather than 0.200000; '' for none."""
    if amount is None:
        return ""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
