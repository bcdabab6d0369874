"""What a case says of itself beside the message about its record: a repair result, or what became of an objection."""

from __future__ import annotations

from datetime import datetime

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.outbound.pushes import REPAIRS
from repairflow.records.rows import RecordRow


def result_of(
    procedure: str, outcome: str | None, change: Change, row: RecordRow, now: datetime
) -> dict[str, object] | None:
    """Return the case's own message beside `record_changed`: a repair result, or what became of an objection."""
    back = next((one for one in ("restore_record", "reinstate_record") if one in change.effects), "restart_period")
    revoked = back if outcome == "revoked" else "restart_period"  # also where its period is not counted anew
    for effect, told in ((revoked, "revoked"), ("mask_record", "masked"), ("unmask_record", "unmasked")):
        # What is annulled in the same step is not shown again: the record's own message says all there is to say.
        # An entry that is back on its list (outcome listed) was removed, not repaired: the list's message says it.
        # A penalty that its authority withdraws (处罚法 48) or publishes again is no result of a repair either.
        said = "annul_record" in change.effects or outcome == "listed" or procedure == "correction"
        if effect in change.effects and not said:
            return {"kind": "repair_result", "class": row.severity, "result": told}
    if procedure in REPAIRS and "cease_publicity" in change.effects and "correct_record" not in change.effects:
        return {
            "kind": "repair_result",
            "class": row.severity,
            "result": "approved",
            "stop_publish_at": now,
            "effective_period": f"{row.publish_from or row.decision_date}/{row.max_until}" if row.max_until else None,
        }
    if procedure == "objection":
        status = {
            "corrected": "corrected",
            "partly": "corrected",
            "annulled": "deleted",
            "maintained": "maintained",
            "annotated": "maintained",
        }
        if outcome in status:
            corrected = tuple(
                {"field": field, "label": label, "now": new} for field, label, _, new in change.corrections
            )
            return {"kind": "objection_status", "status": status[outcome], "corrected": corrected}
        return {"kind": "objection_status", "status": "mark_on" if "mark_disputed" in change.effects else "mark_off"}
    return None
