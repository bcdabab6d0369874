"""A large delivery in a whole installation: progress, stopping, going on, a killed worker, and what everybody else notices.

    .venv/bin/python bench/delivery.py [sqlite|postgresql] [--rows 20000] [--form csv|xlsx] [--no-accidents]

Starts site, worker and the platform that answers, as `repairflow demo` does, in a folder of its own. A clerk delivers the
file over the API; meanwhile others ask for pages and file applications, as they did before it. Halfway to its half the
import is stopped and resumed, later its worker is killed and replaced (`--no-accidents`: neither). Then the same file is
delivered again. Prints JSON lines. `wall` is what somebody else waited, `work` the processor time the site's processes
spent on it: the latter is what a busy machine changes little.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import httpx2 as httpx
from imports import write_file
from sqlalchemy import create_engine, text

from tests.support import databases

OFFICE = "YX-STHJ"
PAGES = (
    (6, "/desk/"), (6, "/desk/cases"), (6, "/desk/imports"), (6, "/desk/held"), (7, "/desk/"), (8, "/desk/"),
    (20, "/oversight/"), (1, "/my/credit-file"), (1, "/my/cases"), (22, "/audit"),
)  # fmt: skip
HEAD = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63e4cff0bf1e00050001ff"
    "d29bafb00000000049454e44ae426082"
)
FILINGS = 400


class Site:
    """The processes of an installation, and people who use it."""

    def __init__(self, home: str, url: str | None, port: int) -> None:
        self.env = {
            **os.environ, "REPAIRFLOW_HOME": home, "REPAIRFLOW_PORT": str(port), "REPAIRFLOW_PLATFORM_PORT": str(port + 100),
            "REPAIRFLOW_PUBLIC_URL": f"http://127.0.0.1:{port}", **({"REPAIRFLOW_DATABASE_URL": url} if url else {}),
        }  # fmt: skip
        self.address = f"http://127.0.0.1:{port}"
        self.say("init", "--demo")
        self.say("worker", "confirm-clock")
        self.engine = create_engine(url or f"sqlite:///{home}/repairflow.db")
        self.parts = {"platform": self.start("platform"), "serve": self.start("serve", "--demo")}
        self.parts["worker"] = self.start("worker")
        self.tokens: dict[str, str] = {}
        self.visitors: dict[int, httpx.Client] = {}
        self.wait()

    def say(self, *words: str) -> str:
        run = subprocess.run(
            [sys.executable, "-m", "repairflow", *words], check=False, env=self.env, capture_output=True, text=True
        )
        if run.returncode > 1:
            raise SystemExit(run.stdout + run.stderr)
        return run.stdout.strip()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "repairflow", *words], env=self.env, stdout=subprocess.DEVNULL)

    def wait(self) -> None:
        for _ in range(400):
            try:
                httpx.get(self.address + "/", timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.3)
        raise SystemExit("the site did not start")

    def end(self) -> None:
        for one in self.parts.values():
            one.terminate()
        for one in self.parts.values():
            one.wait(60)

    def ask(self, login: str, method: str, path: str, **given: Any) -> dict[str, Any]:
        if login not in self.tokens:
            self.tokens[login] = self.say("user", "token", login, "--label", "bench", "--days", "2").splitlines()[-1]
        head = {"Authorization": f"Bearer {self.tokens[login]}"}
        if method == "POST":
            head["Idempotency-Key"] = os.urandom(12).hex()
        answer = httpx.request(method, f"{self.address}/api/v1/{path}", headers=head, timeout=600, **given)
        if answer.status_code >= 400:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:400]}")
        found: dict[str, Any] = answer.json()
        return found

    def page(self, who: int, path: str) -> None:
        if who not in self.visitors:
            client = self.visitors[who] = httpx.Client(base_url=self.address, timeout=120, follow_redirects=True)
            token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
            client.post(
                f"/enter/{who}", data={"csrf_token": token[1] if token else ""}, headers={"Origin": self.address}
            )
        try:
            answer = self.visitors[who].get(path)
        except httpx.TransportError:  # the connection had been idle, and the site closed it at that moment
            answer = self.visitors[who].get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")

    def serving(self) -> float:
        """Processor seconds of the processes that answer pages."""
        return sum(spent(pid) for pid in family(self.parts["serve"].pid))

    def working(self) -> float:
        """Processor seconds of the worker and what it started."""
        return sum(spent(pid) for pid in family(self.parts["worker"].pid))

    def most_memory(self) -> list[int]:
        """MB at most of the worker and of each process it started."""
        return [_peak(pid) for pid in family(self.parts["worker"].pid)]

    def count(self, question: str) -> int:
        with self.engine.connect() as tx:
            return int(tx.execute(text(question)).scalar_one())


def family(pid: int) -> list[int]:
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [one for child in path.read_text().split() for one in family(int(child))]
    return found


def spent(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")  # its own, and of children that have ended


def _peak(pid: int) -> int:
    try:
        return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024  # type: ignore[index]
    except OSError:
        return 0


def write_repairable(path: Path, rows: int) -> None:
    """Write a file of so many decisions of `OFFICE` on a company of the demonstration, each of which may be repaired today."""
    lines = [
        f"恒拓建材有限公司,91320830MA2K7H5PX7,溪环罚〔2026〕{700_000 + number}号,未采取有效扬尘防治措施,罚款,处罚款贰万元整。,2,"
        "2026-04-10,云溪县生态环境局"
        for number in range(rows)
    ]
    path.write_text("\n".join((HEAD, *lines)), encoding="utf-8-sig")


class Others:
    """What others do while the import runs: pages, and an application each round, on records of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        file = Path(site.env["REPAIRFLOW_HOME"]) / "before.csv"
        write_repairable(file, FILINGS)
        site.say("import", str(file), "--office", OFFICE)
        found = "SELECT number FROM record WHERE document_number LIKE '溪环罚〔2026〕70____号' ORDER BY id"
        with site.engine.connect() as tx:
            self.records = list(tx.execute(text(found)).scalars())
        for who, path in PAGES:
            site.page(who, path)

    def round(self) -> dict[str, float]:
        """Seconds each waited for a page and for a filing, and of the site's processor for both."""
        site, pages = self.site, []
        work = site.serving()
        for who, path in PAGES:
            began = time.perf_counter()
            site.page(who, path)
            pages.append(time.perf_counter() - began)
        proof = site.ask(
            "jiangyizhou", "POST", "materials", data={"kind": "performance_proof"}, files={"file": ("a.png", PICTURE, "image/png")}
        )["token"]  # fmt: skip
        inputs = {"performed_on": "2026-05-20", "correction": "已缴清", "commitment_signed_by": "蒋一舟"}
        asked = {"procedure": "repair", "record": self.records.pop(), "materials": [proof], "inputs": inputs}
        began = time.perf_counter()
        made = site.ask("jiangyizhou", "POST", "cases", json=asked)
        step = time.perf_counter() - began
        if "case" not in made:
            raise SystemExit(f"not filed: {made}")
        return {"page": sum(pages), "longest": max(pages), "step": step, "work": site.serving() - work}


