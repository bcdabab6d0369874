"""Filing to granting over HTTP (material, filing, four steps: six requests a case) beside a bare Flask route with hand-written SQL.

    .venv/bin/python bench/http_api.py [sqlite|postgresql] [--cases 40] [--processes 2] [--clients 8 16] [--port 18400]

Both served by gunicorn on this machine with the same threads, in turn: 8 and 16 clients, one process and N. Prints JSON lines: cases
a second by the clock, and processor seconds of the serving processes for a case, which a busy machine changes less. Ratio of
one process: ours beside the limit (goal ≥ 0.5); of N: beside N times one (goal ≥ 0.8). Then one reader of cases, alone and beside 8
writers paced at half of what one process took (goal ≥ 0.7 of its requests). No worker runs. A person may change 300 things a
minute, so the script waits a minute between measurements.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.delivery import OFFICE, PICTURE, family, spent, write_repairable
from tests.support import databases

PEOPLE = ("jiangyizhou", "xuzhixing", "chenmo", "zhouyuan", "shenjibai")
CONDITIONS = {name: {"met": True} for name in ("minimum_period", "performed", "commitment", "other_law")}
STEPS: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (1, "accept", {}),
    (2, "report_verification", {"reason": "已核对。", "inputs": {"conditions": CONDITIONS}}),
    (3, "propose_grant", {"reason": "符合修复条件，拟准予修复。"}),
    (4, "grant", {"reason": "同意。"}),
)
INPUTS = {"performed_on": "2026-05-20", "correction": "已缴清", "commitment_signed_by": "蒋一舟"}
MARK = "----bench"
FORM = (
    (
        f'--{MARK}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nperformance_proof\r\n--{MARK}\r\n'
        'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()
    + PICTURE
    + f"\r\n--{MARK}--\r\n".encode()
)
AGAIN, AGAIN_SECONDS = (429, 503), 0.2
SHARED_PAUSE = 61.0
"""Seconds after which what a person changed before counts no more."""
READ_SECONDS = 6.0


class Served(NamedTuple):
    """A site that answers: its port, the tokens of five people, records nobody has applied for, and its first process."""

    port: int
    tokens: list[str]
    records: list[str]
    pid: int

    def spent(self) -> float:
        return sum(spent(pid) for pid in family(self.pid))


class Client:
    """One connection."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)

    def send(
        self, who: int, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> dict[str, Any]:
        head = {"Authorization": f"Bearer {self._served.tokens[who]}", "Host": f"127.0.0.1:{self._served.port}"}
        if method == "POST":
            head |= {"Content-Type": kind, "Idempotency-Key": os.urandom(12).hex()}
        while True:
            self._line.request(method, f"/api/v1/{path}", body or None, head)
            answer = self._line.getresponse()
            said = answer.read()
            if answer.status not in AGAIN:
                break
            time.sleep(AGAIN_SECONDS)  # as a program does that is told so, under the same key
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status} {said[:300].decode()}")
        found: dict[str, Any] = json.loads(said)
        return found

    def case(self, record: str, pace: Callable[[], None] = lambda: None) -> str:
        """Carry one case from its material to its grant; its number."""
        proof = self.send(0, "POST", "materials", FORM, f"multipart/form-data; boundary={MARK}")["token"]
        asked = {"procedure": "repair", "record": record, "materials": [proof], "inputs": INPUTS}
        pace()
        made = self.send(0, "POST", "cases", json.dumps(asked).encode())
        for who, action, given in STEPS:
            pace()
            body = json.dumps({"expected_version": made["version"], **given}).encode()
            made = self.send(who, "POST", f"cases/{made['case']}/actions/{action}", body)
        return str(made["case"])


def carried(served: Served, clients: int, cases: int) -> tuple[float, float, str]:
    """Cases a second, processor seconds a case, and the number of one of them."""
    left, lock, numbers, failed = (
        [served.records.pop() for _ in range(cases)],
        threading.Lock(),
        list[str](),
        list[BaseException](),
    )

    def work() -> None:
        client = Client(served)
        while True:
            with lock:
                if not left or failed:
                    return
                record = left.pop()
            try:
                numbers.append(client.case(record))
            except BaseException as error:  # the whole measurement fails with it
                failed.append(error)
                raise

    began, before = time.monotonic(), served.spent()
    _together([threading.Thread(target=work) for _ in range(clients)])
    if failed:
        raise SystemExit(str(failed[0]))
    return cases / (time.monotonic() - began), (served.spent() - before) / cases, numbers[0]


def read(served: Served, number: str) -> tuple[int, float]:
    """How often a reader saw the case within READ_SECONDS, and the median seconds it waited."""
    client, until, waited = Client(served), time.monotonic() + READ_SECONDS, []
    while (asked := time.monotonic()) < until:
        client.send(1, "GET", f"cases/{number}")
        waited.append(time.monotonic() - asked)
    return len(waited), median(waited)


def beside_writers(served: Served, number: str, rate: float) -> tuple[int, float]:
    """The same while 8 clients carry `rate` cases a second together."""
    over, every = threading.Event(), 8 / rate / (2 + len(STEPS))
    lock = threading.Lock()

    def work() -> None:
        client = Client(served)
        while not over.is_set():
            with lock:
                record = served.records.pop()
            client.case(record, lambda: over.wait(every) and None)
            over.wait(every)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    try:
        return read(served, number)
    finally:
        over.set()
        for one in threads:
            one.join()


