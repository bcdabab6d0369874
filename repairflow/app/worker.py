"""The worker of a node: what it does again and again, and with what."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from functools import partial
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, select

from repairflow import access_audit_files, direct, times
from repairflow.app import log_signing
from repairflow.app.outward_clients import any_platform, destinations, witnesses
from repairflow.app.program import Program, wake_workers
from repairflow.auditing import checkpoints, sequencer
from repairflow.casework import access_audit, clock_guard, log_stamps, row_batches
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import batch_acts, import_jobs
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.changes import system
from repairflow.casework.command_ids import of_system
from repairflow.casework.context import Services
from repairflow.casework.dispatch import Change, dispatch
from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.rendering_job import MadeElsewhere
from repairflow.casework.outbound import page_captures, public_changes
from repairflow.errors import RepairFlowError
from repairflow.gateway.mail import SmtpMail
from repairflow.gateway.page_capture import Looked, PageReader
from repairflow.gateway.platform import Platform
from repairflow.gateway.reconcile import Difference
from repairflow.gateway.sms import FileSms
from repairflow.letters import readiness
from repairflow.letters.renderer.pool import Press, writing
from repairflow.letters.signing.key_folder import OFFICE_KEYS, KeyFolder
from repairflow.records import letter, office
from repairflow.worker import chores, heartbeat, page_looks, reconciliation, sweeps
from repairflow.worker.batch_job import Batches
from repairflow.worker.capture_job import Capturing
from repairflow.worker.import_job import Importing
from repairflow.worker.jobs import JobHandler, JobRunner
from repairflow.worker.part_job import KINDS, InParts
from repairflow.worker.relay import Relay, Work
from repairflow.worker.reminders import Reminders
from repairflow.worker.target_lanes import Lanes

SEQUENCE_SECONDS = 10
COSIGN_SECONDS = 60
STAMP_SECONDS = 300  # how often an hour without a time stamp asks for one
SEQUENCE_BATCH = 5_000
REACH_SECONDS = 5
CHASE_SECONDS = 600
STANDING_SECONDS = 3600
GIVE_OUT_SECONDS = 60
FIGURES_SECONDS = 60
JOB_SECONDS = 1
FEW_BESIDE_A_JOB = 2
"""Letters and pushes of no case that one run carries while a job of this node is at work: an import asks for some with each
row, and would share its processor with all of them. They are carried when it has ended."""


def work(program: Program, stop: Event) -> None:
    """Run the worker until `stop`: relay, sweep, sequencer, checkpoints, reconciliation and nightly chores."""
    with program.db.begin() as tx:
        readiness.check("".join(tx.execute(select(office.c.name)).scalars()))
        # what a font or a key was missing for may be there now
        dispatch(tx, program.services, system.RetryUnmadeLetters(SYSTEM), times.now())
    chores.keep_exchange_keys(program.db, program.services, times.now())
    platform = any_platform(program)
    with Press(workers=program.settings.press_workers, place=program.settings.work) as press:
        try:
            db = program.db
            wake_workers(program)  # a case that goes on brings more work, perhaps for another node
            wakes = None if db.is_sqlite else partial(direct.listen, db.direct)
            heartbeat.run(ticks(program, platform, press, stop), stop, wakes)
        finally:
            platform.close()


def job_runner(program: Program, stop: Event | None = None) -> JobRunner:
    """Whoever does the jobs of this node; it gives back what it has when `stop` is set."""
    files = ImportFiles(program.services.imports)
    handlers: dict[str, JobHandler] = {
        kind: Importing(program.db, program.services, files, kind) for kind in (import_jobs.CHECK, import_jobs.WRITE)
    }
    acts = {kind: Batches(program.db, program.services, kind) for kind in (batch_acts.CHECK, batch_acts.ACT)}
    reader = PageReader(destinations(program))
    handlers[page_captures.KIND] = Capturing(program.db, program.services, reader)
    parts = {name: InParts(program.db, program.services, kind) for name, kind in KINDS.items()}
    return JobRunner(program.db, {**handlers, **acts, **parts}, socket.gethostname(), stop)


def ticks(program: Program, platform: Platform, press: Press, stop: Event | None = None) -> list[heartbeat.Tick]:
    """Return what a worker does again and again, each with its rhythm; `platform` is how it reaches the outside."""
    duties = Duties(program, platform, press, stop)
    return [*duties.often(), heartbeat.beat(program.db, duties.node), *duties.nightly()]


def consequences(services: Services) -> Work:
    """Return what the relay asks for when it knows what came of a push: each a command, in the relay's transaction."""

    def take(tx: Connection, command: Change, now: datetime) -> None:
        dispatch(tx, services, command, now)

    return Work(
        press=lambda _: None,
        receive=lambda tx, row, receipt, now: take(tx, system.AcknowledgePush(SYSTEM, row, receipt), now),
        give_up=lambda tx, row, error, now: take(tx, system.GiveUpPush(SYSTEM, row, error), now),
        declined=lambda tx, row, error, now: take(tx, system.NoteDecline(SYSTEM, row, error), now),
        hold=lambda tx, target, why, now: take(tx, system.HoldTarget(SYSTEM, target, why), now),
        undecided=lambda tx, row, error, now: take(tx, system.NoteUndecided(SYSTEM, row, error), now),
    )


