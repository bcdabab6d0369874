"""Commands about offices, and about the platforms that are pushed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repairflow.casework.changes.base import Change, OfPlace
from repairflow.gateway.conformance import Finding

MOST_RETRIED = 200
"""What is stuck that one press sends again or settles."""


@dataclass(frozen=True, slots=True)
class AddOffice(Change):
    """Found an office (新建单位)."""

    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class ChangeOffice(OfPlace):
    """Change an office; what is not given stays."""

    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class SucceedOffice(OfPlace):
    """Close an office whose powers another has taken over; its open cases go there (承继机关)."""

    given: Mapping[str, str]  # by the names of its form


@dataclass(frozen=True, slots=True)
class TakeBackSuccession(OfPlace):
    """Open an office again whose succession was registered by mistake; its open cases come back (撤回承继登记)."""

    reason: str


@dataclass(frozen=True, slots=True)
class AddTarget(Change):
    """Enter a platform that is pushed to (推送对象)."""

    given: Mapping[str, str]  # by the names of its form
    takes: Sequence[str] | None = None  # kinds of messages; None: all


@dataclass(frozen=True, slots=True)
class ChangeTarget(OfPlace):
    """Change a target; `renew` draws a new key."""

    given: Mapping[str, str]  # by the names of its form
    takes: Sequence[str] | None = None  # kinds of messages; None: as before
    renew: bool = False


@dataclass(frozen=True, slots=True)
class ChooseMessages(OfPlace):
    """State which kinds of messages a target takes (接收的报文)."""

    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class SwitchTarget(OfPlace):
    """Stop pushing to a target, or begin again."""

    on: bool


@dataclass(frozen=True, slots=True)
class ChasePlatform(Change):
    """Tell a platform once more how a record stands that it still shows otherwise (催办)."""

    finding: int


@dataclass(frozen=True, slots=True)
class CapturePage(Change):
    """Have the page kept that a platform still shows of a record (页面固定)."""

    finding: int


@dataclass(frozen=True, slots=True)
class ReportCopy(Change):
    """Report what a third party (企业信息平台) shows of a record otherwise than was decided."""

    target: str
    number: str
    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class WriteToPlatform(Change):
    """Ask a platform by a letter to mend what it shows of a record (更正函)."""

    finding: int


@dataclass(frozen=True, slots=True)
class AnswerOfPlatform(Change):
    """Enter what a platform answered to the letter about a finding."""

    finding: int
    answer: str
    day: str
    note: str


@dataclass(frozen=True, slots=True)
class CorrectAnswerOfPlatform(Change):
    """Correct what was entered as a platform's answer to the letter about a finding; "none" where no answer came."""

    finding: int
    answer: str
    day: str
    note: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteTargetTest(OfPlace):
    """Note what came of trying a platform out with test messages (检查对接)."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RotateExchangeKey(Change):
    """Sign messages to platforms by a new pair of keys (更换推送签名密钥)."""

    at_once: bool = False  # what signed until now never signs again


@dataclass(frozen=True, slots=True)
class RetryPush(Change):
    """Send a push out again that was given up (重新推送)."""

    push: int


@dataclass(frozen=True, slots=True)
class RetryPushes(Change):
    """Try again what is stuck: several pushes, letters or messages, and jobs that failed (一并重试)."""

    pushes: tuple[int, ...]
    jobs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MindPush(Change):
    """See to a push that does not get through, and note what was found out (跟进)."""

    push: int
    note: str


@dataclass(frozen=True, slots=True)
class MindJob(Change):
    """See to a job that failed, and note what was found out (跟进)."""

    job: int
    note: str


@dataclass(frozen=True, slots=True)
class SettleStuck(Change):
    """Say of what was given up that nothing is left to do, for a reason (标记已处理)."""

    pushes: tuple[int, ...]
    jobs: tuple[int, ...]
    reason: str
