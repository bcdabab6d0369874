"""Effects on a record: each is an action of the record's own machine, refused like any other step when it does not fit.

This is the only room that sets the state of a record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, update

from repairflow.casework import party_names, record_spellings
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.record_life import RECORD_PROCEDURE, life
from repairflow.casework.credit_records import ended_measures
from repairflow.casework.credit_records.record_correction import ENDS_PUBLICITY, Corrected, corrected
from repairflow.errors import Refusal, Refused
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.publicity import class_days, list_days
from repairflow.prepared import Prepared
from repairflow.records import measure, record
from repairflow.records.rows import RecordRow
from repairflow.times import local_day

SEAL = "seal_record"
RESTORE, REINSTATE = "restore_record", "reinstate_record"
MARKS = frozenset({"mark_disputed", "unmark_disputed"})
MASKED = "masked"
UNDER_A_MASK = frozenset({"mask_record", "mark_disputed"})
"""What a case may lay on a record that another case has masked: it stays as it is, and each takes back its own (`held_effects`)."""


_MOVE = Prepared(
    update(record)
    .where(record.c.id == bindparam("row"))
    .values(state=bindparam("reached"), version=record.c.version + 1)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Effects a step wants on a record, in order; `pack` gives the periods where they are counted anew."""

    names: tuple[str, ...]
    now: datetime
    inputs: Mapping[str, Any] = field(default_factory=dict)  # values of many kinds, as the form declares them
    reason: str | None = None
    pack: RulePack | None = None


class Plan(NamedTuple):
    """What effects would do to a record: the change, its columns' new values, and what does not fit. Nothing is written."""

    change: Change
    values: dict[str, object]
    refusals: tuple[Refusal, ...]


def plan(tx: Connection, law: Library, row: RecordRow, wanted: Wanted) -> Plan:
    """Return what these effects would do to a record row, for the step itself and for its preview.

    What never stood before the public (内部名单、自然人、未成年人) is restored without being shown. An undo where nothing
    stands to be undone does nothing.
    """
    names = wanted.names
    if row.state == "unpublished":
        names = tuple(name for name in names if name not in MARKS)  # what nobody is shown bears no mark
    if RESTORE in names and not record_events.ever_published(tx, row.id):
        names = tuple(REINSTATE if name == RESTORE else name for name in names)
    right = Corrected()
    if "correct_record" in names:
        today = local_day(wanted.now)
        right = corrected(tx, law, row, wanted.inputs.get("corrections") or {}, wanted.pack, today)
        if right.unpublished:
            names = (*names, *ENDS_PUBLICITY)
    state, done, refusals = _walk(law, names, row)
    refusals += right.refusals
    values = dict(right.values)
    if "annotate_record" in done:
        values["note"] = wanted.reason
    if "remove_note" in done:
        values["note"] = None
    counted = "restart_period" in done and wanted.pack is not None
    dates = restarted(row, wanted.pack, local_day(wanted.now)) if counted and wanted.pack is not None else ()
    values |= dict(dates)
    if "annul_record" in done:
        values["annulled_at"] = wanted.now
    if _brings_back(done, row):
        values["annulled_at"] = None
    public_changed = _as_shown(row.state) != _as_shown(state) or bool(values) or right.name is not None
    change = Change(
        tuple(done), row.state, state, public_changed, right.changes, dates, right.name,
        lifted=ended_measures.lifted(tx, law, row, wanted.names) if "lift_measures" in done else (),
        restored=ended_measures.restored(tx, row, local_day(wanted.now)) if "reimpose_measures" in done else (),
        classed={name: str(right.values[name]) for name in ("severity", "pack") if name in right.values},
    )  # fmt: skip
    return Plan(change, values, tuple(refusals))


