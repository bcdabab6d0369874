"""Confirming own rules (确认本单位规则): the legal reviewer of an office, on a day, by a document; an event each time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.changes import ConfirmRules, WithdrawRules
from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.documents import own_list_kinds, own_rules
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text
from repairflow.errors import Forbidden, Invalid, Problem
from repairflow.law import confirmable_measures, confirmable_periods, own_rule_ranks
from repairflow.law.checks.report import RECORD
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.remedy import length
from repairflow.records import office, own_rule, person
from repairflow.times import local_day

ROLE = "legal_reviewer"
FIELDS: Mapping[str, str] = {"rules": "规则", "document": "所依据的文件", "document_day": "文件日期", "confirmed": "已确认的规则",
    "reason": "撤回的理由", "rank": "文件层级", "issuer": "制定机关", "issuer_level": "制定机关的级别", "document_number": "文号",
}  # fmt: skip
LONGEST = 300
ARTICLE = re.compile(r"第[^《》]{1,12}?(?:条|款|项|章|节|部分)|[一二三四五六七八九十]+、")
"""Where in a document a rule stands: letters cite the article, not the document alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule as the page of the legal reviewer lists it; empty words where it waits to be confirmed."""

    rule: Rule
    procedure: str
    action: str
    cites: tuple[str, ...]  # what nobody has read
    demanded: str = ""  # of which rank the document must be, in words; empty where any will do
    document: str = ""
    rank: str = ""
    document_day: date | None = None
    by: str = ""
    at: datetime | None = None


def offices_of(actor: Actor) -> list[int]:
    """Return the offices whose rules this actor confirms."""
    return sorted({office_id for role, office_id in actor.roles if role == ROLE and office_id is not None})


def of_reviewer(tx: Connection, actor: Actor) -> list[tuple[int, str]]:
    """Id and name of each office whose rules this actor confirms."""
    rows = tx.execute(
        select(office.c.id, office.c.name).where(office.c.id.in_(offices_of(actor))).order_by(office.c.id)
    )
    return [(row.id, row.name) for row in rows]


def shown(tx: Connection, law: Library, office_id: int) -> list[Shown]:
    """Return every rule there is to confirm, those that wait first."""
    rows = tx.execute(
        select(own_rule, person.c.name.label("by"))
        .join(person, person.c.id == own_rule.c.person_id)
        .where(own_rule.c.office_id == office_id)
    )
    known = {Rule(row.procedure, row.version, row.action): row for row in rows}
    found = []
    for waiting in (
        *_steps(law),
        *_effects(law),
        *_limits(law),
        *_remedies(law),
        *_list_kinds(law),
        *_measures(law),
        *_periods(law),
        *_grounds(law),
    ):
        if (row := known.get(waiting.rule)) is not None:
            waiting = replace(
                waiting, document=row.document, document_day=row.document_day, by=row.by, at=row.confirmed_at,
                rank=own_rule_ranks.RANKS.get(row.rank, ""),
            )  # fmt: skip
        found.append(waiting)
    return sorted(found, key=lambda one: (one.document != "", one.rule))


def _steps(law: Library) -> Iterator[Shown]:
    """Yield the steps there are to confirm, with what nobody has read."""
    for procedure, name, action in own_rules.to_confirm(law):
        rule = Rule(procedure.procedure, procedure.version, name)
        sources = [procedure.basis, *(pack.basis for pack in law.packs.values())]
        named = [next((one[basis].citation for one in sources if basis in one), "") for basis in action.basis]
        cites = tuple(dict.fromkeys(one for one in named if one))
        ranks = own_rule_ranks.in_words(own_rules.demanded(law, rule))
        yield Shown(rule, f"{procedure.label}（{procedure.version}）", action.label, cites, ranks)


def _effects(law: Library) -> Iterator[Shown]:
    """Yield the effects there are to confirm: until then the step is taken without them."""
    life = law.newest[RECORD].action
    for procedure, name, effect in own_rules.effects_to_confirm(law):
        action, rule = procedure.action[name], Rule(procedure.procedure, procedure.version, f"{name}.{effect}")
        known = {**law.statutes, **procedure.basis}
        cites = tuple(known[one].citation for one in action.effect_basis[effect] if one in known)
        label = f"“{action.label}”的效果“{life[effect].label}”"
        ranks = own_rule_ranks.in_words(own_rules.demanded(law, rule))
        yield Shown(rule, f"{procedure.label}（{procedure.version}）", label, cites, ranks)


def _limits(law: Library) -> Iterator[Shown]:
    """Yield the limits there are to confirm: letters promise no day by them before."""
    for procedure, name, clock in own_rules.limits_to_confirm(law):
        rule, known = (
            Rule(procedure.procedure, procedure.version, own_rules.of_limit(name)),
            {**law.statutes, **procedure.basis},
        )
        cites = tuple(known[one].citation for one in clock.basis if one in known)
        label = f"“{clock.label}”{length(clock.days)}，写入文书"
        yield Shown(rule, f"{procedure.label}（{procedure.version}）", label, cites)


def _remedies(law: Library) -> Iterator[Shown]:
    """Yield the remedies there are to confirm: letters tell none of them before."""
    for rule, label, cites in own_rules.remedies_to_confirm(law):
        yield Shown(rule, "救济途径", f"{label}，写入文书", cites)


def _list_kinds(law: Library) -> Iterator[Shown]:
    """Yield the kinds of lists there are to confirm: nobody is put on one before."""
    ranks = own_rule_ranks.in_words(own_rule_ranks.LISTING)
    for name, label, cites in own_list_kinds.to_confirm(law):
        yield Shown(Rule(*name), "名单种类", label, cites, ranks)


def _measures(law: Library) -> Iterator[Shown]:
    """Yield the measures there are to confirm: no letter names one before."""
    for one in confirmable_measures.every(law):
        ranks = own_rule_ranks.SOURCES.get(one.least) or own_rule_ranks.in_words(own_rule_ranks.LISTING)
        yield Shown(Rule(*one.key), "惩戒措施", f"{one.label}，写入文书", one.cites, ranks)


def _periods(law: Library) -> Iterator[Shown]:
    """Yield the publicity periods, terms of lists and conditions of repair there are to confirm: letters name none of them before."""
    for one in confirmable_periods.every(law):
        rule = Rule(*one.key)
        ranks = own_rule_ranks.in_words(own_rules.demanded(law, rule))
        yield Shown(rule, "期限和条件", f"{one.label}，写入文书", one.cites, ranks)


def _grounds(law: Library) -> Iterator[Shown]:
    """Yield the grounds there are to confirm."""
    for one in own_rules.grounds_to_confirm(law):
        yield Shown(one.rule, one.list_label, f"事由“{one.label}”", one.cites)


def confirm(tx: Connection, law: Library, given: ConfirmRules, now: datetime) -> int:
    """Ensure that the office rests these actions on its own document and the trail says who confirmed it; gives how many
    were not confirmed before. Forbidden to all but the legal reviewer of that office; Invalid naming what does not fit."""
    by, rules = given.actor, [Rule(*rule) for rule in given.rules]
    if given.office_id not in offices_of(by):
        raise Forbidden("本单位规则由本单位的法制审核人员确认。")
    alone(tx, own_rule)
    document = _checked(law, given, now)
    known = own_rules.confirmed(tx, law, given.office_id)
    fresh = [rule for rule in dict.fromkeys(rules) if rule not in known]
    if not fresh:
        return 0
    of_document = {
        "document": document, "document_day": given.document_day, "note": given.note.strip(), "rank": given.rank,
        "issuer": given.issuer.strip(), "issuer_level": given.issuer_level, "document_number": given.document_number.strip(),
    }  # fmt: skip
    fields = {**of_document, "office_id": given.office_id, "person_id": by.id, "confirmed_at": now}
    for rule in fresh:  # one confirmed by a document that does not carry it gives way
        mine = [own_rule.c[name] == value for name, value in rule._asdict().items()]
        tx.execute(delete(own_rule).where(own_rule.c.office_id == given.office_id, *mine))
    tx.execute(insert(own_rule), [{**fields, **rule._asdict()} for rule in fresh])
    code = tx.execute(select(office.c.code).where(office.c.id == given.office_id)).scalar_one()
    content = {"rules": ["/".join(rule) for rule in fresh], **of_document}
    events.note(tx, f"office/{code}", EventName.CONFIRM_RULE, by, ROLE, now, content)
    return len(fresh)


def withdraw(tx: Connection, given: WithdrawRules, now: datetime) -> int:
    """Ensure that these actions of the office issue no letter until somebody confirms them again, and the trail says who took
    the confirmation back, why, and on which documents it rested; gives how many were confirmed. Letters already issued stay.

    Forbidden to all but the legal reviewer of that office; Invalid without a rule or a reason.
    """
    by, office_id, rules = given.actor, given.office_id, [Rule(*rule) for rule in given.rules]
    if office_id not in offices_of(by):
        raise Forbidden("本单位规则由本单位的法制审核人员确认和撤回。")
    alone(tx, own_rule)
    faults = Faults(FIELDS)
    if not rules:
        faults.add("confirmed", "请至少选择一项已经确认的规则")
    reason = faults.text("reason", given.reason, LONGEST)
    faults.stop("没有撤回，请按提示修改。")
    rows = tx.execute(select(own_rule).where(own_rule.c.office_id == office_id))
    known = {Rule(row.procedure, row.version, row.action): row.document for row in rows}
    standing = {rule: known[rule] for rule in dict.fromkeys(rules) if rule in known}
    if not standing:
        return 0
    for rule in standing:
        mine = [own_rule.c[name] == value for name, value in rule._asdict().items()]
        tx.execute(delete(own_rule).where(own_rule.c.office_id == office_id, *mine))
    code = tx.execute(select(office.c.code).where(office.c.id == office_id)).scalar_one()
    content = {"rules": {"/".join(rule): document for rule, document in standing.items()}, "reason": reason}
    events.note(tx, f"office/{code}", EventName.WITHDRAW_RULE, by, ROLE, now, content)
    return len(standing)


def _checked(law: Library, given: ConfirmRules, now: datetime) -> str:
    faults = Faults(FIELDS)
    known = set(own_rules.rules_to_confirm(law))
    if not given.rules:
        faults.add("rules", "请至少选择一项")
    elif not set(given.rules) <= known:
        faults.add("rules", "有的规则不在待确认之列，请刷新页面后重新选择")
    document = faults.text("document", given.document, LONGEST)
    if document and "《" not in document:
        faults.add("document", "请写文件全称并加书名号，如 《云溪县信用修复工作规则》第五条")
    elif document and not ARTICLE.search(document.rpartition("》")[2]):
        faults.add("document", "没有写明条款：文书引用本单位规则须写明第几条，如 《云溪县信用修复工作规则》第五条")
    if given.document_day > local_day(now):
        faults.add("document_day", "不能晚于今天")
    _ranked(law, given, document, faults)
    faults.stop("没有确认，请按提示修改。")
    try:
        plain_text(given.note, LONGEST)
    except ValueError as wrong:
        raise Invalid("没有确认，请按提示修改。", [Problem("note", f"{wrong}")]) from wrong
    return document


def _ranked(law: Library, given: ConfirmRules, document: str, faults: Faults) -> None:
    """Add what is wrong with the rank of the document: an office's own rule stands beside the law, never for it."""
    rank = faults.choice("rank", given.rank, own_rule_ranks.RANKS)
    level = faults.choice("issuer_level", given.issuer_level, own_rule_ranks.LEVELS)
    issuer = faults.text("issuer", given.issuer, 100)
    number = faults.text("document_number", given.document_number, 100)
    if number and (fault := own_rule_ranks.number_fault(number)) is not None:
        faults.add("document_number", fault)
    wrong = [own_rule_ranks.rank_fault(rank, level), own_rule_ranks.title_fault(rank, document)]
    if not any(wrong) and issuer and number and level:
        wrong.append(own_rule_ranks.origin_fault(rank, level, document, issuer, number))
    for fault in filter(None, wrong):
        faults.add("rank", f"：{fault}")
    lacking: dict[str, list[str]] = {}
    least, chosen = confirmable_measures.least_sources(law), {Rule(*rule) for rule in given.rules}
    for shown in (*_steps(law), *_effects(law), *_list_kinds(law), *_measures(law), *_periods(law)):
        low = least.get(shown.rule, "")
        fits = own_rule_ranks.carries(low, rank, level) if low else rank in own_rules.demanded(law, shown.rule)
        if shown.rule in chosen and not fits:
            lacking.setdefault(shown.demanded, []).append(f"{shown.procedure}：{shown.action}")
    for ranks, steps in lacking.items():
        text = f"：{'；'.join(steps)} 减损当事人的权益或者增加其义务，须以{ranks}的条款为依据，更低的、本单位的不能代替"
        faults.add("rank", text)
