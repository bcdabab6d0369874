"""Commands of the program itself: what falls due, and what came back from outside. The upgrade's own is beside what it
finds (`admin.upgrade.CarryOver`).

`actor` is the system or the operator at the machine; anybody else is Forbidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from repairflow.casework.changes.base import Change, OfPush
from repairflow.casework.command_ids import CommandId
from repairflow.gateway.page_capture import Kept, Looked
from repairflow.gateway.reconcile import Difference


@dataclass(frozen=True, slots=True)
class FireDeadline(Change):
    """Do what a due deadline asks for next: remind, escalate or take the step of its procedure (到期处理)."""

    deadline: int


@dataclass(frozen=True, slots=True)
class TakeAwaitedStep(Change):
    """Take the first step of a case that waits for this event, where its guards allow it."""

    case: str
    awaited: str  # as `on` of an action names it: receipt, record_changed, linked_case_closed
    command_id: CommandId


@dataclass(frozen=True, slots=True)
class AcknowledgePush(OfPush):
    """Record the receipt of a push, and what follows from it (推送回执)."""

    receipt: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoteDecline(OfPush):
    """Note that a platform declined a push, and why (不予办理)."""

    error: str


@dataclass(frozen=True, slots=True)
class NoteUndecided(OfPush):
    """Note that a platform took a push and did not decide in time (逾期未作处理)."""

    error: str


@dataclass(frozen=True, slots=True)
class GiveUpPush(OfPush):
    """Try a push, letter or message no more until a person looks."""

    error: str


@dataclass(frozen=True, slots=True)
class HoldTarget(Change):
    """Stop pushing to a platform that says it takes no more (暂停推送)."""

    target: int
    why: str


@dataclass(frozen=True, slots=True)
class ReportDifferences(Change):
    """Report where a platform shows something else than was decided (对账)."""

    target: int
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class KeepLetterWaiting(Change):
    """Keep with a letter why its PDF cannot be made yet."""

    letter: int
    error: str


@dataclass(frozen=True, slots=True)
class RetryUnmadeLetters(Change):
    """Try all letters again whose PDF could not be made."""


@dataclass(frozen=True, slots=True)
class ServeOnArrival(Change):
    """Record the electronic service of a letter that has arrived in its addressee's account (电子送达)."""

    letter: int


@dataclass(frozen=True, slots=True)
class NoteLinkSent(Change):
    """Note that a link to an account went out by mail or text message."""

    link: int


@dataclass(frozen=True, slots=True)
class AnswerPasswordAsked(Change):
    """Send the link that somebody asked for at the login, where its person may have one (找回密码)."""

    login: str


@dataclass(frozen=True, slots=True)
class RemindUnserved(Change):
    """Remind of letters without a record of service (送达提醒)."""


@dataclass(frozen=True, slots=True)
class RemindOfPlatforms(Change):
    """Tell who wrote to a platform that no answer came by the day it was asked for (更正函逾期)."""


@dataclass(frozen=True, slots=True)
class WarnOfTokens(Change):
    """Warn the owners of tokens that end soon."""


@dataclass(frozen=True, slots=True)
class ChaseLateCases(Change):
    """Send every office the weekly list of what is late (每周督办)."""


@dataclass(frozen=True, slots=True)
class EndHonours(Change):
    """End these favourable entries that are beyond their longest stay, or ask their office."""

    entries: Sequence[int]


@dataclass(frozen=True, slots=True)
class ReviewHonours(Change):
    """Open the review (按期考评) of these favourable entries."""

    entries: Sequence[int]


@dataclass(frozen=True, slots=True)
class PublishLists(Change):
    """Let the worker publish every list whose day of the year has come (年度公布)."""


@dataclass(frozen=True, slots=True)
class WriteListPart(Change):
    """Write the next part of a list that is being published."""

    publication: str  # its token


@dataclass(frozen=True, slots=True)
class AnswerInquiryPart(Change):
    """Answer the next part of a question about many organisations."""

    inquiry: str  # its token


@dataclass(frozen=True, slots=True)
class KeepPage(Change):
    """Keep the page of a platform that the worker saw, or why there is none."""

    capture: str  # its token
    kept: Kept


@dataclass(frozen=True, slots=True)
class NotePageLooks(Change):
    """Keep what the nightly look saw at the pages of a platform that takes no messages (企业信息平台)."""

    target: int
    looks: Sequence[Looked]


class TellStandingActs(Change):
    """Tell platforms of public administrative acts (行政许可等信息) of which they were never told."""


@dataclass(frozen=True, slots=True)
class ClearPages(Change):
    """Keep by their digest alone some pages of platforms that were mended before a moment."""

    before: datetime


@dataclass(frozen=True, slots=True)
class EndListEntry(Change):
    """End an entry of a list that is beyond its last day, unless something still stands against it."""

    record: int


@dataclass(frozen=True, slots=True)
class EndHeldPublicity(Change):
    """End publicity of a record that an earlier version kept public beyond its maximum."""

    record: int


@dataclass(frozen=True, slots=True)
class SettleProvisionalDays(Change):
    """Count the provisional due days anew whose years have been published since."""


@dataclass(frozen=True, slots=True)
class RebuildDeadlines(Change):
    """Make the table of due days anew from the histories of the cases."""


class KeepExchangeKeys(Change):
    """See to it that messages are signed by a pair of keys, and throw away private halves that sign no more."""


@dataclass(frozen=True, slots=True)
class KeepFigures(Change):
    """Keep what the worker counted, for pages that would count it anew."""

    figures: Mapping[str, Mapping[str, object]]


class PlacePublicChanges(Change):
    """Give what changed before the public its place in the order in which others read it."""


class GiveOut(Change):
    """Hand over the cases of who is away, and give out what waits, by the rules of offices (按规则分办)."""
