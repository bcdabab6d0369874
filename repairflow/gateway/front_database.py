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

The row is inserted once, under the message's id; until `result` is there the message is pending.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, MetaData, Table, Text, create_engine, insert, select
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from repairflow import times
from repairflow.gateway import exchange_rows, signing
from repairflow.gateway.http import shown_record
from repairflow.gateway.messages import Message
from repairflow.gateway.platform import AGAIN, Address, Heard, Page, Pending, Permanent, Receipt, Transient
from repairflow.gateway.push_answers import Answer, receipt

SCHEME = "database:"
OF_MESSAGE = ("id", "kind", "sequence", "lane", "body", "signature")
ANSWERS = ("result", "receipt", "at", "reason")
SECONDS = 15


class Mapped(NamedTuple):
    """Where messages go, and which column takes what; `shown` is the query for the other side's list, or empty."""

    url: str
    table: str
    columns: Mapping[str, str]
    answer: Mapping[str, str]
    shown: str


class FrontDatabase:
    """`Platform` over the databases that the files in `folder` name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. Pending while the other side has written no answer into the row."""
        mapped = self._mapped(target)
        body = message.body()
        headers, signed = signing.signed_by_all(target, message, times.now(), body)
        said: dict[str, Any] = {
            "id": message.key, "kind": message.kind, "sequence": f"{message.sequence:019d}", "lane": message.lane,
            "body": body.decode(), "signature": json.dumps(headers), **(exchange_rows.row_of(message) or {}),
        }  # fmt: skip
        key = next(column for column, name in mapped.columns.items() if name == "id")
        table = _table(mapped)
        mine = select(*(table.c[column].label(name) for name, column in mapped.answer.items()))
        try:
            with _engine(mapped.url).begin() as tx:
                row = tx.execute(mine.where(table.c[key] == message.key)).mappings().first()
                if row is None:
                    values = {column: said.get(name, "") for column, name in mapped.columns.items()}
                    tx.execute(insert(table).values(values))
        except IntegrityError:
            raise Transient(f"前置库中已有同一编号的另一行{AGAIN}。", heard=Heard("nonsense")) from None
        except SQLAlchemyError as error:
            said_of = f"前置库暂时不能写入{AGAIN}（{type(error).__name__}）。"
            raise Transient(said_of, heard=Heard("unreachable")) from None
        if row is None or not row["result"]:
            raise Pending("已写入前置库，对方尚未处理。", heard=Heard("pending"))
        told = {name: str(row[name]) for name in mapped.answer if row[name] is not None}
        answer = json.dumps({**told, "id": message.key}, ensure_ascii=False).encode()
        return replace(receipt(message, Answer(200, None, answer)), request=signed)

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
        """The mapping of a target; Permanent, with what to mend, where there is none or it is not sound."""
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


def read(text: str) -> Mapped:
    """The mapping in a file's text; ValueError with what is wrong with it."""
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
    if set(answer) != set(ANSWERS) or not all(isinstance(column, str) for column in answer.values()):
        raise ValueError(f"answer 须写明 {'、'.join(ANSWERS)} 各在哪一列")
    try:
        _engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise ValueError("url 不是能够连接的数据库地址") from None
    return Mapped(url, table, columns, answer, shown)


def _table(mapped: Mapped) -> Table:
    schema, _, name = mapped.table.rpartition(".")
    names = dict.fromkeys((*mapped.columns, *mapped.answer.values()))
    return Table(name, MetaData(), *(Column(one, Text) for one in names), schema=schema or None)


@lru_cache(maxsize=32)
def _engine(url: str) -> Engine:
    """The way to a database; each message opens a connection of its own, which the other side may end at any time."""
    within = {"connect_timeout": SECONDS} if not url.startswith("sqlite") else {}
    return create_engine(url, poolclass=NullPool, connect_args=within, hide_parameters=True)


def fault_of(url: str) -> str:
    """What is wrong with an address of this kind, in Chinese; empty for nothing."""
    name = url.removeprefix(SCHEME)
    sound = name.replace("-", "").isalnum() and name.isascii() and name == name.lower() and len(name) <= 40
    return "" if sound else "database: 之后应为设置文件的名称，只用小写字母、数字和连字符"
