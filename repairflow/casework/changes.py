"""Changes beside steps of a case: the frozen words in which every entry point asks for them; `dispatch` carries them out.

Steps and filings are in commands.py; what is done with a letter (serve, correct, reissue, withdraw) stands beside the
letter's own modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import CommandId


@dataclass(frozen=True, slots=True)
class RegisterPerformance:
    """Register that the duties of a record were performed and its conduct corrected; days are ISO text (登记履行)."""

    actor: Actor
    record: str
    performed: str
    corrected: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ChangeRegistration:
    """Record what the registration authority changed of an organisation: name or legal representative (变更登记)."""

    actor: Actor
    subject: str  # its credit code
    given: Mapping[str, str]  # by the names of its form
    command_id: CommandId | None = None  # claimed by a program


@dataclass(frozen=True, slots=True)
class EndSubject:
    """Record that an organisation was merged, split up or struck off, and who succeeds it (合并、分立、注销)."""

    actor: Actor
    subject: str  # its credit code
    given: Mapping[str, str]  # by the names of its form
    command_id: CommandId | None = None  # claimed by a program


@dataclass(frozen=True, slots=True)
class ChangeConsent:
    """Consent to electronic service for a subject, or take that back (同意电子送达)."""

    actor: Actor
    subject_id: int
    given: bool


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """Issue the 信用修复告知书 of a record that has none (补发告知书)."""

    actor: Actor
    record: str


@dataclass(frozen=True, slots=True)
class StateThresholds:
    """State from which amount a fine of an office is 较大数额 and 巨额, in 万元, by a document."""

    actor: Actor
    office_id: int
    minor_below_wan: str
    serious_from_wan: str
    document: str
    document_day: date


@dataclass(frozen=True, slots=True)
class RecountRecords:
    """Class an office's penalty records anew by today's law, and count their periods anew; of all offices where none is named."""

    actor: Actor
    office_id: int | None


@dataclass(frozen=True, slots=True)
class DecideHeldRow:
    """Say what becomes of a held item of an import or delivery (待核对)."""

    actor: Actor
    held_id: int
    accept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RetryPush:
    """Send a push out again that was given up (重新推送)."""

    actor: Actor
    push: int


@dataclass(frozen=True, slots=True)
class BeginImport:
    """Have a delivered table checked; its file lies under `token` already (导入)."""

    actor: Actor
    token: str
    office_id: int
    file_name: str
    file_digest: str


@dataclass(frozen=True, slots=True)
class ConfirmImport:
    """Take the rows of a checked table in."""

    actor: Actor
    token: str


@dataclass(frozen=True, slots=True)
class LoadCalendar:
    """Load a year of working days from the text of its file; `where` is how faults name it (工作日历)."""

    actor: Actor
    content: str
    where: str


@dataclass(frozen=True, slots=True)
class ConfirmClock:
    """Say that the time is right, so that what waited goes on (确认时间)."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class AddOffice:
    """Found an office (新建单位)."""

    actor: Actor
    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class ChangeOffice:
    """Change an office, found by its code; what is not given stays."""

    actor: Actor
    code: str
    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class SucceedOffice:
    """Close an office whose powers another has taken over; its open cases go there (承继机关)."""

    actor: Actor
    code: str
    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Open an account, closed until a password is set (新建账号)."""

    actor: Actor
    login: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class RenamePerson:
    """Give a person another name."""

    actor: Actor
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class SwitchPerson:
    """Close an account, or open it again."""

    actor: Actor
    login: str
    on: bool


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Grant a post in an office to a person, or take it back (岗位)."""

    actor: Actor
    login: str
    role: str
    office: str
    held: bool


@dataclass(frozen=True, slots=True)
class AddTarget:
    """Enter a platform that is pushed to (推送对象)."""

    actor: Actor
    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class ChangeTarget:
    """Change a target, found by its code; `renew` draws a new key."""

    actor: Actor
    code: str
    given: Mapping[str, str]  # by the names of its form
    renew: bool = False


@dataclass(frozen=True, slots=True)
class SwitchTarget:
    """Stop pushing to a target, or begin again."""

    actor: Actor
    code: str
    on: bool
