"""Materials (申请材料): received as bytes, proved to be what they claim, kept under their digest, taken up by a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from repairflow import vault
from repairflow.casework.actor import Actor
from repairflow.casework.loose_materials import Allowance
from repairflow.errors import Invalid, NotFound, Problem, Unavailable
from repairflow.file_store.port import FileStore
from repairflow.gateway.uploads import Taken, examine
from repairflow.law.procedure.model import Input, Procedure
from repairflow.records import material
from repairflow.records.rows import MaterialRow, all_rows, first_row, one_row

MOST_PER_STEP = 30


class SentFile(NamedTuple):
    """A file as it came: the kind of material its sender says it is, its name there, and its bytes."""

    kind: str
    file_name: str
    content: bytes


class SoundFile(NamedTuple):
    """A file that was looked at and may be kept."""

    kind: str
    file_name: str
    taken: Taken


def looked_at(file: SentFile, limit: int) -> SoundFile:
    """Return the file, taken apart; before any transaction, for that may take half a minute.

    Raises Invalid, in words for the sender, for a file that is empty, larger than `limit`, of another type, or damaged;
    TooMany while too many files are being looked at.
    """
    return SoundFile(file.kind, file.file_name, examine(file.content, limit))


def receive(
    tx: Connection,
    store: FileStore,
    actor: Actor,
    file: SoundFile,
    *,
    now: datetime,
    allowance: Allowance | None = None,
) -> str:
    """Keep an uploaded file and give the token by which a filing or a step takes it up.

    Raises TooMany beyond the `allowance`. The file stands under its digest before its row does, so a row never lacks its file.
    """
    taken = file.taken
    if allowance is not None:
        allowance.demand(tx, actor, len(taken.content))
    digest = vault.digest(taken.content)
    _mind(tx, digest, func.pg_advisory_xact_lock_shared)
    keep(store, digest, taken.content)
    token = vault.token()
    tx.execute(
        insert(material).values(
            token=token,
            kind=file.kind[:40],
            file_name=_named(file.file_name, taken.suffix),
            media_type=taken.media_type,
            size=len(taken.content),
            digest=digest,
            uploaded_by=actor.id,
            uploaded_at=now,
            address=allowance.address if allowance is not None and actor.id is None else None,
        )
    )
    return token


def _named(name: str, suffix: str) -> str:
    """Return the name of a file as it is kept: one that was converted ends as what it is now."""
    shown = shown_name(name)
    return shown if not suffix else f"{shown.rsplit('.', 1)[0]}{suffix}"


def reuse(tx: Connection, actor: Actor, token: str, kind: str, now: datetime) -> str:
    """Bring a file that was brought before again, as a material of `kind`; gives the new token. Whether the actor may, the
    caller has asked; the file itself is kept once."""
    row = one_row(tx.execute(select(material).where(material.c.token == token)), MaterialRow)
    _mind(tx, row.digest, func.pg_advisory_xact_lock_shared)
    again = vault.token()
    tx.execute(
        insert(material).values(
            token=again, kind=kind[:40], file_name=row.file_name, media_type=row.media_type, size=row.size,
            digest=row.digest, uploaded_by=actor.id, uploaded_at=now,
        )
    )  # fmt: skip
    return again


FROM_OUTSIDE = "外部提交"
"""Who brought a file of nobody with an account: a platform, an informant."""


class Kept(NamedTuple):
    """What is told of a file that was taken in."""

    file_name: str
    size: int


def kept(tx: Connection, token: str) -> Kept:
    """Return a file that was just taken in, by its token."""
    return one_row(tx.execute(select(material.c.file_name, material.c.size).where(material.c.token == token)), Kept)


def keep(store: FileStore, digest: str, content: bytes) -> None:
    """Write a file under its digest: whole or not at all, and only once."""
    if not store.exists(name_of(digest)):
        store.write(name_of(digest), content)


class Replaced(Unavailable):
    """Another file lies where a material's should."""


def content(store: FileStore, digest: str) -> bytes:
    """Return a file by its digest. Unavailable where it is lost, Replaced where another lies in its place: that one is shown to nobody."""
    try:
        found = store.read(name_of(digest))
    except FileNotFoundError:
        raise Unavailable("文件暂时取不到，请稍后再试；如仍不行，请联系受理单位。") from None
    if vault.digest(found) != digest:
        raise Replaced("保存的材料与收到时的校验值不同，已停止提供。请系统管理员运行 repairflow audit verify 核查。")
    return found


