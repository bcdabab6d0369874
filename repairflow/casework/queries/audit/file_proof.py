"""Whether the words of each letter and the bytes of each file are those whose digest is kept."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError
from sqlalchemy import Connection, select

from repairflow.auditing.report import Fault
from repairflow.casework.case_state import materials
from repairflow.casework.documents import rendering_job
from repairflow.file_store.port import FileStore, digest_of
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import FrozenText, digest_holds
from repairflow.records import letter, material

_LETTERS = select(
    letter.c.id, letter.c.number, letter.c.content, letter.c.text_digest, letter.c.token, letter.c.pdf_digest
).order_by(letter.c.id)
_MATERIALS = select(material.c.id, material.c.digest).order_by(material.c.id)


def prove(tx: Connection, kept_materials: FileStore, kept_letters: FileStore) -> Iterator[Fault]:
    """Yield each letter whose words, and each file whose bytes, are not what their digest says; each material without its file.

    A letter's PDF that is not on this node is no finding: it is made again from its words.
    """
    for row in tx.execute(_LETTERS, execution_options={"yield_per": 200}):
        if not _words_hold(row.content, row.text_digest):
            yield Fault("letter", row.id, "text", f"文书 {row.number} 的正文与其摘要不符，正文被改动")
        pdf = _digest(kept_letters, rendering_job.name_of(row.token)) if row.pdf_digest is not None else None
        if pdf is not None and pdf != row.pdf_digest:
            yield Fault("letter", row.id, "file", f"文书 {row.number} 的 PDF 文件与其摘要不符，文件被换")
    seen: dict[str, bool | None] = {}
    for kept in tx.execute(_MATERIALS, execution_options={"yield_per": 200}):
        if kept.digest not in seen:
            found = _digest(kept_materials, materials.name_of(kept.digest))
            seen[kept.digest] = None if found is None else found == kept.digest
        if seen[kept.digest] is None:
            yield Fault("material", kept.id, "file_missing", "材料的文件不存在，已被删除")
        elif not seen[kept.digest]:
            yield Fault("material", kept.id, "file", "材料的文件与其摘要不符，文件被换")


def _words_hold(content: object, text_digest: str) -> bool:
    try:
        data = LetterData.model_validate(content)
        frozen = FrozenText(
            kind=data.kind, version=data.template_version, title=data.title, paragraphs=data.paragraphs,
            fields=data.fields, digest=text_digest.removeprefix("sha256:"),
        )  # fmt: skip
    except (ValidationError, ValueError, AttributeError):
        return False
    return digest_holds(frozen)


def _digest(store: FileStore, name: str) -> str | None:
    try:
        return digest_of(store.read(name))
    except FileNotFoundError:
        return None