def told(what: str, rounds: list[dict[str, float]], beside: list[dict[str, float]] | None = None) -> None:
    """Print the medians of some rounds, and how they stand beside others."""
    line: dict[str, object] = {"what": what, "rounds": len(rounds)}
    for name in ("page", "step", "work", "longest"):
        values = sorted(one[name] for one in rounds)
        line[name] = round(median(values), 3)
        if name == "step":
            line["step, longest"] = round(values[-1], 3)
        if beside:
            line[f"{name}, times"] = round(median(values) / median(one[name] for one in beside), 2)
    print(json.dumps(line, ensure_ascii=False), flush=True)


class Run:
    """One delivery, followed to its end."""

    def __init__(self, site: Site, content: bytes, form: str) -> None:
        self.site = site
        self.before = site.count(IMPORTED)
        self.began, self.work = time.perf_counter(), site.working()
        self.token = site.ask(
            "chenmo", "POST", "imports", data={"office": OFFICE}, files={"file": (f"双公示.{form}", content)}
        )["token"]  # fmt: skip
        self.shown: list[int] = []

    def state(self) -> dict[str, Any]:
        found = self.site.ask("chenmo", "GET", f"imports/{self.token}")
        self.shown.append(found["rows_done"])
        return found

    def do(self, what: str) -> None:
        self.site.ask("chenmo", "POST", f"imports/{self.token}/{what}", json={})

    def until(
        self, *states: str, done: int = 1 << 60, others: Others | None = None
    ) -> tuple[dict[str, Any], list[dict[str, float]]]:
        rounds = []
        while True:
            found = self.state()
            if found["state"] in states or found["rows_done"] >= done:
                return found, rounds
            if found["state"] == "failed":
                raise SystemExit(f"failed: {found['message']}")
            if others is not None and others.records:
                rounds.append(others.round())
                time.sleep(2)  # others do not work without a pause
            else:
                time.sleep(1)

    def tell(self, what: str, found: dict[str, Any]) -> None:
        kept = {
            name: found[name]
            for name in ("state", "rows_total", "rows_done", "rows_new", "rows_same", "rows_refused", "rows_held")
        }
        line = {
            "what": what, **kept, "wall": round(time.perf_counter() - self.began, 1), "work": round(self.site.working() - self.work, 1),
            "signs of progress": len(set(self.shown)), "memory": self.site.most_memory(),
        }  # fmt: skip
        print(json.dumps(line, ensure_ascii=False), flush=True)


