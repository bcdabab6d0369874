"""The type of each table's rows: a frozen named tuple with the table's columns in their order.

A query is read through them, so that a misspelt column or a forgotten None fails in mypy and not before a user. A query of
other columns gets a named tuple of its own, beside it.
"""

from repairflow.records.rows.access import (
    AttemptRow,
    CalendarFeedRow,
    CommandClaimRow,
    CredentialLinkRow,
    DraftRow,
    OwnPhraseRow,
    PreferenceRow,
    SavedViewRow,
)
from repairflow.records.rows.act import ActRow
from repairflow.records.rows.assignment import AbsenceRow, AssignmentRuleRow, CaseAssignmentRow
from repairflow.records.rows.audit_finding import AuditFindingRow
from repairflow.records.rows.capture import PageCaptureRow
from repairflow.records.rows.case import CaseLinkRow, CaseRow, MaterialRow, SealedInputRow
from repairflow.records.rows.deadline import DeadlineRow, RungFiredRow
from repairflow.records.rows.example import ExampleRow
from repairflow.records.rows.following import FollowedSubjectRow, PublicChangeRow
from repairflow.records.rows.inbound import InboundMessageRow
from repairflow.records.rows.inquiry import InquiryPartRow, InquiryRunRow
from repairflow.records.rows.job import BatchCaseRow, BatchRow, JobErrorRow, JobRow
from repairflow.records.rows.letter import (
    LetterRow,
    NumberSeriesRow,
    OfficeSealRow,
    ReissueRow,
    ServiceConsentRow,
    ServiceRow,
)
from repairflow.records.rows.lists import (
    InterviewEntryRow,
    LinkedPersonRow,
    ListEntryRow,
    ListPublicationPartRow,
    ListPublicationRow,
)
from repairflow.records.rows.means import LearningRow, RepairMeansRow, ServiceBodyRow
from repairflow.records.rows.meeting import MeetingRoomRow, MeetingRow
from repairflow.records.rows.outbox import (
    ExchangeKeyRow,
    NoticeRow,
    OutboxRow,
    PageLookRow,
    PlatformLetterRow,
    PushAttemptRow,
    SyncFindingRow,
    TargetRow,
)
from repairflow.records.rows.party import (
    ApiTokenRow,
    MandateRow,
    OfficeHeadingRow,
    OfficeNameRow,
    OfficeRow,
    OwnRuleRow,
    PersonRow,
    RoleGrantRow,
    SubjectNameRow,
    SubjectRow,
    WebSessionRow,
)
from repairflow.records.rows.reading import all_rows, first_row, one_row
from repairflow.records.rows.record import (
    FineThresholdRow,
    HeldRow,
    ImportRow,
    ImportRunRow,
    MeasureRow,
    RecordRow,
    RecordSpellingRow,
    RedressRow,
    WithdrawalStatementRow,
)
from repairflow.records.rows.search_part import SearchPartRow
from repairflow.records.rows.trail import (
    CalendarYearRow,
    CheckpointRow,
    CosignatureRow,
    DefinitionRepinRow,
    DefinitionUsedRow,
    EventPersonalRow,
    EventRow,
    HeartbeatRow,
    KeptFigureRow,
    LawDraftRow,
    LawFileRow,
    LogLeafRow,
    RowChangeRow,
    RowTouchRow,
    UninformedRow,
)

__all__ = [
    "AbsenceRow",
    "ActRow",
    "ApiTokenRow",
    "AssignmentRuleRow",
    "AttemptRow",
    "AuditFindingRow",
    "BatchCaseRow",
    "BatchRow",
    "CalendarFeedRow",
    "CalendarYearRow",
    "CaseAssignmentRow",
    "CaseLinkRow",
    "CaseRow",
    "CheckpointRow",
    "CommandClaimRow",
    "CosignatureRow",
    "CredentialLinkRow",
    "DeadlineRow",
    "DefinitionRepinRow",
    "DefinitionUsedRow",
    "DraftRow",
    "EventPersonalRow",
    "EventRow",
    "ExampleRow",
    "ExchangeKeyRow",
    "FineThresholdRow",
    "FollowedSubjectRow",
    "HeartbeatRow",
    "HeldRow",
    "ImportRow",
    "ImportRunRow",
    "InboundMessageRow",
    "InquiryPartRow",
    "InquiryRunRow",
    "InterviewEntryRow",
    "JobErrorRow",
    "JobRow",
    "KeptFigureRow",
    "LawDraftRow",
    "LawFileRow",
    "LearningRow",
    "LetterRow",
    "LinkedPersonRow",
    "ListEntryRow",
    "ListPublicationPartRow",
    "ListPublicationRow",
    "LogLeafRow",
    "MandateRow",
    "MaterialRow",
    "MeasureRow",
    "MeetingRoomRow",
    "MeetingRow",
    "NoticeRow",
    "NumberSeriesRow",
    "OfficeHeadingRow",
    "OfficeNameRow",
    "OfficeRow",
    "OfficeSealRow",
    "OutboxRow",
    "OwnPhraseRow",
    "OwnRuleRow",
    "PageCaptureRow",
    "PageLookRow",
    "PersonRow",
    "PlatformLetterRow",
    "PreferenceRow",
    "PublicChangeRow",
    "PushAttemptRow",
    "RecordRow",
    "RecordSpellingRow",
    "RedressRow",
    "ReissueRow",
    "RepairMeansRow",
    "RoleGrantRow",
    "RowChangeRow",
    "RowTouchRow",
    "RungFiredRow",
    "SavedViewRow",
    "SealedInputRow",
    "SearchPartRow",
    "ServiceBodyRow",
    "ServiceConsentRow",
    "ServiceRow",
    "SubjectNameRow",
    "SubjectRow",
    "SyncFindingRow",
    "TargetRow",
    "UninformedRow",
    "WebSessionRow",
    "WithdrawalStatementRow",
    "all_rows",
    "first_row",
    "one_row",
]