def _together(threads: list[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


@contextmanager
def process(command: list[str], env: dict[str, str], port: int, cwd: Path | None = None) -> Iterator[int]:
    """Run it until the block ends, from when it answers."""
    started = subprocess.Popen(command, env=env, cwd=cwd)
    try:
        for _ in range(600):
            try:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                line.request("GET", "/")
                line.getresponse().read()
                break
            except OSError:
                time.sleep(0.2)
        yield started.pid
    finally:
        started.terminate()
        started.wait(60)


class Ours:
    """An installation with the demonstration's people and records enough."""

    name = "ours"

    def __init__(self, url: str, folder: Path, port: int, records: int) -> None:
        self.port = port
        self.env = {
            **os.environ, "REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url, "REPAIRFLOW_PORT": str(port),
            "REPAIRFLOW_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        self.say("init", "--demo")
        self.say("worker", "confirm-clock")
        self.tokens = [
            self.say("user", "token", one, "--label", "bench", "--days", "2").splitlines()[-1] for one in PEOPLE
        ]
        file = folder / "records.csv"
        write_repairable(file, records)
        self.say("import", str(file), "--office", OFFICE)
        self.records = _numbers(url)

    def say(self, *words: str) -> str:
        command = [sys.executable, "-m", "repairflow", *words]
        run = subprocess.run(command, check=False, env=self.env, capture_output=True, text=True)
        if run.returncode > 1:
            raise SystemExit(run.stdout + run.stderr)
        return run.stdout.strip()

    @contextmanager
    def served(self, processes: int) -> Iterator[Served]:
        command = [sys.executable, "-m", "repairflow", "serve", "--processes", str(processes)]
        with process(command, self.env, self.port) as pid:
            yield Served(self.port, self.tokens, self.records, pid)


class Bare:
    """The limit."""

    name = "limit"

    def __init__(self, url: str, folder: Path, port: int, records: int) -> None:
        self.port, self.folder = port, folder
        database = url.replace("+psycopg", "") if url.startswith("postgresql") else str(folder / "bare.db")
        self.env = {**os.environ, "BARE_DATABASE": database, "BARE_FOLDER": str(folder)}
        self.records = [str(n) for n in range(records)]
        where = Path(__file__).parent / "other_engines"
        subprocess.run(
            [sys.executable, "-c", "import bare_site; bare_site.make()"], check=True, env=self.env, cwd=where
        )

    @contextmanager
    def served(self, processes: int) -> Iterator[Served]:
        command = [
            sys.executable, "-m", "gunicorn", "--workers", str(processes), "--preload", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--threads", "16", "--log-level", "warning", "--no-control-socket", "bare_site:app",
        ]  # fmt: skip
        with process(command, self.env, self.port, Path(__file__).parent / "other_engines") as pid:
            yield Served(self.port, [f"token-{n}" for n in range(5)], self.records, pid)


def _numbers(url: str) -> list[str]:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.connect() as tx:
        asked = text("SELECT number FROM record WHERE document_number LIKE '溪环罚〔2026〕70____号' ORDER BY id")
        found = [str(row.number) for row in tx.execute(asked)]
    engine.dispose()
    return found


def said(name: str, **line: Any) -> None:
    print(json.dumps({"name": name, **line, "load": round(os.getloadavg()[0], 1)}, ensure_ascii=False), flush=True)


def main(kind: str, given: argparse.Namespace) -> None:
    records = 7 * given.cases + 100
    with databases.one(kind) as (url, folder), databases.one(kind) as (other, folder2):
        sites = [Bare(other, folder2, given.port, records), Ours(url, folder, given.port + 1, records)]
        rate: dict[tuple[str, int, int], tuple[float, float]] = {}
        number = {}
        for processes in sorted({1, given.processes}):
            for clients in given.clients:
                for site in sites:
                    with site.served(processes) as served:
                        carried(served, 2, 2)  # statements are prepared, pages compiled
                        pace, own, number[site.name] = carried(served, clients, given.cases)
                    rate[site.name, processes, clients] = pace, own
                    said(f"filing to granting, {kind}, {site.name}, {processes} processes, {clients} clients",
                         cases_a_second=round(pace, 2), processor_ms_a_case=round(own * 1000, 1))  # fmt: skip
                time.sleep(SHARED_PAUSE)
        for clients in given.clients:
            (bare, bare_own), (ours, own) = rate["limit", 1, clients], rate["ours", 1, clients]
            said(f"filing to granting, {kind}, one process, {clients} clients", limit=round(bare, 2), ours=round(ours, 2),
                 ratio=round(ours / bare, 2), ratio_of_processor_time=round(bare_own / own, 2), goal=0.5)  # fmt: skip
            if (n := given.processes) == 1:
                continue
            scaled = [rate[name, n, clients][0] / rate[name, 1, clients][0] for name in ("limit", "ours")]
            said(f"{n} processes beside one, {kind}, {clients} clients", limit=round(scaled[0], 2), ours=round(scaled[1], 2),
                 ratio=round(scaled[1] / n, 2), goal=0.8)  # fmt: skip
        with sites[1].served(1) as served:
            read(served, number["ours"])
            alone, waited = read(served, number["ours"])
            beside, then = beside_writers(served, number["ours"], rate["ours", 1, given.clients[0]][0] / 2)
        said(f"a reader beside 8 writers at half of capacity, {kind}", limit=alone, ours=beside, ratio=round(beside / alone, 2),
             median_ms=[round(waited * 1000, 1), round(then * 1000, 1)], goal=0.7)  # fmt: skip


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("kinds", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--cases", type=int, default=40)
    asked.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    asked.add_argument("--clients", type=int, nargs="+", default=[8, 16])
    asked.add_argument("--port", type=int, default=18_400)
    options = asked.parse_args()
    for one_kind in options.kinds:
        main(one_kind, options)
