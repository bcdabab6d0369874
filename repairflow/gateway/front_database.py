"""The platform port over a front-end database (前置库): one row a message in a table of the other side's, by a mapping.

`<home>/exchange/NAME.toml` says where and how; a target's address is `database:NAME`::

    url = "postgresql+psycopg://front:password@10.2.0.7/exchange"
    table = "cf_push"
    [columns]                  # column = what it takes: id, kind, sequence, lane, body, signature, or a 双公示 field
    msg_id = "id"
    body = "body"
    CF_WSH = "CF_WSH"
    [answer]                   # columns the other side fills in; result: accepted, pending or refused
    result = "cl_jg"
    receipt = "cl_bh"
    at = "cl_sj"
    reason = "cl_yy"
    signature = "cl_qm"        # optional: by the platform's own key, where that is registered

The row is inserted once, under the message's id; until `result` is there the message is pending. Columns may be text, numbers,
days or instants; an instant without a zone is one of China's.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, create_engine, insert, select, update
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from repairflow import times
from repairflow.gateway import exchange_rows, signing
from repairflow.gateway.http import shown_record
from repairflow.gateway.key_pairs import SignedRequest
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import MessageError
from repairflow.gateway.platform import AGAIN, Address, Heard, Page, Pending, Permanent, Receipt, Transient
from repairflow.gateway.push_answers import Answer, signed_receipt
from repairflow.vault import digest

SCHEME = "database:"
OF_MESSAGE = ("id", "kind", "sequence", "lane", "body", "signature")
ANSWERS = ("result", "receipt", "at", "reason")
SIGNATURE = "signature"
SECONDS = 15


class Mapped(NamedTuple):
    """Where messages go, and which column takes what; `shown` is the query for the other side's list, or empty."""

    url: str
    table: str
    columns: Mapping[str, str]
    answer: Mapping[str, str]
    shown: str

    def column(self, what: str) -> str:
        """Return the column that takes this; empty for none."""
        return next((column for column, name in self.columns.items() if name == what), "")


class FrontDatabase:
    """`Platform` over the databases that the files in `folder` name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. Pending while the other side has written no answer into the row.

        A refusal that was read is cleared: who sends the message out again waits for another answer.
        """
        mapped = self._mapped(target)
        try:
            with _engine(mapped.url).begin() as tx:
                told = _exchanged(tx, mapped, target, message)
        except (DataError, ProgrammingError, IntegrityError, ValueError, ArithmeticError, KeyError) as error:
            said = f"前置库的表与设置文件不符，没有写入（{type(error).__name__}）：请核对表名、列名、列的类型和约束后重新推送。"
            raise Permanent(said, heard=Heard("nonsense")) from None
        except SQLAlchemyError as error:
            said = f"前置库暂时不能写入{AGAIN}（{type(error).__name__}）。"
            raise Transient(said, heard=Heard("unreachable")) from None
        if told is None:
            raise Pending("已写入前置库，对方尚未处理。", heard=Heard("pending"))
        answer, signed = told
        written = Answer(200, None, json.dumps(answer, ensure_ascii=False).encode())
        return replace(signed_receipt(target, message, digest(message.body()), written), request=signed)

    def pull(  # the list lies there whole, whatever is asked for
        self,
        target: Address,
        since: datetime | None = None,  # noqa: ARG002  # as the next
        cursor: str | None = None,  # noqa: ARG002  # the port's form
    ) -> Page:
        """See `Platform.pull`: what the table of the list holds, whole. Transient where the mapping names none."""
        mapped = self._mapped(target)
        if not mapped.shown:
            raise Transient(f"前置库没有对方的公示清单（shown）{AGAIN}。", heard=Heard("unreachable"))
        listed = Table(mapped.shown, MetaData(), *(Column(name, Text) for name in ("number", "display", "version")))
        try:
            with _engine(mapped.url).connect() as tx:
                rows = [dict(row) for row in tx.execute(select(listed)).mappings()]
            return Page(tuple(shown_record(row) for row in rows), None)
        except (KeyError, ValueError, TypeError, OverflowError):
            raise Transient(f"对方的公示清单无法识别{AGAIN}。", heard=Heard("nonsense")) from None
        except SQLAlchemyError as error:
            said = f"前置库暂时不能读取{AGAIN}（{type(error).__name__}）。"
            raise Transient(said, heard=Heard("unreachable")) from None

    def _mapped(self, target: Address) -> Mapped:
        """Return the mapping of a target; Permanent, with what to mend, where there is none or it is not sound."""
        file = self._folder / f"{target.url.removeprefix(SCHEME)}.toml"
        try:
            return read(file.read_text(encoding="utf-8"))
        except OSError:
            raise Permanent(
                f"没有前置库的设置文件 {file.name}，请管理员建立后重新推送。", heard=Heard("here")
            ) from None
        except (ValueError, tomllib.TOMLDecodeError) as error:
            said = f"前置库的设置文件 {file.name} 有误：{error}。请管理员改正后重新推送。"
            raise Permanent(said, heard=Heard("here")) from None


