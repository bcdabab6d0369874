"""Who lives in the demonstration: invented offices, people, companies and the platforms they are shown on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, insert, update

from repairflow import times
from repairflow.app.program import Program
from repairflow.casework import event_log
from repairflow.casework.actor import actor_of
from repairflow.casework.changes import ConfirmRules, StateThresholds
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents.own_rules import demanded, rules_to_confirm
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound.platform_copies import THIRD_PARTY
from repairflow.gateway.signing import new_secret
from repairflow.law.confirmable_measures import least_sources
from repairflow.law.identifiers import make_uscc
from repairflow.records import mandate, office, person, role_grant, subject, target

OFFICES = {
    "YX-XYZX": (
        "云溪县信用中心",
        "县信用中心",
        "溪信",
        "credit_office",
        "云溪县政务服务大厅二楼信用窗口，0510-55550100",
    ),
    "YX-STHJ": ("云溪县生态环境局", "县生态环境局", "溪环", "authority", "云溪县河东路 8 号，0510-55550201"),
    "YX-SCJG": ("云溪县市场监督管理局", "县市场监管局", "溪市监", "authority", "云溪县河西路 16 号，0510-55550202"),
    "YX-JTYS": ("云溪县交通运输局", "县交通局", "溪交", "authority", "云溪县站前路 3 号，0510-55550203"),
    "YX-GZY": ("云溪县公共资源交易中心", "县交易中心", "溪易", "authority", "云溪县政务服务大厅三楼，0510-55550301"),
    "YX-SJ": ("云溪县审计局", "县审计局", "溪审", "regulator", "云溪县河东路 2 号，0510-55550401"),
    "YX-FGW": ("云溪县发展和改革委员会", "县发改委", "溪发改", "regulator", "云溪县河东路 1 号，0510-55550501"),
    "YX-NYNC": ("云溪县农业农村局", "县农业农村局", "溪农", "authority", "云溪县河东路 12 号，0510-55550204"),
}
ABOVE = {"YX-XYZX": "YX-FGW"}
"""The office above another, which reviews (复核) what it decided."""
FIELDS = {"YX-SCJG": "market_regulation", "YX-NYNC": "agriculture"}
"""Offices of a field with rules of its own."""
CONTESTED = {
    "review_organs": "云溪县人民政府",
    "court": "云溪县人民法院",
    "review_channel": "云溪县行政复议网上平台（演示）",
}
"""Where a decision of any of these offices may be contested: invented like the county."""
COMPANIES = {
    "云溪环保科技有限公司": ("320830", "MA1X2Y3T", "宋远山"),
    "恒拓建材有限公司": ("320830", "MA2K7H5P", "蒋一舟"),
    "明川食品有限公司": ("320830", "MA3D4W8Q", "罗清和"),
    "北岭运输有限公司": ("320830", "MA4F6N2R", "郭长风"),
}
AGENTS = (
    ("linyiming", "林一鸣", "云溪环保科技有限公司", "agent"),
    ("jiangyizhou", "蒋一舟", "恒拓建材有限公司", "representative"),
    ("luoqinghe", "罗清和", "明川食品有限公司", "representative"),
    ("guochangfeng", "郭长风", "北岭运输有限公司", "representative"),
)
ONE_FOR_ALL = ("acceptor", "registrar", "examiner", "provider")
STAFF = (
    ("xuzhixing", "许知行", (("acceptor", "YX-STHJ"), ("registrar", "YX-STHJ"))),
    ("chenmo", "陈墨", (("examiner", "YX-STHJ"), ("provider", "YX-STHJ"))),
    ("zhouyuan", "周予安", (("reviewer", "YX-STHJ"),)),
    ("shenjibai", "沈既白", (("decider", "YX-STHJ"),)),
    ("guchangge", "顾长歌", (("head", "YX-STHJ"),)),
    ("hexiangwan", "何向晚", tuple((role, "YX-SCJG") for role in ONE_FOR_ALL)),
    ("luzhiyuan", "陆知远", (("reviewer", "YX-SCJG"),)),
    ("jiangnian", "江念", (("decider", "YX-SCJG"), ("head", "YX-SCJG"))),
    ("tangyihe", "唐一禾", tuple((role, "YX-JTYS") for role in ONE_FOR_ALL)),
    ("duruochu", "杜若初", (("reviewer", "YX-JTYS"),)),
    ("pansui", "潘岁", (("decider", "YX-JTYS"), ("head", "YX-JTYS"))),
    ("fangcheng", "方澄", (("registrar", "YX-XYZX"), ("acceptor", "YX-XYZX"))),
    ("bailu", "白露", (("checker", "YX-XYZX"), ("reviewer", "YX-XYZX"), ("handler", "YX-XYZX"))),
    ("qinchuan", "秦川", (("decider", "YX-XYZX"),)),
    ("wenheng", "闻衡", tuple(("legal_reviewer", code) for code in OFFICES)),
    ("wenyan", "温言", (("supervisor", "YX-XYZX"),)),
    ("yanbei", "颜北", (("partner", "YX-GZY"),)),
    ("chengyan", "程砚", (("auditor", "YX-SJ"),)),
    ("jishu", "纪舒", (("system_admin", "YX-XYZX"),)),
    ("mushan", "穆山", (("security_admin", "YX-XYZX"),)),
    ("lianqiao", "连翘", (("audit_admin", "YX-XYZX"),)),
    ("jiyue", "季悦", (("legal_reviewer", "YX-XYZX"),)),  # puts in force the law that another reviewer proposes
    ("yanzhiqiu", "严知秋", (("acceptor", "YX-FGW"), ("reviewer", "YX-FGW"))),
    ("cenyuan", "岑远", (("decider", "YX-FGW"), ("head", "YX-FGW"), ("head", "YX-XYZX"))),
    ("miaoqing", "苗青", tuple((role, "YX-NYNC") for role in ONE_FOR_ALL)),
    ("guyu", "谷雨", (("reviewer", "YX-NYNC"),)),
    ("tianhe", "田禾", (("decider", "YX-NYNC"), ("head", "YX-NYNC"))),
)
THIRD_PARTY_CODE = "qiyetong"
TARGETS = (
    ("xinyong-yunxi", "信用云溪网站（模拟）", "public_platform", None),
    ("provincial", "省公共信用信息平台（模拟）", "province", None),
    ("gzy", "县公共资源交易中心（模拟）", "partner", "YX-GZY"),
    (THIRD_PARTY_CODE, "企业通信息平台（模拟）", "third_party", None),
)


@dataclass
class Sample:
    """What has been made so far, by the names in `town`."""

    program: Program
    offices: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    companies: dict[str, tuple[str, str, str]] = field(default_factory=lambda: dict(COMPANIES))
    """Of each company: the division and serial of its credit code, and its representative."""
    steps: int = 0


def offices(tx: Connection, sample: Sample) -> None:
    """Write the offices, each with its organs of review and court, and who stands above whom."""
    for index, (code, (name, short, mark, kind, contact)) in enumerate(OFFICES.items()):
        uscc = make_uscc("320830", f"0147{index:04d}", "1", "1")
        sample.offices[code] = tx.execute(
            insert(office)
            .values(
                code=code,
                name=name,
                short_name=short,
                mark=mark,
                kind=kind,
                contact=contact,
                uscc=uscc,
                division_code="320830",
                domain=FIELDS.get(code, "general"),
                **CONTESTED,
            )
            .returning(office.c.id)
        ).scalar_one()
    for code, above in ABOVE.items():
        tx.execute(update(office).where(office.c.code == code).values(parent_id=sample.offices[above]))


def parties(tx: Connection, sample: Sample, today: date) -> None:
    offices(tx, sample)
    for name, (region, serial, representative) in COMPANIES.items():
        sample.subjects[name] = tx.execute(
            insert(subject)
            .values(
                kind="organisation",
                name=name,
                uscc=make_uscc(region, serial),
                legal_representative=representative,
                address="江苏省云溪县工业园区",
            )
            .returning(subject.c.id)
        ).scalar_one()
    for login, name, company, capacity in AGENTS:
        person_id = add_person(tx, sample, login, name, "agent")
        tx.execute(
            insert(mandate).values(
                person_id=person_id,
                subject_id=sample.subjects[company],
                capacity=capacity,
                valid_from=today - timedelta(days=420),
            )
        )
    for login, name, roles in STAFF:
        person_id = add_person(tx, sample, login, name, "staff")
        for role, code in roles:
            slot = 1 if role in {"system_admin", "security_admin", "audit_admin"} else None
            tx.execute(
                insert(role_grant).values(
                    person_id=person_id, role=role, office_id=sample.offices[code], admin_slot=slot
                )
            )
    event_log.append(
        tx,
        "system",
        NewEvent(
            action=EventName.DEMONSTRATION,
            at=times.now(),
            content={"offices": list(OFFICES), "people": len(AGENTS) + len(STAFF)},
        ),
    )


def add_person(tx: Connection, sample: Sample, login: str, name: str, kind: str) -> int:
    """Return a person who may enter the demonstration; its id."""
    sample.people[name] = tx.execute(
        insert(person).values(login=login, name=name, kind=kind, sample=True).returning(person.c.id)
    ).scalar_one()
    return sample.people[name]


def add_company(tx: Connection, sample: Sample, name: str, serial: str, representative: str, since: date) -> None:
    """Make one more company, whose representative acts for it since that day and is not listed among those who may enter."""
    region = next(iter(COMPANIES.values()))[0]
    sample.companies[name] = (region, serial, representative)
    sample.subjects[name] = tx.execute(
        insert(subject)
        .values(
            kind="organisation", name=name, uscc=make_uscc(region, serial), legal_representative=representative,
            address="江苏省云溪县",
        )
        .returning(subject.c.id)
    ).scalar_one()  # fmt: skip
    sample.people[name] = tx.execute(
        insert(person).values(login=f"m{serial.lower()}", name=representative, kind="agent").returning(person.c.id)
    ).scalar_one()
    speaks = {"person_id": sample.people[name], "subject_id": sample.subjects[name], "capacity": "representative"}
    tx.execute(insert(mandate).values(**speaks, valid_from=since))
    new = NewEvent(action=EventName.DEMONSTRATION, at=times.now(), content={"subject": sample.subjects[name]})
    event_log.append(tx, "system", new)


def own_rules(tx: Connection, sample: Sample) -> None:
    """Let the invented legal reviewer confirms for each office what rests on no article anybody has read: only a demonstration.

    The documents and their articles are invented too: the county's own for steps and grounds (事由), a city's regulations for
    what no rule of an office carries (列入名单、惩戒措施、责令整改), and an invented law for measures that need one (阻止出境).
    """
    reviewer = actor_of(tx, sample.people["闻衡"], times.today())
    rules = rules_to_confirm(sample.program.law)
    grounds = tuple(rule for rule in rules if rule.procedure.startswith("lists."))
    law, others = sample.program.law, tuple(rule for rule in rules if rule not in grounds)
    steps = tuple(rule for rule in others if "normative" in demanded(law, rule))
    ranked = least_sources(law)
    laws = tuple(rule for rule in others if rule in ranked)
    burdens = tuple(rule for rule in others if rule not in steps and rule not in laws)
    nation = ("law", "全国人民代表大会常务委员会（演示）", "national", "主席令第0号（演示）")
    county = ("normative", "云溪县人民政府办公室（演示）", "county", "溪政办规〔2026〕1号")
    city = ("regulation", "云溪市人民代表大会常务委员会（演示）", "city", "公告〔2026〕第1号")
    stated = (
        ("《中华人民共和国失信惩戒法（演示）》第八条", laws, nation),
        ("《云溪县信用工作规则（演示）》第三条", steps, county), ("《云溪县信用工作规则（演示）》第四条", grounds, county),
        ("《云溪市社会信用条例（演示）》第二十条", burdens, city),
    )  # fmt: skip
    for office_id in sample.offices.values():
        for document, confirmed, (rank, issuer, level, number) in stated:
            given = ConfirmRules(
                reviewer, office_id, confirmed, document, times.today(), "演示：虚构的确认", rank=rank, issuer=issuer,
                issuer_level=level, document_number=number,
            )  # fmt: skip
            dispatch(tx, sample.program.services, given, times.now())


def fine_thresholds(tx: Connection, sample: Sample) -> None:
    """Let the same reviewer states from which amount a fine is 较大数额 and 巨额: invented figures."""
    reviewer = actor_of(tx, sample.people["闻衡"], times.today())
    for office_id in sample.offices.values():
        given = StateThresholds(
            reviewer, office_id, "0.1", "100", "《云溪县行政处罚裁量基准（演示）》第二条", times.today()
        )
        dispatch(tx, sample.program.services, given, times.now())


def targets(tx: Connection, sample: Sample) -> None:
    """Enter the platforms: those that messages go to, and one that takes none and copies what others show (企业信息平台)."""
    site = f"http://127.0.0.1:{sample.program.settings.platform_port}"
    for code, name, kind, office_code in TARGETS:
        tx.execute(
            insert(target).values(
                code=code,
                name=name,
                kind=kind,
                url="" if kind == THIRD_PARTY else f"{site}/targets/{code}",
                page_url=f"{site}/copies/{code}/{{number}}" if kind == THIRD_PARTY else None,
                secret=sample.program.vault.seal(new_secret()),
                office_id=sample.offices[office_code] if office_code else None,
                # what the province's platform sends, the centre sees to
                inbound_office_id=sample.offices["YX-XYZX"] if kind == "province" else None,
            )
        )
