"""Assembly: wires settings, database, law, letters, gateway and doors into one program. It holds no rule."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select

from repairflow import logs, modes, times
from repairflow import settings as settings_module
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.casework import clock_guard
from repairflow.casework.actor import Actor
from repairflow.casework.admin import upgrade
from repairflow.casework.cases import deadline_firing, import_jobs, receipts
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.cases.transition import try_system
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.definitions_in_use import Changed
from repairflow.casework.documents import rendering_job
from repairflow.casework.outbound import discrepancies
from repairflow.casework.queries import inbox
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.oversight.banners import WarningCode, warnings
from repairflow.db import Database, Limits
from repairflow.errors import ConfigurationError, RepairFlowError
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.mail import SmtpMail
from repairflow.gateway.platform import Platform
from repairflow.gateway.sms import FileSms
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import repinned
from repairflow.letters import readiness
from repairflow.letters.renderer.pool import Press, writing
from repairflow.letters.signing.key_folder import OFFICE_KEYS, KeyFolder
from repairflow.records import office, schema
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access
from repairflow.web.core.context import Site
from repairflow.web.core.setup import make_frame
from repairflow.worker import chores, heartbeat, reconciliation, sweeps
from repairflow.worker.import_job import Importing
from repairflow.worker.jobs import Workshop
from repairflow.worker.relay import Relay, Work
from repairflow.worker.reminders import Reminders
from repairflow.worker.target_lanes import Lanes

SEQUENCE_SECONDS = 10
SEQUENCE_BATCH = 5_000
REACH_SECONDS = 5
CHASE_SECONDS = 600
JOB_SECONDS = 1
WARNING_PAGES: Mapping[WarningCode, str] = {
    "calendar": "admin.calendar", "clock": "admin.clock", "command_id": "audit.home", "letters": "oversight.pushes",
    "offices": "admin.offices",
}  # fmt: skip
"""Where each warning is seen to; supervisors confirm the clock on a page of their own."""


@dataclass(frozen=True)
class Program:
    """One node: everything a door needs, made once from settings."""

    settings: Settings
    db: Database
    services: Services

    @classmethod
    def at(cls, settings: Settings, *, check: bool = True, limits: Limits | None = None) -> Program:
        """Open the database and read the law.

        Raises ConfigurationError when the database is not migrated or a used definition was edited, DefinitionError
        when a file of the law is faulty. `check=False` is for the command that migrates. Without `limits` the database
        is waited for as commands and the worker do.
        """
        logs.configure(as_json=settings.log_json)
        modes.secure(settings)
        db = Database(settings.database_url, limits or patient(settings))
        law = Library.read(settings_module.asset("workflows"))
        if check:
            if missing := schema.steps(db):
                how = "upgrade" if schema.revision_of(db) else "init"
                raise ConfigurationError(f"数据库还差 {len(missing)} 个版本，请先运行 repairflow {how}。")
            check_definitions(db, law)
        services = Services.of(law, Vault.at(settings.keys), settings)
        if check:
            with db.read() as tx:
                services.law_store.refresh(tx)  # a command line counts with the loaded years from its first line
        return cls(settings, db, services)

    @property
    def law(self) -> Library:
        """The law as this node knows it now; asked for anew at each use, for a loaded year replaces it."""
        return self.services.law

    @property
    def vault(self) -> Vault:
        return self.services.vault

    @cached_property
    def signer(self) -> Signer:
        return Signer.at(self.settings.keys)


def hasty(settings: Settings) -> Limits:
    """How long the site waits for its database: somebody waits for the page."""
    statement = settings.database_statement_seconds
    return Limits(
        settings.database_pool, settings.database_connect_seconds, settings.database_lock_seconds, statement,
        settings.database_idle_seconds, answer=statement + 5,
    )  # fmt: skip


def patient(settings: Settings) -> Limits:
    """How long commands and the worker wait: nobody looks on, and what they do may take long."""
    return Limits(connect=settings.database_connect_seconds, lock=settings.database_lock_seconds * 6)


def check_definitions(db: Database, law: Library) -> None:
    """Raise ConfigurationError naming every procedure or rule pack that a case has used and somebody edited since.

    A case keeps the rules it was filed under; a changed rule is a new file with a later `effective`.
    """
    found = definitions_found(db, law)
    if found.unaccounted:
        raise ConfigurationError("\n".join(["已有办件适用的程序或规则文件与当初不同，未启动：", *faults(found, law)]))
    if found.repins:
        raise ConfigurationError(
            f"有 {len(found.repins)} 个规则文件在本版本发布前改动过，未启动。请先运行 repairflow upgrade。"
        )


def definitions_found(db: Database, law: Library) -> upgrade.Definitions:
    """The used definitions held against this node's files; nothing is written."""
    workflows = settings_module.asset("workflows")
    released = Library.read(workflows, errata=()) if law.errata else law
    with db.read() as tx:
        return upgrade.look(tx, law, released, repinned(workflows))


