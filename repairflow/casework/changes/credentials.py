"""Commands about what opens an account: links, passwords, devices. What is secret stands in no representation of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from repairflow.casework.changes.base import Change, OfAccount


@dataclass(frozen=True, slots=True)
class SendLink(OfAccount):
    """Send a link to a person that sets the password or releases the device; `mail`: this installation can send e-mail."""

    opens: str
    way: str
    mail: bool


class ShowLink(OfAccount):
    """Show the link that sets the password to the operator at the machine."""


class ResetDevice(OfAccount):
    """Release the device of a person, by the operator at the machine."""


@dataclass(frozen=True, slots=True)
class ReleaseLink(Change):
    """Print a link that waits for another administrator (通知单)."""

    link_id: int


@dataclass(frozen=True, slots=True)
class AskPasswordLink(Change):
    """Have a link sent to the e-mail of whoever has this login, by which a forgotten password is set anew."""

    login: str


@dataclass(frozen=True, slots=True)
class SetPassword(Change):
    """Set the password of whoever holds this link."""

    token: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReleaseDeviceByLink(Change):
    """Release the device of whoever holds this link."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangePassword(Change):
    """Change the own password."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BindDevice(Change):
    """Bind the first device; this session counts as confirmed by it."""

    session_id: int
    secret: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReleaseDevice(Change):
    """Release the own device, for a code of it."""

    code: str = field(repr=False)
