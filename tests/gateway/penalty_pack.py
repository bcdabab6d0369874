"""A rule pack for tests of penalty files: all kinds of penalty, no periods."""

from __future__ import annotations

from datetime import date

from repairflow.law.procedure.packs import RulePack

_KINDS = {
    "warning": "警告", "fine": "罚款", "criticism": "通报批评", "illegal_gains": "没收违法所得", "illegal_goods": "没收非法财物",
    "permit_suspended": "暂扣许可证件", "downgrade": "降低资质等级", "permit_revoked": "吊销许可证件",
    "restricted": "限制开展生产经营活动", "stopped": "责令停产停业", "closed": "责令关闭", "barred": "限制从业",
    "detention": "行政拘留", "other": "其他",
}  # fmt: skip
PACK = RulePack.model_validate(
    {
        "pack": "TEST-2026", "label": "测试规则包", "jurisdiction": "CN", "domain": "repair", "effective": date(2026, 4, 1),
        "basis": {}, "period": {c: {"maximum": {"years": 1}, "basis": []} for c in ("minor", "ordinary", "serious")},
        "penalty": {code: {"label": label, "severity": "ordinary", "verified": True} for code, label in _KINDS.items()},
    }
)  # fmt: skip
