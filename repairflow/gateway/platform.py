"""The port to other platforms: push a message, pull what is shown. Who implements it says how to read an answer.

PushError
├── Transient   no answer, or one that says to try later: the same message is tried again
├── Pending     the platform has the message and will say later what it makes of it: asked again until it does
└── Permanent   the message will never be accepted as it is: a person has to look
    ├── Declined    the platform read it and refuses it, for a reason
    └── Gone        the address takes no more messages at all: everything for it waits for a person
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from repairflow import plain
from repairflow.errors import RepairFlowError
from repairflow.gateway.key_pairs import KeyPair, ReceiptSignature, SignedRequest
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import Display

Why = Literal[
    "unreachable", "timeout", "not_listed", "redirect", "busy", "server_error", "refused", "gone", "nonsense", "pending",
    "declined", "here",
]  # fmt: skip
"""What kept a message from being taken, for those who look for the cause; `here`: something of ours."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was seen of the other side: why it is no receipt, the status, the beginning of the answer without what cannot be shown."""

    why: Why = "here"
    status: int | None = None
    said: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", plain.shown(self.said))  # a database takes no NUL


AGAIN = "，稍后重试"
"""What the text of an error promises while it is tried again."""


class PushError(RepairFlowError):
    """A message that was not acknowledged; the Chinese text says why, and is shown to people.

    It may quote the other side, or a mail server: what cannot be shown is left out. `ended` is what it says once nothing is
    tried any more: by itself the same without the promise of another try.
    """

    code = "push"
    status = 502

    def __init__(
        self, message: str, after: int | None = None, heard: Heard = Heard(), ended: str | None = None
    ) -> None:  # Heard is frozen
        super().__init__(plain.shown(message))
        self.ended = self.message.replace(AGAIN, "") if ended is None else ended
        self.after = after
        self.heard = heard


class Transient(PushError):
    """Try again later; `after` seconds at the soonest where the platform asked for that."""


class Pending(PushError):
    """The platform took the message over and has not decided yet; `after` as with Transient."""


class Permanent(PushError):
    """Trying again will not help."""


class Declined(Permanent):
    """The platform read the message and refuses it; the text is its reason."""


class Gone(Permanent):
    """The address takes no more messages (410)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a target is reached: its code, base URL without a slash at the end, the key shared with it, the pairs of ours that
    sign beside it, and the public key by which it signs its receipts; empty where none is registered."""

    code: str
    url: str
    secret: str
    pairs: tuple[KeyPair, ...] = ()
    receipt_key: str = ""

    def __repr__(self) -> str:
        return f"Address({self.code!r}, {self.url!r})"  # the key stays out of logs


@dataclass(frozen=True, slots=True)
class Receipt:
    """推送回执: the platform took the message over, under its own id, and says what it shows now; `request` is what of ours it
    answers."""

    accepted: bool
    remote_id: str
    at: datetime
    shown: str | None = None
    duplicate: bool = False  # it had taken this message before
    request: SignedRequest | None = None
    signature: ReceiptSignature | None = None  # the platform's own, where its key is registered

    def as_json(self) -> dict[str, object]:
        """As it is stored with the outbox row."""
        said = {"accepted": self.accepted, "remote_id": self.remote_id, "at": self.at.isoformat(), "shown": self.shown}
        signed = {"request": self.request, "signature": self.signature}
        beside = {name: one.as_json() for name, one in signed.items() if one is not None}
        return {**said, "duplicate": self.duplicate, **beside}


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as a platform shows it; `version` is that of the last change it took over, if it knows."""

    number: str
    display: Display
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of what a platform shows; `cursor` asks for the next part, None after the last."""

    shown: tuple[Shown, ...]
    cursor: str | None


class Platform(Protocol):
    """What the relay and the reconciliation need of the outside."""

    def push(self, target: Address, message: Message) -> Receipt:
        """Return the receipt of a message that was taken over; raises Transient or Permanent."""

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """Return records changed there since an instant (all when None); raises Transient or Permanent."""


def pull_all(platform: Platform, target: Address, since: datetime | None = None) -> Iterator[Shown]:
    """Everything a platform shows, page by page; Permanent when its cursor goes in circles."""
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        page = platform.pull(target, since, cursor)
        yield from page.shown
        if page.cursor is None:
            return
        if page.cursor in seen:
            raise Permanent("对方平台的分页标记重复，无法读完其公示清单。")
        seen.add(cursor := page.cursor)
