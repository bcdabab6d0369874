"""What a subject sees begins with what is served on it: drafts between offices are declared `internal`, state by state."""

from __future__ import annotations

from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import SUBJECT_ROLES


def check(report: Report) -> None:
    """Drafts of which nobody says whether the subject sees them, and states hidden from a subject that has a part in them."""
    p = report.procedure
    if report.is_record:
        return
    if p.initial in p.state and _begun_by_offices(report) and p.state[p.initial].internal is None:
        report.add("draft_shown", ("state", p.initial), what=report.state(p.initial))
    for name, action in p.action.items():
        for state in action.from_:
            if state in p.internal_states:
                _step(report, name, action, state)
    for name, clock in p.clock.items():
        if clock.owner in SUBJECT_ROLES:
            for state in p.internal_states.intersection(clock.runs_in):
                report.add("hidden_limit", ("clock", name), what=report.clock(name), state=report.state(state))
    for name, action in p.action.items():
        back = [state for state in action.from_ if state in p.state and state not in p.internal_states]
        if action.to in p.internal_states and back:
            words = {"what": report.action(name), "states": report.states(back), "state": report.state(str(action.to))}
            report.add("hidden_again", ("action", name, "to"), **words)


def _begun_by_offices(report: Report) -> bool:
    """Return an officer opens it of the office's own motion; a case that another one opens only carries that one out."""
    p = report.procedure
    return bool(p.filed_by) and not p.confidential and SUBJECT_ROLES.isdisjoint(p.filed_by)


def _step(report: Report, name: str, action: Action, state: str) -> None:
    p, at = report.procedure, ("action", name)
    words = {"what": report.action(name), "state": report.state(state)}
    if not SUBJECT_ROLES.isdisjoint(action.by):
        report.add("hidden_step", at, **words)
    stays = (action.to or state) in p.internal_states
    form = p.letters.get(action.letter or "")
    if stays and action.letter is not None and (form is None or form.to == "subject"):
        report.add("hidden_letter", at, letter=action.letter, **words)