def faults(found: upgrade.Definitions, law: Library) -> list[str]:
    """What is wrong with the definitions that nothing accounts for, and how to go on, a line each."""
    return [f"  {one.title}：{_fault(one, law)}" for one in found.unaccounted]


def _fault(one: Changed, law: Library) -> str:
    if one.found is None:
        return "文件不见了，仍有办件适用它。请恢复这个文件"
    mended = "、".join(erratum.where for erratum in law.errata)
    if mended:
        return (
            f"勘误尚未施行，或者内容被改动过。请依次运行 repairflow procedures erratum 文件 --apply（{mended}）；"
            "文件不是勘误改动的，请恢复原文件"
        )
    return "内容被改动过。请恢复原文件，修改规则请另建新版本文件；数值有误请以勘误文件改正（repairflow procedures erratum）"


def make_app(program: Program) -> Flask:
    """The web application: frame, blueprints, and the check that every route says who may use it."""
    from repairflow.web.account.blueprint import preferences
    from repairflow.web.admin import blueprint as admin
    from repairflow.web.api import blueprint as api
    from repairflow.web.audit import blueprint as audit
    from repairflow.web.letters import blueprint as papers
    from repairflow.web.oversight import blueprint as oversight
    from repairflow.web.portal import blueprint as portal
    from repairflow.web.public import blueprint as public
    from repairflow.web.shared import downloads as files
    from repairflow.web.staff import blueprint as staff
    from repairflow.web.staff import inbox as staff_inbox

    app = Flask("repairflow")
    settings, db, services = program.settings, program.db, program.services

    def counts(actor: Actor) -> Mapping[str, int]:
        with db.read() as tx:
            turn = case_queries.count_open(tx, actor, case_queries.my_turn(services.law, actor))
            unread = inbox.unread(tx, actor)
            return {"desk.queue": turn, "portal.cases": turn, "portal.inbox": unread, "inbox.inbox": unread}

    def warned(actor: Actor) -> list[tuple[str, str]]:
        pages = {**WARNING_PAGES, "clock": "oversight.ask_clock"} if actor.has_role("supervisor") else WARNING_PAGES
        with db.read() as tx:
            return [(one.text, pages[one.code]) for one in warnings(tx, services.law.calendar, times.now())]

    make_frame(app, Site(settings, db, services), counts, warned)
    for one in (
        portal.blueprint,
        files.blueprint,
        papers.blueprint,
        staff.blueprint,
        api.blueprint,
        oversight.blueprint,
        audit.blueprint,
        admin.blueprint,
        staff_inbox.blueprint,
        preferences,
        public.blueprint,
    ):
        app.register_blueprint(one)
    access.check(app)
    return app


def create(demo: bool = False) -> Flask:
    """The web application of this node's settings: what a WSGI server loads. `demo` opens the demonstration's entry."""
    settings = settings_module.load(demo=demo)
    return make_app(Program.at(settings, limits=hasty(settings)))


def work(program: Program, stop: Event) -> None:
    """Run the worker until `stop`: relay, sweep, sequencer, checkpoints, reconciliation and nightly chores."""
    with program.db.begin() as tx:
        readiness.check("".join(tx.execute(select(office.c.name)).scalars()))
        rendering_job.wake(tx, times.now())  # what a font or a key was missing for may be there now
    platform = HttpPlatform(seconds=program.settings.push_seconds)
    with Press(workers=program.settings.press_workers) as press:
        try:
            heartbeat.run(ticks(program, platform, press, stop), stop)
        finally:
            platform.close()


def workshop(program: Program, stop: Event | None = None) -> Workshop:
    """Whoever does the jobs of this node; it gives back what it has when `stop` is set."""
    files = ImportFiles(program.settings.imports)
    crafts = {
        kind: Importing(program.db, program.services, files, kind) for kind in (import_jobs.CHECK, import_jobs.WRITE)
    }
    return Workshop(program.db, crafts, socket.gethostname(), stop)


