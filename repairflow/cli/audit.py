"""Commands of the auditor: verify the trail, keep a witness."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.parallel_verification import verify_everything
from repairflow.app.program import Program
from repairflow.auditing import cosignatures, row_history, sm2
from repairflow.auditing import tiles as tiles_module
from repairflow.auditing import witness as witness_module
from repairflow.auditing.cosignatures import UnderPolicy
from repairflow.casework.changes import ErasePersonal
from repairflow.casework.queries.audit import file_proof, kept_beside, sampling
from repairflow.cli.changing import OPERATOR, change
from repairflow.errors import NotFound


@click.group()
def audit() -> None:
    """审计：核验办理留痕。"""


@audit.command()
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="审计方保存的见证文件",
)
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="见证策略文件（C2SP tlog-policy）：核对见证人的共签，达到策略要求的即为外部见证",
)
@click.option("--files/--no-files", default=True, help="是否同时重算每份材料和文书 PDF 的摘要")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def verify(witnesses: tuple[Path, ...], policy_file: Path | None, files: bool, as_json: bool) -> None:
    """逐条核验全部留痕、每一行数据、每份文书和材料。

    退出码：0 完好且有外部见证；3 完好但没有外部见证；1 被改动，并指出是哪些行、哪些字段。
    """
    policy = cosignatures.read_policy(policy_file) if policy_file else None
    program = Program.at(settings_module.load())
    settings = program.settings
    report = verify_everything(program.db, program.services.anchors, program.signer.verifier, witnesses)
    with program.db.read() as tx:
        found = [*kept_beside.prove(tx, program.services.anchors, settings.keys, program.vault)]
        if files:
            found += file_proof.prove(tx, program.services.materials, program.services.letters)
        seen = cosignatures.check(tx, policy, str(program.signer.verifier)) if policy else UnderPolicy()
    found += seen.findings
    report = replace(report, findings=report.findings + tuple(found), anchored=max(report.anchored, seen.size))
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*report.lines(), *(_seen(seen) if policy else ())]))
    raise click.exceptions.Exit(report.exit_code)


def _seen(seen: UnderPolicy) -> list[str]:
    if not seen.size:
        return ["没有一个检查点的共签达到见证策略的要求。"]
    by = "、".join(f"{name}（{times.local(at):%Y-%m-%d %H:%M:%S}）" for name, at in sorted(seen.cosigned.items()))
    return [f"前 {seen.size} 条的检查点有见证策略要求的共签：{by}。"]


@audit.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def rebuild(number: str, as_json: bool) -> None:
    """按程序写下的每次改动重建办件或信息 NUMBER，并列出与现状的差异。

    退出码：0 没有差异；1 有差异，逐一列出字段、记载与现状；2 没有这个编号。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        try:
            built = row_history.rebuild(tx, number)
        except NotFound as error:
            raise click.UsageError(error.message) from None
    if as_json:
        click.echo(json.dumps([asdict(one) for one in built], ensure_ascii=False, indent=2))
    else:
        for one in built:
            click.echo(f"{one.table} {one.row_id}：{len(one.changes)} 次写入")
            for made in one.changes:
                click.echo(f"  {made.at}  {_KINDS.get(made.kind, made.kind)}  {_fields(made)}")
            for finding in one.findings:
                click.echo(f"  不符：{finding.text}")
    differs = sum(len(one.findings) for one in built)
    click.echo(f"共 {len(built)} 行，{differs} 处不符。", err=as_json)
    raise click.exceptions.Exit(1 if differs else 0)


@audit.command()
@click.argument("number")
@click.option("--reason", required=True, help="删除的理由，例如本人的申请及日期")
def erase(number: str, reason: str) -> None:
    """删除已办结办件 NUMBER 留痕中的个人信息（个人信息保护法第四十七条，原文待核）；链中的摘要保留，核验不受影响。"""
    program = Program.at(settings_module.load())
    erased = change(program, ErasePersonal(OPERATOR, number, reason))
    click.echo(f"已删除 {erased} 项个人信息。")


@audit.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def tiles(folder: Path) -> None:
    """把审计日志写成静态分片（C2SP tlog-tiles）存入 FOLDER，任何网站都可以直接提供、镜像；可以反复执行，只补新的分片。"""
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        size = tiles_module.write(tx, folder, program.signer.verifier)
    click.echo(f"已写出 {size} 条的全部分片和检查点。")


@audit.command("sm2-key")
def sm2_key() -> None:
    """为审计日志建立 SM2 密钥（国密）：此后每个检查点同时有 Ed25519 和 SM2 两个签名，用任一公钥都可以核验。需要 openssl 3.0 以上。"""
    program = Program.at(settings_module.load())
    made = sm2.make(program.settings.keys, program.signer.verifier.name)
    click.echo(f"日志的 SM2 公钥：{made}")
    click.echo("请重新启动后台工作进程，并与 Ed25519 公钥一并公布。")


@audit.command()
@click.argument("kind", type=click.Choice(list(sampling.KINDS)))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="办结于此日及以后")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="办结于此日及以前；不写的到昨天为止")
@click.option("--size", type=int, default=10, show_default=True, help="最多几件")
@click.option("--seed", type=int, default=1, show_default=True, help="种子；与起止日一起记下，可以再抽")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def sample(kind: str, since: datetime, until: datetime | None, size: int, seed: int, as_json: bool) -> None:
    """从已办结的办件中抽样：random 随机，overdue 曾经超期，reversed 结果后来被改变，same_reviewer 总由同一人复核，fast 办得异常快。"""
    program = Program.at(settings_module.load())
    last = until.date() if until is not None else times.today() - timedelta(days=1)
    with program.db.read() as tx:
        found = sampling.sample(tx, OPERATOR, sampling.Wanted(kind, since.date(), seed, size, last))
    if as_json:
        rows = [
            one._asdict() | {"filed_at": one.filed_at.isoformat(), "closed_at": one.closed_at.isoformat()}
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.number}  {one.subject}  {one.office}  {one.why}")
    click.echo(f"{since.date()} 至 {last} 办结的办件中抽出 {len(found)} 件。")


_KINDS = {"insert": "新增", "update": "改为", "delete": "删除", "base": "升级时已有"}


def _fields(made: row_history.Change) -> str:
    if made.kind != "update":
        return f"{len(made.fields)} 个字段" if made.fields else ""
    return "；".join(f"{name} {_said(was)} → {_said(now)}" for name, (was, now) in made.fields.items())


def _said(value: object) -> str:
    if isinstance(value, str) and value.startswith("~"):
        return "（不显示）"
    return "空" if value is None else str(value)


@click.command()
@click.argument("address")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def witness(address: str, file: Path) -> None:
    """在审计方的机器上保存 ADDRESS 的最新检查点到 FILE，并核对它与上次保存的是否一致。"""
    kept = witness_module.keep(witness_module.source(address), file, times.now())
    click.echo(f"{'已保存新检查点' if kept.added else '没有新检查点'}，日志共 {kept.size} 条。")
