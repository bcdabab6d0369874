"""Targets (平台): where decisions are pushed. Switched off, one gets nothing and waits; what is queued for it stays queued."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, case, func, insert, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound.platform_copies import THIRD_PARTY
from repairflow.errors import NotFound
from repairflow.gateway import messages, page_capture
from repairflow.gateway.any_platform import fault_of
from repairflow.gateway.signed_receipts import public_key
from repairflow.gateway.signing import new_secret
from repairflow.records import office, outbox, target
from repairflow.records.rows import TargetRow, first_row
from repairflow.vault import Vault

FIELDS = {
    "code": "平台编码",
    "name": "平台名称",
    "kind": "类别",
    "url": "推送地址",
    "office": "所属单位",
    "inbound": "来文办理单位",
    "receipt_key": "回执公钥",
    "page_url": "信息页面地址",
    "absent_words": "没有查到时的用语",
    "takes": "接收的报文",
    "secret": "签名密钥",
}
KINDS = {
    "public_platform": "公示网站",
    "province": "上级平台",
    "authority": "认定单位系统",
    "partner": "联合惩戒单位系统",
    THIRD_PARTY: "企业信息平台（第三方）",
}
ALL = "all"
"""What the form says of a target that takes every kind of message."""
KINDS_OF_MESSAGES = tuple(messages.KINDS)
NOT_OF_THIRD_PARTIES = ("url", "inbound", "receipt_key", "secret")
FREE: Mapping[str, None] = {"held_at": None, "held_why": None, "rest_until": None}
"""What a target that is spoken to again no longer bears."""
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_LEAST_KEY = 24
"""Bytes; Standard Webhooks asks for 24 to 64."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A target with the state of its pushes. `last` receipt and `oldest` that waits are None where there is none."""

    code: str
    name: str
    kind: str
    url: str
    office: str
    active: bool
    waiting: int
    dead: int
    last: datetime | None
    oldest: datetime | None
    held_why: str  # why nothing goes there although it is in use
    rest_until: datetime | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a change did: {field: (before, after)} without secrets; `secret` is a key just made, shown once."""

    code: str
    changed: Mapping[str, tuple[str, str]]
    secret: str = field(default="", repr=False)


def listed(tx: Connection) -> list[Listed]:
    """Return every target, by code."""
    waits = outbox.c.state.in_(("waiting", "leased"))
    counted = (
        select(
            outbox.c.target_id,
            func.max(case((outbox.c.state == "done", outbox.c.ended_at))).label("last"),
            func.sum(case((waits, 1), else_=0)).label("waiting"),
            func.sum(case((outbox.c.state == "dead", 1), else_=0)).label("dead"),
            func.min(case((waits, outbox.c.created_at))).label("oldest"),
        )
        .where(outbox.c.topic == "push")
        .group_by(outbox.c.target_id)
        .subquery()
    )
    rows = tx.execute(
        select(target, office.c.short_name, counted.c.last, counted.c.waiting, counted.c.dead, counted.c.oldest)
        .outerjoin(office, office.c.id == target.c.office_id)
        .outerjoin(counted, counted.c.target_id == target.c.id)
        .order_by(target.c.code)
    )
    return [
        Listed(
            row.code, row.name, row.kind, row.url, row.short_name or "", row.active, int(row.waiting or 0),
            int(row.dead or 0), row.last, row.oldest, row.held_why or "", row.rest_until,
        )
        for row in rows
    ]  # fmt: skip


def one(tx: Connection, code: str) -> TargetRow:
    """Return the row of a target; NotFound naming the code."""
    row = first_row(tx.execute(select(target).where(target.c.code == code)), TargetRow)
    if row is None:
        raise NotFound(f"没有编码为 {code} 的平台，请核对编码。")
    return row


def form_of(tx: Connection, code: str) -> dict[str, str]:
    """Return a target as its form shows it, by the names in FIELDS but the secret, which is never shown."""
    row = one(tx, code)
    shown = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "url": row.url,
        "receipt_key": row.receipt_key or "",
        "page_url": row.page_url or "",
        "absent_words": row.absent_words or "",
        "takes": ALL if row.takes is None else ",".join(row.takes),
    }
    return {**shown, "office": _code_of(tx, row.office_id), "inbound": _code_of(tx, row.inbound_office_id)}


def _code_of(tx: Connection, office_id: int | None) -> str:
    if office_id is None:
        return ""
    return str(tx.execute(select(office.c.code).where(office.c.id == office_id)).scalar_one())


def waiting(tx: Connection, code: str) -> int:
    """Return how many pushes are queued for a target."""
    queued = and_(outbox.c.target_id == one(tx, code).id, outbox.c.state.in_(("waiting", "leased")))
    return tx.execute(select(func.count()).select_from(outbox).where(queued)).scalar_one()


def add(tx: Connection, vault: Vault, by: Actor, given: Mapping[str, str], now: datetime) -> Saved:
    """Ensure that decisions are pushed there, too. Without a secret given one is made and shown once in the answer.

    Raises Invalid naming each field that does not fit; Forbidden to all but system administrators.
    """
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    alone(tx, target)
    values = _checked(tx, {name: given.get(name, "") for name in FIELDS}, new=True)
    made = "" if values["secret"] else new_secret()
    tx.execute(insert(target).values(**_columns(tx, values), secret=vault.seal(values["secret"] or made)))
    details = {name: value for name, value in values.items() if value and name != "secret"}
    events.note(tx, f"target/{values['code']}", EventName.ADD, by, role, now, details)
    return Saved(values["code"], {name: ("", value) for name, value in details.items()}, made if values["url"] else "")


def change(
    tx: Connection, vault: Vault, by: Actor, code: str, given: Mapping[str, str], now: datetime, *, renew: bool = False
) -> Saved:
    """Ensure that the target has the fields given; what is not given stays, as does the code. `renew` makes a new secret.
    What is queued goes to the new address with the new secret. Raises as `add`; NotFound for an unknown code."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    alone(tx, target)
    row, before = one(tx, code), form_of(tx, code)
    after = _checked(tx, {"secret": "", **before, **given, "code": code}, new=False)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    made = new_secret() if renew else ""
    columns = {**_columns(tx, after), **(FREE if "url" in changed else {})}
    details: dict[str, object] = {name: list(pair) for name, pair in changed.items()}
    if secret := made or after["secret"]:
        columns["secret"] = vault.seal(secret)
        details["secret"] = True
    if details:
        tx.execute(update(target).where(target.c.id == row.id).values(**columns))
        events.note(tx, f"target/{code}", EventName.CHANGE, by, role, now, details)
    if "secret" in details:
        changed["secret"] = ("", "")
    return Saved(code, changed, made)


