"""The calendars this node counts with, read without SQLAlchemy: importing it costs more than all a short command does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from repairflow import settings as settings_module
from repairflow.errors import Unavailable
from repairflow.law.calendar.regions import Calendars
from repairflow.settings import Settings

_QUERY = "SELECT year, content FROM calendar_year ORDER BY id"


def calendars_of(settings: Settings) -> Calendars:
    """Give the calendars of the shipped files with the years loaded into the database, where there is one."""
    return of_files(settings).with_loaded(_loaded(settings.direct_url))


def of_files(settings: Settings) -> Calendars:
    """Give the calendars of the shipped files with the years of the installation's own law."""
    files = Calendars.read(settings_module.asset("workflows") / "calendars")
    folder = settings.law_folder
    own = sorted((folder / "calendars").rglob("*.toml")) if folder is not None else []
    return files.with_own((path.name, path.read_text(encoding="utf-8")) for path in own)


def _loaded(database_url: str) -> Iterator[tuple[int, str]]:
    """Yield each loaded year and its file's text, oldest load first; nothing before the database is made."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        if not path.exists():
            return
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            try:
                yield from connection.execute(_QUERY)
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise Unavailable("现在读不了数据库中载入的年度，请稍后再试。") from error
        return
    import psycopg

    try:
        with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as database:
            yield from database.execute(_QUERY)
    except psycopg.errors.UndefinedTable:
        return
    except psycopg.OperationalError as error:
        raise Unavailable("现在连不上数据库，请检查 REPAIRFLOW_DATABASE_URL 和数据库服务。") from error
