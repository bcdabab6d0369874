"""Kill every part of a whole installation under load, one after the other, and measure what those who use it notice.

    .venv/bin/python -m scripts.cluster.run [--port 18180] [--clients 6] [--only WORD] [--keep]

Prints a JSON line for each kill: how long the step of any client took at most from then on, and after how long workers did
something again. At the end every step that was acknowledged must stand in the trail exactly once, and the whole trail must
be whole. Exit code 1 when a goal is not held. `--keep` leaves folder and logs when something fails.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from sqlalchemy import select

from scripts.cluster.load import Load
from scripts.cluster.nodes import Cluster, until
from tests.web.portal_visit import Visitor

TOLD = "本页数据取自只读副本"
GOAL_SECONDS = 10.0
FAILOVER_SECONDS = 30.0
"""Patroni's: its time to live (20 s), a round (2 s), and the taking over."""
WATCHED_SECONDS = 15.0
SUPERVISOR_SECONDS = 1.0
"""After which systemd starts a process again (RestartSec)."""


class Kill(NamedTuple):
    """What is killed, what starts it again, and within which time service must be back."""

    name: str
    kill: Callable[[], object]
    again: Callable[[], object]
    goal: float = GOAL_SECONDS
    rest: float = SUPERVISOR_SECONDS


def kills(cluster: Cluster) -> list[Kill]:
    """Every part, in the order in which they are killed."""

    def process(name: str, title: str) -> Kill:
        part = cluster.parts[name]
        return Kill(title, lambda: part.send(signal.SIGKILL), part.start)

    def primary() -> int:
        return cluster.primary() or 1

    def machine(title: str, which: Callable[[], int], goal: float) -> Kill:
        killed: list[int] = []

        def kill() -> None:
            killed.append(which())
            cluster.kill_machine(killed[-1])

        return Kill(title, kill, lambda: cluster.start_machine(killed[-1]), goal, goal + 5)

    def pool_of_primary() -> Kill:
        killed: list[int] = []

        def kill() -> None:
            killed.append(primary())
            cluster.parts[f"pgbouncer{killed[-1]}"].send(signal.SIGKILL)

        def again() -> None:
            cluster.parts[f"pgbouncer{killed[-1]}"].start()

        return Kill("PgBouncer of the primary", kill, again)

    return [
        process("web1", "a web node"),
        process("worker1", "a worker"),
        process("nginx", "nginx"),
        process("etcd1", "one etcd of three"),
        pool_of_primary(),
        machine("the machine of the standby", lambda: 3 - primary(), GOAL_SECONDS),
        Kill("PostgreSQL of the primary", lambda: cluster.kill_postgresql(primary()), lambda: None, FAILOVER_SECONDS),
        machine("the machine of the primary", primary, FAILOVER_SECONDS),
    ]


