"""Commands for the keys offices sign their letters with: seal make, seal require, seal list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework import offices_lookup
from repairflow.casework.changes import RequireSignature
from repairflow.casework.documents import signing_policy
from repairflow.cli.changing import OPERATOR, change
from repairflow.errors import Conflict
from repairflow.letters.signing.key_folder import OFFICE_KEYS, KeyFolder
from repairflow.letters.signing.port import SealUnusable

YEARS = 3
DEMO_KEY_BITS = 2048


@click.group()
def seal() -> None:
    """单位电子签名密钥。密钥在 <REPAIRFLOW_HOME>/keys/offices/<单位编码>.p12。"""


@seal.command()
@click.option("--office", required=True, help="单位编码")
def make(office: str) -> None:
    """生成一个自签名密钥（试用），该单位的文书此后一律签名。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        row = offices_lookup.office_by_code(tx, office)
    if KeyFolder(program.settings.keys / OFFICE_KEYS).path(office) is not None:
        raise Conflict(f"{row.name}已经有签名密钥，不会覆盖。")
    path = program.settings.keys / OFFICE_KEYS / f"{office}.p12"
    fingerprint = _make(path, row.name)
    _require(program, office, True)
    click.echo(f"已生成 {path}\n证书 SHA-256 {fingerprint}\n自签名证书没有第三方担保，正式使用请换成单位的证书。")


@seal.command()
@click.option("--office", required=True, help="单位编码")
@click.option("--off", is_flag=True, help="不再要求签名")
def require(office: str, off: bool) -> None:
    """要求（或不再要求）一个单位的文书必须签名；没有密钥时文书等待，不会不签名就发出。"""
    _require(Program.at(settings_module.load()), office, not off)
    click.echo("文书不再要求签名。" if off else "文书须经签名。")


@seal.command("list")
def listing() -> int:
    """列出各单位是否签名、密钥能否使用；有单位要求签名而密钥不能使用时退出码为 1。"""
    program = Program.at(settings_module.load())
    keys = KeyFolder(program.settings.keys / OFFICE_KEYS)
    with program.db.read() as tx:
        offices = signing_policy.signing_offices(tx)
    wrong = 0
    for code, name, required in offices:
        try:
            state = "密钥可用" if keys.of(code) is not None else "没有密钥"
        except SealUnusable as unusable:
            state = unusable.message
        wrong += required and state != "密钥可用"
        click.echo(f"{code}\t{name}\t{'须签名' if required else '不要求签名'}\t{state}")
    return 1 if wrong else 0


def make_demonstration_keys(program: Program) -> None:
    """Ensure that every office of the demonstration signs with a key of its own, older than its oldest letter."""
    with program.db.read() as tx:
        offices = signing_policy.signing_offices(tx)
    for code, name, _ in offices:
        path = program.settings.keys / OFFICE_KEYS / f"{code}.p12"
        if not path.exists():
            _make(path, name, bits=DEMO_KEY_BITS)
    change(program, *(RequireSignature(OPERATOR, code, True) for code, _, _ in offices))


def _make(path: Path, name: str, **how: int) -> str:
    from repairflow.letters.signing.pades import make_key

    now = times.now()
    return make_key(path, name, now - timedelta(days=365 * 2), now + timedelta(days=365 * YEARS), **how)


def _require(program: Program, office: str, required: bool) -> None:
    change(program, RequireSignature(OPERATOR, office, required))
