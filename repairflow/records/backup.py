"""A copy of the whole database before it is changed: SQLite's own online copy, or pg_dump where it is installed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from repairflow.errors import ConfigurationError
from repairflow.settings import environment

NO_PG_DUMP = (
    "这台机器上没有 pg_dump，不能自动备份 PostgreSQL 数据库，没有改动。\n"
    "  请安装与服务器同版本的 postgresql-client 后再运行，\n"
    "  或者先自行备份数据库，再运行 repairflow upgrade --no-backup。"
)


def write(url: str, folder: Path, name: str) -> Path:
    """Ensure that `folder` holds a whole copy of the database, readable by its owner alone; gives the file.

    A copy that breaks off leaves no file of that name. Raises ConfigurationError when there is no tool for it or it fails.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    make = _sqlite if url.startswith("sqlite") else _postgresql
    goal = folder / f"{name}{'.db' if make is _sqlite else '.dump'}"
    part = goal.with_name(goal.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        make(url, part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(goal)
    finally:
        part.unlink(missing_ok=True)
    return goal


def _sqlite(url: str, goal: Path) -> None:
    source = make_url(url).database or ""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(goal)) as copy:
        there.backup(copy)
        said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise ConfigurationError(f"备份没有通过完整性检查（{said}），数据库没有改动。请检查磁盘。")


def _postgresql(url: str, goal: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigurationError(NO_PG_DUMP)
    where = make_url(url)
    plain = where.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    # the password goes by the environment: arguments can be read by everybody on the machine
    surroundings = {**environment(), **({"PGPASSWORD": str(where.password)} if where.password else {})}
    command = [program, "--format=custom", "--file", str(goal), "--dbname", plain]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["没有说明原因"])[-1]
        raise ConfigurationError(
            f"pg_dump 没有完成备份，数据库没有改动：{last}\n"
            "  请处理后再运行，或者先自行备份数据库，再运行 repairflow upgrade --no-backup。"
        )
