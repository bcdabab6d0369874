"""Notices reach the e-mail and telephone of those who chose so, in waking hours, through a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from repairflow import times
from repairflow.casework.actor import ANYBODY
from repairflow.casework.cases import receipts
from repairflow.casework.changes import AskPasswordLink, ChooseChannels
from repairflow.casework.notifications import channels
from repairflow.db import Database
from repairflow.errors import Invalid
from repairflow.gateway.mail import SmtpMail
from repairflow.gateway.platform import Permanent, Transient
from repairflow.gateway.sms import FileSms
from repairflow.records import notice, outbox, person, push_attempt
from repairflow.settings import Settings
from repairflow.worker.relay import Relay, Summary, Work
from repairflow.worker.reminders import Reminders
from tests.casework.test_assignment import send
from tests.conftest import Clock
from tests.support.building import Town

BOTH = [("progress", "mail"), ("progress", "sms")]


class Box:
    """A mail server's handler that keeps what it takes; `answer` is what it says to recipients."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  aiosmtpd asks for the name
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd asks for the name
        self.kept.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def reminders(town: Town, server: str, home: Path) -> Reminders:
    return Reminders(
        town.db, town.services, SmtpMail(server, "rf@example.cn"), FileSms(home / "sms"), "https://rf.example.cn"
    )


def relay(town: Town, reminders: Reminders) -> Relay:
    return Relay(
        town.db, None,  # type: ignore[arg-type]  # nothing is pushed here
        Work(
            lambda _: None,
            lambda tx, row, receipt, now: receipts.receive(tx, town.services, row, receipt, now),
            receipts.give_up,
            reminders.errands,
        ),
        town.vault, "node",
    )  # fmt: skip


def choose(
    town: Town, who: str, chosen: list[tuple[str, str]], email: str = "song@example.cn", phone: str = "13800000000"
) -> None:
    with town.db.begin() as tx:
        channels.choose(tx, town.vault, town.people[who], email=email, phone=phone, chosen=chosen)


def step(town: Town) -> str:
    """A repair filed and accepted: its subject is told."""
    number = town.file_repair()
    town.do(number, "accept")
    return number


def carry(town: Town, reminders: Reminders) -> Summary:
    return reminders.carry(relay(town, reminders), town.law.calendar, town.now)


def test_a_notice_goes_by_mail_and_text_message(town: Town, reminders: Reminders, box: Box, home: Path) -> None:
    choose(town, "yunxi", BOTH)
    step(town)
    assert carry(town, reminders).done == 2
    assert carry(town, reminders).done == 0
    [mail] = box.kept
    title = town.notices("yunxi")[-1]
    assert (mail["Subject"], mail["To"]) == (title, "song@example.cn")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "https://rf.example.cn" in mail.get_content()
    [file] = (home / "sms").glob("*.txt")
    assert file.read_text(encoding="utf-8") == f"13800000000\n【信用修复】{title}\n"


@pytest.mark.parametrize(
    ("chosen", "topics"),
    [
        ([], []),
        ([("progress", "mail")], ["mail"]),
        ([("progress", "sms")], ["sms"]),
        ([("deadline", "mail")], []),
        ([("repair", "sms")], ["sms"]),  # a record that may be repaired already
    ],
)
def test_only_chosen_channels_are_used(town: Town, chosen: list[tuple[str, str]], topics: list[str]) -> None:
    choose(town, "yunxi", chosen)
    step(town)
    assert town.notices("yunxi", "progress")
    rows = town.all(select(outbox.c.topic).where(outbox.c.topic.in_(("mail", "sms"))))
    assert [row.topic for row in rows] == topics


@pytest.mark.parametrize(
    ("day", "clock_time", "sent"),
    [
        (date(2026, 6, 10), time(8), True),
        (date(2026, 6, 10), time(19, 59), True),
        (date(2026, 6, 10), time(20), False),
        (date(2026, 6, 11), time(3), False),
        (date(2026, 6, 13), time(10), False),  # Saturday
        (date(2026, 6, 19), time(10), False),  # 端午节
        (date(2026, 9, 20), time(10), True),  # a Sunday on which one works
    ],
)
def test_nobody_is_disturbed_at_night_or_on_a_day_off(town: Town, day: date, clock_time: time, sent: bool) -> None:
    assert channels.awake(town.law.calendar, times.at(day, clock_time)) is sent


def test_what_waits_over_night_is_sent_in_the_morning(town: Town, reminders: Reminders, box: Box, clock: Clock) -> None:
    choose(town, "yunxi", [("progress", "mail")])
    clock.travel(town.at(date(2026, 6, 10), time(22)))
    step(town)
    assert carry(town, reminders).done == 0
    clock.travel(town.at(date(2026, 6, 11), time(8)))
    assert carry(town, reminders).done == 1
    assert len(box.kept) == 1


def test_a_server_that_is_down_loses_nothing(town: Town, reminders: Reminders, box: Box, clock: Clock) -> None:
    choose(town, "yunxi", [("progress", "mail")])
    step(town)
    box.answer = "451 later"
    assert carry(town, reminders).retried == 1
    box.answer = "250 OK"
    clock.travel(town.at(timedelta(minutes=5)))
    assert carry(town, reminders).done == 1