def ticks(program: Program, platform: Platform, press: Press, stop: Event | None = None) -> list[heartbeat.Tick]:
    """What a worker does again and again, each with its rhythm; `platform` is how it reaches the outside."""
    db, settings = program.db, program.settings
    node = socket.gethostname()
    seals = KeyFolder(settings.keys / OFFICE_KEYS)

    def make_letter(letter_id: int) -> None:
        try:
            with writing():
                rendering_job.press(db, settings.letters, press.press, letter_id, times.now(), seals)
        except RepairFlowError as error:
            with db.begin() as tx:
                rendering_job.waits(tx, letter_id, error.message, times.now())
            raise

    def follow(payload: Mapping[str, Any], key: str) -> None:
        with db.begin() as tx:
            try_system(tx, program.services, payload["case"], payload["on"], of_system("follow", key), times.now())

    reminders = Reminders(
        db,
        program.vault,
        SmtpMail(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
        FileSms(settings.home / "sms"),
        settings.public_url,
    )
    relay = Relay(
        db,
        platform,
        Work(
            make_letter,
            lambda tx, row, receipt, now: receipts.receive(tx, program.services, row, receipt, now),
            receipts.give_up,
            {"follow": follow, **reminders.errands},
        ),
        program.vault,
        node,
        settings.public_url,
    )

    def reach() -> None:
        with db.read() as tx:
            program.services.law_store.refresh(tx)  # whether today is a day off may have been loaded meanwhile
        reminders.carry(relay, program.law.calendar, times.now())

    shop = workshop(program, stop)

    def push(only: int) -> None:
        relay.run_once(times.now(), topics=("push",), only=only)

    lanes = Lanes(db, push, settings.push_lanes, stop)

    def fire(tx: Connection, row: int, now: datetime) -> list[object]:
        fired = deadline_firing.fire(tx, program.services, row, now)
        return [] if fired is None else [fired]

    witness = clock_guard.Witness()

    def look_for_due() -> None:
        sweeps.sweep(db, sweeps.find_due, fire, times.now(), witness=witness)

    def log_events(everything: bool = False) -> None:
        with db.read() as tx:
            waits = everything or sequencer.waiting(tx) or checkpoints.behind(tx)
        if not waits:
            return  # an idle tick writes nothing
        with db.begin() as tx:
            sequencer.sequence(tx, SEQUENCE_BATCH, everything=everything)
        with db.begin() as tx:
            note = checkpoints.take(tx, program.signer, times.now())
        if note is not None:
            checkpoints.anchor(settings.home / "anchors", note, times.today())

    def reconcile(now: datetime) -> None:
        reconciliation.reconcile(db, platform, program.vault, discrepancies.report_differences, now)

    return [
        heartbeat.Tick("press", settings.relay_seconds, lambda: relay.run_once(times.now(), topics=("press",))),
        heartbeat.Tick("push", settings.relay_seconds, lambda: lanes.run(times.now)),
        heartbeat.Tick("follow", settings.relay_seconds, lambda: relay.run_once(times.now(), topics=("follow",))),
        heartbeat.Tick("sweep", settings.sweep_seconds, look_for_due),
        heartbeat.Tick("log", SEQUENCE_SECONDS, log_events),
        heartbeat.Tick("reach", REACH_SECONDS, reach),
        heartbeat.Tick("chase", CHASE_SECONDS, lambda: chores.chase(db, program.services, times.now())),
        heartbeat.Tick("jobs", JOB_SECONDS, lambda: shop.run_once(times.now())),
        heartbeat.beat(db, node),
        heartbeat.daily(db, "reconcile", time(2), reconcile),
        # events whose transaction was open very long while others committed are found by the daily look at all
        heartbeat.daily(db, "whole_log", time(1), lambda _: log_events(everything=True)),
        heartbeat.daily(db, "provisional", time(4), lambda now: chores.settle_provisional(db, program.services, now)),
        heartbeat.Tick("files", CHASE_SECONDS, lambda: ImportFiles(settings.imports).forget(times.now())),
        heartbeat.daily(
            db,
            "loose",
            time(3, 45),
            lambda now: chores.forget_materials(db, settings.materials, now, settings.unclaimed_days),
        ),
        heartbeat.daily(db, "jobs_gone", time(3, 30), lambda now: chores.forget_jobs(db, now)),
        heartbeat.daily(db, "attempts", time(3, 15), lambda now: chores.forget_attempts(db, now)),
        heartbeat.daily(db, "tokens", time(8), lambda now: chores.warn_of_tokens(db, now)),
        heartbeat.daily(db, "sessions", time(3), lambda now: chores.forget_sessions(db, now)),
    ]
