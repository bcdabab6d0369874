"""What a table of the law says of each of its entries, in words: a case may hold a whole list, its bases and what is open instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from repairflow.errors import Invalid
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.packs import RulePack

BASES, LIST, WHOLE = "依据", "清单.", "规则包"
TABLES: Mapping[str, str] = {
    "公示期": "period", "处罚类别": "penalty", "救济": "remedy", "先申请复议": "review_first", "期间": "term", "措施": "measure",
    "名单": "list_kind", "名单的改动": "list_change", "失信行为": "behaviour", "分级措施": "ladder", "上限": "limit",
    "承诺书": "commitments", "开关": "switch", "各签署人的承诺书": "commitment_by",
}  # fmt: skip
"""What a case calls a table of a rule pack."""
KEYS: Mapping[str, str] = {
    "basis": "条文", "where_basis": "另行途径的条文", "untold_basis": "未告知的条文", "extension_basis": "延长的条文",
    "where_to_go": "另行途径", "on_the_spot": "当场处罚的另行途径", "denies": "不符合的条件", "severity": "失信程度", "lists": "名单",
    "measures": "措施", "removal": "移出条件", "after": "此前的措施", "force": "力度", "verified": "核对", "cite": "文件",
    "article": "条", "valid_to": "失效日期", "keeps": "可以使用的名单", "said_in": "说明", "public": "公开",
}  # fmt: skip
"""What a case calls a key of an entry; another key stands as the file has it."""
OF_A_BASIS = ("cite", "article", "verified", "valid_to")
OF_A_PACK = ("keeps", "said_in", "repair_at", "commitment_version", "field", "over")


def entries_of(pack: RulePack, asked: str) -> dict[str, tuple[str, ...]]:
    """Return what a rule pack says of each entry of a table or a list; Invalid in Chinese where it has none of this name."""
    if asked == BASES:
        return bases(pack.basis)
    if asked == WHOLE:
        told = {KEYS.get(key, key): getattr(pack, key) for key in OF_A_PACK if getattr(pack, key)}
        return {name: tuple(value) if isinstance(value, tuple) else (value,) for name, value in told.items()}
    if asked.startswith(LIST):
        table: Mapping[str, object] | None = pack.lists.get(asked.removeprefix(LIST))
    else:
        table = getattr(pack, TABLES.get(asked, ""), None)
    if not table:
        names = "、".join((BASES, WHOLE, *TABLES, "清单.名称"))
        raise Invalid(f"规则包 {pack.pack} 没有“{asked}”；可以写 {names}")
    return dict(_entry(code, one, pack.basis) for code, one in table.items())


def bases(known: Mapping[str, Basis]) -> dict[str, tuple[str, ...]]:
    """Return what is cited, by the code of each basis: the act, its article, and whether somebody read it."""
    return {
        code: tuple(
            f"{KEYS[key]}：{_said(getattr(one, key))}" for key in OF_A_BASIS if getattr(one, key) not in (None, "")
        )
        for code, one in known.items()
    }


def _entry(code: str, one: object, known: Mapping[str, Basis]) -> tuple[str, tuple[str, ...]]:
    if not isinstance(one, BaseModel):
        return code, (_said(one),)
    given = one.model_dump(mode="json", exclude_unset=True)
    return str(given.get("label", code)), tuple(_words(given, known))


def _words(given: Mapping[str, object], known: Mapping[str, Basis]) -> Iterable[str]:
    """Yield each key of an entry that is written, by the order of their codes; bases as letters cite them."""
    for key, value in sorted(given.items()):
        if key in ("label", "text") or value is None:
            continue
        if key == "basis" or key.endswith("_basis"):
            cited = [known[one].citation for one in value if one in known] if isinstance(value, list) else []
            value = list(dict.fromkeys(cited))
        yield f"{KEYS.get(key, key)}：{_said(value)}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "、".join(f"{key} {_said(one)}" for key, one in value.items() if one is not None and key != "text")
    if isinstance(value, (list, tuple)):
        return "、".join(map(_said, value))
    return str(value)
