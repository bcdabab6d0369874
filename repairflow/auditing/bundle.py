"""The evidence bundle (证据包): one case's history with its proofs, to be checked without us and without our program.

The same case at the same checkpoint gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from repairflow.auditing import checkpoints, cosignatures, press_events, stand_alone_program, stand_alone_verifier, tree
from repairflow.auditing.chain import case_stream
from repairflow.auditing.notes import Verifier
from repairflow.auditing.press_events import EventLeaf
from repairflow.errors import Conflict, NotFound, Unavailable
from repairflow.records import cases, event, letter, material
from repairflow.records.rows import LetterRow, all_rows
from repairflow.vault import digest

_MATERIALS = (
    select(material.c.kind, material.c.digest).where(material.c.case_id == bindparam("case")).order_by(material.c.id)
)

README = """# 证据包：办件 {case}

本包载有上述办件的全部办理留痕，以及不依赖出具单位即可核验的证明。

| 文件 | 内容 |
|---|---|
| `events/` | 每一步办理留痕的原始字节（JSON），摘要即对其计算 |
| `manifest.json` | 每条留痕的序号、摘要、在日志中的位置与包含证明；各文书的文号与摘要；各材料的摘要 |
| `checkpoint.txt` | 审计日志检查点（C2SP signed note，Ed25519 签名） |
| `log.pub` | 审计日志公钥 |
| `letters/` | 文书 PDF |
| `verify.py` | 独立核验程序，只需 Python 3.8 以上，不联网 |
{summary}
## 核验

    python3 verify.py --key 从别处得到的公钥

公钥应从出具单位公布处或见证人保存的文件（`--witness 文件`）取得；不指明时只能证明包内一致。
有见证策略（C2SP tlog-policy）的，以 `--policy 文件` 同时核对见证人的共签。
退出码：0 未发现改动且公钥经您确认；3 包内一致，公钥未经确认；1 发现改动；2 无法读取。

## 能证明什么

- 所载每条留痕自检查点签署以来未被改动，次序完整，中间没有删除或插入。
- 文书 PDF 与出具时相同；留痕所说的每件文书、每份材料都在，没有一件被删除。

不能证明检查点之后没有新的办理。个人信息只以加盐摘要出现，依法删除后本包仍可核验。
"""


SUMMARY = "summary.pdf"
_SUMMARY_LINE = (
    f"| `{SUMMARY}` | 供人阅读的内容说明：留痕、条件核对、文书和材料的摘要、核验办法；有出入的以其他文件为准 |\n"
)
_STAMP_LINE = "| `stamp/` | 时间戳服务（RFC 3161）对一个检查点盖的时间戳；用 `--authority 服务的根证书.pem` 一并核验（需要 OpenSSL） |\n"


class Stamped(NamedTuple):
    """A checkpoint with the time stamp (RFC 3161, DER) that an authority gave of its note."""

    note: str
    token: bytes
    size: int


def build(
    tx: Connection,
    case_number: str,
    public_key: Verifier,
    pdfs: Mapping[str, bytes] | None = None,
    summary: bytes | None = None,
    stamp: Stamped | None = None,
) -> bytes:
    """Return the bundle of a case as the bytes of a zip; `pdfs` maps document numbers (文号) to files, `summary` is a PDF for people,
    `stamp` a time stamp of a checkpoint that the newest one contains.

    Raises NotFound for an unknown case, Unavailable while its newest events await a checkpoint, and Conflict when a PDF
    is not the one the letter became.
    """
    case_id = tx.scalar(select(cases.c.id).where(cases.c.number == case_number))
    if case_id is None:
        raise NotFound
    letters = all_rows(tx.execute(select(letter).where(letter.c.case_id == case_id).order_by(letter.c.id)), LetterRow)
    files: dict[str, bytes] = {}
    found = _events(tx, case_number, letters)
    size, note = _checkpoint(tx, public_key, found, stamp)
    events = [_event(tx, row, f"events/{place:04}.json", size, files) for place, row in enumerate(found, 1)]
    manifest: dict[str, object] = {
        "format": stand_alone_verifier.FORMAT,
        "case": case_number,
        "events": events,
        "letters": [_letter(row, place, pdfs or {}, files) for place, row in enumerate(letters, 1)],
        "materials": [{"kind": row.kind, "digest": row.digest} for row in tx.execute(_MATERIALS, {"case": case_id})],
    }
    if stamp is not None:
        manifest["stamp"] = {"proof": [item.hex() for item in tree.consistency(tx, stamp.size, size)]}
        files["stamp/checkpoint.txt"] = stamp.note.encode()
        files["stamp/checkpoint.tst"] = stamp.token
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    files["checkpoint.txt"] = note.encode()
    files["log.pub"] = f"{public_key}\n".encode()
    files["README.md"] = README.format(
        case=case_number, summary=(_SUMMARY_LINE if summary else "") + (_STAMP_LINE if stamp else "")
    ).encode()
    files["verify.py"] = stand_alone_program.of_bundles()
    if summary is not None:
        files[SUMMARY] = summary
    return zipped(files)


SET_README = """# 证据包：{count} 个办件

