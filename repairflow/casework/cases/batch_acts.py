"""Batches (批量办理): one step in many cases. A worker's job first looks at each case, then takes the step in each.

checking → checked → running → done; failed from either, and may go on; dropped before the step is taken in any; stopped while
it is taken: what is done stays done, and the batch may go on. Each case has a transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from repairflow import vault
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import given_reason
from repairflow.casework.cases.options import Option, options
from repairflow.casework.changes import BeginBatch, StartBatch
from repairflow.casework.command_ids import of_system
from repairflow.casework.commands import Command
from repairflow.casework.context import Services
from repairflow.casework.job_runs import Runs
from repairflow.casework.permissions import case_scope
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.records import batch, batch_case, cases
from repairflow.records.rows import BatchRow, CaseRow, first_row, one_row
from repairflow.times import local_day

CHECK, ACT = "batch_check", "batch_act"
"""The kinds of job."""
RUNS = Runs("batch", batch, CHECK, ACT)
MOST = 5_000
CHUNK = 500
LONGEST_WHY = 200
LEFT_OUT = "核对后由办理人员取消勾选。"
NO_LONGER = "办件已不在这个环节，可能已由他人办理。"


def begin(tx: Connection, services: Services, given: BeginBatch, now: datetime) -> str:
    """Ensure that a batch waits for its check; gives its token, the same for the same command.

    Cases the actor may not see are left out. Raises Invalid where none is left, there are too many, or the reason or the ground is
    not as the step asks: of every case the same would be refused.
    """
    known = tx.execute(select(batch.c.token).where(batch.c.command_id == given.command_id)).scalar()
    if known is not None:
        return str(known)
    numbers = list(dict.fromkeys(given.cases))
    if len(numbers) > MOST:
        raise Invalid(f"一次最多批量办理 {MOST} 件，请先筛选。")
    found: list[CaseOfBatch] = []
    for start in range(0, len(numbers), CHUNK):
        chunk = cases.c.number.in_(numbers[start : start + CHUNK])
        query = select(cases.c.id, cases.c.version, cases.c.procedure, cases.c.procedure_version, cases.c.state)
        found += [CaseOfBatch(*row) for row in tx.execute(query.where(chunk, case_scope(given.actor)))]
    if not found:
        raise Invalid("没有提交，请按提示修改。", [Problem("cases", "没有勾选可以办理的办件，请勾选后再提交")])
    token = vault.token()
    made = insert(batch).values(
        token=token, command_id=given.command_id, person_id=given.actor.id, action=given.action,
        label=_label(tx, services, given, found, now), reason=given.reason.strip() or None, ground=given.ground or None,
        state="checking", total=len(found), started_at=now,
    )  # fmt: skip
    batch_id = tx.execute(made.returning(batch.c.id)).scalar_one()
    rows = [{"batch_id": batch_id, "case_id": one.id, "version": one.version, "state": "waiting"} for one in found]
    tx.execute(insert(batch_case), rows)
    RUNS.order(tx, token, CHECK, given.actor.id, now)
    return token


class CaseOfBatch(NamedTuple):
    """A case as it stood when the batch was asked for."""

    id: int
    version: int
    procedure: str
    procedure_version: str
    state: str


def needs_reason(step: Option) -> bool:
    """Tell whether a step in many cases needs a reason: also one that nothing takes back, whatever its procedure asks."""
    return step.reason or step.irrevocable


def _label(
    tx: Connection, services: Services, given: BeginBatch, found: Sequence[CaseOfBatch], now: datetime
) -> str:  # fmt: skip
    """Return what the step is called. Raises Invalid where no case has it in its state, and naming what is wrong with its form."""
    for one in found:
        procedure = services.law.procedure(one.procedure, one.procedure_version)
        if (known := procedure.actions_from(one.state).get(given.action)) is None:
            continue
        row = one_row(tx.execute(select(cases).where(cases.c.id == one.id)), CaseRow)
        at = situation(tx, services.law, row, local_day(now))
        wrong = given_reason.problems(at, given.action, given.reason, given.ground or None)
        step = next((o for o in options(tx, services.law, at, given.actor, now) if o.name == given.action), None)
        if step is not None and needs_reason(step) and not given.reason.strip() and not wrong:
            wrong.append(Problem("reason", f"请填写{known.label}的理由"))
        if wrong:
            raise Invalid("没有提交，请按提示修改。", wrong)
        return known.label
    raise Invalid("所选办件现在都不能办理这一步，请刷新待办后重新选择。")


def own_batch(tx: Connection, actor: Actor, token: str) -> BatchRow:
    """Return the actor's own batch. Raises NotFound, whether absent or somebody else's."""
    own = select(batch).where(batch.c.token == token, batch.c.person_id == actor.id)
    row = first_row(tx.execute(own), BatchRow)
    if row is None:
        raise NotFound
    return row


def batch_of(tx: Connection, token: str) -> BatchRow:
    """Return the batch of this token, whoever asked for it."""
    return one_row(tx.execute(select(batch).where(batch.c.token == token)), BatchRow)


def start(tx: Connection, given: StartBatch, now: datetime) -> bool:
    """Return a checked batch begins, without the cases that are left out; False when it does not wait for that (pressed twice,
    dropped). Raises Invalid where every case is left out: then it is given up instead."""
    row = own_batch(tx, given.actor, given.token)
    if not RUNS.move(tx, row.token, ("checked",), {"state": "running"}):
        return False
    _leave_out(tx, row, given)
    RUNS.order(tx, row.token, ACT, given.actor.id, now)
    return True


def _leave_out(tx: Connection, row: BatchRow, given: StartBatch) -> None:
    why = given.why.strip()
    if len(why) > LONGEST_WHY:
        raise Invalid("没有开始办理，请按提示修改。", [Problem("why", f"不办理的原因不超过{LONGEST_WHY}字")])
    open_ = batch_case.c.batch_id == row.id, batch_case.c.state == "open"
    for begin in range(0, len(given.without), CHUNK):
        named = select(cases.c.id).where(cases.c.number.in_(given.without[begin : begin + CHUNK]))
        left = update(batch_case).where(*open_, batch_case.c.case_id.in_(named))
        tx.execute(left.values(state="left_out", message=why or LEFT_OUT))
    if given.without and not tx.execute(select(batch_case.c.id).where(*open_).limit(1)).first():
        raise Invalid("没有留下要办理的办件。都不办理的，请按“放弃”。")


def drop(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Return a checked batch is given up: no case was changed; see `Runs.drop`."""
    return RUNS.drop(tx, own_batch(tx, actor, token).token, now)