def _exchanged(
    tx: Connection, mapped: Mapped, target: Address, message: Message
) -> tuple[dict[str, str], SignedRequest | None] | None:
    """Ensure that the row is there; its answer and what was signed of it, None while there is none."""
    table = Table(
        mapped.table.rpartition(".")[2], MetaData(), schema=mapped.table.rpartition(".")[0] or None, autoload_with=tx
    )
    key, by = mapped.column("id"), mapped.column("signature")
    mine = table.c[key] == message.key
    row = tx.execute(select(table).where(mine)).mappings().first()
    if row is None:
        headers, _ = signing.signed_by_all(target, message, times.now(), message.body())
        said: dict[str, str] = {
            "id": message.key, "kind": message.kind, "sequence": f"{message.sequence:019d}", "lane": message.lane,
            "body": message.body().decode(), "signature": json.dumps(headers), **(exchange_rows.row_of(message) or {}),
        }  # fmt: skip
        values = {column: _typed(table.c[column], said.get(name, "")) for column, name in mapped.columns.items()}
        tx.execute(insert(table).values(values))
        return None
    told = {name: _told(row[column]) for name, column in mapped.answer.items() if row[column] is not None}
    if not told.get("result"):
        return None
    if told["result"] == "refused":
        tx.execute(update(table).where(mine).values(dict.fromkeys(mapped.answer.values())))
    signed = None
    if by:
        with suppress(MessageError, ValueError, AttributeError):  # what is not ours any more proves nothing
            signed = signing.signed_before(target, message, dict(json.loads(row[by])), message.body())
    return {**told, "id": message.key}, signed


def _typed(column: Column[Any], text: str) -> object:
    """Return the text as the column takes it: whole numbers, amounts, days; nothing for an empty one that is no text."""
    kind = column.type.python_type
    if kind is str:
        return text
    if not text:
        return None
    if kind is date:
        return date.fromisoformat(text)
    return kind(text)


def _told(value: object) -> str:
    """Return what the other side wrote, as text; an instant without a zone is one of China's."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo is not None else value.replace(tzinfo=times.SHANGHAI)).isoformat()
    return str(value)


def read(text: str) -> Mapped:
    """Return the mapping in a file's text; ValueError with what is wrong with it."""
    given = tomllib.loads(text)
    if unknown := sorted(given.keys() - {"url", "table", "columns", "answer", "shown"}):
        raise ValueError(f"未知的设置 {'、'.join(unknown)}")
    url, table, shown = (given.get(name, "") for name in ("url", "table", "shown"))
    columns, answer = given.get("columns", {}), given.get("answer", {})
    if not (isinstance(url, str) and url and isinstance(table, str) and table and isinstance(shown, str)):
        raise ValueError("须写明 url 和 table")
    if not (isinstance(columns, dict) and isinstance(answer, dict)):
        raise ValueError("columns 和 answer 应为表")
    fields = (*OF_MESSAGE, *exchange_rows.PRESENT, "CF_ZT", "CF_SYFW")
    if wrong := [name for name in columns.values() if name not in fields]:
        raise ValueError(f"columns 中没有 {wrong[0]} 这样的内容，可用：{'、'.join(fields)}")
    if list(columns.values()).count("id") != 1 or "body" not in columns.values():
        raise ValueError("columns 须有一列写入 id、一列写入 body")
    if set(answer) - {SIGNATURE} != set(ANSWERS) or not all(isinstance(column, str) for column in answer.values()):
        raise ValueError(f"answer 须写明 {'、'.join(ANSWERS)} 各在哪一列")
    try:
        _engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise ValueError("url 不是能够连接的数据库地址") from None
    return Mapped(url, table, columns, answer, shown)


@lru_cache(maxsize=32)
def _engine(url: str) -> Engine:
    """Return the way to a database; each message opens a connection of its own, which the other side may end at any time."""
    within = {"connect_timeout": SECONDS} if not url.startswith("sqlite") else {}
    if url.startswith("mysql"):  # its client waits for ever by itself
        within |= {"read_timeout": SECONDS, "write_timeout": SECONDS}
    return create_engine(url, poolclass=NullPool, connect_args=within, hide_parameters=True)
