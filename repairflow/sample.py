"""The demonstration: invented offices, people, companies and records, and cases brought to their state by real steps.

Everything happens through casework with the clock set back, so trail, letters and due days are what they would be.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from repairflow import times
from repairflow.app import Program
from repairflow.auditing import chain
from repairflow.casework import intake, materials
from repairflow.casework.actor import SYSTEM, actor_of
from repairflow.casework.commands import Command, Filing
from repairflow.casework.filing import file
from repairflow.casework.perform import perform
from repairflow.gateway.penalty_row import PenaltyRow
from repairflow.gateway.signing import new_secret
from repairflow.law.identifiers import make_uscc
from repairflow.records import mandate, measure, office, person, record, role_grant, subject, target

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
}
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
STAFF = (
    ("xuzhixing", "许知行", (("acceptor", "YX-STHJ"),)),
    ("chenmo", "陈墨", (("examiner", "YX-STHJ"), ("provider", "YX-STHJ"))),
    ("zhouyuan", "周予安", (("reviewer", "YX-STHJ"),)),
    ("shenjibai", "沈既白", (("decider", "YX-STHJ"),)),
    ("guchangge", "顾长歌", (("head", "YX-STHJ"),)),
    ("hexiangwan", "何向晚", (("acceptor", "YX-SCJG"), ("examiner", "YX-SCJG"), ("provider", "YX-SCJG"))),
    ("luzhiyuan", "陆知远", (("reviewer", "YX-SCJG"),)),
    ("jiangnian", "江念", (("decider", "YX-SCJG"), ("head", "YX-SCJG"))),
    ("tangyihe", "唐一禾", (("acceptor", "YX-JTYS"), ("examiner", "YX-JTYS"), ("provider", "YX-JTYS"))),
    ("duruochu", "杜若初", (("reviewer", "YX-JTYS"),)),
    ("pansui", "潘岁", (("decider", "YX-JTYS"), ("head", "YX-JTYS"))),
    ("fangcheng", "方澄", (("registrar", "YX-XYZX"),)),
    ("bailu", "白露", (("checker", "YX-XYZX"),)),
    ("qinchuan", "秦川", (("decider", "YX-XYZX"),)),
    ("wenyan", "温言", (("supervisor", "YX-XYZX"),)),
    ("chengyan", "程砚", (("auditor", "YX-SJ"),)),
    ("jishu", "纪舒", (("system_admin", "YX-XYZX"),)),
)
TARGETS = (
    ("xinyong-yunxi", "信用云溪网站（模拟）", "public_platform", None),
    ("provincial", "省公共信用信息平台（模拟）", "province", None),
    ("gzy", "县公共资源交易中心（模拟）", "partner", "YX-GZY"),
)
PROOF = ("履行证明.png", "image")


@dataclass
class Sample:
    """What has been made so far, by the names above."""

    program: Program
    offices: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    steps: int = 0


def make(program: Program) -> None:
    """Fill an empty, migrated database with the demonstration. Today is the last day of its story."""
    sample = Sample(program)
    today = times.today()
    long_ago = times.at(today - timedelta(days=420), time(9))
    with times.set_clock(lambda: long_ago), program.db.begin() as tx:
        _parties(tx, sample, today)
        _targets(tx, sample)
    _story(sample, today)


def _parties(tx: Connection, sample: Sample, today: date) -> None:
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
            )
            .returning(office.c.id)
        ).scalar_one()
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
        person_id = _person(tx, sample, login, name, "agent")
        tx.execute(
            insert(mandate).values(
                person_id=person_id,
                subject_id=sample.subjects[company],
                capacity=capacity,
                valid_from=today - timedelta(days=420),
            )
        )
    for login, name, roles in STAFF:
        person_id = _person(tx, sample, login, name, "staff")
        for role, code in roles:
            slot = 1 if role in {"system_admin", "security_admin", "audit_admin"} else None
            tx.execute(
                insert(role_grant).values(
                    person_id=person_id, role=role, office_id=sample.offices[code], admin_slot=slot
                )
            )
    seq, head = chain.heads(tx, "system")
    chain.append(
        tx, stream="system", prev_seq=seq, prev_digest=head, case_id=None, record_id=None, at=times.now(), action="demonstration",
        from_state=None, to_state=None, actor_id=None, actor_name=SYSTEM.name, actor_role="system", reason=None,
        command_id=None, content={"offices": list(OFFICES), "people": len(AGENTS) + len(STAFF)},
    )  # fmt: skip


def _person(tx: Connection, sample: Sample, login: str, name: str, kind: str) -> int:
    sample.people[name] = tx.execute(
        insert(person).values(login=login, name=name, kind=kind, sample=True).returning(person.c.id)
    ).scalar_one()
    return sample.people[name]


def _targets(tx: Connection, sample: Sample) -> None:
    base = f"http://127.0.0.1:{sample.program.settings.platform_port}/targets"
    for code, name, kind, office_code in TARGETS:
        tx.execute(
            insert(target).values(
                code=code,
                name=name,
                kind=kind,
                url=f"{base}/{code}",
                secret=sample.program.vault.seal(new_secret()),
                office_id=sample.offices[office_code] if office_code else None,
            )
        )


def _story(sample: Sample, today: date) -> None:
    env, market, traffic = "YX-STHJ", "YX-SCJG", "YX-JTYS"
    yunxi, hengtuo, mingchuan, beiling = COMPANIES
    # 云溪环保：一条现在就可以申请，一条还要等，一条轻微不公示，一条严重
    _record(
        sample,
        today,
        161,
        yunxi,
        env,
        "溪环罚",
        47,
        "未按规定设置危险废物识别标志",
        ("fine",),
        "2",
        performed=150,
        barred=True,
    )
    _record(sample, today, 42, yunxi, env, "溪环罚", 83, "超标排放水污染物", ("fine",), "6.5")
    _record(sample, today, 30, yunxi, market, "溪市监罚", 210, "未按规定公示企业信息", ("warning",), None)
    _record(
        sample,
        today,
        400,
        yunxi,
        env,
        "溪环罚",
        12,
        "未取得排污许可证排放污染物",
        ("fine", "stop_business"),
        "25",
        performed=380,
    )
    # 恒拓建材：异议在协查；明川食品：修复待批准；北岭运输：待补正、逾期未受理各一
    wrong = _record(sample, today, 120, hengtuo, env, "溪环罚", 61, "堆场未采取防扬尘措施", ("fine",), "3")
    food = _record(
        sample,
        today,
        140,
        mingchuan,
        market,
        "溪市监罚",
        156,
        "食品标签标注不规范",
        ("fine", "confiscate_gains"),
        "0.8",
        performed=130,
    )
    lorry = _record(
        sample, today, 150, beiling, traffic, "溪交罚", 33, "未按规定维护检测运输车辆", ("fine",), "0.5", performed=140
    )
    truck = _record(
        sample, today, 130, beiling, traffic, "溪交罚", 40, "未按批准的路线运输", ("fine",), "0.3", performed=120
    )
    _record(sample, today, 358, beiling, traffic, "溪交罚", 5, "未随车携带道路运输证", ("fine",), "0.2", performed=350)
    done = _record(
        sample, today, 200, mingchuan, market, "溪市监罚", 98, "未建立进货查验记录", ("fine",), "1", performed=190
    )

    number = _repair(sample, today, 12, done, "罗清和", "2")
    _step(sample, today, 11, number, "accept", "何向晚")
    _verify(sample, today, 7, number, "何向晚")
    _step(sample, today, 6, number, "propose_grant", "陆知远", "经核查，申请人已缴清罚款并完成整改，符合修复条件。")
    _step(sample, today, 1, number, "grant", "江念", "同意。")

    number = _repair(sample, today, 9, food, "罗清和", "2")
    _step(sample, today, 8, number, "accept", "何向晚")
    _verify(sample, today, 4, number, "何向晚")
    _step(sample, today, 2, number, "propose_grant", "陆知远", "罚没款已缴清，标签已更换，符合修复条件。")

    number = _repair(sample, today, 6, lorry, "郭长风", "1")
    _step(
        sample, today, 4, number, "request_supplement", "唐一禾", "材料不能说明车辆已经检测合格。",
        {"gaps": ["车辆检测合格报告", "罚款缴款凭证原件照片（印章不清晰）"]},
    )  # fmt: skip
    _repair(sample, today, 10, truck, "郭长风", "1")  # nobody has looked at it: late, and its superiors hear of it

    number = _objection(sample, today, 12, wrong, "蒋一舟")
    _step(sample, today, 11, number, "accept", "方澄")
    _step(sample, today, 10, number, "consult", "白露")


def _record(
    sample: Sample, today: date, days: int, company: str, office_code: str, mark: str, serial: int, behaviour: str,
    kinds: tuple[str, ...], fine: str | None, *, performed: int | None = None, barred: bool = False,
) -> str:  # fmt: skip
    """A penalty of `days` ago, delivered a week after its decision; gives its number."""
    program = sample.program
    decided = today - timedelta(days=days)
    pack = program.law.pack_on(today)
    name, *_ = OFFICES[office_code]
    row = PenaltyRow(
        row=2, kind="organisation", name=company, uscc=make_uscc(*COMPANIES[company][:2]), id_number=None, minor=False,
        legal_representative=COMPANIES[company][2], decision_number=f"{mark}〔{decided.year}〕{serial}号",
        decision_date=decided, behaviour=behaviour, facts=f"经查，当事人{behaviour}，事实清楚。", basis="有关法律、法规的规定",
        penalty_kinds=kinds, penalty_labels=tuple(pack.penalty[k].label for k in kinds),
        content="、".join(pack.penalty[k].label for k in kinds) + (f"，罚款人民币 {fine} 万元" if fine else ""),
        fine_wan=Decimal(fine) if fine else None, confiscated_wan=None, valid_until=None, publicity_end=None,
        authority_name=name, authority_uscc="", source_office=name, source_uscc="", remark="", other=(), warnings=(),
    )  # fmt: skip
    when = times.at(decided + timedelta(days=7), time(10, 20))
    with times.set_clock(lambda: when), program.db.begin() as tx:
        office_id = sample.offices[office_code]
        record_id = intake.enter(tx, program.house, program.vault, pack, row, office_id, office_id, SYSTEM, when)
        if performed is not None:
            known = today - timedelta(days=performed)
            tx.execute(
                update(record).where(record.c.id == record_id).values(duty_performed_on=known, corrected_on=known)
            )
        if barred:
            tx.execute(
                insert(measure).values(
                    record_id=record_id,
                    code="bidding",
                    label="限制参加政府采购和工程投标",
                    office_id=sample.offices["YX-GZY"],
                    imposed_on=decided + timedelta(days=20),
                )
            )
        return str(tx.execute(select(record.c.number).where(record.c.id == record_id)).scalar_one())


def _at(today: date, days: int, sample: Sample) -> datetime:
    """A working hour `days` ago, or the first working day after it; each step a little later than the one before."""
    day = today - timedelta(days=days)
    calendar = sample.program.law.calendar
    while not calendar.is_working(day) and day < today:
        day += timedelta(days=1)
    sample.steps += 1
    return min(times.at(day, time(9, 10)) + timedelta(minutes=11 * (sample.steps % 30)), times.now())


def _file(
    sample: Sample,
    today: date,
    days: int,
    procedure: str,
    number: str,
    who: str,
    kinds: tuple[str, ...],
    inputs: Mapping[str, Any],
) -> str:
    program, when = sample.program, _at(today, days, sample)
    with times.set_clock(lambda: when), program.db.begin() as tx:
        actor = actor_of(tx, sample.people[who], times.local_day(when))
        tokens = tuple(
            materials.receive(
                tx,
                program.house.materials,
                actor,
                kind=kind,
                file_name=f"{label}.png",
                content=picture(label),
                limit=program.house.max_upload,
                now=when,
            )
            for kind, label in ((k, program.law.versions(procedure)[-1].material[k].label[:20]) for k in kinds)
        )
        filing = Filing(procedure, number, actor, f"sample-{sample.steps}", inputs, tokens)
        return file(tx, program.house, filing, when).case


def _repair(sample: Sample, today: date, days: int, number: str, who: str, weeks: str) -> str:
    performed = (today - timedelta(days=days + 90)).isoformat()
    inputs = {
        "performed_on": performed,
        "correction": f"已缴清罚款，并在 {weeks} 周内完成整改，建立了内部检查制度。",
        "commitment_signed_by": who,
    }
    return _file(sample, today, days, "repair", number, who, ("performance_proof",), inputs)


def _objection(sample: Sample, today: date, days: int, number: str, who: str) -> str:
    inputs = {"ground": "wrong_amount", "claimed": "决定书载明罚款 2 万元，公示的金额为 3 万元。"}
    return _file(sample, today, days, "objection", number, who, ("statement", "commitment", "evidence"), inputs)


def _verify(sample: Sample, today: date, days: int, number: str, who: str) -> None:
    notes = {
        "minimum_period": "系统计算，最短公示期已届满",
        "performed": "已核对缴款记录和整改现场，义务全部履行",
        "commitment": "承诺书已签署并公开",
        "other_law": "没有其他不得修复的情形",
    }
    given = {code: {"met": True, "note": note} for code, note in notes.items()}
    _step(sample, today, days, number, "report_verification", who, "核查无误。", {"conditions": given})


def _step(
    sample: Sample,
    today: date,
    days: int,
    number: str,
    action: str,
    who: str,
    reason: str | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> None:
    when = _at(today, days, sample)
    with times.set_clock(lambda: when), sample.program.db.begin() as tx:
        actor = actor_of(tx, sample.people[who], times.local_day(when))
        perform(
            tx, sample.program.house,
            Command(number, action, actor, f"sample-{sample.steps}", reason=reason, inputs=inputs or {}), when,
        )  # fmt: skip


def picture(label: str) -> bytes:
    """A small invented proof: a grey sheet whose stripes differ by label."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (420, 594), "#fbfbf7")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((24, 24, 396, 570), outline="#8a94a0", width=2)
    for index, character in enumerate(label):
        draw.rectangle((48, 60 + 34 * index, 80 + ord(character) % 290, 74 + 34 * index), fill="#c3ccd6")
    draw.ellipse((270, 450, 370, 550), outline="#b3261e", width=4)
    kept = io.BytesIO()
    sheet.save(kept, "PNG")
    return kept.getvalue()
