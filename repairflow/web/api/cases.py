"""Cases over the API: list, show, trail, deadlines."""

from __future__ import annotations

from repairflow.casework import deadline_table
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.options import Option
from repairflow.casework.permissions import hidden_states, sees_inside
from repairflow.casework.queries.audit import case_events
from repairflow.casework.queries.cases import view as cases
from repairflow.casework.queries.cases.shown import dues_shown
from repairflow.casework.queries.cases.timeline import told_label, words_told
from repairflow.casework.queries.cases.turn import my_turn
from repairflow.law.deadlines.count import all_due
from repairflow.law.procedure.inner_steps import INNER_ACTION
from repairflow.law.procedure.model import Procedure
from repairflow.records.rows import OfficeRow
from repairflow.times import local_day
from repairflow.web.api.description import answers, api
from repairflow.web.api.schemas.cases import (
    CaseAnswer,
    CaseLineAnswer,
    CasesAnswer,
    ChoiceAnswer,
    DeadlineAnswer,
    DeadlinesAnswer,
    EventAnswer,
    EventsAnswer,
    GuardAnswer,
    InputAnswer,
    MaterialAnswer,
    OfficesAnswer,
    OptionAnswer,
    ProcedureAnswer,
    PushAnswer,
    RecordOfCase,
)
from repairflow.web.api.schemas.common import OfficeAnswer, SubjectAnswer
from repairflow.web.api.schemas.requests import CasesRequest
from repairflow.web.core.context import current


@api.validate(resp=answers(HTTP_200=CasesAnswer), operation_id="list_cases", tags=["cases"])
def list_cases(query: CasesRequest) -> CasesAnswer:
    """办件清单

    调用者可见的办件；按 next 翻页。
    """
    here = current()
    actor = here.actor
    with here.read() as tx:
        page = cases.listing(
            tx,
            here.law,
            actor,
            here.today,
            cases.Wanted(
                where=my_turn(here.law, actor) if query.mine else None,
                open_only=query.state == "open",
                procedure=query.procedure,
                search=query.search,
                after=query.after,
                size=query.limit,
                newest_first=query.order == "newest",
            ),
        )
    return CasesAnswer(items=[_line(line) for line in page.lines], next=page.next or None)


@api.validate(resp=answers(HTTP_200=CaseAnswer), operation_id="show_case", tags=["cases"])
def show_case(number: str) -> CaseAnswer:
    """一个办件

    所处环节、版本、有关单位，以及现在可以办什么、由谁办、还差什么。
    """
    here = current()
    with here.read() as tx:
        view = cases.view(tx, here.law, here.actor, number, here.now)
        return _case(view, inside=sees_inside(here.actor, view.case))


@api.validate(resp=answers(HTTP_200=EventsAnswer), operation_id="list_events", tags=["cases"])
def list_events(number: str) -> EventsAnswer:
    """办理留痕

    每一步的人员、时间、理由、依据和条件核对结果，以及链上的摘要。
    """
    here = current()
    actor = here.actor
    with here.read() as tx:
        case = cases.visible(tx, actor, number)
        hidden = hidden_states(actor, case, here.law.procedure(case.procedure, case.procedure_version))
        procedure = here.law.procedure(case.procedure, case.procedure_version)
        kept = [item for item in case_events.history(tx, here.law, case) if item.to_state not in hidden]
    inside = sees_inside(actor, case)
    return EventsAnswer(
        case=case.number, version=case.version, items=[_event(item, procedure, inside=inside) for item in kept]
    )


@api.validate(resp=answers(HTTP_200=DeadlinesAnswer), operation_id="list_deadlines", tags=["cases"])
def list_deadlines(number: str) -> DeadlinesAnswer:
    """期限

    每个期限怎样逐日算出。
    """
    here = current()
    now = here.now
    with here.read() as tx:
        case = cases.visible(tx, here.actor, number)
        at = situation(tx, here.law, case, local_day(now))
    hidden = hidden_states(here.actor, case, at.procedure)
    found = all_due(at.procedure, at.history, at.calendar, local_day(now))
    dues = dues_shown(found, hidden)
    return DeadlinesAnswer(
        case=case.number, items=[DeadlineAnswer.model_validate(deadline_table.describe(due, now)) for due in dues]
    )


