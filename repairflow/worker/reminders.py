"""Carries notices to the e-mail and telephone of those who chose that, out of the outbox, in waking hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from repairflow import times
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import credential_links, forgotten_password
from repairflow.casework.changes.system import AnswerPasswordAsked, NoteLinkSent
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.notifications import channels
from repairflow.db import Database
from repairflow.gateway.mail import Mail
from repairflow.gateway.sms import Sms
from repairflow.law.calendar.workdays import Calendar
from repairflow.worker.relay import Relay, Summary


@dataclass(frozen=True, slots=True)
class Reminders:
    """`mail` is None where no server is configured: what was queued for it waits."""

    db: Database
    services: Services
    mail: Mail | None
    sms: Sms
    public_url: str

    @property
    def errands(self) -> Mapping[str, Callable[[Mapping[str, object], str], None]]:
        """What the relay does with rows of these topics; raises Transient or Permanent as the channels do."""
        return {
            "mail": self._mail, "sms": self._sms,
            forgotten_password.TOPIC: self._asked, forgotten_password.FORMER: self._former,
            credential_links.TOPICS["mail"]: self._mail_link, credential_links.TOPICS["sms"]: self._sms_link,
        }  # fmt: skip

    def carry(self, relay: Relay, calendar: Calendar, now: datetime) -> Summary:
        """Everything that waits, unless it is night or a day off: then only links that somebody waits for, and nothing is
        lost."""
        ready = ("mail", "sms") if self.mail is not None else ("sms",)
        urgent = tuple(credential_links.TOPICS[channel] for channel in ready)
        if self.mail is not None:
            urgent = (forgotten_password.TOPIC, forgotten_password.FORMER, *urgent)
        return relay.run_once(now, topics=(*ready, *urgent) if channels.awake(calendar, now) else urgent)

    def _mail(self, payload: Mapping[str, object], key: str) -> None:
        one = self._found(payload, "mail")
        if one is not None and self.mail is not None:
            foot = f"\n\n查看：{self.public_url}\n不再接收这类邮件：登录后在“提醒方式”中修改。\n"
            self.mail.send(one.to, one.title, one.body + foot, key)

    def _sms(self, payload: Mapping[str, object], key: str) -> None:
        one = self._found(payload, "sms")
        if one is not None:
            self.sms.send(one.to, f"【信用修复】{one.title}", key)

    def _found(self, payload: Mapping[str, Any], channel: str) -> channels.Carried | None:
        with self.db.read() as tx:
            return channels.carried(tx, self.services.vault, int(payload["notice"]), channel)

    def _asked(self, payload: Mapping[str, object], _key: str) -> None:
        login = forgotten_password.unsealed(self.services.vault, payload)
        with self.db.begin() as tx:
            dispatch(tx, self.services, AnswerPasswordAsked(SYSTEM, login), times.now())

    def _former(self, payload: Mapping[str, object], key: str) -> None:
        if self.mail is not None:
            said = "您的账号的电子邮箱已经变更，此后的提醒发往新的邮箱。不是您本人变更的，请立即修改密码，并联系本单位的安全管理员。"
            self.mail.send(
                forgotten_password.unsealed(self.services.vault, payload), "账号的电子邮箱已经变更", said, key
            )

    def _mail_link(self, payload: Mapping[str, object], key: str) -> None:
        found = self._link(payload, "mail")
        if found is not None and self.mail is not None:
            to, link = found
            self.mail.send(to, f"{credential_links.OPENS[link.opens]}的链接", self._said(link), key)
            self._handed_over(payload)

    def _sms_link(self, payload: Mapping[str, object], key: str) -> None:
        found = self._link(payload, "sms")
        if found is not None:
            to, link = found
            self.sms.send(to, f"【信用修复】{self._said(link)}", key)
            self._handed_over(payload)

    def _link(self, payload: Mapping[str, Any], channel: str) -> tuple[str, credential_links.PrintedLink] | None:
        with self.db.read() as tx:
            return credential_links.carried(tx, self.services.vault, int(payload["link"]), channel, times.now())

    def _handed_over(self, payload: Mapping[str, Any]) -> None:
        with self.db.begin() as tx:
            dispatch(tx, self.services, NoteLinkSent(SYSTEM, int(payload["link"])), times.now())

    def _said(self, link: credential_links.PrintedLink) -> str:
        where = f"{self.public_url.rstrip('/')}{link.path}"
        ends = f"{times.local(link.ends):%Y-%m-%d %H:%M}"
        return (
            f"{link.name}，您的账号 {link.login} {credential_links.OPENS[link.opens]}的链接：{where} ，{ends} 前用一次有效。"
            "请勿转发。没有要求过的，请联系本单位的安全管理员。"
        )
