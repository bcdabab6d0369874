"""Commands that make and run a node: init, serve, worker, platform, demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from threading import Event

import click
from sqlalchemy import make_url, select

from repairflow import memory_pools, times
from repairflow import settings as settings_module
from repairflow.app.law import described
from repairflow.app.program import Program
from repairflow.app.worker import work
from repairflow.casework.changes import ConfirmClock
from repairflow.cli import upgrade as upgrading
from repairflow.cli.changing import OPERATOR, change
from repairflow.cli.people import conflict_lines
from repairflow.cli.seal import make_demonstration_keys
from repairflow.errors import ConfigurationError
from repairflow.records import office, schema, target
from repairflow.settings import Settings
from repairflow.worker import heartbeat

PATIENCE_SECONDS = 180
MOST_PROCESSES = 64
STOP_SECONDS = 8
"""How long a site that was told to end goes on with requests that have begun: it is gone within ten."""
FIRST_STEPS = """
还没有单位。依次办理（例见 docs/operations.md）：
  1. 信用办    repairflow office add 编码 名称 --short 简称 --mark 机关代字 --kind credit_office
  2. 认定单位  repairflow office add 编码 名称 --short 简称 --mark 机关代字 --kind authority --uscc 统一社会信用代码
  3. 公示网站  repairflow target add 编码 名称 --kind public_platform --url https://…
  4. 管理员    repairflow user add 登录名 姓名 --kind staff --link
               repairflow user grant 登录名 system_admin --office 编码（另一人为 security_admin，再一人为 audit_admin）
  5. 启动      repairflow serve 和 repairflow worker；其余人员由管理员登录后在 /admin 办理"""


@click.command()
@click.option("--demo", is_flag=True, help="填入演示用的单位、人员、企业和办件（均为虚构）")
def init(demo: bool) -> None:
    """建立数据库和密钥。可以重复运行；旧版本的数据库用 upgrade 升级。"""
    settings = settings_module.load()
    program = prepare(settings, demo=demo)
    click.echo(f"数据库已就绪：{make_url(settings.database_url).render_as_string(hide_password=True)}")
    if _is_empty(program):
        click.echo(FIRST_STEPS)
    with program.db.read() as tx:
        for line in conflict_lines(tx):
            click.echo(line)


def prepare(settings: Settings, *, demo: bool) -> Program:
    """Ensure that a new database has its tables, keys exist, and with `demo` an empty one holds the demonstration.

    A demonstration made by an older version is upgraded; for any other database ConfigurationError says what an upgrade
    would change, and nothing is; so it does where the keys are not those of the database.
    """
    program = Program.at(settings, check=False)
    found = upgrading.plan(program)
    if found.new:
        schema.upgrade(program.db)
    elif found.faults or (found.work and not demo):
        raise ConfigurationError("\n".join(["数据库还不能使用，没有改动。", *found.lines()]))
    elif found.work:
        upgrading.carry_out(program, found, backup=settings.home / "backups", say=click.echo)
    _ = program.vault, program.signer
    if demo:
        from repairflow import sample

        if _is_empty(program):
            sample.make(program)
        make_demonstration_keys(program)
    return program


def _is_empty(program: Program) -> bool:
    with program.db.read() as tx:
        return tx.execute(select(office.c.id).limit(1)).first() is None


@click.command()
@click.option("--demo", is_flag=True, help="演示：本机访问者可以直接以示例人员进入；不能放在代理之后")
@click.option(
    "--processes", type=click.IntRange(1, MOST_PROCESSES), help="网站进程数；不填：SQLite 为 1，PostgreSQL 为处理器核数"
)
def serve(demo: bool, processes: int | None) -> None:
    """运行网站（gunicorn，多进程多线程，共用一个端口）。"""
    settings = settings_module.load(demo=demo)
    program = Program.at(settings)  # says what is wrong before the server hides it
    print_own_law(program)
    made = f"repairflow.app.web:create(demo={demo})"
    options = gunicorn_options(settings, processes or usual_processes(settings))
    surroundings = {memory_pools.VARIABLE: str(memory_pools.POOLS), **settings_module.environment()}
    os.execve(sys.executable, [sys.executable, "-m", "gunicorn", *options, made], surroundings)  # noqa: S606  # our own interpreter


def usual_processes(settings: Settings) -> int:
    """Return how many processes serve where nobody says it: SQLite has one writer, PostgreSQL as many as there are cores."""
    return 1 if settings.database_url.startswith("sqlite") else min(_cores(), MOST_PROCESSES)


def _cores() -> int:
    """Return the cores this process may use; where the system does not say which these are (not Linux), all there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def print_own_law(program: Program) -> None:
    """Print what the installation's own law holds, where it has one."""
    if said := described(program.law.own):
        click.echo(f"{said}。")


