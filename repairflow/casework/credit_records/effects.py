"""Effects on a record: each is an action of the record's own machine, refused like any other step when it does not fit.

This is the only room that sets the state of a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select, update

from repairflow.casework import record_identity
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.inputs import CORRECTABLE
from repairflow.errors import Refusal, Refused
from repairflow.law.document_keys import document_key
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.publicity import class_days, list_days
from repairflow.records import event, measure, record
from repairflow.times import local_day

RECORD_PROCEDURE = "record"
SEAL = "seal_record"
RESTORE, REINSTATE = "restore_record", "reinstate_record"


def life(law: Library) -> Procedure:
    """The record's own life, newest version."""
    return law.versions(RECORD_PROCEDURE)[-1]


def apply(
    tx: Connection,
    law: Library,
    names: Sequence[str],
    row: Any,
    *,
    inputs: Mapping[str, Any],
    reason: str | None,
    now: datetime,
    pack: RulePack | None = None,
) -> Change:
    """Carry out effects on a locked record row, in order; `pack` gives the periods where they are counted anew.

    What never stood before the public (内部名单、自然人、未成年人) is restored without being shown. An undo where nothing
    stands to be undone does nothing. Raises Refused, with nothing written, when the record's state does not allow an
    effect.
    """
    if RESTORE in names and not _was_public(tx, row):
        names = [REINSTATE if name == RESTORE else name for name in names]
    state, done = _walk(law, names, row)
    values: dict[str, Any] = {}
    corrections: tuple[tuple[str, str, str, str], ...] = ()
    if "correct_record" in done:
        corrections, values = corrected(row, inputs.get("corrections") or {})
        if number := values.get("document_number"):
            taken = f"该主体已有文号为 {number} 的另一条信息，不能更正为同一文号"
            record_identity.demand_free(tx, row.authority_id, row.subject_id, number, but=row.id, message=taken)
            record_identity.spell(tx, row.id, number, now)
            values["document_key"] = document_key(number)
    if "annotate_record" in done:
        values["note"] = reason
    if "remove_note" in done:
        values["note"] = None
    dates = restarted(row, pack, local_day(now)) if "restart_period" in done and pack is not None else ()
    values |= dict(dates)
    if "reimpose_measures" in done:
        lasting = or_(measure.c.until.is_(None), measure.c.until > local_day(now))  # what has run out stays lifted
        tx.execute(update(measure).where(measure.c.record_id == row.id, lasting).values(lifted_at=None))
    if "annul_record" in done:
        values["annulled_at"] = now
    if {RESTORE, REINSTATE} & set(done) and row.annulled_at is not None:
        taken = f"该主体已有文号为 {row.document_number} 的另一条信息，不能恢复被撤销的这一条"
        record_identity.demand_free(
            tx, row.authority_id, row.subject_id, row.document_number, but=row.id, message=taken
        )
        values["annulled_at"] = None
    if "lift_measures" in done:
        mine = (measure.c.record_id == row.id, measure.c.lifted_at.is_(None))
        # 终身禁入不因修复解除；所依据的信息被撤销的，一切措施失去依据
        annulled = "annul_record" in names or row.annulled_at is not None
        kept = frozenset[str]() if annulled else law.lasting_measures
        tx.execute(update(measure).where(*mine, measure.c.code.not_in(kept)).values(lifted_at=now))
    if done:
        tx.execute(
            update(record).where(record.c.id == row.id).values(state=state, version=record.c.version + 1, **values)
        )
    public_changed = (row.state in PUBLIC_STATES, row.state == "disputed") != (
        state in PUBLIC_STATES,
        state == "disputed",
    )
    return Change(tuple(done), row.state, state, public_changed or bool(values), corrections, dates)


def _walk(law: Library, names: Sequence[str], row: Any) -> tuple[str, list[str]]:
    """Where a record stands after these effects and which of them took place; Refused with all that do not fit."""
    machine = law.oracles[RECORD_PROCEDURE, life(law).version]
    actions = life(law).action
    state, done, refusals = row.state, [], []
    for name in names:
        after = machine.destination(state, name)
        if after is None:
            if _is_idle_undo(actions[name].undo, name, state, life(law)):
                continue
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
    if refusals:
        raise Refused(refusals)
    return state, done


def _was_public(tx: Connection, row: Any) -> bool:
    """Whether a record was ever published: from `unpublished` no other way leads before the public."""
    said = (event.c.record_id == row.id, event.c.case_id.is_(None), event.c.action == "publish")
    return tx.execute(select(event.c.id).where(*said).limit(1)).first() is not None


def restarted(row: Any, pack: RulePack, today: date) -> tuple[tuple[str, date], ...]:
    """The dates of a record whose period is counted again from `today`, by column: those of its list (列入期限) for an
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
    """Whether `name` only takes back another effect that does not stand: there is nothing to undo, so nothing happens.

    Only marks are taken back this way; ceasing and restoring publicity must fit or be refused.
    """
    return name.startswith("un") and undoes is not None and procedure.action[undoes].to != state


def corrected(row: Any, wanted: Mapping[str, str]) -> tuple[tuple[tuple[str, str, str, str], ...], dict[str, Any]]:
    """What a correction changes: (field, label, old, new) for people, and the new values of the columns."""
    changes: list[tuple[str, str, str, str]] = []
    values: dict[str, Any] = {}
    for field, text in wanted.items():
        old = getattr(row, field)
        values[field] = Decimal(text) if field.endswith("_wan") else text
        changes.append((field, CORRECTABLE[field], _shown(old), text))
    return tuple(changes), values


def _shown(value: Any) -> str:
    if value is None:
        return "（空）"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