def _line(line: cases.CaseLine) -> CaseLineAnswer:
    return CaseLineAnswer(
        number=line.number,
        procedure=line.procedure,
        state=line.state,
        state_label=line.state_label,
        outcome=line.outcome,
        subject=SubjectAnswer(name=line.subject_name, uscc=line.subject_code),
        record=line.record_number,
        document_number=line.document_number,
        filed_at=line.filed_at,
        closed_at=line.closed_at,
        due_day=line.due_day,
        days_left=line.days_left,
        materials=line.materials,
    )


def _case(view: cases.CaseView, *, inside: bool) -> CaseAnswer:
    case, procedure, record = view.case, view.at.procedure, view.record
    return CaseAnswer(
        number=case.number,
        version=case.version,
        procedure=ProcedureAnswer(
            name=procedure.procedure, version=procedure.version, label=procedure.label, pack=case.pack
        ),
        state=case.state,
        state_label=procedure.state[case.state].label,
        outcome=case.outcome,
        channel=case.channel,
        filed_at=case.filed_at,
        closed_at=case.closed_at,
        due_day=case.due_day,
        subject=SubjectAnswer(name=view.subject.name, uscc=view.subject.uscc),
        record=None
        if record is None
        else RecordOfCase(
            number=record.number,
            document_number=record.document_number,
            behaviour=record.behaviour,
            severity=record.severity,
            state=record.state,
        ),
        act=view.at.act.number if view.at.act is not None else None,
        offices=OfficesAnswer(
            receiving=_office(view.receiving), deciding=_office(view.deciding), provider=_office(view.provider)
        ),
        chain_head=case.chain_head,
        options=[_option(option, inside=inside) for option in view.options],
        materials=[
            MaterialAnswer(
                token=m.token,
                kind=m.kind,
                file_name=m.file_name,
                media_type=m.media_type,
                size=m.size,
                digest=m.digest,
                uploaded_at=m.uploaded_at,
            )
            for m in view.materials
        ],
        pushes=[
            PushAnswer(target=p.target_code, name=p.target_name, state=p.state, attempts=p.attempts, next_at=p.next_at)
            for p in view.pushes
        ],
    )


def _office(row: OfficeRow) -> OfficeAnswer:
    return OfficeAnswer(code=row.code, name=row.name)


def _option(option: Option, *, inside: bool) -> OptionAnswer:
    return OptionAnswer(
        action=option.name,
        label=option.label,
        roles=list(option.roles),
        mine=option.mine,
        open=option.open,
        obstacles=list(option.obstacles) if inside or option.mine else [],  # of others' steps they tell findings
        inputs=[
            InputAnswer(
                name=name,
                label=spec.label,
                kind=spec.kind,
                required=spec.required,
                choices=[ChoiceAnswer(code=c, label=g.label) for c, g in option.choices.get(name, {}).items()],
            )
            for name, spec in option.inputs.items()
        ],
        reason=option.reason,
        grounds=[ChoiceAnswer(code=code, label=ground.label) for code, ground in option.grounds.items()],
        materials=option.brings_materials,
        letter=option.letter,
        adverse=option.adverse,
    )


def _event(item: case_events.Kept, procedure: Procedure, *, inside: bool) -> EventAnswer:
    told = inside or words_told(procedure, item.action, item.role)
    return EventAnswer(
        seq=item.seq,
        action=item.action if told or item.action not in procedure.action else INNER_ACTION,
        label=item.label if told else told_label(procedure, item.action, item.label),
        at=item.at,
        actor=item.actor,
        role=item.role_label,
        from_state=item.from_state,
        to_state=item.to_state,
        reason=item.reason if told else "",
        ground=item.ground if told else "",
        basis=list(item.basis) if told else [],
        answers=[GuardAnswer(guard=a["guard"], ok=a["ok"], text=a["text"]) for a in item.answers] if told else [],
        # What officers write to one another (consultations, findings) is theirs until a letter says it.
        inputs=dict(item.inputs) if inside else None,
        letter=item.letter or None,
        digest=item.digest,
        prev=item.prev,
        position=item.position,
    )
