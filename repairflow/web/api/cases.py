"""Cases over the API: list, show, trail, deadlines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from repairflow import times
from repairflow.casework import deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.options import Option
from repairflow.casework.queries.audit import case_events
from repairflow.casework.queries.cases import view as cases
from repairflow.law.deadlines.count import all_due
from repairflow.times import local_day
from repairflow.web.api.context import Room, answers
from repairflow.web.api.schemas.cases import (
    AnswerTold,
    CaseLineTold,
    CasesTold,
    CaseTold,
    ChoiceTold,
    DeadlinesTold,
    DeadlineTold,
    EventsTold,
    EventTold,
    InputTold,
    MaterialTold,
    OfficesTold,
    OptionTold,
    ProcedureTold,
    PushTold,
    RecordOfCase,
)
from repairflow.web.api.schemas.common import OfficeTold, SubjectTold
from repairflow.web.api.schemas.requests import CasesAsked
from repairflow.web.core import access, sessions


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` lists and shows cases."""

    @door.get("/cases")
    @access.access(access.SIGNED_IN)
    @room.api.validate(resp=answers(HTTP_200=CasesTold), operation_id="list_cases", tags=["cases"])
    def list_cases(query: CasesAsked) -> CasesTold:
        """办件清单

        调用者可见的办件；按 next 翻页。
        """
        actor = sessions.current_actor()
        with room.db.read() as tx:
            page = cases.listing(
                tx,
                room.services.law,
                actor,
                times.today(),
                where=cases.my_turn(room.services.law, actor) if query.mine else None,
                open_only=query.state == "open",
                procedure=query.procedure,
                search=query.search,
                after=query.after,
                size=query.limit,
                newest_first=query.order == "newest",
            )
        return CasesTold(items=[_line(line) for line in page.lines], next=page.next or None)

    @door.get("/cases/<number>")
    @access.access(access.SIGNED_IN)
    @room.api.validate(resp=answers(HTTP_200=CaseTold), operation_id="show_case", tags=["cases"])
    def show_case(number: str) -> CaseTold:
        """一个办件

        所处环节、版本、有关单位，以及现在可以办什么、由谁办、还差什么。
        """
        with room.db.read() as tx:
            return _case(cases.view(tx, room.services.law, sessions.current_actor(), number, times.now()))

    @door.get("/cases/<number>/events")
    @access.access(access.SIGNED_IN)
    @room.api.validate(resp=answers(HTTP_200=EventsTold), operation_id="list_events", tags=["cases"])
    def list_events(number: str) -> EventsTold:
        """办理留痕

        每一步的人员、时间、理由、依据和条件核对结果，以及链上的摘要。
        """
        actor = sessions.current_actor()
        with room.db.read() as tx:
            case = cases.visible(tx, actor, number)
            kept = case_events.history(tx, room.services.law, case)
        return EventsTold(case=case.number, version=case.version, items=[_event(item, actor) for item in kept])

    @door.get("/cases/<number>/deadlines")
    @access.access(access.SIGNED_IN)
    @room.api.validate(resp=answers(HTTP_200=DeadlinesTold), operation_id="list_deadlines", tags=["cases"])
    def list_deadlines(number: str) -> DeadlinesTold:
        """期限

        每个期限怎样逐日算出。
        """
        now = times.now()
        with room.db.read() as tx:
            case = cases.visible(tx, sessions.current_actor(), number)
            at = situation(tx, room.services.law, case, local_day(now))
        dues = all_due(at.procedure, at.history, at.calendar, local_day(now))
        return DeadlinesTold(
            case=case.number, items=[DeadlineTold.model_validate(deadline_table.describe(due, now)) for due in dues]
        )


def _line(line: cases.CaseLine) -> CaseLineTold:
    return CaseLineTold(
        number=line.number,
        procedure=line.procedure,
        state=line.state,
        state_label=line.state_label,
        outcome=line.outcome,
        subject=SubjectTold(name=line.subject_name, uscc=line.subject_code),
        record=line.record_number,
        document_number=line.document_number,
        filed_at=line.filed_at,
        closed_at=line.closed_at,
        due_day=line.due_day,
        days_left=line.days_left,
        materials=line.materials,
    )


def _case(view: cases.CaseView) -> CaseTold:
    case, procedure, record = view.case, view.at.procedure, view.record
    return CaseTold(
        number=case.number,
        version=case.version,
        procedure=ProcedureTold(
            name=procedure.procedure, version=procedure.version, label=procedure.label, pack=case.pack
        ),
        state=case.state,
        state_label=procedure.state[case.state].label,
        outcome=case.outcome,
        channel=case.channel,
        filed_at=case.filed_at,
        closed_at=case.closed_at,
        due_day=case.due_day,
        subject=SubjectTold(name=view.subject.name, uscc=view.subject.uscc),
        record=None
        if record is None
        else RecordOfCase(
            number=record.number,
            document_number=record.document_number,
            behaviour=record.behaviour,
            severity=record.severity,
            state=record.state,
        ),
        offices=OfficesTold(
            receiving=_office(view.receiving), deciding=_office(view.deciding), provider=_office(view.provider)
        ),
        chain_head=case.chain_head,
        options=[_option(option) for option in view.options],
        materials=[
            MaterialTold(
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
            PushTold(target=p.target_code, name=p.target_name, state=p.state, attempts=p.attempts, next_at=p.next_at)
            for p in view.pushes
        ],
    )


def _office(row: Any) -> OfficeTold:
    return OfficeTold(code=row.code, name=row.name)


def _option(option: Option) -> OptionTold:
    return OptionTold(
        action=option.name,
        label=option.label,
        roles=list(option.roles),
        mine=option.mine,
        open=option.open,
        obstacles=list(option.obstacles),
        inputs=[
            InputTold(
                name=name,
                label=spec.label,
                kind=spec.kind,
                required=spec.required,
                choices=[ChoiceTold(code=c, label=g.label) for c, g in option.choices.get(name, {}).items()],
            )
            for name, spec in option.inputs.items()
        ],
        reason=option.reason,
        grounds=[ChoiceTold(code=code, label=ground.label) for code, ground in option.grounds.items()],
        materials=option.brings_materials,
        letter=option.letter,
        adverse=option.adverse,
    )


def _event(item: case_events.Kept, actor: Actor) -> EventTold:
    return EventTold(
        seq=item.seq,
        action=item.action,
        label=item.label,
        at=item.at,
        actor=item.actor,
        role=item.role_label,
        from_state=item.from_state,
        to_state=item.to_state,
        reason=item.reason,
        ground=item.ground,
        basis=list(item.basis),
        answers=[AnswerTold(guard=a["guard"], ok=a["ok"], text=a["text"]) for a in item.answers],
        # What officers write to one another (consultations, findings) is theirs until a letter says it.
        inputs=dict(item.inputs) if actor.kind == "staff" else None,
        letter=item.letter or None,
        digest=item.digest,
        prev=item.prev,
        position=item.position,
    )
