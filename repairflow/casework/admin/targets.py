"""Targets (平台): where decisions are pushed. Switched off, one gets nothing and waits; what is queued for it stays queued."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, func, insert, select, update

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.changes import AddTarget, ChangeTarget
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
ALL = "全部"
"""What is said of a target that takes every kind of message."""
KINDS_OF_MESSAGES = tuple(messages.KINDS)
NOT_OF_THIRD_PARTIES = ("url", "inbound", "receipt_key", "secret")
LEAST_ABSENT = 3
"""Characters of the words by which a page says that it found nothing: shorter ones stand on pages that say something else."""
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
    # each of these reads what it counts in an index, however much lies in the archive
    mine = outbox.c.target_id == target.c.id, outbox.c.topic == "push"
    waits = outbox.c.state.in_(("waiting", "leased"))
    done = outbox.c.target_id == target.c.id, outbox.c.state == "done"  # a target has pushes alone
    rows = tx.execute(
        select(
            target,
            office.c.short_name,
            select(func.max(outbox.c.ended_at)).where(*done).scalar_subquery().label("last"),
            select(func.count()).where(*mine, waits).scalar_subquery().label("waiting"),
            select(func.count()).where(*mine, outbox.c.state == "dead").scalar_subquery().label("dead"),
            select(func.min(outbox.c.created_at)).where(*mine, waits).scalar_subquery().label("oldest"),
        )
        .outerjoin(office, office.c.id == target.c.office_id)
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
    """Return a target as its form shows it, by the names in FIELDS, but for the secret, which is never shown, and the kinds of
    messages (`taken`)."""
    row = one(tx, code)
    shown = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "url": row.url,
        "receipt_key": row.receipt_key or "",
        "page_url": row.page_url or "",
        "absent_words": row.absent_words or "",
    }
    return {**shown, "office": _code_of(tx, row.office_id), "inbound": _code_of(tx, row.inbound_office_id)}


def taken(tx: Connection, code: str) -> tuple[str, ...]:
    """Return the kinds of messages that a target takes, in their own order."""
    kinds = one(tx, code).takes
    return KINDS_OF_MESSAGES if kinds is None else tuple(kinds)


def _code_of(tx: Connection, office_id: int | None) -> str:
    if office_id is None:
        return ""
    return str(tx.execute(select(office.c.code).where(office.c.id == office_id)).scalar_one())


def waiting(tx: Connection, code: str) -> int:
    """Return how many pushes are queued for a target."""
    queued = and_(outbox.c.target_id == one(tx, code).id, outbox.c.state.in_(("waiting", "leased")))
    return tx.execute(select(func.count()).select_from(outbox).where(queued)).scalar_one()


def add(tx: Connection, vault: Vault, new: AddTarget, now: datetime) -> Saved:
    """Ensure that decisions are pushed there, too. Without a secret given one is made and shown once in the answer.

    Raises Invalid naming each field that does not fit; Forbidden to all but system administrators.
    """
    role = permissions.capacity(new.actor, permissions.SYSTEM_ADMIN)
    alone(tx, target)
    values, kinds = _checked(tx, {name: new.given.get(name, "") for name in FIELDS}, new.takes, new=True)
    made = "" if values["secret"] else new_secret()
    columns = {**_columns(tx, values), "takes": _column(kinds)}
    tx.execute(insert(target).values(**columns, secret=vault.seal(values["secret"] or made)))
    details = {name: value for name, value in values.items() if value and name != "secret"}
    if kinds:
        details["takes"] = _said(kinds)
    events.note(tx, f"target/{values['code']}", EventName.ADD, new.actor, role, now, details)
    return Saved(values["code"], {name: ("", value) for name, value in details.items()}, made if values["url"] else "")


def change(tx: Connection, vault: Vault, wanted: ChangeTarget, now: datetime) -> Saved:
    """Ensure that the target has the fields given; what is not given stays, as does the code.
    What is queued goes to the new address with the new secret. Raises as `add`; NotFound for an unknown code."""
    code, role = wanted.code, permissions.capacity(wanted.actor, permissions.SYSTEM_ADMIN)
    alone(tx, target)
    row, before = one(tx, code), form_of(tx, code)
    after, kinds = _checked(tx, {"secret": "", **before, **wanted.given, "code": code}, wanted.takes, new=False)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    made = new_secret() if wanted.renew else ""
    columns = {**_columns(tx, after), **(FREE if "url" in changed else {})}
    if kinds is not None and kinds != (was := taken(tx, code)):
        columns["takes"] = _column(kinds)
        changed["takes"] = (_said(was), _said(kinds))
    details: dict[str, object] = {name: list(pair) for name, pair in changed.items()}
    if secret := made or after["secret"]:
        columns["secret"] = vault.seal(secret)
        details["secret"] = True
    if details:
        tx.execute(update(target).where(target.c.id == row.id).values(**columns))
        events.note(tx, f"target/{code}", EventName.CHANGE, wanted.actor, role, now, details)
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
    }


def _column(kinds: tuple[str, ...] | None) -> list[str] | None:
    """Return what is stored of the kinds of messages: nothing for all, so that a kind of a later version is taken too."""
    return None if kinds is None or kinds == KINDS_OF_MESSAGES else list(kinds)


def _said(kinds: tuple[str, ...]) -> str:
    return ALL if kinds == KINDS_OF_MESSAGES else "、".join(kinds)


def _id_of(tx: Connection, code: str) -> int | None:
    """Return the office of this code, None where there is none."""
    found = tx.execute(select(office.c.id).where(office.c.code == code)).scalar() if code else None
    return None if found is None else int(found)


def _checked(
    tx: Connection, given: Mapping[str, str], takes: Sequence[str] | None, *, new: bool
) -> tuple[dict[str, str], tuple[str, ...] | None]:
    """Return the fields as they are stored, and the kinds of messages where some are given; Invalid with everything that is wrong."""
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
        "absent_words": _absent_words(faults, given["absent_words"]),
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
    kinds = None if takes is None else _kinds(faults, takes)
    _of_third_parties(faults, values)
    if values["page_url"] and (fault := _fault_of_pages(values["page_url"])):
        faults.add("page_url", fault)
    if values["secret"] and not _is_key(values["secret"]):
        faults.add("secret", f"应为 whsec_ 开头的 Base64，至少 {_LEAST_KEY} 字节")
    faults.stop("平台没有保存，请按提示修改。")
    return values, kinds


def _of_third_parties(faults: Faults, values: Mapping[str, str]) -> None:
    """Note what was filled in that a third party has not, or that only a third party has."""
    third = values["kind"] == THIRD_PARTY
    for name in NOT_OF_THIRD_PARTIES:
        if third and values[name]:
            faults.add(name, "不用填写：企业信息平台不接收推送，更正用函")
    if values["absent_words"] and not third:
        faults.add("absent_words", f"不用填写：只有{KINDS[THIRD_PARTY]}的网页由夜间查看")
    elif values["absent_words"] and not values["page_url"]:
        faults.add("page_url", "没有填写：填了没有查到时的用语，也要有夜间查看的网页地址")


def _absent_words(faults: Faults, given: str) -> str:
    """Return the words as they are stored: those by which a page says that it found nothing, each of them long enough to say it."""
    text = faults.text("absent_words", given.replace("｜", "|"), 200, needed=False)
    words = [one.strip() for one in text.split("|") if one.strip()]
    if short := next((one for one in words if len("".join(one.split())) < LEAST_ABSENT), None):
        faults.add("absent_words", f"“{short}”太短：别的网页也可能写有，每种写法至少 {LEAST_ABSENT} 个字")
    elif text and not words:
        faults.add("absent_words", "没有文字，请填写网页上的原话，几种写法以 | 分开")
    return "|".join(words)


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


def _kinds(faults: Faults, given: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of messages in their own order."""
    unknown = sorted(set(given) - set(KINDS_OF_MESSAGES))
    if unknown:
        faults.add("takes", f"没有“{unknown[0]}”这种报文，可选：{'、'.join(KINDS_OF_MESSAGES)}")
    elif not given:
        faults.add("takes", "至少选一种；不再推送的请停用")
    return tuple(one for one in KINDS_OF_MESSAGES if one in given)


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
