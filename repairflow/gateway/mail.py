"""E-mail (电子邮件提醒) over SMTP: plain text, one recipient, with a message id that stays the same on every try."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from repairflow import times
from repairflow.gateway.platform import Heard, Permanent, Transient, Why

TIMEOUT_SECONDS = 30
DOMAIN = "repairflow.invalid"
_NAME = re.compile(r"[^\s<>@:;,]+@")
_REFUSED: Why = "refused"
_BUSY: Why = "busy"


class Mail(Protocol):
    """Carries one message; raises Transient to be tried again, Permanent when that will not help."""

    def send(self, to: str, subject: str, body: str, key: str) -> None:
        """Ensure that the server has taken the message over. `key` makes one that came twice known as the same."""


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A server named by URL: smtp:// (encrypted where the server offers STARTTLS) or smtps://."""

    url: str = field(repr=False)
    sender: str

    def send(self, to: str, subject: str, body: str, key: str) -> None:
        message = _message(self.sender, to, subject, body, key)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            why: Why = "timeout" if isinstance(error, TimeoutError) else "unreachable"
            raise Transient(f"邮件服务器没有收下邮件：{_without_names(str(error))}", heard=Heard(why)) from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, tls = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _message(sender: str, to: str, subject: str, body: str, key: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = MailAddress("信用修复与异议办理", addr_spec=sender)
    message["To"] = MailAddress(addr_spec=parseaddr(to)[1])
    message["Subject"] = " ".join(subject.split())  # a header is one line
    message["Date"] = format_datetime(times.now())
    message["Message-ID"] = f"<{key.replace('/', '.')}@{DOMAIN}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    message.set_content(body, charset="utf-8", cte="base64")
    return message


def _refused(code: int, text: bytes | str) -> Permanent | Transient:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    said = _without_names(said)[:200]
    kind, why = (Permanent, _REFUSED) if code >= 500 else (Transient, _BUSY)
    return kind(f"邮件服务器拒绝了邮件（{code} {said}）", heard=Heard(why, code, said))


def _without_names(said: str) -> str:
    """Return what a server said, without whose address it is: whoever looks for the cause need not know."""
    return _NAME.sub("…@", said)
