"""Changes beside steps of a case: the frozen words in which every entry point asks for them, one module a noun.

`dispatch` carries them out. Steps and filings are in commands.py.
"""

from repairflow.casework.changes.accounts import (
    AddPerson,
    ChangeRole,
    EndMandate,
    EndToken,
    GiveMandate,
    IssueToken,
    RenamePerson,
    SwitchPerson,
)
from repairflow.casework.changes.acts import EnterActs, SettleActs
from repairflow.casework.changes.base import Change
from repairflow.casework.changes.batches import BeginBatch, DropBatch, ResumeBatch, StartBatch, StopBatch
from repairflow.casework.changes.cases import AddNote, PassCaseOn, PreferCase
from repairflow.casework.changes.credentials import (
    AskPasswordLink,
    BindDevice,
    ChangePassword,
    ReleaseDevice,
    ReleaseDeviceByLink,
    ReleaseLink,
    ResetDevice,
    SendLink,
    SetPassword,
    ShowLink,
)
from repairflow.casework.changes.days import ConfirmClock, ConfirmProvisional, LoadCalendar
from repairflow.casework.changes.desk import DropView, SaveView
from repairflow.casework.changes.inquiries import AskStanding
from repairflow.casework.changes.installation import (
    AddOffice,
    AddTarget,
    ChangeOffice,
    ChangeTarget,
    MindJob,
    MindPush,
    RetryPush,
    RetryPushes,
    SettleStuck,
    SucceedOffice,
    SwitchTarget,
)
from repairflow.casework.changes.letters import (
    ChangeConsent,
    IssueExtract,
    IssueNotice,
    RequireSignature,
    SignForLetter,
)
from repairflow.casework.changes.means import BarRepair, DeclareMeans, EnterServiceBody, SettleMeans, TakeQuiz
from repairflow.casework.changes.notices import ChooseChannels, CloseFeed, MarkRead, OpenFeed
from repairflow.casework.changes.personal_data import AllowInformant, AskInformant, ErasePersonal, OpenInformant
from repairflow.casework.changes.records import (
    AskCorrection,
    BeginImport,
    ConfirmImport,
    DecideHeldRow,
    DropImport,
    EnterRecord,
    ForgetHeading,
    MatchHeadings,
    ProposeAnnulment,
    RegisterPerformance,
    ResumeImport,
    StopImport,
)
from repairflow.casework.changes.rules import (
    ConfirmRules,
    DecideLaw,
    ProposeLaw,
    RecountRecords,
    StateThresholds,
    WithdrawRules,
)
from repairflow.casework.changes.subjects import ChangeRegistration, EndSubject, EnterSubject

__all__ = [
    "AddNote", "AddOffice", "AddPerson", "AddTarget", "AllowInformant", "AskCorrection", "AskInformant", "AskPasswordLink",
    "AskStanding",
    "BarRepair", "BeginBatch", "BeginImport", "BindDevice", "Change", "ChangeConsent", "ChangeOffice",
    "ChangePassword", "ChangeRegistration", "ChangeRole", "ChangeTarget", "ChooseChannels", "CloseFeed",
    "ConfirmClock", "ConfirmImport", "ConfirmProvisional", "ConfirmRules", "DecideHeldRow", "DecideLaw",
    "DeclareMeans", "DropBatch", "DropImport", "DropView", "EndMandate", "EndSubject", "EndToken", "EnterActs",
    "EnterRecord", "EnterServiceBody", "EnterSubject", "ErasePersonal", "ForgetHeading", "GiveMandate", "IssueExtract",
    "IssueNotice",
    "IssueToken",
    "LoadCalendar", "MarkRead", "MatchHeadings", "MindJob", "MindPush", "OpenFeed", "OpenInformant", "PassCaseOn", "PreferCase",
    "ProposeAnnulment", "ProposeLaw", "RecountRecords", "RegisterPerformance", "ReleaseDevice", "ReleaseDeviceByLink",
    "ReleaseLink", "RenamePerson", "RequireSignature", "ResetDevice", "ResumeBatch", "ResumeImport", "RetryPush",
    "RetryPushes", "SaveView", "SendLink", "SetPassword", "SettleActs", "SettleMeans", "SettleStuck", "ShowLink", "SignForLetter",
    "StartBatch", "StateThresholds", "StopBatch", "StopImport", "SucceedOffice", "SwitchPerson", "SwitchTarget",
    "TakeQuiz", "WithdrawRules",
]  # fmt: skip