class Duties:
    """What one worker does, with the parts it needs for it."""

    def __init__(self, program: Program, platform: Platform, press: Press, stop: Event | None) -> None:
        settings, services = program.settings, program.services
        self.node = socket.gethostname()
        self._program, self._platform, self._press = program, platform, press
        self._stop = stop or Event()
        self._signing_keys = KeyFolder(settings.keys / OFFICE_KEYS, settings.tsa_url, settings.tsa_seconds)
        self._witness = clock_guard.Witness()
        self._log_lock = Lock()
        self._jobs = job_runner(program, stop)
        self._reminders = Reminders(
            program.db,
            services,
            SmtpMail(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
            FileSms(settings.home / "sms"),
            settings.public_url,
        )
        self._relay = Relay(
            program.db,
            log_signing.SigningFirst(program.db, self._sign_log, platform),
            consequences(services)._replace(
                press=self._make_letter, errands={"follow": self._follow, **self._reminders.errands}
            ),
            program.vault,
            self.node,
            settings.public_url,
        )
        if stop is not None:
            self._relay.stops = stop.is_set
        self._lanes = Lanes(program.db, self._push, settings.push_lanes, stop)
        self._witnesses = witnesses(program)

    def often(self) -> list[heartbeat.Tick]:
        """Return what is done every few seconds or minutes."""
        program, relay = self._program, self._relay
        settings, tick = program.settings, heartbeat.Tick
        return [
            tick("press", settings.relay_seconds, self._make_letters, woken=True),
            tick("push", settings.relay_seconds, lambda: self._lanes.run(times.now), woken=True),
            tick("follow", settings.relay_seconds, lambda: relay.run_once(times.now(), topics=("follow",)), woken=True),
            tick("sweep", settings.sweep_seconds, self._look_for_due),
            tick("feed", SEQUENCE_SECONDS, self._place_changes),
            tick("log", SEQUENCE_SECONDS, self._log_events),
            *([tick("stamp", STAMP_SECONDS, self._stamp_log)] if settings.tsa_url else []),
            *([tick("cosign", COSIGN_SECONDS, self._have_cosigned)] if self._witnesses else []),
            tick("reach", REACH_SECONDS, self._reach),
            tick("chase", CHASE_SECONDS, lambda: chores.chase(program.db, program.services, times.now())),
            tick("give_out", GIVE_OUT_SECONDS, lambda: chores.give_out(program.db, program.services, times.now())),
            tick(
                "acts", STANDING_SECONDS, lambda: chores.tell_standing_acts(program.db, program.services, times.now())
            ),
            tick("figures", FIGURES_SECONDS, lambda: chores.keep_figures(program.db, program.services, times.now())),
            tick("jobs", JOB_SECONDS, lambda: self._jobs.run_once(times.now()), woken=True),
            tick("files", CHASE_SECONDS, self._forget_imports),
        ]

    def nightly(self) -> list[heartbeat.Tick]:
        """Return what is done once a day, in the order of a night's hours that suits each."""
        db, services, daily = self._program.db, self._program.services, heartbeat.daily
        return [
            daily(db, "reconcile", time(2), self._reconcile),
            daily(db, "page_looks", time(2, 30), self._look_at_pages),
            # events whose transaction was open very long while others committed are found by the daily look at all
            daily(db, "whole_log", time(1), lambda _: self._sign_log(everything=True)),
            daily(db, "exchange_keys", time(0, 20), lambda now: chores.keep_exchange_keys(db, services, now)),
            daily(db, "recount", time(4, 30), lambda now: chores.keep_figures(db, services, now, everything=True)),
            daily(db, "provisional", time(4), lambda now: chores.settle_provisional(db, services, now)),
            *(daily(db, name, at, job, sure_only=True) for name, at, job in self._irreversible()),
        ]

    def _irreversible(self) -> list[tuple[str, time, Callable[[datetime], object]]]:
        """Return what throws away or tells people: never by a clock that waits to be confirmed."""
        db, settings = self._program.db, self._program.settings
        days = settings.unclaimed_days
        return [
            ("sessions", time(3), lambda now: chores.forget_sessions(db, now)),
            ("attempts", time(3, 15), lambda now: chores.forget_attempts(db, now)),
            ("jobs_gone", time(3, 30), lambda now: chores.forget_jobs(db, now)),
            ("claims", time(3, 40), lambda now: chores.forget_claims(db, now)),
            (
                "loose",
                time(3, 45),
                lambda now: chores.forget_materials(db, self._program.services.materials, now, days),
            ),
            ("pages", time(3, 50), lambda now: chores.clear_pages(db, self._program.services, now, settings.page_days)),
            (
                "strays",
                time(4, 15),
                lambda now: chores.clear_files(db, self._program.services.materials, settings, now),
            ),
            ("honours", time(0, 30), lambda now: chores.end_honours(db, self._program.services, now)),
            ("reviews", time(0, 35), lambda now: chores.open_reviews(db, self._program.services, now)),
            ("entries", time(0, 40), lambda now: chores.end_entries(db, self._program.services, now)),
            ("held_publicity", time(0, 50), lambda now: chores.end_held(db, self._program.services, now)),
            ("lists", time(0, 55), lambda now: chores.publish_lists(db, self._program.services, now)),
            ("tokens", time(8), lambda now: chores.warn_of_tokens(db, self._program.services, now)),
            ("platforms", time(8, 20), lambda now: chores.remind_of_platforms(db, self._program.services, now)),
            ("unserved", time(8, 30), lambda now: chores.remind_of_service(db, self._program.services, now)),
        ]

    def _make_letter(self, letter_id: int) -> None:
        db, services, letters = self._program.db, self._program.services, self._program.services.letters
        with db.read() as tx:
            head = tx.scalar(select(letter.c.chain_head).where(letter.c.id == letter_id))
        log_signing.before_telling(db, self._sign_log, head or "")
        try:
            with writing():
                rendering_job.press(db, letters, self._press.press, letter_id, times.now(), self._signing_keys)
            with db.begin() as tx:
                dispatch(tx, services, system.ServeOnArrival(SYSTEM, letter_id), times.now())
        except MadeElsewhere:
            raise  # tried again: the letter waits for nothing of which anybody should hear
        except RepairFlowError as error:
            with db.begin() as tx:
                dispatch(tx, services, system.KeepLetterWaiting(SYSTEM, letter_id, error.message), times.now())
            raise

    def _follow(self, payload: Mapping[str, Any], key: str) -> None:
        step = system.TakeAwaitedStep(SYSTEM, payload["case"], payload["on"], of_system("follow", key))
        with self._program.db.begin() as tx:
            dispatch(tx, self._program.services, step, times.now())

    def _forget_imports(self) -> None:
        now = times.now()
        with self._program.db.read() as tx:
            if clock_guard.holding(tx, now):
                return  # a delivered table is not thrown away by a day that may not have come
        ImportFiles(self._program.services.imports).forget(now)

    def _make_letters(self) -> None:
        self._relay.run_once(times.now(), topics=("press",), of_no_case=self._of_no_case())

    def _push(self, only: int) -> None:
        self._relay.run_once(times.now(), topics=("push",), only=only, of_no_case=self._of_no_case())

    def _of_no_case(self) -> int | None:
        return FEW_BESIDE_A_JOB if self._jobs.at_work else None

    def _reach(self) -> None:
        with self._program.db.read() as tx:
            self._program.services.law_store.refresh(tx)  # whether today is a day off may have been loaded meanwhile
        self._reminders.carry(self._relay, self._program.law.calendar, times.now())

    def _look_for_due(self) -> None:
        sweeps.sweep(self._program.db, sweeps.find_due, self._fire, times.now(), witness=self._witness)

    def _fire(self, tx: Connection, row: int, now: datetime) -> list[object]:
        fired = dispatch(tx, self._program.services, system.FireDeadline(SYSTEM, row), now)
        return [] if fired is None else [fired]

    def _log_events(self) -> None:
        try:
            self._take_watched()
        finally:  # a disk that does not give what pages showed keeps no checkpoint back
            self._sign_log()

    def _take_watched(self) -> None:
        # by its own tick alone: what is told outside waits for no file, and a round is as long as the tick's rhythm
        program = self._program
        for file in access_audit_files.aside(program.settings.home):
            with program.db.begin() as tx:
                access_audit.take(tx, file, times.now())
            file.unlink()

    def _sign_log(self, everything: bool = False) -> None:
        program = self._program
        with self._log_lock:  # what is told outside is signed at once, by whichever thread tells it
            with program.db.read() as tx:
                waits = everything or sequencer.waiting(tx) or checkpoints.behind(tx) or row_batches.waiting(tx)
            if not waits:
                return  # an idle tick writes nothing
            with program.db.begin() as tx:
                row_batches.bind(tx, times.now())
                sequencer.sequence(tx, SEQUENCE_BATCH, everything=everything)
            with program.db.begin() as tx:
                note = checkpoints.take(tx, program.signer, times.now())
            if note is not None:
                checkpoints.anchor(program.services.anchors, note, times.today())

    def _have_cosigned(self) -> None:
        assert self._witnesses is not None
        self._witnesses.ask_all(self._program.db, self._program.signer.verifier)

    def _stamp_log(self) -> None:
        from repairflow.letters.signing.timestamp import HttpTimeStamps  # 15 MB, where an authority is set

        settings = self._program.settings
        with self._program.db.read() as tx:
            note = checkpoints.newest_note(tx)
        authority = HttpTimeStamps(settings.tsa_url, settings.tsa_seconds)
        anchors = self._program.services.anchors
        log_stamps.keep(anchors, note, authority, times.now())
        with self._program.db.begin() as tx:
            log_stamps.note_new(tx, anchors, times.now())

    def _place_changes(self) -> None:
        with self._program.db.read() as tx:
            if not public_changes.waiting(tx):
                return
        chores.place_changes(self._program.db, self._program.services, times.now())

    def _look_at_pages(self, now: datetime) -> None:
        program = self._program

        def report(tx: Connection, target: int, looks: Sequence[Looked], now: datetime) -> None:
            dispatch(tx, program.services, system.NotePageLooks(SYSTEM, target, looks), now)

        reader = PageReader(destinations(program))
        try:
            page_looks.look(program.db, reader, report, self._stop.wait, now)
        finally:
            reader.close()

    def _reconcile(self, now: datetime) -> None:
        program = self._program

        def report(tx: Connection, target: int, differences: Sequence[Difference], now: datetime) -> None:
            dispatch(tx, program.services, system.ReportDifferences(SYSTEM, target, differences), now)

        reconciliation.reconcile(program.db, self._platform, program.vault, report, now)