`cases/` 中每个办件一个证据包，各自可以单独核验；`verify.py` 一次核验全部，用法与单个办件相同。{summary}

    python3 verify.py --key 从别处得到的公钥

退出码：0 全部未发现改动且公钥经您确认；3 一致，公钥未经确认；1 有改动；2 无法读取。
"""


def build_set(
    tx: Connection,
    public_key: Verifier,
    pdfs: Mapping[str, Mapping[str, bytes]],
    summary: bytes | None = None,
    stamp: Stamped | None = None,
) -> bytes:
    """Return the bundles of several cases, by their numbers, in one zip whose program verifies them all; raises as `build`.

    `summary` is a PDF for people about all of them, `stamp` as in `build`.
    """
    names = {number: f"cases/{place:03}.zip" for place, number in enumerate(sorted(pdfs), 1)}
    files = {name: build(tx, number, public_key, pdfs[number], stamp=stamp) for number, name in names.items()}
    listed = [{"case": number, "file": name} for number, name in names.items()]
    manifest = {"format": stand_alone_verifier.SET_FORMAT, "cases": listed}
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    files["README.md"] = SET_README.format(
        count=len(names), summary=f"`{SUMMARY}` 供人阅读，列出各办件的留痕和摘要。" if summary else ""
    ).encode()
    files["verify.py"] = stand_alone_program.of_bundles()
    if summary is not None:
        files[SUMMARY] = summary
    return zipped(files)


def _events(tx: Connection, case_number: str, letters: list[LetterRow]) -> list[EventLeaf]:
    """Return the case's own events, then those that say which PDF its letters became."""
    own = tx.execute(press_events.events.where(event.c.stream == case_stream(case_number)))
    made = press_events.of_letters(tx, letters)
    return [*all_rows(own, EventLeaf), *press_events.before(tx, made), *made]


def _checkpoint(
    tx: Connection, public_key: Verifier, events: list[EventLeaf], stamp: Stamped | None
) -> tuple[int, str]:
    """Size and note of the checkpoint of a bundle: one that witnesses cosigned where it holds all events, else the newest."""
    places = [row.position for row in events if row.position is not None]
    newest = checkpoints.signed_size(tx, public_key), checkpoints.newest_note(tx) or ""
    if len(places) < len(events):
        return newest
    return cosignatures.best(tx, max([*(place + 1 for place in places), stamp.size if stamp else 1])) or newest


def _event(tx: Connection, row: EventLeaf, name: str, size: int, files: dict[str, bytes]) -> dict[str, object]:
    if row.position is None or row.position >= size:
        raise Unavailable("最新的办理留痕尚未进入检查点，请一分钟后再试。")
    files[name] = row.body
    proof = tree.inclusion(tx, row.position, size)
    return {
        "file": name, "stream": row.stream, "seq": row.seq, "prev": row.prev, "digest": row.digest,
        "position": row.position, "proof": [item.hex() for item in proof],
    }  # fmt: skip


def _letter(row: LetterRow, place: int, pdfs: Mapping[str, bytes], files: dict[str, bytes]) -> dict[str, object]:
    name = None
    if row.number in pdfs:
        pdf = pdfs[row.number]
        if digest(pdf) != row.pdf_digest:
            raise Conflict(f"文书 {row.number} 的 PDF 文件与记载的摘要不符，未生成证据包。")
        name = f"letters/{place:02}.pdf"
        files[name] = pdf
    return {
        "number": row.number, "kind": row.kind, "title": row.title, "state": row.state, "event_seq": row.event_seq,
        "text_digest": row.text_digest, "pdf": name, "pdf_digest": row.pdf_digest,
    }  # fmt: skip


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a zip: the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            # Stored, not deflated, with no date: another zlib or another day must not make another file.
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, files[name])
    return out.getvalue()
