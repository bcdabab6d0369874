"""A whole installation on one machine, from the files under deploy/: starts, kills and restarts each part of it."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psycopg

ROOT = Path(__file__).parent.parent.parent
HERE = "127.0.0.1"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE_SECONDS = 120
WEBS, WORKERS, DATABASES, MEMBERS = (1, 2), (1, 2, 3), (1, 2), (1, 2, 3)


class Failed(SystemExit):
    """A part did not start, or did not come back."""


def until(what: str, true: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until `true`; the seconds it took. Failed when it does not come."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise Failed(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


class Part:
    """One process with what it starts, in a session of its own."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, user: str | None) -> None:
        self.name, self._command, self._env, self._log, self._user = name, list(command), dict(env), log, user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Afterwards it is starting."""
        with self._log.open("ab") as log:
            who = {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}
            self._process = subprocess.Popen(
                self._command, env=self._env, stdout=log, stderr=log, cwd="/", start_new_session=True, **who
            )

    @property
    def pid(self) -> int:
        """Of its first process; it was started."""
        assert self._process is not None
        return self._process.pid

    def send(self, number: int) -> None:
        """Send a signal to all its processes, and after SIGKILL see them gone."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        if number == signal.SIGKILL:
            self._process.wait(30)

    def end(self) -> None:
        """Ask it to end; kill what does not."""
        if self._process is None:
            return
        self.send(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)


