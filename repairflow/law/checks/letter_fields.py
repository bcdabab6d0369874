"""Letters have all their values: a form on every way to the step requires them, or they are computed there."""

from __future__ import annotations

from repairflow.law.checks.decisions import LASTING
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import always_before, before
from repairflow.law.procedure.model import Action, Input, Procedure

ALWAYS = frozenset({
    "subject_name", "subject_code", "case_number", "filed_day", "contact", "outcome_label", "accepted_day", "questions",
    "procedure_label", "application", "remedy_paragraphs", "we", "you", "office_name",
})  # fmt: skip
"""Words every letter of a case can say."""
OF_RECORD = frozenset({
    "record_by", "record_document", "record_information", "record_class", "record_class_reason",
    "record_document_number", "record_office", "record_date", "record_behaviour", "masked_records",
    "apply_from", "min_until", "max_until",
})  # fmt: skip
OF_FIRST = frozenset({
    "original_document", "original_number", "original_day", "original_office", "original_case", "new_period", "bar_until",
})  # fmt: skip
OF_LIST = frozenset({"list_label", "listed_day", "removal_conditions", "measures", "max_until", "min_until"})
OF_ENTRIES = frozenset({"list_removal", "revocation"})
"""Procedures about a record that is an entry of a list."""
OF_MEASURE = frozenset({"measure_label", "provider_name", "cease_day"})
DECIDED_ELSEWHERE = frozenset({"centre", "decided", "decided_in", "decided_on", "decided_office"})
OF_EFFECTS = frozenset({"effects", "cease_day", "targets"})
DUE = frozenset({"due_day", "due_clock_label", "due_explain", "reply_due_day"})
COUNTED = ("acceptance", "handling", "self_check", "source_check")
"""Clocks a letter may tell the end of when its own step begins none."""
REASON_IS_FINDING = frozenset({"rectification_verdict", "annulment_decision"})
OWN_REASON = frozenset({"commitment_breached"})
LABELS = {
    "reason": "理由", "ground_label": "事由", "statement_due_day": "陈述申辩期限", "hearing_note": "听取意见情况",
    "supplement_due_day": "补正期限届满日", "conditions": "逐项核查结果", "finding": "核查意见", "due_day": "届满日",
    "new_due_day": "延长后的届满日", "receiving_office": "受移送单位", "consequence": "逾期后果",
    "proposed": "拟作出的决定", "supplement_time": "补正期限", "statement_time": "陈述申辩期限", "rectification_time": "整改期限",
    "report_time": "报送期限",
}  # fmt: skip


def check(report: Report) -> None:
    """Find required words of letters that no case could give."""
    p = report.procedure
    if p.filing_letter is not None and p.initial in p.state:
        _letter(report, p.filing_letter, None, ("filing_letter",), "提出申请")
    for name, action in p.action.items():
        if action.letter is not None:
            _letter(report, action.letter, name, ("action", name, "letter"), report.action(name))


def _letter(report: Report, kind: str, name: str | None, at: tuple[str, ...], what: str) -> None:
    _sealed(report, kind, at, what)
    for word in sorted(report.names.fields.get(kind, ())):
        if not _given(report, word, kind, name):
            called = f"“{LABELS[word]}”（{word}）" if word in LABELS else f"“{word}”"
            text = f"{what}的文书“{kind}”必须写明{called}，但到这一步并非每条路上都问过或者算得出来"
            text += "；请在此前必经的动作或者本动作的 inputs 中加上"
            report.find("letter_field", at, text, letter=kind)


def _sealed(report: Report, kind: str, at: tuple[str, ...], what: str) -> None:
    """Check that what lies sealed is printed in no letter: whoever writes or reads it would learn who turned to the office."""
    p = report.procedure
    forms = (p.inputs, *(action.inputs for action in p.action.values()))
    sealed = {word: item.label for form in forms for word, item in form.items() if item.vaulted}
    for word in sorted(
        sealed.keys() & (report.names.fields.get(kind, frozenset()) | report.names.prints.get(kind, frozenset()))
    ):
        text = f"{what}的文书“{kind}”要印“{sealed[word]}”（{word}），该填写项却是密封的，拟稿的人看不到，也不得写进文书"
        report.find("letter_sealed", at, f"{text}；请从文书模板中删去", letter=kind)


