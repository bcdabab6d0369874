"""Filing and acting over the API: HTTP becomes a command and back; the rules are casework's."""

from __future__ import annotations

from flask import request, url_for
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import claims
from repairflow.casework.actor import Actor
from repairflow.casework.cases.filing import file
from repairflow.casework.cases.transition import perform
from repairflow.casework.command_ids import CommandId, Entry
from repairflow.casework.commands import Command, Event, Filing
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.cases import EventMade
from repairflow.web.api.schemas.requests import FilingRequest, Keyed, StepRequest
from repairflow.web.core.context import RequestContext, current


@api.validate(
    resp=answers(409, 413, 415, 429, HTTP_200=EventMade, HTTP_201=EventMade),
    operation_id="file_case",
    tags=["cases"],
)
def file_case(json: FilingRequest, headers: Keyed) -> tuple[EventMade, int, dict[str, str]]:
    """提出申请

    新建办件回答 201；同一请求编号再次提交回答 200 和同一办件。
    """
    here = current()
    actor = writer(here)
    with here.begin() as tx:
        filing = Filing(
            procedure=json.procedure,
            record=json.record,
            actor=actor,
            command_id=_claimed(tx, here, actor, headers),
            inputs=json.inputs,
            materials=tuple(json.materials),
            channel="portal" if actor.kind == "agent" else json.channel,
            subject=json.subject,
            case=json.case,
            kind=json.kind,
        )
        event = file(tx, here.services, filing, times.now())
    where = {"Location": url_for("api.show_case", number=event.case)}
    return _made(event), 200 if event.replayed else 201, where


@api.validate(resp=answers(409, 413, 415, 429, HTTP_200=EventMade), operation_id="take_action", tags=["cases"])
def take_action(number: str, action: str, json: StepRequest, headers: Keyed) -> EventMade:
    """办理一步

    expected_version 与办件现在的版本不同的回答 409，并给出 current_version。
    """
    here = current()
    actor = writer(here)
    with here.begin() as tx:
        event = perform(
            tx,
            here.services,
            Command(
                case=number,
                action=action,
                actor=actor,
                command_id=_claimed(tx, here, actor, headers),
                expected_version=json.expected_version,
                reason=json.reason,
                ground=json.ground,
                inputs=json.inputs,
                materials=tuple(json.materials),
            ),
            times.now(),
        )
    return _made(event)


def _claimed(tx: Connection, here: RequestContext, actor: Actor, headers: Keyed) -> CommandId:
    """The id of this request's command; Conflict when its key came before with another address or body."""
    said = [request.path, request.get_json()]
    return claims.take(tx, here.services, actor, Entry.API, headers.key, said, times.now())


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
