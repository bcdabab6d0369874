"""The newest law of a node: the files it ships with, the installation's own, and the calendar years that people loaded
(工作日历), laid over them.

A loaded year is a row, never changed, so the greatest id tells a node whether it has seen the newest: `LawStore.refresh`
asks that at the beginning of every step, sweep and page; a file that two persons put in force likewise.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.casework import law_files
from repairflow.errors import DefinitionError
from repairflow.law.calendar.regions import Calendars
from repairflow.law.calendar.workdays import parse_year
from repairflow.law.procedure.library import Library
from repairflow.prepared import Prepared
from repairflow.records import calendar_year, law_draft, law_file, person
from repairflow.settings import asset


class _Newest(NamedTuple):
    year: int | None
    file: int | None
    decided: int
    withdrawn: int

    @property
    def files(self) -> int:
        """Greater with each file that is kept, put in force, or taken back."""
        return (self.file or 0) + self.decided + self.withdrawn


_newest = Prepared(
    select(
        select(func.max(calendar_year.c.id)).scalar_subquery().label("year"),
        select(func.max(law_file.c.id)).scalar_subquery().label("file"),
        select(func.count(law_draft.c.decided_at)).scalar_subquery().label("decided"),
        select(func.count()).where(law_draft.c.state == "withdrawn").scalar_subquery().label("withdrawn"),
    ),
    _Newest,
)
log = logging.getLogger(__name__)


class LawStore:
    """The law as this node knows it now. `law` is replaced whole, so whoever took it keeps one that agrees with itself."""

    def __init__(self, law: Library) -> None:
        self.law = law
        self._files = law.calendars
        self._seen = 0
        self._seen_file = 0
        self._turn = Lock()

    def refresh(self, tx: Connection, newest: int | None = None) -> None:
        """Ensure that `law` counts with every year that `tx` can see; one small query when nothing was loaded.

        `newest` is the greatest id of a loaded year (0: none), where the caller has just read it with something else.
        """
        if newest is None:
            row = _newest.run(tx).rows[0]
            newest = row.year or 0
            if row.files > self._seen_file:
                self._read_anew(tx, row.files)
        if newest <= self._seen:
            return
        calendars = together(tx, self._files)
        with self._turn:
            if newest > self._seen:
                self.law, self._seen = replace(self.law, calendars=calendars), newest

    def _read_anew(self, tx: Connection, newest: int) -> None:
        """Ensure that the files that the database keeps by now count too: another node may have put one in force."""
        own = self.law.own.without_kept().with_kept(law_files.kept(tx))
        try:
            law = self.law if own == self.law.own else Library.read(asset("workflows"), own=own)
        except DefinitionError:
            log.exception("files of the own law in the database cannot be read; this node goes on with what it has")
            law = self.law
        with self._turn:
            if newest > self._seen_file:
                if law is not self.law:
                    self._files = law.calendars
                    self.law = replace(law, calendars=together(tx, law.calendars))
                self._seen_file = newest


def together(tx: Connection, files: Calendars) -> Calendars:
    """Return the files' years and the loaded ones."""
    return files.with_loaded((row.year, row.content) for row in held(tx))


def held(tx: Connection) -> tuple[Any, ...]:
    """Return the loaded years, oldest first, each with the name of who loaded it (None: at the command line)."""
    query = select(calendar_year, person.c.name.label("person_name")).outerjoin(
        person, person.c.id == calendar_year.c.person_id
    )
    return tuple(tx.execute(query.order_by(calendar_year.c.id)))


def loaded(tx: Connection) -> dict[tuple[str, int], Any]:
    """Return the row of each loaded year that counts, by region (empty: national) and year."""
    rows = {}
    for row in held(tx):
        rows[parse_year(row.content, f"{row.year}.toml").region, row.year] = row
    return rows