def test_an_address_that_does_not_exist_is_a_dead_letter(town: Town, reminders: Reminders, box: Box) -> None:
    choose(town, "yunxi", [("progress", "mail")])
    step(town)
    box.answer = "550 <ling.yiming@example.cn>: no such person"
    assert carry(town, reminders).dead == 1
    # the try is kept for whoever looks for the cause, without whose address it is
    (tried,) = town.all(select(push_attempt))
    assert (tried.why, tried.status, tried.said) == ("refused", 550, "<…@example.cn>: no such person")
    assert "ling" not in str(town.one(select(outbox.c.last_error).where(outbox.c.state == "dead")).last_error)
    choose(town, "yunxi", [("progress", "mail")], email="other@example.cn")
    box.answer = "250 OK"
    step(town)
    assert carry(town, reminders).done == 1  # the dead one stands in nobody's way


def test_who_took_the_channel_back_is_left_alone(town: Town, reminders: Reminders, box: Box) -> None:
    choose(town, "yunxi", [("progress", "mail")])
    step(town)
    choose(town, "yunxi", [])
    assert carry(town, reminders).done == 1
    assert box.kept == []


def test_without_a_server_mail_waits(town: Town, reminders: Reminders, home: Path) -> None:
    choose(town, "yunxi", BOTH)
    step(town)
    bare = Reminders(town.db, town.services, None, FileSms(home / "sms"), "https://rf.example.cn")
    assert carry(town, bare).done == 1
    assert carry(town, reminders).done == 1


def test_reminders_of_a_limit_go_out(town: Town, reminders: Reminders, box: Box, clock: Clock) -> None:
    number = town.file_repair()
    owner = next(iter(town.dues(number).values())).owner
    for code in ("ENV", "CREDIT"):
        choose(town, f"{owner}@{code}", [("deadline", "mail")])
    clock.travel(town.at(date(2026, 6, 12)))
    town.sweep()
    carry(town, reminders)
    assert any("还剩" in mail["Subject"] for mail in box.kept)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no", Permanent), ("553 no", Permanent), ("421 busy", Transient), ("452 full", Transient)],
)
def test_what_a_server_says_decides_whether_to_try_again(
    server: str, box: Box, answer: str, error: type[Exception]
) -> None:
    box.answer = answer
    with pytest.raises(error):
        SmtpMail(server, "rf@example.cn").send("a@example.cn", "标题", "正文", "mail/1")


def test_nobody_answers() -> None:
    with pytest.raises(Transient):
        SmtpMail("smtp://127.0.0.1:1", "rf@example.cn").send("a@example.cn", "标题", "正文", "mail/1")


def test_a_title_cannot_smuggle_a_header(server: str, box: Box) -> None:
    SmtpMail(server, "rf@example.cn").send("a@example.cn", "标题\r\nBcc: b@example.cn", "正文", "mail/1")
    assert box.kept[0]["Bcc"] is None
    assert box.kept[0]["Message-ID"] == "<mail.1@repairflow.invalid>"


def test_the_same_text_message_twice_is_one_file(home: Path) -> None:
    for _ in range(2):
        FileSms(home / "sms").send("13800000000", "短信", "sms/7")
    assert [path.name for path in (home / "sms").iterdir()] == ["sms-7.txt"]


@pytest.mark.parametrize(
    ("email", "phone", "chosen", "field"),
    [
        ("", "", [("progress", "mail")], "email"),
        ("", "", [("progress", "sms")], "phone"),
        ("not an address", "", [], "email"),
        ("a@b.cn\nBcc: c@d.cn", "", [], "email"),
        ("", "12345", [], "phone"),
        ("", "13800000000", [("weather", "sms")], ""),
    ],
)
def test_a_choice_that_cannot_work_is_refused(
    town: Town, email: str, phone: str, chosen: list[tuple[str, str]], field: str
) -> None:
    with pytest.raises(Invalid) as refused, town.db.begin() as tx:
        channels.choose(tx, town.vault, town.people["yunxi"], email=email, phone=phone, chosen=chosen)
    assert field in {p.where for p in refused.value.problems}
    with town.db.read() as tx:
        assert channels.reach(tx, town.vault, town.people["yunxi"]) == channels.Reach("", "", frozenset(), None)


def test_the_telephone_is_sealed(town: Town) -> None:
    choose(town, "yunxi", [])
    stored = town.one(select(person.c.phone).where(person.c.id == town.people["yunxi"])).phone
    assert b"13800000000" not in stored
    assert town.vault.open(stored) == "13800000000"


def test_nothing_is_queued_for_a_notice_nobody_chose(town: Town, clock: Clock) -> None:
    before: datetime = clock()
    step(town)
    assert town.all(select(notice.c.id))
    assert town.all(select(outbox.c.id).where(outbox.c.topic.in_(("mail", "sms")), outbox.c.created_at >= before)) == []


def test_what_opens_an_account_is_told_at_night_too(town: Town, reminders: Reminders, box: Box, clock: Clock) -> None:
    """A link that was asked for at the login, and to the former address that it is the account's no longer."""
    clock.travel(town.at(date(2026, 6, 10), time(22)))
    choose(town, "yunxi", [], email="old@example.cn")
    login = town.one(select(person.c.login).where(person.c.id == town.people["yunxi"])).login
    for asked in ("nobody", login):
        send(town, AskPasswordLink(ANYBODY, asked))
    assert carry(town, reminders).done + carry(town, reminders).done == 3  # both wishes, and one link
    [link] = box.kept
    assert (link["To"], "/account/password/" in link.get_content()) == ("old@example.cn", True)
    for _ in range(2):  # the second changes nothing
        send(town, ChooseChannels(town.actor("yunxi"), "new@example.cn", "", []))
    assert carry(town, reminders).done == 1
    told = box.kept[-1]
    assert (told["To"], told["Subject"]) == ("old@example.cn", "账号的电子邮箱已经变更")