def _given(report: Report, word: str, kind: str, name: str | None) -> bool:
    p = report.procedure
    action = p.action[name] if name is not None else None
    if word in ALWAYS or _requires(p, word, name):
        return True
    if word in OF_RECORD and p.subject != "subject":
        return True
    if word in OF_FIRST and p.subject == "case":
        return True
    if (word in OF_LIST or word == "original_number") and _listed(p):
        return True
    if word in OF_MEASURE and _requires(p, "measure", name):
        return True
    if word == "interview_kind":
        return bool(p.kinds)
    if word in DECIDED_ELSEWHERE:  # the steps of these letters are made with the rule that another office decides
        return p.decided_by is not None
    if word == "legal_bases":
        return action is None or bool(action.basis)
    return _computed(report, word, kind, name, action) if action is not None and name is not None else _filed(p, word)


def _filed(p: Procedure, word: str) -> bool:
    """Return what a receipt can compute: the limit that begins with the filing."""
    return word in DUE and any(p.initial in clock.runs_in for clock in p.clock.values())


def _computed(report: Report, word: str, kind: str, name: str, action: Action) -> bool:
    p = report.procedure
    here = action.to or (action.from_[0] if action.from_ else "")
    running = {clock for clock, spec in p.clock.items() if here in spec.runs_in}
    effects = bool((LASTING | {"mask_record", "unmask_record"}) & set(action.effects))
    served = {n for n in p.action if n == "serve_notice"}
    present = {
        "reason": bool(action.reason) or kind in OWN_REASON,
        "ground_label": action.reason == "code" or "ground" in p.inputs or kind == "removal_decision",
        "gaps": bool(action.reason) or _requires(p, "gaps", name),
        "conditions": _requires(p, "conditions", name),
        "finding": kind in REASON_IS_FINDING,
        "new_due_day": action.extends is not None,
        "supplement_due_day": "supplement" in p.clock and ("supplement" in running or _paused(p, action)),
        "statement_due_day": "statement" in running,
        "supplement_time": "supplement" in running,
        "statement_time": "statement" in running,
        "rectification_time": "rectification" in running,
        "report_time": "report" in running,
        "hearing_note": bool(served) and all(always_before(p, served, state) for state in action.from_),
        "receiving_office": "to_office" in action.inputs,
        "consequence": any(
            f"{p.procedure}_{name}" in pack.lists.get("consequences", {}) for pack in report.names.packs_for(p)
        ),
        "proposed": any(
            f"{p.procedure}_{name}" in pack.lists.get("proposals", {}) for pack in report.names.packs_for(p)
        ),
        "corrections": "corrections" in action.inputs,
        "original_number": kind == "rectification_verdict" and _wrote(p, "rectification_order", action),
    }
    if word in OF_EFFECTS:
        return effects
    if word in DUE:
        return action.extends is not None or bool(running - _ran(p, action)) or bool(running & set(COUNTED))
    return present.get(word, False)


def _paused(p: Procedure, action: Action) -> bool:
    """Tell whether the step leaves a state where the supplement was waited for."""
    return bool(set(action.from_) & set(p.clock["supplement"].runs_in))


def _ran(p: Procedure, action: Action) -> set[str]:
    """Clocks that ran before the step on every way to it."""
    return {name for name, clock in p.clock.items() if set(action.from_) <= {*clock.runs_in, *clock.pauses_in}}


def _listed(p: Procedure) -> bool:
    return "list_kind" in p.inputs or (p.subject in {"record", "case"} and p.procedure in OF_ENTRIES)


def _wrote(p: Procedure, kind: str, action: Action) -> bool:
    """Tell whether a letter of this kind was written on every way to the step."""
    writing = {name for name, other in p.action.items() if other.letter == kind}
    return bool(writing) and all(always_before(p, writing, state) for state in action.from_)


def _requires(p: Procedure, word: str, name: str | None) -> bool:
    """Tell whether a form that lies on every way to the step requires an answer under this name."""
    if word in p.inputs and p.inputs[word].required:
        return True
    if name is None:
        return False
    action = p.action[name]
    if word in action.inputs and _always(action.inputs[word]):
        return True
    requiring = {
        other for other, spec in p.action.items()
        if word in spec.inputs and _always(spec.inputs[word]) and other in before(p)[name]
    }  # fmt: skip
    return bool(requiring) and all(always_before(p, requiring, state) for state in action.from_)


def _always(item: Input) -> bool:
    """Tell whether no case passes the form without an answer."""
    return item.required and not item.after