class Cluster:
    """Three etcd, two machines with PostgreSQL, Patroni and PgBouncer, two web nodes behind nginx, three workers.

    What a configuration says is read from deploy/; ports begin at `base`, and all lies in `folder`.
    """

    def __init__(self, folder: Path, base: int) -> None:
        self.folder, self._base = folder, base
        root = os.geteuid() == 0
        # PostgreSQL, etcd and PgBouncer refuse to run as root.
        self._servant = "postgres" if root else None
        self.site = f"https://{HERE}:{base}"
        self.ca = folder / "etc" / "site.crt"
        self.parts: dict[str, Part] = {}
        self._said = self._values()
        folder.chmod(0o755)
        for name in ("etc", "log", "run", "shared"):
            (folder / name).mkdir(exist_ok=True)
        if self._servant is not None:
            (folder / "run").chmod(0o777)
        self.node = {
            **_clean(os.environ),
            **_settings(self._filled("node.env")),
            "REPAIRFLOW_PLATFORM_PORT": str(base + 9),
        }

    def port(self, what: str, number: int = 1) -> int:
        """The port of a part; numbers of parts begin with one."""
        first = {"postgresql": 1, "pool": 3, "rest": 5, "web": 7, "client": 10, "peer": 13}[what]
        return self._base + first + number - 1

    def _values(self) -> dict[str, str]:
        words = ("PASSWORD", "SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "REWIND_PASSWORD")
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
        if not binaries:
            raise Failed("no PostgreSQL of Debian: scripts/bootstrap.sh cluster")
        members = ",".join(f"etcd{n}=http://{HERE}:{self.port('peer', n)}" for n in MEMBERS)
        return {
            **{word: secrets.token_hex(12) for word in words}, "BIN": str(binaries[-1]), "ETC": str(self.folder / "etc"),
            "SHARED": str(self.folder / "shared"), "NETWORK": f"{HERE}/32", "SITE": HERE, "SITE_PORT": str(self._base),
            "LISTEN": f"{HERE}:{self._base}", "HOST": HERE, "PREFIX": str(Path(sys.executable).parent.parent),
            "ETCD": ",".join(f"{HERE}:{self.port('client', n)}" for n in MEMBERS), "MEMBERS": members,
            **{f"WEB{n}": f"{HERE}:{self.port('web', n)}" for n in WEBS}, **{f"DB{n}": HERE for n in DATABASES},
            **{f"POOL{n}": str(self.port("pool", n)) for n in DATABASES},
            **{f"DIRECT{n}": str(self.port("postgresql", n)) for n in DATABASES},
        }  # fmt: skip

    def _filled(self, name: str, **more: str) -> str:
        said = {**self._said, **more}
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        return re.sub("@([A-Z0-9_]+)@", lambda found: said[found[1]], text)

    def _written(self, name: str, under: str, **more: str) -> Path:
        path = self.folder / "etc" / under
        path.write_text(self._filled(name, **more), encoding="utf-8")
        return path

    def _add(self, name: str, command: Sequence[str], env: Mapping[str, str], *, servant: bool = False) -> None:
        log = self.folder / "log" / f"{name}.log"
        self.parts[name] = Part(name, command, env, log, self._servant if servant else None)

    def start(self) -> None:
        """Afterwards everything runs and the database holds the demonstration."""
        self._define_database()
        self._define_nodes()
        for n in MEMBERS:
            self.parts[f"etcd{n}"].start()
        self.parts["database1"].start()
        until("a primary", self.primary)
        self._make_database()
        self.parts["database2"].start()
        for n in DATABASES:
            self.parts[f"pgbouncer{n}"].start()
        until("a synchronous standby", self.is_synchronous)
        self.say("init", "--demo")
        self.say("worker", "confirm-clock")
        for name in ("platform", *(f"web{n}" for n in WEBS), *(f"worker{n}" for n in WORKERS), "nginx"):
            self.parts[name].start()

    def _define_database(self) -> None:
        system = {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8"}
        for n in MEMBERS:
            text = self._filled(
                "etcd.env", NAME=f"etcd{n}", DATA=self._own_folder(f"etcd{n}"),
                CLIENT=f"{HERE}:{self.port('client', n)}", PEER=f"{HERE}:{self.port('peer', n)}",
            )  # fmt: skip
            self._add(f"etcd{n}", ["/usr/bin/etcd"], {**system, **_settings(text)}, servant=True)
        users = self.folder / "etc" / "pgbouncer-users.txt"
        users.write_text(f'"repairflow" "{self._said["PASSWORD"]}"\n')
        for n in DATABASES:
            port = str(self.port("postgresql", n))
            patroni = self._written(
                "patroni.yml", f"patroni{n}.yml", NAME=f"database{n}", DATA=self._own_folder(f"data{n}"),
                RUN=self._own_folder(f"run/{n}"), REST=f"{HERE}:{self.port('rest', n)}", POSTGRESQL=f"{HERE}:{port}",
            )  # fmt: skip
            self._add(f"database{n}", ["/usr/bin/patroni", str(patroni)], system, servant=True)
            pool = self._written(
                "pgbouncer.ini", f"pgbouncer{n}.ini", PORT=port, POOL_PORT=str(self.port("pool", n)),
                RUN=self._own_folder(f"run/{n}"),
            )  # fmt: skip
            self._add(f"pgbouncer{n}", ["/usr/sbin/pgbouncer", str(pool)], system, servant=True)

    def _define_nodes(self) -> None:
        for n in WEBS:
            self._add(f"web{n}", *self._unit("web", PORT=str(self.port("web", n))))
        for n in WORKERS:
            self._add(f"worker{n}", *self._unit("worker"))
        self._add("platform", [self._said["PREFIX"] + "/bin/repairflow", "platform"], self.node)
        etc = self.folder / "etc"
        self._written("nginx.conf", "site.conf")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HERE}",
             "-addext", f"subjectAltName=IP:{HERE}", "-keyout", str(etc / "site.key"), "-out", str(self.ca)],
            check=True, capture_output=True,
        )  # fmt: skip
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {self._own_folder('nginx')}/{kind};" for kind in kinds)
        user = "user root; " if self._servant else ""
        around = f"{user}daemon off; pid {self.folder}/run/nginx.pid; error_log stderr warn; events {{}}\n"
        (etc / "nginx.conf").write_text(f"{around}http {{ access_log off; {places} include {etc}/site.conf; }}\n")
        self._add("nginx", ["/usr/sbin/nginx", "-c", str(etc / "nginx.conf"), "-e", "stderr"], {"PATH": SYSTEM_PATH})

    def _unit(self, which: str, **more: str) -> tuple[list[str], dict[str, str]]:
        """What a systemd unit of deploy/ starts, and with which environment."""
        lines = [line.partition("=") for line in self._filled(f"repairflow-{which}.service", **more).splitlines()]
        started = next(shlex.split(value) for name, _, value in lines if name == "ExecStart")
        said = [one.partition("=") for name, _, value in lines if name == "Environment" for one in shlex.split(value)]
        return started, {**self.node, **{name: value for name, _, value in said}}

    def _own_folder(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            path.mkdir(mode=0o700, parents=True)
            if self._servant is not None:
                who = pwd.getpwnam(self._servant)
                os.chown(path, who.pw_uid, who.pw_gid)
        return str(path)

    def _make_database(self) -> None:
        with self._as_superuser("postgres") as tx:
            tx.execute(f"CREATE ROLE repairflow LOGIN PASSWORD '{self._said['PASSWORD']}'")
            tx.execute("CREATE DATABASE repairflow OWNER repairflow TEMPLATE template0 ENCODING 'UTF8'")

    def _as_superuser(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        number = self.primary()
        return psycopg.connect(
            host=HERE, port=self.port("postgresql", number or 1), user="postgres", dbname=database, autocommit=True,
            password=self._said["SUPERUSER_PASSWORD"], connect_timeout=3,
        )  # fmt: skip

    def primary(self) -> int | None:
        """Number of the database machine that takes writes; None where there is none."""
        for n in DATABASES:
            try:
                with psycopg.connect(
                    host=HERE, port=self.port("postgresql", n), user="postgres", dbname="postgres", connect_timeout=3,
                    password=self._said["SUPERUSER_PASSWORD"],
                ) as tx:  # fmt: skip
                    found = tx.execute("SELECT pg_is_in_recovery()").fetchone()
                    if found is not None and not found[0]:
                        return n
            except psycopg.Error:
                continue
        return None

    def is_synchronous(self) -> bool:
        """Whether a standby follows that has all that is acknowledged."""
        try:
            with self._as_superuser("postgres") as tx:
                found = tx.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone()
                return found is not None
        except psycopg.Error:
            return False

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """What the primary answers."""
        with self._as_superuser("repairflow") as tx:
            return tx.execute(question.encode(), values).fetchall()

    def say(self, *words: str) -> str:
        """Run a command of the program on a node; what it prints."""
        command = [self._said["PREFIX"] + "/bin/repairflow", *words]
        run = subprocess.run(command, check=False, env=self.node, cwd="/", capture_output=True, text=True)
        if run.returncode:
            raise Failed(f"{' '.join(words)}: {run.stdout}{run.stderr}")
        return run.stdout.strip()

    def verify(self) -> tuple[bool, str]:
        """Whether the whole trail verifies, and what is said of it."""
        command = [self._said["PREFIX"] + "/bin/repairflow", "audit", "verify"]
        run = subprocess.run(command, check=False, env=self.node, cwd="/", capture_output=True, text=True)
        unwitnessed = 3  # whole, and nobody outside vouches for it: there is no witness here
        return run.returncode in (0, unwitnessed), " ".join((run.stdout + run.stderr).split("\n")[:4])

    def kill_postgresql(self, number: int) -> None:
        """SIGKILL to the PostgreSQL of a machine; its Patroni goes on."""
        file = self.folder / f"data{number}" / "postmaster.pid"
        os.kill(int(file.read_text().split()[0]), signal.SIGKILL)

    def kill_machine(self, number: int) -> None:
        """SIGKILL to all that runs on a database machine."""
        self.parts[f"database{number}"].send(signal.SIGKILL)
        self.kill_postgresql(number)
        self.parts[f"pgbouncer{number}"].send(signal.SIGKILL)

    def start_machine(self, number: int) -> None:
        """Afterwards a database machine starts again."""
        self.parts[f"database{number}"].start()
        self.parts[f"pgbouncer{number}"].start()

    def end(self) -> None:
        """Afterwards nothing of it runs, and its folder is gone."""
        for name in reversed(self.parts):
            self.parts[name].end()
        for n in DATABASES:
            with suppress(OSError, IndexError):  # it ended with its Patroni
                self.kill_postgresql(n)
        shutil.rmtree(self.folder, ignore_errors=True)


def _settings(text: str) -> dict[str, str]:
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("REPAIRFLOW_")}