def measured(cluster: Cluster, load: Load, one: Kill) -> bool:
    """Kill it, start it again as a supervisor would, print what was noticed; whether the goal is held."""
    until("all followed", cluster.is_synchronous, 90)
    before = cluster.primary()
    at = time.monotonic()
    marked = str(cluster.ask("SELECT clock_timestamp()")[0][0])
    one.kill()
    time.sleep(one.rest)
    one.again()
    time.sleep(max(0.0, WATCHED_SECONDS - one.rest))
    until("a step begun after it", lambda: any(step.asked > at for step in load.steps), 120)
    followed = until("a standby that has all", cluster.is_synchronous, 120)
    noticed = [step for step in list(load.steps) if step.answered > at]
    longest = max(step.answered - max(step.asked, at) for step in noticed)
    usual = [step.answered - step.asked for step in list(load.steps) if at - 20 < step.answered < at]
    asked = "SELECT extract(epoch FROM min(ended_at) - %s::timestamptz) FROM outbox WHERE ended_at > %s::timestamptz"
    worked = cluster.ask(asked, marked, marked)[0][0]
    held = longest <= one.goal
    line = {
        "killed": one.name, "longest step": round(longest, 1), "goal": one.goal, "held": held,
        "longest step before": round(max(usual, default=0.0), 1), "tried again": sum(step.tries > 1 for step in noticed),
        "workers went on after": None if worked is None else round(float(str(worked)), 1),
        "another primary": cluster.primary() != before, "standby followed after": round(followed, 1), "steps": len(noticed),
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return held


def auditors_read_the_standby(cluster: Cluster) -> bool:
    """Whether an auditor's page comes from the standby and says so; and from the primary when the standby is gone."""
    from repairflow import settings as settings_module
    from repairflow.app.program import Program, hasty
    from repairflow.app.web import make_app
    from repairflow.records import person

    here = {
        "REPAIRFLOW_PROXIES": "0",
        "REPAIRFLOW_PUBLIC_URL": "http://localhost",
        "REPAIRFLOW_TRUSTED_HOSTS": "localhost",
    }
    settings = settings_module.load({**cluster.node, **here}, demo=True)
    program = Program.at(settings, limits=hasty(settings))
    with program.db.read() as tx:
        auditor = tx.execute(select(person.c.id).where(person.c.name == "程砚")).scalar_one()
    visitor = Visitor(make_app(program), SimpleNamespace(people={"程砚": auditor}), "程砚")
    visitor.client.delete_cookie(
        "repairflow_changed"
    )  # set by the entry: whoever changed something reads on the primary
    beside = TOLD in visitor.get("/audit")
    standby = 3 - (cluster.primary() or 1)
    cluster.kill_machine(standby)
    alone = TOLD not in visitor.get("/audit")
    cluster.start_machine(standby)
    print(json.dumps({"an auditor reads the standby": beside, "the primary when it is gone": alone}), flush=True)
    program.db.dispose()
    return beside and alone


def stands(cluster: Cluster, load: Load) -> bool:
    """Whether each acknowledged step is in the trail exactly once, and the trail verifies."""
    rows = cluster.ask("SELECT stream, seq, action, count(*) FROM event WHERE stream LIKE 'case/%%' GROUP BY 1, 2, 3")
    there = {(str(stream), seq, action): count for stream, seq, action, count in rows}
    told = [(f"case/{step.case}", step.seq, step.action) for step in load.steps]
    lost = [one for one in told if one not in there]
    twice = [one for one, count in there.items() if count != 1]
    doubled = cluster.ask("SELECT stream, action FROM event WHERE action = 'grant' GROUP BY 1, 2 HAVING count(*) > 1")
    whole, verified = cluster.verify()
    line = {
        "acknowledged": len(told), "lost": len(lost), "doubled": len(twice) + len(doubled) + len(told) - len(set(told)),
        "refused": len(load.refused), "first refusals": load.refused[:3], "audit verify": verified,
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return whole and not (lost or twice or doubled or load.refused or len(told) != len(set(told)))


def main(given: argparse.Namespace) -> int:
    """Run it all; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="repairflow-cluster-"))
    cluster = Cluster(folder, given.port)
    held = False
    try:
        began = time.monotonic()
        cluster.start()
        load = Load(cluster, given.clients, given.records)
        until("the site", lambda: _answers(cluster))
        load.start()
        try:
            load.begin()
            versions = subprocess.run(["/usr/bin/patroni", "--version"], check=False, capture_output=True, text=True)
            line = {"started in": round(time.monotonic() - began), "load of the machine": os.getloadavg()[0]}
            print(json.dumps({**line, "patroni": versions.stdout.strip()}), flush=True)
            found = [measured(cluster, load, one) for one in kills(cluster) if given.only in one.name]
        finally:
            load.stop()
        held = stands(cluster, load) and all(found) and auditors_read_the_standby(cluster)
    finally:
        if held or not given.keep:
            cluster.end()
        else:
            print(f"left as it is: {folder}", file=sys.stderr)
    return 0 if held else 1


def _answers(cluster: Cluster) -> bool:
    command = ["curl", "--silent", "--fail", "--cacert", str(cluster.ca), f"{cluster.site}/ready"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int, default=18_180)
    asked.add_argument("--clients", type=int, default=6)
    asked.add_argument("--records", type=int, default=2_000)
    asked.add_argument("--only", default="")
    asked.add_argument("--keep", action="store_true")
    sys.exit(main(asked.parse_args()))
