"""Offices (单位): added and changed, never removed: cases and letters keep naming them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from repairflow.casework import party_names
from repairflow.casework.actor import Actor
from repairflow.casework.admin import events, permissions
from repairflow.casework.admin.form_errors import Faults, alone
from repairflow.casework.documents.fields.remedies import SETTINGS, stated
from repairflow.casework.event_names import EventName
from repairflow.casework.offices_lookup import office_by_code
from repairflow.law.divisions import division_fault
from repairflow.law.identifiers import check_uscc
from repairflow.law.procedure.library import Library
from repairflow.records import office, office_name, role_grant
from repairflow.records.rows import OfficeRow, all_rows

FIELDS = {
    "code": "单位编码",
    "name": "单位名称",
    "short_name": "简称",
    "mark": "机关代字",
    "kind": "类别",
    "uscc": "统一社会信用代码",
    "division_code": "行政区划代码",
    "parent": "上级单位",
    "contact": "联系方式",
    "domain": "领域",
    "review_organs": "行政复议机关",
    "court": "管辖法院",
    "review_channel": "行政复议互联网渠道",
    "repair_seal": "信用修复专用章文字",
    "objection_seal": "异议处理专用章文字",
    "service_note": "决定书生效说明",
    "closes_at": "窗口停止办理时间",
}
KINDS = {
    "credit_office": "信用办、信用中心",
    "authority": "认定单位",
    "provider": "信息提供单位",
    "regulator": "行业主管部门",
}
DOMAINS = {
    "general": "一般领域", "market_regulation": "市场监管", "ecology": "生态环境", "agriculture": "农业农村", "tax": "税务",
    "emergency_management": "应急管理", "maritime": "海事", "science": "科技", "industry": "工业和信息化", "public_security": "公安",
    "civil_affairs": "民政", "human_resources": "人力资源社会保障", "housing": "住房城乡建设", "transport": "交通运输", "water": "水利",
    "commerce": "商务", "culture_tourism": "文化和旅游", "health": "卫生健康", "broadcasting": "广播电视", "grain": "粮食和物资储备",
    "intellectual_property": "知识产权", "bidding": "招标投标",
}  # fmt: skip
"""What fields are called; one that a definition adds is called by its code until it stands here."""

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a change did: {field: (before, after)}, empty when nothing differs, and what to look at all the same."""

    code: str
    changed: Mapping[str, tuple[str, str]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An office of the list; `people` counts those who hold a post there."""

    code: str
    name: str
    kind: str
    mark: str
    division_code: str
    parent: str
    people: int


@dataclass(frozen=True, slots=True)
class Life:
    """Former names of an office; when it was closed and which office succeeds it, where it was."""

    former: tuple[str, ...]
    closed_on: date | None
    successor: str


def domains(law: Library) -> dict[str, str]:
    """Return the fields (领域) that some rule pack or overlay is made for, the general one first."""
    own = {pack.domain for pack in law.packs.values()} | {one.sector for one in law.overlays.values() if one.sector}
    return {code: field_name(law, code) for code in ["general", *sorted(own - {"general"})]}


def field_name(law: Library, code: str) -> str:
    """Return what a field is called: by the program, or by the pack that brings it along."""
    named = (pack.field for pack in law.packs.values() if pack.domain == code and pack.field)
    return DOMAINS.get(code) or next(named, code)


def listed(tx: Connection, search: str = "") -> list[Listed]:
    """Offices by code; `search` is part of a code or name."""
    above = office.alias()
    held = select(func.count(role_grant.c.person_id.distinct())).where(role_grant.c.office_id == office.c.id)
    rows = select(office, above.c.short_name.label("above"), held.scalar_subquery().label("people")).outerjoin(
        above, above.c.id == office.c.parent_id
    )
    if search:
        columns = (office.c.code, office.c.name, office.c.short_name)
        before = select(office_name.c.office_id).where(office_name.c.name.contains(search, autoescape=True))
        found = [func.lower(one).contains(search.lower(), autoescape=True) for one in columns]
        rows = rows.where(or_(*found, office.c.id.in_(before)))
    return [
        Listed(row.code, row.name, row.kind, row.mark, row.division_code or "", row.above or "", row.people)
        for row in tx.execute(rows.order_by(office.c.code))
    ]


def form_of(tx: Connection, code: str) -> dict[str, str]:
    """Return an office as its form shows it, by the names in FIELDS. NotFound for an unknown code."""
    row = office_by_code(tx, code)
    above = select(office.c.code).where(office.c.id == row.parent_id)
    shown = {name: getattr(row, name) or "" for name in FIELDS if name != "parent"}
    return {**shown, "parent": (tx.execute(above).scalar() or "") if row.parent_id is not None else ""}


def life_of(tx: Connection, code: str) -> Life:
    """Return the names an office had, and what took over its powers. NotFound for an unknown code."""
    row = office_by_code(tx, code)
    names = select(office_name.c.name).where(office_name.c.office_id == row.id).order_by(office_name.c.id.desc())
    after = tx.execute(select(office.c.name).where(office.c.id == row.successor_id)).scalar()
    return Life(tuple(tx.execute(names).scalars()), row.closed_on, after or "")


def add(tx: Connection, law: Library, by: Actor, given: Mapping[str, str], now: datetime) -> Saved:
    """Ensure that the office exists. Invalid naming each field that does not fit; Forbidden to all but system administrators."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    alone(tx, office)
    values, warnings = _checked(tx, law, {name: given.get(name, "") for name in FIELDS}, None)
    tx.execute(insert(office).values(**_columns(tx, values)))
    events.note(tx, f"office/{values['code']}", EventName.ADD, by, role, now, {k: v for k, v in values.items() if v})
    return Saved(values["code"], {name: ("", value) for name, value in values.items() if value}, warnings)


def change(tx: Connection, law: Library, by: Actor, code: str, given: Mapping[str, str], now: datetime) -> Saved:
    """Ensure that the office has the fields given; what is not given stays, as does the code. Letters already issued keep
    what they say. Invalid, Forbidden as `add`; NotFound for an unknown code."""
    role = permissions.capacity(by, permissions.SYSTEM_ADMIN)
    alone(tx, office)
    row = office_by_code(tx, code)
    before = form_of(tx, code)
    after, warnings = _checked(tx, law, {**before, **given, "code": code}, row.id)
    changed = {name: (before[name], after[name]) for name in FIELDS if before[name] != after[name]}
    if changed:
        tx.execute(update(office).where(office.c.id == row.id).values(**_columns(tx, after)))
        if "name" in changed:
            party_names.keep_office_name(tx, row.id, row.name, after["name"], now)
        events.note(
            tx, f"office/{code}", EventName.CHANGE, by, role, now, {k: list(pair) for k, pair in changed.items()}
        )
    return Saved(code, changed, warnings)


def _columns(tx: Connection, values: Mapping[str, str]) -> dict[str, object]:
    columns: dict[str, object] = {name: value for name, value in values.items() if name != "parent"}
    columns["parent_id"] = office_by_code(tx, values["parent"]).id if values["parent"] else None
    return {**columns, "uscc": values["uscc"] or None, "division_code": values["division_code"] or None}


def _checked(
    tx: Connection, law: Library, given: Mapping[str, str], own: int | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the fields as they are stored, and warnings; Invalid with everything that is wrong. `own` is the office's id."""
    faults = Faults(FIELDS)
    code = faults.text("code", given["code"], 40)
    if own is None and code and not _CODE.fullmatch(code):
        faults.add("code", "只能用大写字母、数字和连字符，至少两位，如 YX-STHJ")
    uscc = check_uscc(given["uscc"])
    if given["uscc"].strip() and not uscc.ok:
        faults.add("uscc", f"不正确：{uscc.reason}")
    division = faults.text("division_code", given["division_code"], 6, needed=False)
    if division and (fault := division_fault(division)) is not None:
        faults.add("division_code", fault)
    values = {
        "code": code,
        "name": faults.name("name", given["name"], 200),
        "short_name": faults.text("short_name", given["short_name"], 60),
        "mark": faults.text("mark", given["mark"], 40),
        "kind": faults.choice("kind", given["kind"], KINDS),
        "uscc": uscc.code,
        "division_code": division,
        "parent": given["parent"].strip(),
        "contact": faults.text("contact", given["contact"], 200, needed=False),
        "domain": faults.choice("domain", given["domain"].strip() or "general", domains(law)),
        "review_organs": faults.text("review_organs", given["review_organs"], 400, needed=False),
        "court": faults.text("court", given["court"], 200, needed=False),
        "review_channel": faults.text("review_channel", given["review_channel"], 300, needed=False),
        "repair_seal": faults.text("repair_seal", given["repair_seal"], 30, needed=False),
        "objection_seal": faults.text("objection_seal", given["objection_seal"], 30, needed=False),
        "service_note": faults.text("service_note", given["service_note"], 60, needed=False).rstrip("。"),
        "closes_at": given["closes_at"].strip().replace("：", ":"),
    }
    for name in (column for column, _ in SETTINGS.values()):
        if values[name] and not stated(values[name]):
            faults.add(name, "没有可以辨认的文字，请写全称，或者留空")
    if values["court"] and not values["court"].endswith("法院"):
        faults.add("court", "应为法院的全称，如 云溪县人民法院")
    if values["closes_at"] and not re.fullmatch(r"(0[6-9]|1[0-9]|2[0-3]):[0-5][0-9]", values["closes_at"]):
        faults.add("closes_at", "应为 06:00 至 23:59 的时刻，如 17:30；留空的，窗口与网上一样到当日24时为止")
    if re.search(r"[〔〕\[\]\s\d]", values["mark"]):
        faults.add("mark", "只写代字本身，不写年份和序号，如 溪环")
    for name in ("repair_seal", "objection_seal"):
        if values[name] and not values[name].endswith("章"):
            faults.add(name, "应为印章上的文字，如 信用修复专用章；没有专用章的留空，盖单位公章")
    _distinct(tx, faults, values, own)
    _parent(tx, faults, values["parent"], own)
    faults.stop("单位没有保存，请按提示修改。")
    return values, tuple(f"统一社会信用代码{text}" for text in uscc.warnings)


def _distinct(tx: Connection, faults: Faults, values: Mapping[str, str], own: int | None) -> None:
    """Nothing that files, letters or people tell offices apart by may stand for two of them."""
    for row in all_rows(tx.execute(select(office)), OfficeRow):
        if row.id == own:
            continue
        if row.code.upper() == values["code"].upper():
            faults.add("code", f"已由{row.name}使用，请换一个")
        if values["name"] and row.name == values["name"]:
            faults.add("name", f"与编码 {row.code} 的单位相同")
        if values["uscc"] and row.uscc == values["uscc"]:
            faults.add("uscc", f"与{row.name}的相同，请核对")
        # letters leave the last 信 of a mark out, and count by office: one mark for two offices gives one 文号 twice
        if values["mark"] and row.mark.removesuffix("信") == values["mark"].removesuffix("信"):
            faults.add("mark", f"与{row.name}的“{row.mark}”会得出相同的文号，请换一个")


def _parent(tx: Connection, faults: Faults, parent: str, own: int | None) -> None:
    """Check that the office above exists, and the way up does not come back."""
    if not parent:
        return
    rows = {row.id: row for row in tx.execute(select(office.c.id, office.c.code, office.c.name, office.c.parent_id))}
    above = next((row for row in rows.values() if row.code == parent), None)
    if above is None:
        faults.add("parent", f"“{parent}”不存在，请填写已登记单位的编码")
        return
    at, passed = above, {above.id}
    while at.id != own and at.parent_id in rows and at.parent_id not in passed:
        at = rows[at.parent_id]
        passed.add(at.id)
    if at.id == own:
        faults.add("parent", "不能是本单位" if at is above else f"不能是{above.name}：它在本单位之下")
