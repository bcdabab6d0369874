"""Filing and acting over the API: HTTP becomes a command and back; the rules are casework's."""

from __future__ import annotations

from flask import url_for

from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.commands import Command, Event, Filing
from repairflow.law.procedure.channels import PORTAL
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.cases import EventMade
from repairflow.web.api.schemas.requests import FilingRequest, Keyed, StepRequest
from repairflow.web.api.sending import sent
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


@api.validate(
    resp=answers(409, 413, 415, 429, HTTP_200=EventMade, HTTP_201=EventMade),
    operation_id="file_case",
    tags=["cases"],
)
def file_case(json: FilingRequest, headers: Keyed) -> tuple[EventMade, int, dict[str, str]]:
    """提出申请

    新建办件回答 201；同一请求编号再次提交回答 200 和同一办件。
    """
    actor = writer(current())
    filing = Filing(
        procedure=json.procedure,
        record=json.record,
        actor=actor,
        command_id=UNCLAIMED,
        inputs=json.inputs,
        materials=tuple(json.materials),
        channel=PORTAL if actor.kind == "agent" else json.channel,
        subject=json.subject,
        case=json.case,
        kind=json.kind,
        act=json.act,
    )
    event = change(filing, sent(headers))
    where = {"Location": url_for("api.show_case", number=event.case)}
    return _made(event), 200 if event.replayed else 201, where


@api.validate(resp=answers(409, 413, 415, 429, HTTP_200=EventMade), operation_id="take_action", tags=["cases"])
def take_action(number: str, action: str, json: StepRequest, headers: Keyed) -> EventMade:
    """办理一步

    expected_version 与办件现在的版本不同的回答 409，并给出 current_version。
    """
    command = Command(
        case=number,
        action=action,
        actor=writer(current()),
        command_id=UNCLAIMED,
        expected_version=json.expected_version,
        reason=json.reason,
        ground=json.ground,
        inputs=json.inputs,
        materials=tuple(json.materials),
    )
    return _made(change(command, sent(headers)))


def _made(event: Event) -> EventMade:
    return EventMade(
        case=event.case,
        version=event.version,
        seq=event.seq,
        action=event.action,
        from_state=event.from_state,
        to_state=event.to_state,
        at=event.at,
        digest=event.digest,
        letter=event.letter,
        replayed=event.replayed,
    )
