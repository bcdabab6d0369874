"""How letters leave an office ([letters]): each kind is one that a step writes, and each addressee can be found."""

from __future__ import annotations

from repairflow.law.checks.report import Report
from repairflow.law.letter_kinds import DECIDE, OFFICIAL, SAYS, SAYS_LABEL, SHIPPED, form_of, must_be_served
from repairflow.law.procedure.letter_form import LetterForm
from repairflow.law.procedure.model import Procedure
from repairflow.law.remedies_of_acts import contests, may_burden


def check(report: Report) -> None:
    """Letters declared that nobody writes, and letters to an office that nobody names."""
    p = report.procedure
    writing = steps_by_kind(p)
    for kind in p.letters:
        if kind not in writing:
            known = "、".join(sorted(writing)) or "无"
            text = f"[letters] 中的“{kind}”没有动作出具；请核对种类，本程序出具的有：{known}"
            report.find("letter_form_unused", ("letters", kind), text)
    for kind, steps in writing.items():
        form = form_of(p, kind)
        for name in steps:
            if form.to == "receiver" and (name is None or "to_office" not in p.action[name].inputs):
                what = report.action(name) if name is not None else "提出申请"
                text = f"{what}的文书“{kind}”送给接收单位，但没有询问 to_office；请在 inputs 中加上，或者改 [letters] 的 to"
                report.find("letter_form_receiver", ("letters", kind), text)
        if "about" in form.copies and not p.confidential:
            text = f"“{kind}”抄送 about（被反映的单位），但本程序没有写 confidential = true，当事人自己就是受文者；请改为 subject 或者删去"
            report.find("letter_form_about", ("letters", kind), text)
        if form.to != "subject" and SAYS.get(kind) in DECIDE:
            text = f"“{kind}”是对当事人的决定，不能只送给别的单位；请把 [letters] 的 to 改为 subject"
            report.find("letter_form_decision", ("letters", kind), text)
        elif form.to not in {"subject", OFFICIAL.get(kind, LetterForm()).to} and kind in SHIPPED:
            text = f"“{kind}”是写给当事人的文书（{SAYS_LABEL[SAYS[kind]]}），却送给别的单位，当事人收不到"
            text += "；请把 [letters] 的 to 改为 subject"
            report.find("letter_form_decision", ("letters", kind), text)
        _served(report, kind, steps)


def _served(report: Report, kind: str, steps: list[str | None]) -> None:
    """Check that a letter that tells a remedy is served: the remedy is counted from the day after service, and only a letter that has to be
    served is called to mind where nobody recorded it."""
    p = report.procedure
    if form_of(p, kind).to != "subject" or must_be_served(p, kind):
        return
    for name in steps:
        if name is not None and (any(map(contests, p.action[name].remedy)) or may_burden(p.action[name])):
            text = f"{report.action(name)}的文书“{kind}”告知复核、复议或者诉讼，期限自送达起算，却不须送达，没有送达的不会提醒；"
            text += "请在 [letters] 中写 served = true"
            report.find("remedy_unserved", ("action", name), text)


def steps_by_kind(p: Procedure) -> dict[str, list[str | None]]:
    """By kind of letter, the steps that write it; None for the filing."""
    found: dict[str, list[str | None]] = {}
    for name, action in p.action.items():
        if action.letter is not None:
            found.setdefault(action.letter, []).append(name)
    if p.filing_letter is not None:
        found.setdefault(p.filing_letter, []).append(None)
    return found
