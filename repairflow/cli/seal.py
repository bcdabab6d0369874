"""Commands for the keys offices sign their letters with, for certificates that are revoked, and for a letter whose PDF is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.program import Program
from repairflow.casework import offices_lookup
from repairflow.casework.changes import RemakeLetter, RequireSignature, RevokeCertificate, TakeBackRevocation
from repairflow.casework.documents import certificates, signing_policy
from repairflow.cli.changing import OPERATOR, change
from repairflow.errors import Conflict
from repairflow.letters.signing.key_folder import OFFICE_KEYS, KeyFolder
from repairflow.letters.signing.port import SealUnusable
from repairflow.times import local_day

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


@seal.command("certificates")
def listed() -> None:
    """列出文书用过的签名证书：单位、SHA-256、持有人、有效期、是否吊销。"""
    with Program.at(settings_module.load()).db.read() as tx:
        for one in certificates.known(tx):
            stands = f"自 {one.revoked_on} 起吊销：{one.reason}" if one.revoked_on else "没有登记吊销"
            click.echo(
                f"{one.office}\t{one.sha256}\t{one.holder}\t{local_day(one.valid_from)} 至 {local_day(one.valid_until)}\t{stands}"
            )


@seal.command()
@click.argument("certificate")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="自哪一天起吊销（含当日），如 2026-09-01")
@click.option("--reason", required=True, help="原因，公众查验文书时可以看到")
@click.option("--off", is_flag=True, help="登记有误，撤回吊销的登记")
def revoke(certificate: str, since: datetime | None, reason: str, off: bool) -> None:
    """登记一个签名证书（SHA-256，见 seal certificates）已经吊销：自该日起的签名不能采信，也不再用它签名。"""
    program = Program.at(settings_module.load())
    if off:
        change(program, TakeBackRevocation(OPERATOR, certificate, reason))
        click.echo("已撤回吊销的登记。")
        return
    if since is None:
        raise click.UsageError("请用 --from 写明自哪一天起吊销，如 --from 2026-09-01")
    new = change(program, RevokeCertificate(OPERATOR, certificate, since.date(), reason))
    click.echo(
        "已登记吊销。请给该单位换上新的签名密钥，此前等待的文书随后自动制作。" if new else "已经这样登记，没有改动。"
    )


@seal.command()
@click.argument("number")
@click.option("--reason", required=True, help="原因，如：存储损坏，原文件遗失")
def remake(number: str, reason: str) -> None:
    """重新制作一份文书的 PDF：原文件遗失、被换，或者是用已吊销的证书签名的。文字和文号不变，由后台工作进程制作。"""
    change(Program.at(settings_module.load()), RemakeLetter(OPERATOR, number, reason))
    click.echo("已安排重新制作。文件完好的，不会改动。")


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
