"""A message as a row of 双公示 fields, for platforms that take tables and no messages: files and a front-end database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import display

PRESENT = (
    "CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_JDRQ", "CF_WFXW", "CF_SY", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_CFJG",
    "CF_CFJGDM", "CF_GSJZQ", "GSZT", "XFZT", "SFYY", "BZ",
)  # fmt: skip
"""The columns of the present layout that a message can fill."""
OLDER: Mapping[str, str] = {
    "CF_WSH": "CF_WSH", "CF_AJMC": "CF_WFXW", "CF_SY": "CF_SY", "CF_XDR_MC": "CF_XDR_MC", "CF_XDR_SHXYM": "CF_XDR_SHXYM",
    "CF_JG": "CF_NR", "CF_JDRQ": "CF_JDRQ", "CF_XZJG": "CF_CFJG", "CF_ZT": "CF_ZT", "CF_SYFW": "CF_SYFW", "BZ": "BZ",
}  # fmt: skip
"""Columns of the 2015–2018 layout, and from which of ours each is filled."""
UNCONFIRMED = " 公示截止期待核实"
"""Remark of a row whose last day rests on a figure that nobody has read and the office has not confirmed."""
_SHOWN = {"public": "公示", "disputed": "公示", "ended": "终止公示", "hidden": "不公示"}


def row_of(message: Message) -> dict[str, str] | None:
    """Return what a message says of a record, by the names of both layouts; None for one that is about no record."""
    data = message.data
    about = data.get("record")
    if not isinstance(about, Mapping):
        return None
    content: Mapping[str, Any] = data.get("content") or {}
    subject: Mapping[str, Any] = data.get("subject") or {}
    state = str(data.get("state") or "")
    shown = display(state) if state else None
    row = {
        "CF_XDR_MC": subject.get("name"),
        "CF_XDR_SHXYM": subject.get("uscc"),
        "CF_WSH": about.get("doc_no"),
        "CF_JDRQ": about.get("decision_date"),
        "CF_WFXW": data.get("behaviour"),
        "CF_SY": content.get("facts"),
        "CF_NR": content.get("penalty_content"),
        "CF_NR_FK": content.get("fine_wan"),
        "CF_NR_WFFF": content.get("confiscated_wan"),
        "CF_CFJG": about.get("organ"),
        "CF_CFJGDM": about.get("organ_uscc"),
        "CF_GSJZQ": data.get("max_until"),
        "GSZT": _SHOWN.get(shown or ""),
        "XFZT": {"approved": "已修复", "revoked": "修复已撤销", "refused": "不予修复"}.get(str(data.get("result"))),
        "SFYY": {"disputed": "是", "public": "否"}.get(shown or ""),
        "CF_ZT": "1" if state == "sealed" else "2" if shown == "disputed" else "0" if shown == "public" else "3",
        "CF_SYFW": "0" if shown in ("public", "disputed") else "1",
        "BZ": f"{message.kind} {message.key}" + (UNCONFIRMED if data.get("period_confirmed") is False else ""),
    }
    return {name: "" if value is None else str(value) for name, value in row.items()}


def older(row: Mapping[str, str]) -> dict[str, str]:
    """Return the same row in the layout of 2015–2018."""
    return {name: row[source] for name, source in OLDER.items()}
