"""One node: settings, database and services, made once; and what keeps it from starting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import make_url

from repairflow import logs, modes, work_folders
from repairflow import settings as settings_module
from repairflow.app.kept_keys import check_keys
from repairflow.app.law import read_law
from repairflow.auditing.notes import Signer
from repairflow.casework.admin import upgrade
from repairflow.casework.context import Services
from repairflow.casework.definitions_in_use import Changed
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.direct import Bell
from repairflow.errors import ConfigurationError
from repairflow.file_store.opening import demand_right
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import repinned
from repairflow.records import schema
from repairflow.settings import Settings
from repairflow.vault import Vault

SQLITE_KEPT = 4
"""Connections that a worker or a command keeps ready; others are opened for a moment."""


@dataclass(frozen=True)
class Program:
    """One node: everything an entry point needs, made once from settings."""

    settings: Settings
    db: Database
    services: Services

    @classmethod
    def at(cls, settings: Settings, *, check: bool = True, limits: Limits | None = None) -> Program:
        """Open the database and read the law.

        Raises ConfigurationError when the database is not migrated, a used definition was edited or a key was lost or is
        another's, DefinitionError when a file of the law is faulty. `check=False` is for the command that migrates. Without
        `limits` the database is waited for as commands and the worker do.
        """
        logs.configure(as_json=settings.log_json)
        modes.secure(settings)
        work_folders.clear(settings.work)
        _look_at_file(settings, there=check)
        db = Database(settings.database_url, limits or patient(settings), settings.database_direct_url)
        law = read_law(settings, db)
        if check:
            if missing := schema.steps(db):
                how = "upgrade" if schema.revision_of(db) else "init"
                raise ConfigurationError(f"数据库还差 {len(missing)} 个版本，请先运行 repairflow {how}。")
            check_definitions(db, law)
        check_keys(db, settings.keys)
        services = Services.of(law, Vault.at(settings.keys), settings)
        if check:
            demand_right(services.files)
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


def _look_at_file(settings: Settings, *, there: bool) -> None:
    """Raise ConfigurationError where the file of an SQLite database is another program's, or is not there and must be: to open it
    would change it, or make an empty one."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith(("file:", ":")):
        return
    if (file := Path(url.database)).exists():
        schema.look_at_file(file)
    elif there:
        raise ConfigurationError(
            f"没有数据库文件 {file}，未启动。\n"
            "  新装的，请先运行 repairflow init；\n"
            "  原来有的，请改正 REPAIRFLOW_HOME、REPAIRFLOW_DATABASE_URL，或者从备份恢复。"
        )


def wake_workers(program: Program) -> None:
    """Ensure that workers hear of work that this process brings as soon as it is committed; on SQLite they look for it."""
    if not program.db.is_sqlite:
        program.db.work_came = Bell(program.db.direct).ring


def hasty(settings: Settings) -> Limits:
    """Return how long the site waits for its database: somebody waits for the page."""
    statement = settings.database_statement_seconds
    return Limits(
        settings.database_pool, settings.database_connect_seconds, settings.database_lock_seconds, statement,
        settings.database_idle_seconds, answer=statement + 5, pooled=bool(settings.database_direct_url),
    )  # fmt: skip


def patient(settings: Settings) -> Limits:
    """Return how long commands and the worker wait: nobody looks on, and what they do may take long."""
    found = Limits(
        connect=settings.database_connect_seconds, lock=settings.database_lock_seconds * 6,
        pooled=bool(settings.database_direct_url),
    )  # fmt: skip
    # Each connection of SQLite keeps the whole schema and its own pages, 2 MB and more; to open one anew costs little.
    return replace(found, pool=SQLITE_KEPT) if settings.database_url.startswith("sqlite") else found


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
    """Return the used definitions held against this node's files; nothing is written."""
    workflows = settings_module.asset("workflows")
    released = Library.read(workflows, errata=(), own=law.own) if law.errata else law
    with db.read() as tx:
        return upgrade.plan(tx, law, released, repinned(workflows))


def faults(found: upgrade.Definitions, law: Library) -> list[str]:
    """Return what is wrong with the definitions that nothing accounts for, and how to go on, a line each."""
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
