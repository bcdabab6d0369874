"""Carries notices to the e-mail and telephone of those who chose that, out of the outbox, in waking hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from repairflow.casework import reaching
from repairflow.db import Database
from repairflow.gateway.mail import Mail
from repairflow.gateway.sms import Sms
from repairflow.law.workdays import Calendar
from repairflow.vault import Vault
from repairflow.worker.relay import Relay, Summary


@dataclass(frozen=True, slots=True)
class Reminders:
    """`mail` is None where no server is configured: what was queued for it waits."""

    db: Database
    vault: Vault
    mail: Mail | None
    sms: Sms
    public_url: str

    @property
    def errands(self) -> Mapping[str, Callable[[Mapping[str, Any], str], None]]:
        """What the relay does with rows of these topics; raises Transient or Permanent as the channels do."""
        return {"mail": self._mail, "sms": self._sms}

    def carry(self, relay: Relay, calendar: Calendar, now: datetime) -> Summary:
        """Everything that waits, unless it is night or a day off: then nothing, and nothing is lost."""
        if not reaching.awake(calendar, now):
            return Summary()
        return relay.run_once(now, topics=("mail", "sms") if self.mail is not None else ("sms",))

    def _mail(self, payload: Mapping[str, Any], key: str) -> None:
        one = self._found(payload, "mail")
        if one is not None and self.mail is not None:
            foot = f"\n\n查看：{self.public_url}\n不再接收这类邮件：登录后在“提醒方式”中修改。\n"
            self.mail.send(one.to, one.title, one.body + foot, key)

    def _sms(self, payload: Mapping[str, Any], key: str) -> None:
        one = self._found(payload, "sms")
        if one is not None:
            self.sms.send(one.to, f"【信用修复】{one.title}", key)

    def _found(self, payload: Mapping[str, Any], channel: str) -> reaching.Carried | None:
        with self.db.read() as tx:
            return reaching.carried(tx, self.vault, int(payload["notice"]), channel)