def switch(tx: Connection, by: Actor, code: str, on: bool, now: datetime) -> bool:
    """Ensure that the target is pushed to (`on`, also where it had refused all messages) or not; gives whether that is new.

    Off, what is queued stays queued, and new decisions are not told there: the nightly reconciliation finds them after `on`.
    """
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    row = one(tx, code)
    if row.active is on and not (on and row.held_at is not None):
        return False
    tx.execute(update(target).where(target.c.id == row.id).values(active=on, **(FREE if on else {})))
    events.note(
        tx, f"target/{code}", EventName.ON if on else EventName.OFF, by, role, now, {"waiting": waiting(tx, code)}
    )
    return True


def _columns(tx: Connection, values: Mapping[str, str]) -> dict[str, object]:
    return {
        **{name: values[name] for name in ("code", "name", "kind", "url")},
        "office_id": _id_of(tx, values["office"]),
        "inbound_office_id": _id_of(tx, values["inbound"]),
        **{name: values[name] or None for name in ("receipt_key", "page_url", "absent_words")},
        "takes": None if values["takes"] in ("", ALL) else values["takes"].split(","),
    }


def _id_of(tx: Connection, code: str) -> int | None:
    """Return the office of this code, None where there is none."""
    found = tx.execute(select(office.c.id).where(office.c.code == code)).scalar() if code else None
    return None if found is None else int(found)


