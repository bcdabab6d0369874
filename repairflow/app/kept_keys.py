"""Whether the keys of a node are still those of its database: one that was lost must not be made anew in silence (密钥与数据相符)."""

from __future__ import annotations

from pathlib import Path

from repairflow.auditing import checkpoints
from repairflow.auditing.notes import BadNote, Signer
from repairflow.casework.admin import sealed_values
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.records import schema
from repairflow.vault import Vault

_USES = {
    "vault.key": "打不开库中封存的身份证件号码、推送密钥等内容",
    "log.key": "审计日志不能接着签发检查点，已经公开的公钥和见证人都认不出新的签名",
}


def check_keys(db: Database, keys: Path) -> None:
    """Raise ConfigurationError where a key in this folder is not the one that sealed or signed what the database holds; none is made.

    A node without its keys would make new ones and go on: identity numbers stay closed for ever, no subject is found again, and
    the log breaks off.
    """
    if not schema.revision_of(db):
        return
    with db.read() as tx:
        sealed, note = sealed_values.example(tx), checkpoints.newest_note(tx)
    fits = {
        "vault.key": sealed is None or _opens(keys, sealed),
        "log.key": note is None or _signed(keys, note),
    }
    if wrong := [name for name, one in fits.items() if not one]:
        found = [
            f"{keys / name} {'不是这个数据库的密钥' if (keys / name).exists() else '不在了'}：{_USES[name]}。"
            for name in wrong
        ]
        raise ConfigurationError(
            "\n".join(
                [
                    "密钥与数据库不符，没有执行，没有改动。",
                    *(f"  {line}" for line in found),
                    f"  请把备份的 keys 文件夹恢复到 {keys}；",
                    "  或者 REPAIRFLOW_HOME、REPAIRFLOW_DATABASE_URL 写错了，请改正。",
                ]
            )
        )


def _opens(keys: Path, sealed: bytes) -> bool:
    if not (keys / "vault.key").exists():
        return False
    vault = Vault.at(keys)  # says by itself what is wrong with a damaged file
    try:
        vault.open(sealed)
    except ConfigurationError:
        return False
    return True


def _signed(keys: Path, note: str) -> bool:
    if not (keys / "log.key").exists():
        return False
    verifier = Signer.at(keys).verifier
    try:
        verifier.open(note)
    except BadNote:
        return False
    return True
