"""A platform without a service: decisions lie in a folder, its receipts come by files, and the case closes by them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import update

from repairflow import times
from repairflow.gateway import signing
from repairflow.records import target
from tests.stories.town_life import TownLife
from tests.support.sftp_server import serving


def answer(life: TownLife, folder: Path) -> int:
    """The other side takes what lies there, and puts a receipt for each; how many."""
    secret = life.platform.secrets["province"]
    files = sorted((folder / "out").glob("*.zip"))
    for file in files:
        with zipfile.ZipFile(file) as packed:
            key = json.loads(packed.read("manifest.json"))["id"]
        said = {"id": key, "receipt": f"R-{file.stem}", "at": times.now().isoformat(), "shown": "ended"}
        content = json.dumps(said).encode()
        with zipfile.ZipFile(folder / "in" / file.name, "w") as packed:
            packed.writestr("answer.json", content)
            packed.writestr("signature.json", json.dumps(signing.signed(secret, "r", times.now(), content)))
    return len(files)


def test_a_repair_reaches_a_platform_by_files_and_closes_by_its_receipts(life: TownLife) -> None:
    repaired(life, "folder:province", life.town.settings.exchange / "province")


def test_a_repair_reaches_a_platform_over_sftp(life: TownLife, tmp_path: Path) -> None:
    """The administrator enters the address; settings and key lie at the machine."""
    settings, far = life.town.settings, tmp_path / "far"
    (far / "province").mkdir(parents=True)
    key = settings.keys / "sftp" / "province"
    key.parent.mkdir(parents=True)
    private = Ed25519PrivateKey.generate()
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    key.chmod(0o600)
    admin = life.officer("system_admin", "CREDIT")
    admin.opens("/admin/targets/province")
    admin.sends("保存", {"推送地址": "sftp:province"})
    with serving(far, paramiko.PKey.from_path(key)) as server:
        settings.exchange.mkdir(parents=True, exist_ok=True)
        (settings.exchange / "province.toml").write_text(
            f'host = "localhost"\nport = {server.port}\nuser = "repairflow"\nfolder = "province"\n'
            f'host_key = "{server.known_as}"\nkey = "province"\n'
        )
        repaired(life, "sftp:province", far / "province")


def repaired(life: TownLife, url: str, folder: Path) -> None:
    """A repair decided and taken over by a platform at this address, whose files lie there."""
    number = life.record()
    with life.town.db.begin() as tx:
        tx.execute(update(target).where(target.c.code == "province").values(url=url))
    case = life.company.repairs(number)
    env = life.env
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复", {"意见": "符合修复条件，拟准予修复。"})
    env.decider.presses(case, "准予修复", {"理由（写入文书）": "经审查，符合修复条件，准予修复。"})
    life.worker.runs()
    life.centre.supervisor.opens("/oversight/pushes")
    life.centre.supervisor.reads("已放入交换文件夹，对方尚无回执")
    life.company.opens_case(case)
    life.company.reads("同步中")
    for _ in range(4):  # one message of a lane lies there at a time, the next once it was taken
        answer(life, folder)
        life.minutes_pass(61)
    life.company.opens_case(case)
    life.company.reads("准予修复，已办结")
    assert len(list((folder / "out" / "done").glob("*.zip"))) == len(list((folder / "in" / "done").glob("*.zip"))) >= 2
    life.sound()
