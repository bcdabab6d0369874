"""The proof of one message to a platform (推送证明): what was sent, by whom it is signed, what was answered, and that the log holds it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing import checkpoints, stand_alone_program, stand_alone_push_verifier, tree
from repairflow.auditing.bundle import zipped
from repairflow.auditing.chain import content
from repairflow.auditing.notes import Verifier
from repairflow.casework.admin import exchange_keys
from repairflow.casework.cases.receipts import taken_id
from repairflow.errors import Conflict, NotFound, Unavailable
from repairflow.gateway import key_pairs
from repairflow.gateway.message_envelope import Message
from repairflow.records import event, log_leaf, outbox
from repairflow.records.rows import OutboxRow, first_row
from repairflow.vault import digest

README = """# 推送证明：{key}

| 文件 | 内容 |
|---|---|
| `request.json` | 发出的报文，逐字节相同 |
| `headers.json` | 编号、时间和公钥签名（平台密钥的签名不在内） |
| `signed-content.bin`、`signature-N.bin`、`key-N.pem` | 所签的内容、签名、公钥，供 openssl 使用 |
| `receipt.json` | 对方的回执和它所答复的报文摘要 |
{files}| `event.json`、`manifest.json` | 记入留痕的原始字节，在审计日志中的位置和包含证明 |
| `checkpoint.txt`、`log.pub`、`keys.json` | 检查点、日志公钥、推送公钥 |
| `verify.py`、`evidence.py` | 独立核验程序，只需 Python 3.8 以上，不联网 |

    python3 verify.py --key 从别处得到的日志公钥 --exchange-key=从别处得到的推送公钥编号
    openssl pkeyutl -verify -pubin -inkey key-1.pem -rawin -in signed-content.bin -sigfile signature-1.bin
{commands}
退出码：0 未发现改动且公钥经您确认；3 内容一致，公钥未经确认；1 发现改动；2 无法读取。

能证明：该报文由出具单位签发，签名时间和内容未改；回执自检查点签署以来未改。{proves}
"""
UNSIGNED = {
    "files": "", "commands": "", "proves": "回执由对方以其与出具单位约定的连接作出，本证明不含对方的签名。",
}  # fmt: skip
SIGNED = {
    "files": "| `receipt-content.txt`、`receipt-signature.bin`、`receipt-key.pem` | 对方所签的内容、签名、登记的公钥 |\n",
    "commands": "    python3 verify.py --receipt-key=从对方得到的公钥编号\n"
    "    openssl pkeyutl -verify -pubin -inkey receipt-key.pem -rawin -in receipt-content.txt -sigfile receipt-signature.bin\n",
    "proves": "回执由持有该公钥私钥的一方签署，所签内容含本报文的摘要；该公钥登记为对方的公钥，记入留痕。",
}
"""What the words say of a receipt that the other side signed, and of one that it did not."""


class _Kept(NamedTuple):
    prev: str
    body: bytes
    position: int | None


def build(tx: Connection, key: str, log_key: Verifier) -> bytes:
    """Return the proof of the push with this key, as the bytes of a zip; the same at the same checkpoint.

    NotFound for an unknown push, Conflict for one without a signed receipt or whose bytes cannot be made again, Unavailable
    while its receipt awaits a checkpoint.
    """
    row = first_row(tx.execute(select(outbox).where(outbox.c.key == key, outbox.c.topic == "push")), OutboxRow)
    if row is None:
        raise NotFound(f"没有编号为 {key} 的推送，请核对编号。")
    kept = _event(tx, key)
    said = content(kept.body)
    request = said["receipt"].get("request")
    if not request or not request["signatures"]:
        raise Conflict("这件推送没有用公钥签名（早于启用签名的版本），不能出具证明。")
    note = checkpoints.newest_note(tx)
    size = log_key.open(note).size if note else 0
    if note is None or kept.position is None or kept.position >= size:
        raise Unavailable("回执尚未进入检查点，请一分钟后再试。")
    body = _body(row, request["source"])
    if digest(body) != request["digest"]:
        raise Conflict("推送的内容与留痕所记的摘要不符，没有出具证明。请运行 repairflow audit verify。")
    proof = [one.hex() for one in tree.inclusion(tx, kept.position, size)]
    files = {
        **_signed(key, request, body), **_keys(tx, request), "event.json": kept.body, "receipt.json": _json(said["receipt"]),
        "checkpoint.txt": note.encode(), "log.pub": f"{log_key}\n".encode(), **_receipt_signature(said["receipt"]),
        "README.md": README.format(key=key, **(SIGNED if "signature" in said["receipt"] else UNSIGNED)).encode(),
        "manifest.json": _json({
            "format": stand_alone_push_verifier.FORMAT, "key": key,
            "event": {"prev": kept.prev, "position": kept.position, "proof": proof},
        }),
        **_programs(),
    }  # fmt: skip
    return zipped(files)


def _event(tx: Connection, key: str) -> _Kept:
    rows = select(event.c.prev, event.c.body, log_leaf.c.position).outerjoin(
        log_leaf, log_leaf.c.event_id == event.c.id
    )
    kept = first_row(tx.execute(rows.where(event.c.command_id == taken_id(key))), _Kept)
    if kept is None:
        raise Conflict("这件推送还没有回执，不能出具证明。")
    return kept


def _body(row: OutboxRow, source: str) -> bytes:
    """Return the request again, byte for byte."""
    about = row.lane.partition("/")[2] or row.lane
    return Message(row.key, row.kind, source, about, row.lane, row.id, row.created_at, row.payload).body()


def _signed(key: str, request: Mapping[str, object], body: bytes) -> dict[str, bytes]:
    signatures, stamp = request["signatures"], request["timestamp"]
    assert isinstance(signatures, list)
    assert isinstance(stamp, int)
    written = " ".join(f"{key_pairs.VERSION},{one['signature']}" for one in signatures)
    headers = {"webhook-id": key, "webhook-timestamp": str(stamp), "webhook-signature": written}
    files = {
        "request.json": body, "headers.json": _json(headers),
        "signed-content.bin": key_pairs.signed_content(key, stamp, body),
    }  # fmt: skip
    return files | {f"signature-{n}.bin": base64.b64decode(one["signature"]) for n, one in enumerate(signatures, 1)}


def _keys(tx: Connection, request: Mapping[str, object]) -> dict[str, bytes]:
    signatures = request["signatures"]
    assert isinstance(signatures, list)
    known = {one.code: one for one in exchange_keys.published(tx)}
    mine = [known[one["key"]] for one in signatures if one["key"] in known]
    files = {f"key-{n}.pem": key_pairs.pem(one.public) for n, one in enumerate(mine, 1)}
    return files | {"keys.json": _json({"keys": [key_pairs.plain_jwk(one.public) for one in mine]})}


def _receipt_signature(receipt: Mapping[str, Any]) -> dict[str, bytes]:
    """Return what the other side signed, by the key that was registered for it; nothing where it signs no receipts."""
    made = receipt.get("signature")
    if made is None:
        return {}
    return {
        "receipt-content.txt": made["content"].encode(), "receipt-signature.bin": base64.b64decode(made["signature"]),
        "receipt-key.pem": key_pairs.pem(made["public"]),
    }  # fmt: skip


def _programs() -> dict[str, bytes]:
    """Return the verifier, and beside it what it takes from that of a case's bundle."""
    verifier = stand_alone_program.beside_evidence(stand_alone_push_verifier)
    return {"verify.py": verifier, "evidence.py": stand_alone_program.evidence()}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