def gunicorn_options(settings: Settings, processes: int = 1) -> list[str]:
    """Return how the site runs: the application is made once, then the processes come from it and take turns at one socket.

    One that ends, was killed or has answered 20,000 requests is replaced at once, since the application is there already.
    On SIGTERM requests have STOP_SECONDS to be answered.
    """
    return [
        "--workers", str(processes), "--preload", "--graceful-timeout", str(STOP_SECONDS),
        "--bind", f"{settings.host}:{settings.port}", "--worker-class", "repairflow.web.core.receiver.Receiver",
        "--threads", str(settings.web_threads),
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--logger-class", "repairflow.web.core.server_log.ServerLog",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


@click.group(invoke_without_command=True)
@click.pass_context
def worker(context: click.Context) -> None:
    """运行后台工作进程：推送、制作文书、到期处理、提醒、审计日志。"""
    if context.invoked_subcommand is not None:
        return
    memory_pools.share()
    program = Program.at(settings_module.load())
    print_own_law(program)
    stop = Event()
    heartbeat.stop_on_signals(stop)
    work(program, stop)


@worker.command("confirm-clock")
def confirm_clock() -> None:
    """确认系统时间正确：时钟向前跳过六小时以上（或服务中断过）后，被暂停的到期处理由此继续。"""
    program, now = Program.at(settings_module.load()), times.now()
    freed = change(program, ConfirmClock(OPERATOR))
    if freed is not None:
        click.echo(f"已确认系统时间 {times.local(now):%Y-%m-%d %H:%M}，{freed} 个到期事项继续处理。")
    else:
        click.echo("系统时间没有等待确认，没有改动。")


@click.command()
def platform() -> None:
    """运行模拟公共信用平台（演示用，只在本机）。"""
    import logging

    from werkzeug.serving import make_server

    from repairflow.casework.outbound.platform_copies import THIRD_PARTY
    from repairflow.gateway.sandbox import make_sandbox
    from repairflow.gateway.sandbox_sender import Site

    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        goals = tx.execute(
            select(target.c.code, target.c.name, target.c.kind, target.c.secret, target.c.inbound_office_id).order_by(
                target.c.id
            )
        ).all()
    secrets = {goal.code: program.vault.open(goal.secret) for goal in goals if goal.kind != THIRD_PARTY}
    names = {goal.code: goal.name for goal in goals}
    site = Site(program.settings.public_url, tuple(goal.code for goal in goals if goal.inbound_office_id is not None))
    copies = {goal.code: goal.name for goal in goals if goal.kind == THIRD_PARTY}
    app = make_sandbox(program.settings.home / "platform.db", secrets, names, copies=copies, site=site)
    logging.getLogger("werkzeug").setLevel(
        logging.WARNING
    )  # every push would be a line among the demonstration's words
    server = make_server("127.0.0.1", program.settings.platform_port, app, threaded=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


@click.command()
def demo() -> None:
    """一次运行全部：建立演示数据，启动网站、后台和模拟平台。按 Ctrl-C 停止。"""
    url = f"http://127.0.0.1:{settings_module.load(demo=True).port}"
    surroundings = settings_module.environment(public_url=url)
    settings = settings_module.load(surroundings, demo=True)
    click.echo("正在准备演示数据……")
    program = prepare(settings, demo=True)
    change(program, ConfirmClock(OPERATOR))  # it may have slept for days; whoever starts it means the present
    command = [sys.executable, "-m", "repairflow"]
    parts = (["platform"], ["serve", "--demo"], ["worker"])
    started = [subprocess.Popen([*command, *part], env=surroundings) for part in parts]
    try:
        _wait_for(url + "/", started)
        click.echo(f"\n  网站      {url}\n  模拟平台  http://127.0.0.1:{settings.platform_port}\n\n按 Ctrl-C 停止。")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        while all(process.poll() is None for process in started):
            time.sleep(0.5)
        raise ConfigurationError("有一个进程意外停止，请查看上面的错误信息。")
    except KeyboardInterrupt:
        click.echo("\n正在停止……")
    finally:
        stop(started)


def stop(started: list[subprocess.Popen[bytes]], patience: float = 30) -> None:
    """Ensure that none of these processes runs: each is asked to end, and killed where it has not within `patience` seconds."""
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:  # a busy machine; why they are stopped must still be told
            process.kill()
            process.wait()


def _wait_for(url: str, started: list[subprocess.Popen[bytes]]) -> None:
    """Return once the site answers; ConfigurationError when it does not within PATIENCE_SECONDS or a process ended."""
    for _ in range(PATIENCE_SECONDS * 4):
        if any(process.poll() is not None for process in started):
            raise ConfigurationError("启动失败，请查看上面的错误信息（端口可能已被占用）。")
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  # our own loopback address
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise ConfigurationError(f"网站 {url} 没有在三分钟内启动。")
