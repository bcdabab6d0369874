"""A town at work: its site, its worker and the platform that shows its records; time passes when a story says so."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import httpx2
from jinja2.bccache import Bucket, BytecodeCache
from pypdf import PdfReader
from sqlalchemy import update

from repairflow import times
from repairflow.app.outward_clients import any_platform
from repairflow.app.program import Program as Node
from repairflow.app.web import make_app
from repairflow.app.worker import ticks
from repairflow.gateway import signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import Platform
from repairflow.gateway.sandbox import make_sandbox
from repairflow.law.identifiers import make_uscc
from repairflow.letters.renderer.pool import Press
from repairflow.records import person, target
from tests.conftest import Clock
from tests.stories.pages import Page
from tests.stories.people import Enterprise, Officer, Person, Stranger
from tests.support.building import COMPANIES, TARGETS, Town

WATCH = timedelta(hours=5)  # how often the worker looks while days pass: within the six hours that are no jump
SITTING = timedelta(minutes=20)
NIGHTLY = frozenset({"reconcile", "whole_log", "provisional", "sessions"})


class Compiled(BytecodeCache):
    """Templates compiled once for all stories: each town has an application of its own."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class PublicPlatform:
    """The platforms of the town, as the public sees them; each may be switched off."""

    def __init__(self, folder: Path) -> None:
        self.secrets = {code: signing.new_secret() for code, *_ in TARGETS}
        self.path = folder / "platform.db"
        self.app = make_sandbox(self.path, self.secrets, sleep=lambda _: None)
        self.app.testing = True
        self.app.jinja_env.bytecode_cache = Compiled()
        self._web = self.app.test_client()

    def shows(self, record: str, code: str = "site") -> str:
        """What the page of a record says there, from its tag on; empty when the platform never heard of it."""
        answer = self._web.get(f"/targets/{code}/records/{record}")
        return Page(answer.get_data(as_text=True)).text if answer.status_code == 200 else ""

    def received(self, code: str) -> str:
        """The list of messages a platform received."""
        return Page(self._web.get(f"/targets/{code}/received").get_data(as_text=True)).text

    def goes_down(self, *codes: str) -> None:
        self._behave("down", codes)

    def comes_back(self, *codes: str) -> None:
        self._behave("normal", codes)

    def acknowledges_and_changes_nothing(self, *codes: str) -> None:
        self._behave("wrong_state", codes)

    def _behave(self, mode: str, codes: tuple[str, ...]) -> None:
        answer = self._web.post("/control", data=dict.fromkeys(codes or self.secrets, mode))
        assert answer.status_code == 303


class Worker:
    """What `repairflow worker` does, done once at the present moment; what a tick meets fails the story."""

    def __init__(self, node: Node, platform: Platform, press: Press) -> None:
        self._ticks = {tick.name: tick for tick in ticks(node, platform, press)}

    def runs(self) -> None:
        """Everything but the press, which takes its time."""
        for name in ("sweep", "push", "follow", "push", "follow", "reach", "log", "beat"):
            self._ticks[name].run()

    def presses_letters(self) -> None:
        self._ticks["press"].run()

    def does_jobs(self) -> None:
        self._ticks["jobs"].run()

    def works_the_night(self) -> None:
        for name in NIGHTLY:
            self._ticks[name].run()