def apply(tx: Connection, law: Library, row: RecordRow, wanted: Wanted) -> Change:
    """Carry out effects on a locked record row, as `plan` has them.

    Raises Refused, with nothing written, when the record's state does not allow an effect, or for a document number that
    another record of the subject has.
    """
    change, values, refusals = plan(tx, law, row, wanted)
    if refusals:
        raise Refused(refusals)
    done = change.effects
    _hold_key(tx, row, values, wanted.now)
    if change.name is not None:
        party_names.rename(tx, row.subject_id, change.name, local_day(wanted.now), wanted.now)
    if change.restored:
        tx.execute(update(measure).where(measure.c.id.in_(change.restored)).values(lifted_at=None))
    if _brings_back(done, row):
        taken = f"该主体已有文号为 {row.document_number} 的另一条信息，不能恢复被撤销的这一条"
        record_spellings.demand_free(
            tx, row.authority_id, row.subject_id, row.document_number, but=row.id, message=taken
        )
    if change.lifted:
        tx.execute(update(measure).where(measure.c.id.in_(change.lifted)).values(lifted_at=wanted.now))
    if done and not values:
        _MOVE.run(tx, row=row.id, reached=change.to_state)
    elif done:
        version = record.c.version + 1
        tx.execute(update(record).where(record.c.id == row.id).values(state=change.to_state, version=version, **values))
    return change


def _hold_key(tx: Connection, row: RecordRow, values: Mapping[str, object], now: datetime) -> None:
    """Ensure that a corrected number finds its record; Refused where number or authority make it another record's decision."""
    if not {"document_key", "authority_id"} & set(values):
        return
    number, authority = (
        str(values.get("document_number", row.document_number)),
        values.get("authority_id", row.authority_id),
    )
    assert isinstance(authority, int)
    taken = f"该主体已有文号为 {number} 的另一条信息，不能更正为同一文号"
    record_spellings.demand_free(tx, authority, row.subject_id, number, but=row.id, message=taken)
    record_spellings.spell(tx, row.id, number, now)


def _as_shown(state: str) -> tuple[bool, bool]:
    """Return what the public sees of a state: whether the record is shown, and whether it bears the mark of a dispute."""
    return state in PUBLIC_STATES, state == "disputed"


def _brings_back(done: Collection[str], row: RecordRow) -> bool:
    """Tell whether an annulled record comes back."""
    return bool({RESTORE, REINSTATE} & set(done)) and row.annulled_at is not None


def _walk(law: Library, names: Sequence[str], row: RecordRow) -> tuple[str, list[str], list[Refusal]]:
    """Return where a record stands after these effects, which of them take place, and all that do not fit."""
    machine = law.oracles[RECORD_PROCEDURE, life(law).version]
    actions = life(law).action
    state, done, refusals = row.state, list[str](), list[Refusal]()
    for name in names:
        after = machine.destination(state, name)
        if after is None:
            if _is_idle_undo(actions[name].undo, name, state, life(law)):
                continue
            if state == MASKED and name in UNDER_A_MASK:
                continue  # a court's stay beside a withdrawal: the record is shown when neither case holds it back
            if name == SEAL and state == actions[name].to:
                continue  # annulled meanwhile, and sealed by that: the case that waited for receipts may end
            label, stands = actions[name].label, life(law).state[state].label
            refusals.append(Refusal(f"effect_{name}", f"该信息处于“{stands}”，不能{label}"))
            continue
        if row.minor and after in PUBLIC_STATES:
            # 未成年人的信息从不公示：no step of any procedure may bring one before the public
            refusals.append(Refusal("minor_never_public", f"未成年人的信息从不公示，不能{actions[name].label}"))
            continue
        state = after
        done.append(name)
    return state, done, refusals


def restarted(row: RecordRow, pack: RulePack, today: date) -> tuple[tuple[str, date], ...]:
    """Return the dates of a record whose period is counted again from `today`, by column: those of its list (列入期限) for an
    entry, else of its class. What no day of publicity was set for has none now either."""
    kind = pack.list_kind.get(str(row.source.get("list_kind")))
    days = list_days(kind, today) if kind is not None else class_days(pack, row.severity, today)
    start = days.start if row.publish_from is not None else None
    found = {
        "publish_from": start,
        "min_until": days.min_until,
        "apply_from": days.apply_from,
        "max_until": days.max_until,
    }
    return tuple((name, day) for name, day in found.items() if day is not None)


def _is_idle_undo(undoes: str | None, name: str, state: str, procedure: Procedure) -> bool:
    """Tell whether `name` only takes back another effect that does not stand: there is nothing to undo, so nothing happens.

    Only marks are taken back this way; ceasing and restoring publicity must fit or be refused.
    """
    return name.startswith("un") and undoes is not None and procedure.action[undoes].to != state