def clear(tx: Connection, store: FileStore, digests: Sequence[str]) -> None:
    """Ensure that no file with one of these digests remains which no row names.

    For a transaction of its own, after the one that removed the rows: a file outlives its row, never the other way about.
    """
    for digest in sorted(set(digests)):
        _mind(tx, digest, func.pg_advisory_xact_lock)
        if tx.execute(select(material.c.id).where(material.c.digest == digest).limit(1)).first() is None:
            store.remove(name_of(digest))


def _mind(tx: Connection, digest: str, lock: Callable[..., Any]) -> None:
    """Until the transaction ends a file is not cleared away while it is taken in; on SQLite there is one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(lock(func.hashtextextended(digest, 0))))


def name_of(digest: str) -> str:
    """Return the name under which a file with this digest lies; user names never become names of files."""
    hexed = digest.removeprefix("sha256:")
    return f"{hexed[:2]}/{hexed}"


def shown_name(name: str) -> str:
    """Return a sender's file name as it may be shown: no folders, no control characters, at most 120 characters."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in bare if c.isprintable()).strip()
    return clean[-120:] or "未命名"


class Claimed(NamedTuple):
    """An uploaded material that a step takes up."""

    id: int
    token: str
    kind: str
    digest: str
    file_name: str


_CLAIMED = [material.c[name] for name in Claimed._fields]


def unused(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return which materials are the actor's own and not taken up by any case, step or letter."""
    return (material.c.uploaded_by == actor.id, material.c.case_id.is_(None), material.c.step.is_(None))


def claim_one(tx: Connection, actor: Actor, token: str, kind: str, what: str) -> Claimed:
    """Return the one uploaded file of a kind that no procedure asks for (凭证、笔录), the actor's own and not yet taken up, locked until
    the change ends. NotFound otherwise, which calls it `what`."""
    own = (material.c.token == token, material.c.kind == kind, *unused(actor))
    found = first_row(tx.execute(select(*_CLAIMED).where(*own).with_for_update()), Claimed)
    if found is None:
        raise NotFound(f"{what}没有找到或者已经用过，请重新上传。")
    return found


def claim(
    tx: Connection, actor: Actor, beside: Sequence[str], procedure: Procedure, form: Mapping[str, Input],
    values: Mapping[str, object],
) -> tuple[Claimed, ...]:  # fmt: skip
    """Return the uploaded materials a step brings, `beside` its form and those its form asks for by name: each the actor's own and not
    yet taken up, locked until the step ends.

    Raises NotFound or Invalid otherwise. A kind is one of the procedure's materials or names an input of the form; what an input
    asks for was uploaded as that, so no other paper passes for it.
    """
    asked = {name: str(values[name]) for name, spec in form.items() if spec.kind == "material" and name in values}
    tokens = list(dict.fromkeys((*beside, *asked.values())))
    if not tokens:
        return ()
    if len(tokens) > MOST_PER_STEP:
        raise Invalid(f"一次最多提交 {MOST_PER_STEP} 件材料。")
    query = (
        select(*_CLAIMED)
        .where(material.c.token.in_(tokens), *unused(actor))
        .order_by(material.c.id)
        .with_for_update()  # two steps may reach for the same file
    )
    rows = all_rows(tx.execute(query), Claimed)
    if len(rows) != len(tokens):
        raise NotFound("有材料没有找到或者已经用于其他办件，请重新上传。")
    unknown = [row.file_name for row in rows if row.kind not in procedure.material and row.kind not in form]
    if unknown:
        raise Invalid(
            "有材料不属于此程序要求的种类。", [Problem("materials", f"“{name}”请重新选择种类") for name in unknown]
        )
    kinds = {row.token: row.kind for row in rows}
    if others := [name for name, token in asked.items() if kinds[token] != name]:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。",
            [Problem(name, f"这份文件不是作为“{form[name].label}”上传的，请在这一项重新上传") for name in others],
        )
    return tuple(rows)


def attach(tx: Connection, taken: Sequence[Claimed], case_id: int | None, step: int) -> None:
    """Ensure that the materials belong to the case, by the step that brought them; to no case with a letter of none."""
    if taken:
        tx.execute(
            update(material)
            .where(material.c.id.in_([row.id for row in taken]))
            .values(case_id=case_id, step=step, address=None)
        )


def forget_sender(tx: Connection, taken: Sequence[Claimed]) -> None:
    """Ensure that nothing says who uploaded the materials: who reports somebody is shown to nobody (严格保密)."""
    if taken:
        tx.execute(update(material).where(material.c.id.in_([row.id for row in taken])).values(uploaded_by=None))