def stop(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Ask to stop a batch at work; see `Runs.stop`."""
    return RUNS.stop(tx, token, own_batch(tx, actor, token).state, now)


def resume(tx: Connection, actor: Actor, token: str, now: datetime) -> bool:
    """Return a batch that failed or was stopped goes on; see `Runs.resume`."""
    return RUNS.resume(tx, token, own_batch(tx, actor, token).state, now)


def ended(tx: Connection, token: str, state: str, now: datetime) -> Mapping[str, int]:
    """Ensure that the batch is checked or done; how many of its cases are in each state."""
    RUNS.move(tx, token, tuple(RUNS.phases), {"state": state, "ended_at": now if state == "done" else None})
    return counts(tx, token)


class Next(NamedTuple):
    """The case that comes next."""

    id: int
    number: str
    version: int


def following(tx: Connection, token: str, state: str) -> Next | None:
    """Return the first case of the batch in this state, or None."""
    row = tx.execute(
        select(batch_case.c.id, cases.c.number, batch_case.c.version)
        .join(batch, batch.c.id == batch_case.c.batch_id)
        .join(cases, cases.c.id == batch_case.c.case_id)
        .where(batch.c.token == token, batch_case.c.state == state)
        .order_by(batch_case.c.id)
        .limit(1)
    ).first()
    return None if row is None else Next(*row)


def settle(tx: Connection, item: Next, state: str, message: str | None = None) -> None:
    """Ensure that this case of the batch is in the state, with what stands against it."""
    tx.execute(update(batch_case).where(batch_case.c.id == item.id).values(state=state, message=message))


def obstacle(tx: Connection, services: Services, actor: Actor, item: Next, action: str, now: datetime) -> str | None:
    """Return what stands against the step in this case now, in a sentence; None where nothing does that can be known before."""
    case = one_row(tx.execute(select(cases).where(cases.c.number == item.number)), CaseRow)
    if case.version != item.version:
        return NO_LONGER
    at = situation(tx, services.law, case, local_day(now))
    option = next((found for found in options(tx, services.law, at, actor, now) if found.name == action), None)
    if option is None:
        return NO_LONGER
    if not option.mine:
        return "这一步不由您办理。"
    if option.inputs or option.entered:
        return "这一步须逐件填写，请打开办件办理。"
    return "；".join(option.obstacles) or None


def command(row: BatchRow, item: Next, actor: Actor) -> Command:
    """Return the step in this case, always under the same id: done once, however often the batch goes on."""
    return Command(
        item.number, row.action, actor, of_system("batch", row.token, item.number), item.version, row.reason, row.ground
    )


def counts(tx: Connection, token: str) -> Mapping[str, int]:
    """Return how many cases of the batch are in each state."""
    query = (
        select(batch_case.c.state, func.count())
        .join(batch, batch.c.id == batch_case.c.batch_id)
        .where(batch.c.token == token)
        .group_by(batch_case.c.state)
    )
    return Counter({state: int(count) for state, count in tx.execute(query)})


def prune(tx: Connection, before: datetime, most: int = 20) -> int:
    """Ensure that at most `most` batches fewer are kept that were asked for before then and are not at work; how many went."""
    old = (
        select(batch.c.id)
        .where(batch.c.started_at < before, batch.c.state.not_in(tuple(RUNS.phases)))
        .order_by(batch.c.id)
    )
    gone = list(tx.execute(old.limit(most)).scalars())
    if gone:
        tx.execute(delete(batch_case).where(batch_case.c.batch_id.in_(gone)))
        tx.execute(delete(batch).where(batch.c.id.in_(gone)))
    return len(gone)