IMPORTED = "SELECT count(*) FROM record WHERE document_number LIKE '溪环罚〔2026〕%' AND behaviour = '超标排放水污染物'"
TWICE = "SELECT count(*) FROM (SELECT document_key FROM record GROUP BY subject_id, document_key HAVING count(*) > 1) AS twice"


def accidents(run: Run, rows: int, others: Others, rounds: list[dict[str, float]]) -> None:
    """Stop and resume, then kill the worker, on the way."""
    site = run.site
    rounds += run.until("done", done=rows // 4, others=others)[1]
    run.do("stop")
    found, _ = run.until("stopped")
    there = site.count(IMPORTED) - run.before
    run.tell("stopped", found)
    print(
        json.dumps(
            {"what": "stopped", "records": there, "said": found["rows_new"], "message": found["message"]},
            ensure_ascii=False,
        )
    )
    run.do("resume")
    rounds += run.until("done", done=rows // 2, others=others)[1]
    os.kill(site.parts["worker"].pid, signal.SIGKILL)
    site.parts["worker"].wait()
    there, killed = site.count(IMPORTED), time.perf_counter()
    site.parts["worker"] = site.start("worker")
    run.work = 0.0  # of the new one
    while site.count(IMPORTED) == there:
        time.sleep(1)
    print(
        json.dumps({"what": "killed", "records": there, "went on after": round(time.perf_counter() - killed, 1)}),
        flush=True,
    )


def main(kind: str, rows: int, form: str, *, calm: bool, port: int) -> None:
    with tempfile.TemporaryDirectory() as home, _database(kind) as url:
        site = Site(home, url, port)
        try:
            others = Others(site)
            before = [others.round() for _ in range(12)]
            told("before", before)
            file = Path(home) / f"rows.{form}"
            write_file(file, rows, form)
            content = file.read_bytes()
            run = Run(site, content, form)
            found, checking = run.until("checked", "failed", others=others)
            run.tell("checked", found)
            if checking:
                told("while checked", checking, before)
            run.do("confirm")
            rounds: list[dict[str, float]] = []
            if not calm:
                accidents(run, rows, others, rounds)
            found, more = run.until("done", others=others)
            run.tell("done", found)
            told("while written", rounds + more, before)
            print(
                json.dumps(
                    {"what": "in the files", "records": site.count(IMPORTED) - run.before, "twice": site.count(TWICE)}
                ),
                flush=True,
            )
            again = Run(site, content, form)
            found, _ = again.until("checked", "failed")
            again.tell("delivered again", found)
        finally:
            site.end()
            site.engine.dispose()


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        with nullcontext():
            yield None
        return
    with databases.postgresql() as maker:
        yield maker.bare()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", nargs="?", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--form", default="csv", choices=("csv", "xlsx"))
    parser.add_argument("--port", type=int, default=8635)
    parser.add_argument("--no-accidents", action="store_true")
    asked = parser.parse_args()
    main(asked.kind, asked.rows, asked.form, calm=asked.no_accidents, port=asked.port)
