"""Records, and the tables in which they are delivered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.cases import (
    annulment,
    held_rows_decision,
    import_jobs,
    late_explanation,
    office_headings,
    public_correction,
    record_entry,
)
from repairflow.casework.changes import (
    AskCorrection,
    BeginImport,
    ConfirmImport,
    DecideHeldRow,
    DropImport,
    EnterRecord,
    ExplainWithdrawal,
    ForgetHeading,
    MatchHeadings,
    ProposeAnnulment,
    RegisterPayment,
    RegisterPerformance,
    ResumeImport,
    StateBirthday,
    StopImport,
    TakeBackPayment,
)
from repairflow.casework.changes.base import OfImport
from repairflow.casework.context import Services
from repairflow.casework.credit_records import birthday_statement, duty_performance, payments
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import demanded_text
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Forbidden


def _held_row(tx: Connection, services: Services, given: DecideHeldRow, now: datetime) -> str:
    return held_rows_decision.decide(
        tx, services, given.actor, given.held_id, accept=given.accept, reason=given.reason, now=now
    )


def _begin(tx: Connection, services: Services, given: BeginImport, now: datetime) -> None:
    """For an office whose cases the actor handles. Forbidden otherwise."""
    if given.office_id not in {place.id for place in import_queries.offices(tx, given.actor)}:
        raise Forbidden("导入由各单位的办理人员使用，您在这个单位没有这样的岗位。")
    provenance = demanded_text(given.provenance, 200, "provenance", "资料来源", "", "请按提示修改。")
    import_jobs.begin(
        tx, given.actor, given.token, office_id=given.office_id, file_name=given.file_name,
        file_digest=given.file_digest, now=now,
    )  # fmt: skip
    if provenance:
        import_jobs.of_past(tx, given.token, provenance)


def _own(tx: Connection, given: OfImport) -> str:
    """Return the token of a table of an office whose cases the actor handles. NotFound otherwise."""
    import_queries.run(tx, given.actor, given.token, worked=True)
    return given.token


def _confirm(tx: Connection, services: Services, given: ConfirmImport, now: datetime) -> bool:
    """Return where the installation wants two (上传、复核), by another person than the one who uploaded it. Forbidden otherwise."""
    token = _own(tx, given)
    if services.import_by_two and import_jobs.run_of(tx, token).person_id == given.actor.id:
        raise Forbidden("这个文件是您上传的，须由本单位另一人复核后确认导入。")
    return import_jobs.confirm(tx, token, given.actor, now)


HANDLERS: Table = {
    RegisterPerformance: duty_performance.register,
    RegisterPayment: lambda tx, _, given, now: payments.register(tx, given, now),
    TakeBackPayment: lambda tx, _, given, now: payments.take_back(tx, given, now),
    ProposeAnnulment: lambda tx, _, given, now: annulment.propose(tx, given, now),
    ExplainWithdrawal: late_explanation.explain,
    StateBirthday: birthday_statement.state,
    AskCorrection: lambda tx, _, given, now: public_correction.ask(tx, given, now),
    DecideHeldRow: _held_row,
    EnterRecord: record_entry.enter,
    BeginImport: _begin,
    MatchHeadings: lambda tx, _, given, now: office_headings.match(tx, given, now),
    ForgetHeading: lambda tx, _, given, now: office_headings.forget(tx, given, now),
    ConfirmImport: _confirm,
    DropImport: lambda tx, _, given, now: import_jobs.RUNS.drop(tx, _own(tx, given), now),
    StopImport: lambda tx, _, given, now: import_jobs.stop(tx, _own(tx, given), now),
    ResumeImport: lambda tx, _, given, now: import_jobs.resume(tx, _own(tx, given), now),
}