def _checked(tx: Connection, given: Mapping[str, str], *, new: bool) -> dict[str, str]:
    """Return the fields as they are stored; Invalid with everything that is wrong."""
    faults = Faults(FIELDS)
    values = {
        "code": faults.text("code", given["code"], 40),
        "name": faults.text("name", given["name"], 200),
        "kind": faults.choice("kind", given["kind"], KINDS),
        "url": faults.text("url", given["url"], 300, needed=given["kind"] != THIRD_PARTY).rstrip("/"),
        "office": given["office"].strip(),
        "inbound": given["inbound"].strip(),
        "receipt_key": _receipt_key(faults, given["receipt_key"]),
        "page_url": given["page_url"].strip()[:301],
        "absent_words": faults.text("absent_words", given["absent_words"], 200, needed=False),
        "takes": _takes(faults, given["takes"]) or ("" if new else ALL),
        "secret": given["secret"].strip(),
    }
    if new and values["code"] and not _CODE.fullmatch(values["code"]):
        faults.add("code", "只能用小写字母、数字和连字符，至少两位，如 xinyong-yunxi")
    if values["url"] and (fault := _fault_of_url(values["url"])):
        faults.add("url", fault)
    for row in tx.execute(select(target.c.code, target.c.name, target.c.url)):
        if new and row.code == values["code"]:
            faults.add("code", f"已由{row.name}使用，请换一个")
        if row.code != values["code"] and values["url"] and row.url == values["url"]:
            faults.add("url", f"与{row.name}的相同，同一内容会推送两次")
    for name in ("office", "inbound"):
        if values[name] and _id_of(tx, values[name]) is None:
            faults.add(name, f"“{values[name]}”不存在，请填写已登记单位的编码")
    if values["kind"] == "partner" and not values["office"]:
        faults.add("office", "没有填写：联合惩戒单位的系统只接收本单位所采取措施的解除")
    for name in _not_taken(values):
        faults.add(name, "不用填写：企业信息平台不接收推送，更正用函")
    if values["page_url"] and (fault := _fault_of_pages(values["page_url"])):
        faults.add("page_url", fault)
    if values["secret"] and not _is_key(values["secret"]):
        faults.add("secret", f"应为 whsec_ 开头的 Base64，至少 {_LEAST_KEY} 字节")
    faults.stop("平台没有保存，请按提示修改。")
    return values


def _not_taken(values: Mapping[str, str]) -> list[str]:
    """Return which fields were filled in that a third party has not."""
    return [name for name in NOT_OF_THIRD_PARTIES if values["kind"] == THIRD_PARTY and values[name]]


def _fault_of_pages(url: str) -> str:
    return "不能超过 300 字" if len(url) > 300 else page_capture.fault_of(url)


def _receipt_key(faults: Faults, given: str) -> str:
    if not given.strip():
        return ""
    try:
        return public_key(given)
    except ValueError:
        faults.add("receipt_key", "应为 Ed25519 公钥：32 字节的 Base64（JWK 的 x），或者 whpk_ 开头")
        return ""


def _takes(faults: Faults, given: str) -> str:
    """Return the kinds of messages as they are stored, in their own order; as `ALL` where none is left out."""
    wanted = [one.strip() for one in given.split(",") if one.strip()]
    if given.strip() in ("", ALL) or set(KINDS_OF_MESSAGES) == set(wanted):
        return given.strip() and ALL
    if not wanted or (unknown := sorted(set(wanted) - set(KINDS_OF_MESSAGES))):
        known = "、".join(KINDS_OF_MESSAGES)
        faults.add("takes", f"没有“{unknown[0]}”这种报文，可选：{known}" if wanted else "至少选一种；不再推送的请停用")
    return ",".join(one for one in KINDS_OF_MESSAGES if one in wanted)


def _fault_of_url(url: str) -> str:
    if fault := fault_of(url):
        return fault
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username or parts.password:
        return "不能含有账号、问号或井号：报文发到该地址之下的 /messages"
    return ""


def _is_key(secret: str) -> bool:
    head, _, rest = secret.partition("_")
    try:
        return head == "whsec" and _LEAST_KEY <= len(base64.b64decode(rest, validate=True)) <= 64
    except (binascii.Error, ValueError):
        return False
