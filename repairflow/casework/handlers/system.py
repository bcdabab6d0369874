"""What the program does by itself: what falls due, what comes back from outside, what is looked at every night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from repairflow.casework import kept_figures
from repairflow.casework.admin import credential_links, exchange_keys, forgotten_password, tokens, upgrade
from repairflow.casework.cases import (
    deadline_firing,
    deadline_recount,
    giving_out,
    honour_expiry,
    list_expiry,
    receipts,
    supervision,
    transition,
)
from repairflow.casework.changes import Change, system
from repairflow.casework.context import Services
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.service import arrival, unserved
from repairflow.casework.handlers import inquiry_runs, lists
from repairflow.casework.handlers.base import Handler, Table
from repairflow.casework.outbound import (
    act_pushes,
    discrepancies,
    holds,
    page_captures,
    page_looks,
    platform_answers,
    public_changes,
)
from repairflow.errors import Forbidden

Carry = Callable[[Connection, Services, Any, datetime], object]  # Any: the command it stands beside


def by_the_system(carry: Carry) -> Handler:
    """Return the handler of a command that no person may send. It raises Forbidden for a person."""

    def handler(tx: Connection, services: Services, given: Change, now: datetime) -> object:
        if given.actor.kind != "system":
            raise Forbidden("这项操作由系统自行办理。")
        return carry(tx, services, given, now)

    return handler


def _await(tx: Connection, services: Services, given: system.TakeAwaitedStep, now: datetime) -> object:
    return transition.try_system(tx, services, given.case, given.awaited, given.command_id, now)


_CARRIED: Table = {
    system.GiveOut: lambda tx, at, _, now: giving_out.give_out(tx, at.law, now),
    system.KeepExchangeKeys: lambda tx, at, given, now: exchange_keys.keep(tx, at.vault, given.actor, now),
    system.KeepFigures: lambda tx, _, given, now: kept_figures.keep(tx, given.figures, now),
    system.PlacePublicChanges: lambda tx, _, given, now: public_changes.place(tx),
    system.FireDeadline: lambda tx, at, given, now: deadline_firing.fire(tx, at, given.deadline, now),
    system.TakeAwaitedStep: _await,
    system.AcknowledgePush: lambda tx, at, given, now: receipts.receive(tx, at, given.push, given.receipt, now),
    system.NoteDecline: lambda tx, _, given, now: receipts.decline(tx, given.push, given.error, now),
    system.NoteUndecided: lambda tx, _, given, now: receipts.leave_undecided(tx, given.push, given.error, now),
    system.GiveUpPush: lambda tx, _, given, now: receipts.give_up(tx, given.push, given.error, now),
    system.HoldTarget: lambda tx, _, given, now: holds.hold(tx, given.target, given.why, now),
    system.ReportDifferences: lambda tx, _, given, now: discrepancies.report_differences(
        tx, given.target, given.differences, now
    ),
    system.KeepLetterWaiting: lambda tx, _, given, now: rendering_job.waits(tx, given.letter, given.error, now),
    system.RetryUnmadeLetters: lambda tx, _, given, now: rendering_job.wake(tx, now),
    system.ServeOnArrival: lambda tx, at, given, now: arrival.arrive(tx, at, given.letter, now),
    system.AnswerPasswordAsked: lambda tx, at, given, now: forgotten_password.answer(tx, at.vault, given.login, now),
    system.NoteLinkSent: lambda tx, _, given, now: credential_links.handed_over(tx, given.link),
    system.RemindUnserved: lambda tx, at, given, now: unserved.remind(tx, at, now),
    system.RemindOfPlatforms: lambda tx, _, given, now: platform_answers.remind(tx, now),
    system.WarnOfTokens: lambda tx, _, given, now: tokens.warn(tx, now),
    system.ChaseLateCases: lambda tx, at, given, now: supervision.chase(tx, at, now),
    system.ReviewHonours: lambda tx, at, given, now: honour_expiry.open_reviews(tx, at, given.entries, now),
    system.EndHonours: lambda tx, at, given, now: honour_expiry.expire(tx, at, given.entries, now),
    system.PublishLists: lambda tx, at, _, now: lists.begin(tx, at, now),
    system.WriteListPart: lambda tx, at, given, now: lists.write_part(tx, at, given.publication, now),
    system.AnswerInquiryPart: lambda tx, at, given, now: inquiry_runs.answer_part(tx, at, given.inquiry, now),
    system.TellStandingActs: lambda tx, _, given, now: act_pushes.push_standing(tx, now),
    system.NotePageLooks: lambda tx, _, given, now: page_looks.note(tx, given.target, given.looks, now),
    system.KeepPage: lambda tx, _, given, now: page_captures.keep(tx, given.capture, given.kept, now),
    system.ClearPages: lambda tx, _, given, now: page_captures.clear(tx, given.before, now),
    system.EndListEntry: lambda tx, at, given, now: list_expiry.look_again(tx, at, given.record, now),
    system.EndHeldPublicity: lambda tx, at, given, now: lifecycle.end_held(tx, at, given.record, now),
    system.SettleProvisionalDays: lambda tx, at, given, now: len(deadline_recount.settle_provisional(tx, at.law, now)),
    upgrade.CarryOver: lambda tx, _, given, now: upgrade.carry_over(tx, given, now),
    system.RebuildDeadlines: lambda tx, at, given, now: deadline_recount.rebuild(tx, at.law, now),
}

HANDLERS: Table = {command: by_the_system(carry) for command, carry in _CARRIED.items()}
