"""The thread of a web process that works on imports, one at a time, and how to tell that such a process is gone."""

from __future__ import annotations

import os
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import structlog

from repairflow import times
from repairflow.casework import import_runs, intake
from repairflow.casework.actor import Actor
from repairflow.casework.queries.imports import Run
from repairflow.errors import RepairFlowError
from repairflow.web.desk.room import Room

EVERY = 0.5  # seconds between two signs of progress
KEEP = timedelta(days=1)
BROKEN = "导入时系统出现故障，没有完成。请稍后重新上传同一文件，已经记入的行不会重复；如仍不行，请联系管理员。"
GONE = "处理该文件的进程已停止，导入没有完成。请重新上传同一文件，已经记入的行不会重复。"

log = structlog.get_logger(__name__)


class Runner:
    """Works on runs in the background. Files wait in `folder` under their run's token until their run is over."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None  # made in the process that serves, not in one that forks
        self._live: dict[str, Future[None]] = {}
        self._host = socket.gethostname()[:60]

    @property
    def node(self) -> str:
        """This process, as its runs name it."""
        return f"{self._host} {os.getpid()}"

    def path(self, token: str) -> Path:
        """Where the file of a run waits."""
        return self._room.settings.home / "imports" / token

    def keep(self, token: str, content: bytes) -> None:
        """The file lies in its place, readable by us alone: it holds ID numbers. Forgotten ones are removed."""
        path = self.path(token)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in path.parent.iterdir():
            if times.now() - datetime.fromtimestamp(old.stat().st_mtime, times.SHANGHAI) > KEEP:
                old.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)

    def submit(self, run: Run, actor: Actor, *, dry_run: bool) -> None:
        """The run will be worked on; this returns at once."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
            self._live = {token: future for token, future in self._live.items() if not future.done()}
            self._live[run.row.token] = self._pool.submit(self._work, run, actor, dry_run)

    def settle(self) -> None:
        """Wait until nothing is being worked on."""
        wait(list(self._live.values()))

    def died(self, run: Run) -> bool:
        """Whether a run that should be at work is not: its process is gone, or has long been silent."""
        if not run.working:
            return False
        if run.quiet:
            return True
        host, _, pid = (run.row.message or "").rpartition(" ")
        if host != self._host or not pid.isdecimal():
            return False  # on another machine: its silence will tell
        if int(pid) == os.getpid():
            mine = self._live.get(run.row.token)
            return mine is None or mine.done()
        try:
            os.kill(int(pid), 0)  # signal 0 only asks whether it is there
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _work(self, run: Run, actor: Actor, dry_run: bool) -> None:
        token, db = run.row.token, self._room.db
        shown = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal shown
            if time.monotonic() - shown >= EVERY:
                shown = time.monotonic()
                with db.begin() as tx:
                    import_runs.advance(tx, token, done, total, times.now())

        try:
            outcome = intake.import_file(
                db, self._room.house, self._room.vault, self.path(token), name=run.row.file_name,
                office_code=run.row.office_code, actor=actor, now=times.now(), dry_run=dry_run, progress=progress,
            )  # fmt: skip
            with db.begin() as tx:
                import_runs.end(tx, token, outcome, state="checked" if dry_run else "done", now=times.now())
        except RepairFlowError as error:
            self._fail(token, error.message)
        except Exception as error:  # noqa: BLE001  # nobody else hears of it: the run must say that it failed
            # The message may hold what somebody delivered: people get our words, the log gets the kind.
            log.error("import failed", run=token, error=type(error).__qualname__)
            self._fail(token, BROKEN)
        else:
            if dry_run and outcome.new:
                return  # the file waits for a person's word
        self.path(token).unlink(missing_ok=True)

    def _fail(self, token: str, message: str) -> None:
        with self._room.db.begin() as tx:
            import_runs.fail(tx, token, message, times.now())
