"""Trying a platform out (试推): how it is reached for that, and what came of it, kept in its trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, exchange_keys, permissions, targets
from repairflow.casework.event_names import EventName
from repairflow.errors import Invalid
from repairflow.gateway.conformance import Finding, kinds_of
from repairflow.gateway.http import may_send
from repairflow.gateway.platform import Address
from repairflow.vault import Vault


def reached(tx: Connection, vault: Vault, by: Actor, code: str, now: datetime) -> tuple[Address, Sequence[str]]:
    """Return where the target is tried out, and which kinds of messages it gets. NotFound for an unknown code, Forbidden to all but system
    administrators, Invalid for one that is reached by files or a database."""
    permissions.capacity(by, permissions.SYSTEM_ADMIN)
    row = targets.one(tx, code)
    if not row.url:
        raise Invalid("企业信息平台不接收推送，没有可以检查的对接；它公示有误的，在“同步情况”登记并发更正函。")
    if not may_send(row.url):
        raise Invalid("检查对接只用于按 https 地址推送的平台；文件交换和前置库请查看交换文件夹、前置库中的测试数据。")
    pairs = exchange_keys.signing(tx, vault, now)
    kinds = kinds_of(row.kind, row.takes)
    if not kinds:
        raise Invalid("该平台没有登记接收本类别平台的任何报文，没有可以检查的；请先在“接收的报文”勾选。")
    return Address(row.code, row.url.rstrip("/"), vault.open(row.secret), pairs, row.receipt_key or ""), kinds


def note(tx: Connection, by: Actor, code: str, findings: Sequence[Finding], now: datetime) -> None:
    """Ensure that the platform's trail says that it was tried out, and what did not pass. Raises as `reached`."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    targets.one(tx, code)
    failed = [one.check for one in findings if one.verdict == "failed"]
    said = f"{len(findings)} 项，{len(failed)} 项不通过" + (f"：{'、'.join(failed)}" if failed else "")
    content = {"result": said, "findings": [one._asdict() for one in findings]}
    events.note(tx, f"target/{code}", EventName.TEST_TARGET, by, role, now, content)