class TownLife:
    """`life.env.acceptor.presses(case, "受理")`, `life.company.repairs(record)`, `life.days_pass(3)`."""

    def __init__(self, town: Town, clock: Clock, press: Press, folder: Path) -> None:
        self.town, self.clock = town, clock
        self.platform = PublicPlatform(folder)
        with town.db.begin() as tx:
            tx.execute(update(person).values(sample=True))
            for code, secret in self.platform.secrets.items():
                where = {"url": f"http://127.0.0.1:8001/targets/{code}", "secret": town.vault.seal(secret)}
                tx.execute(update(target).where(target.c.code == code).values(where))
        settings = replace(town.settings, demo=True)
        node = Node(settings, town.db, town.services)
        self.app = make_app(node)
        self.app.jinja_env.bytecode_cache = Compiled()
        self._reach = HttpPlatform(httpx2.WSGITransport(app=self.platform.app))
        self.worker = Worker(node, any_platform(node, self._reach), press)
        self._people: dict[str, Person] = {}

    def does_jobs(self) -> None:
        """A worker comes by for what somebody has ordered."""
        self.worker.does_jobs()

    def close(self) -> None:
        self._reach.close()
        self.platform.app.extensions["sandbox_store"].dispose()

    # people

    def officer(self, role: str, office: str) -> Officer:
        return self._known(f"{role}@{office}", Officer)

    @property
    def company(self) -> Enterprise:
        """宋远山, who represents 云溪环保."""
        return self._known("yunxi", Enterprise)

    @property
    def agent(self) -> Enterprise:
        """林一鸣, its agent."""
        return self._known("yunxi's agent", Enterprise)

    @cached_property
    def stranger(self) -> Stranger:
        """Somebody who is not signed in."""
        return Stranger(self)

    @cached_property
    def env(self) -> Office:
        """云溪县生态环境局, which decided the penalties."""
        return Office(self, "ENV")

    @cached_property
    def centre(self) -> Office:
        """云溪县信用中心."""
        return Office(self, "CREDIT")

    @cached_property
    def market(self) -> Office:
        """云溪县市场监督管理局."""
        return Office(self, "MARKET")

    def _known(self, name: str, kind: type[Any]) -> Any:
        if name not in self._people:
            self._people[name] = kind(self, name)
        return self._people[name]

    # time

    def serves(self, case: str) -> None:
        """The newest letter of a case is handed to the company now."""
        self.town.now = times.now()
        self.town.serve(case)

    def it_is(self, day: date, hour: int = 10) -> None:
        """It becomes this hour of this day, the worker looking every few hours."""
        self._to(times.at(day, time(hour)))

    def days_pass(self, days: int) -> None:
        self._to(self.clock() + timedelta(days=days))

    def minutes_pass(self, minutes: int) -> None:
        self._to(self.clock() + timedelta(minutes=minutes))

    def _to(self, instant: datetime) -> None:
        self.worker.runs()
        while self.clock() + WATCH < instant:
            self.clock.travel(WATCH)
            self.worker.runs()
        self._set(instant)

    def long_after(self, day: date) -> None:
        """It becomes this day after an outage of everything: a supervisor says that the time is right."""
        self._set(times.at(day, time(10)))
        supervisor = self.centre.supervisor
        supervisor.opens("/oversight/clock")
        supervisor.sends("确认时间无误")
        self.worker.runs()

    def _set(self, instant: datetime) -> None:
        if instant - self.clock() > SITTING:
            self._people.clear()  # sessions end; whoever comes again signs in again
        self.clock.travel(instant)
        self.town.now = instant
        self.worker.runs()

    # what a story begins with

    def record(self, decided: date = date(2026, 1, 5), **more: Any) -> str:
        """A penalty of 5 January that has been public for months; its number."""
        number = self.town.record(decided, **more)
        self.worker.runs()
        return number

    def uscc(self) -> str:
        """The credit code of 云溪环保."""
        return make_uscc("320830", COMPANIES[0][2])

    def letters(self, case: str) -> list[str]:
        """The titles of a case's letters, oldest first, as the auditor's program reads them."""
        return self.centre.auditor.program.letters(case)

    def state(self, case: str) -> str:
        """Where a case stands, in words."""
        return str(self.centre.auditor.program.case(case)["state_label"])

    def texts(self, phone: str) -> list[str]:
        """The text messages a telephone got, in no order."""
        kept = [path.read_text("utf-8") for path in sorted((self.town.settings.home / "sms").glob("*.txt"))]
        return [text for text in kept if text.startswith(phone)]

    def sound(self) -> None:
        """The auditor has everything verified on the page, and nothing was changed."""
        auditor = self.centre.auditor
        auditor.opens("/audit")
        button = next(b for form in auditor.page.forms for b in form.buttons if "核验" in b)
        said = auditor.sends(button)
        assert "可能被改动" not in said, said


class Office:
    """`office.acceptor`, `office.decider`: the people of an office by their posts."""

    def __init__(self, life: TownLife, code: str) -> None:
        self._life, self._code = life, code

    def __getattr__(self, role: str) -> Officer:
        return self._life.officer(role, self._code)


def pdf_text(content: bytes) -> str:
    """The words of a pressed letter, without white space."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
