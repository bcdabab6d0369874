"""The main pages in an archive of 20,000 cases beside one of 1,000: server time and bytes of each.

    .venv/bin/python bench/pages.py [sqlite|postgresql] [--cases 20000] [--beside 1000] [--by-steps 200] [--keep FOLDER]
                                    [--only WORD]

Both towns are made as `repairflow sample` makes them and asked in turn, page by page, so what else the machine does meets
both. Prints one JSON line a page: medians in ms, their ratio and its goal, the bytes of the page and their goal. On SQLite
the time is the processor's; on PostgreSQL, whose work is another process's, it is the clock's. `--keep` keeps the towns
(SQLite) in a folder and finds them there the next time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import select, update

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.records import cases, mandate, person, record, schema, subject
from repairflow.sample import any_size
from repairflow.settings import Settings
from repairflow.worker import chores
from tests.support import databases
from tests.web.portal_visit import Visitor

GOAL, BYTES = 2.0, 60_000
LOOKS = 9
PAGES = (
    # name, who, address; {case}, {record}, {code}, {middle}: of the archive's middle
    ("queue", "许知行", "/desk/"),
    ("queue's changes", "许知行", "/desk/changes?mark=0"),
    ("queue of a decider", "沈既白", "/desk/"),
    ("all cases", "许知行", "/desk/cases"),
    ("all cases, middle", "许知行", "/desk/cases?after={middle}"),
    ("all cases of the centre", "温言", "/desk/cases"),
    ("search, 2 characters", "许知行", "/desk/cases?q=汇恒"),
    ("search, found a hundred times", "许知行", "/desk/cases?q=建材"),
    ("search, part of a code", "许知行", "/desk/cases?q=91320830MB"),
    ("search, number of a decision", "许知行", "/desk/cases?q=溪环罚〔2026〕1003号"),
    ("search, found nowhere", "许知行", "/desk/cases?q=无此名称"),
    ("case", "陈墨", "/desk/cases/{case}"),
    ("subjects, search", "许知行", "/desk/subjects?q=汇恒"),
    ("subject", "许知行", "/desk/subjects/{code}"),
    ("record", "陈墨", "/desk/records/{record}"),
    ("letters to issue", "陈墨", "/desk/letters"),
    ("lists", "陈墨", "/desk/lists"),
    ("imports", "陈墨", "/desk/imports"),
    ("acts", "陈墨", "/desk/acts"),
    ("timeliness", "陈墨", "/desk/timeliness"),
    ("timeliness of all", "温言", "/desk/timeliness"),
    ("held rows", "陈墨", "/desk/held"),
    ("means", "陈墨", "/desk/means"),
    ("redress", "陈墨", "/desk/redress"),
    ("performance of duties", "陈墨", "/desk/performance"),
    ("batches", "许知行", "/desk/batches"),
    ("inbox of an officer", "许知行", "/inbox/"),
    ("oversight", "温言", "/oversight/"),
    ("late limits", "温言", "/oversight/late"),
    ("monthly results", "温言", "/oversight/results"),
    ("pushes", "温言", "/oversight/pushes"),
    ("audit", "程砚", "/audit"),
    ("who looked at what", "程砚", "/audit/seen"),
    ("audit of a case", "程砚", "/audit/cases/{case}"),
    ("credit file", "agent", "/my/credit-file"),
    ("own cases", "agent", "/my/cases"),
    ("own inbox", "agent", "/my/inbox"),
    ("public lists", "agent", "/lists"),
    ("commitments", "agent", "/commitments"),
)


class Archive:
    """A town behind the whole application, with a browser for each person asked."""

    def __init__(self, program: Program, size: int) -> None:
        self.size = size
        settings = replace(program.settings, demo=True)
        with program.db.read() as tx:
            one = tx.execute(
                select(cases.c.id, cases.c.number, record.c.number.label("record"), subject.c.uscc, mandate.c.person_id)
                .join(record, record.c.id == cases.c.record_id)
                .join(subject, subject.c.id == cases.c.subject_id)
                .join(mandate, mandate.c.subject_id == subject.c.id)
                .where(cases.c.procedure == "repair", cases.c.deciding_id == 2)
                .where(cases.c.id > size // 2, cases.c.closed_at.is_not(None))
                .order_by(cases.c.id)
                .limit(1)
            ).one()
            self._people = {row.name: row.id for row in tx.execute(select(person).where(person.c.sample))}
        self._people["agent"] = one.person_id
        self._said = {"case": one.number, "record": one.record, "code": one.uscc, "middle": one.id}
        with program.db.begin() as tx:
            tx.execute(update(person).where(person.c.id == one.person_id).values(sample=True))
        self._app = make_app(Program(settings, program.db, program.services))
        self._visitors: dict[str, Visitor] = {}

    def look(self, who: str, address: str) -> tuple[float, float, int]:
        """Seconds by the clock and of the processor, and bytes, of one page."""
        if who not in self._visitors:
            self._visitors[who] = Visitor(self._app, SimpleNamespace(people=self._people), who)
        client, path = self._visitors[who].client, address.format(**self._said)
        wall, work = time.perf_counter(), time.process_time()
        page = client.get(path, buffered=True)
        spent = time.perf_counter() - wall, time.process_time() - work
        if page.status_code != 200:
            raise SystemExit(f"{path}: {page.status}")
        return *spent, len(page.data)


@contextmanager
def archive(kind: str, size: int, given: argparse.Namespace) -> Iterator[Archive]:
    """A town of this size; one that was kept is found again."""
    with ExitStack() as stack:
        if given.keep and kind == "sqlite":
            home = Path(given.keep) / f"{size}"
            home.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{home / 'repairflow.db'}"
        else:
            url, home = stack.enter_context(databases.one(kind))
        program = Program.at(_settings(home, url), check=False)
        if schema.steps(program.db):
            schema.upgrade(program.db)
        with program.db.read() as tx:
            made = tx.execute(select(cases.c.id).limit(1)).first() is not None
        if not made:
            any_size.make(program, any_size.Wanted(size, 1, min(size, given.by_steps)))
        if kind != "sqlite":
            with program.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
                tx.exec_driver_sql("VACUUM ANALYZE")  # a server in use has done so by itself
        chores.keep_figures(program.db, program.services, times.now())  # as the worker does
        yield Archive(program, size)
        program.db.dispose()


def _settings(home: Path, url: str) -> Settings:
    return settings_module.load({"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": url}, demo=True)


def main(given: argparse.Namespace) -> None:
    clock = 1 if given.kind == "sqlite" else 0
    missed = 0
    with archive(given.kind, given.beside, given) as small, archive(given.kind, given.cases, given) as large:
        for name, who, path in PAGES:
            if given.only not in name:
                continue
            spent: dict[int, list[float]] = {small.size: [], large.size: []}
            told = 0
            for look in range(LOOKS + 2):
                for one in (small, large):
                    found = one.look(who, path)
                    if look >= 2:
                        spent[one.size].append(found[clock])
                    told = found[2]
            few, many = (median(spent[one.size]) * 1000 for one in (small, large))
            missed += many / few > GOAL or told > BYTES
            line = {
                "name": f"{name}, {large.size} beside {small.size} cases, {given.kind}", "limit": round(few, 1),
                "ours": round(many, 1), "unit": "ms", "ratio": round(many / few, 2), "goal": GOAL, "bytes": told,
                "bytes_goal": BYTES, "held": many / few <= GOAL and told <= BYTES,
            }  # fmt: skip
            print(json.dumps(line, ensure_ascii=False), flush=True)
    print(json.dumps({"name": "pages beyond their goal", "ours": missed, "of": len(PAGES)}), flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", nargs="?", default="sqlite", choices=("sqlite", "postgresql"))
    for option, usual in (("--cases", 20_000), ("--beside", 1_000), ("--by-steps", 200)):
        asked.add_argument(option, type=int, default=usual)
    asked.add_argument("--keep", default="")
    asked.add_argument("--only", default="")
    main(asked.parse_args())
