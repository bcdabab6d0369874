"""The command of a witness: it cosigns checkpoints of logs for whoever asks."""

from __future__ import annotations

from pathlib import Path

import click

from repairflow import times
from repairflow.auditing.cosigning import Cosigner
from repairflow.auditing.notes import Verifier
from repairflow.auditing.witness_protocol import Witness
from repairflow.auditing.witness_server import WitnessServer


@click.command("witness-serve")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="见证人的名称，例如 witness.example.gov.cn/1；密钥建立后不再改变")
@click.option("--log", "logs", multiple=True, required=True, help="所见证的日志的公钥（名称+编号+Base64），可以有多个")
@click.option("--host", default="127.0.0.1", show_default=True, help="在哪个地址上提供服务；对外由反向代理提供 https")
@click.option("--port", type=int, default=8100, show_default=True, help="端口")
def witness_serve(folder: Path, name: str, logs: tuple[str, ...], host: str, port: int) -> None:
    """在审计方的机器上运行见证人（C2SP tlog-witness）：日志证明只增不改的，共签其检查点；密钥和记录在 FOLDER。"""
    known = [Verifier.parse(one) for one in logs]
    cosigner = Cosigner.at(folder, name)
    with WitnessServer((host, port), Witness(folder / "logs", cosigner, known, times.now), str(cosigner)) as server:
        click.echo(f"见证人的公钥：{cosigner}")
        click.echo(
            f"日志在 REPAIRFLOW_WITNESS_POLICY 所指的文件中写一行：witness {name} {cosigner} http://{host}:{port}"
        )
        server.serve_forever()
