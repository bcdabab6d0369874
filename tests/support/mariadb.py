"""A MariaDB server of the other side's, on loopback, with a database of its own: Debian's `mariadb-server`, started by nobody else."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

NAME, SECONDS = "front", 120


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of an empty database while the block runs."""
    data = folder / "data"
    own = ["--user=root"] if os.geteuid() == 0 else []
    made = [
        "mariadb-install-db",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        *own,
    ]
    subprocess.run(made, check=True, capture_output=True, timeout=SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder / 'sock'}", "--bind-address=127.0.0.1",
         f"--port={port}", "--innodb-buffer-pool-size=32M", *own],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"mysql+pymysql://root@127.0.0.1:{port}"
        _made(url, server)
        yield f"{url}/{NAME}?charset=utf8mb4"
    finally:
        server.terminate()
        server.wait(SECONDS)


def _made(url: str, server: subprocess.Popen[bytes]) -> None:
    """Afterwards the database is there; the server takes a moment to answer."""
    engine = create_engine(url, poolclass=NullPool)
    for _ in range(SECONDS * 10):
        try:
            with engine.begin() as tx:
                tx.execute(text(f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4"))
        except OperationalError:
            try:
                server.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise
        return
    raise TimeoutError("MariaDB does not answer")
