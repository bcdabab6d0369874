"""办理统计 for everybody: the figures are those of the offices, and of persons nothing that tells one."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from repairflow.casework.queries.oversight import public_statistics, statistics
from repairflow.casework.queries.oversight.public_statistics import Figures
from repairflow.records import subject
from repairflow.web.public import blueprint as public
from tests.conftest import Clock
from tests.law_stories.test_intake_story import report
from tests.support.building import Town
from tests.support.calling import application

pytestmark = pytest.mark.either_database

JUNE = date(2026, 6, 1)


@pytest.fixture
def client(town: Town) -> FlaskClient:
    return application(town, lambda app: app.register_blueprint(public.blueprint)).test_client()


def figures(town: Town, first: date = JUNE) -> Figures:
    with town.db.read() as tx:
        return public_statistics.figures(tx, town.law, first)


def test_organisations_by_kind_and_office(town: Town, client: FlaskClient, clock: Clock) -> None:
    """One in time, one late, one withdrawn by its subject, one open: as the offices' own page counts them anew."""
    town.granted()
    late, withdrawn = town.file_repair(), town.file_repair()
    town.do(withdrawn, "withdraw")
    town.file_objection()
    town.now = clock.travel(timedelta(days=12))
    town.sweep()
    town.steps(late, "accept", "report_verification", "propose_denial", "deny")
    found = figures(town)
    assert [(one.filed, one.closed, one.on_time, one.in_favour, one.against) for one in found.kinds] == [
        (3, 3, 2, 1, 1), (1, 0, 0, 0, 0),
    ]  # fmt: skip
    with town.db.read() as tx:
        counted = statistics.closed(tx, town.law, town.actor("auditor@CREDIT"), town.today)
    assert sum(one.closed for one in found.kinds) == counted.judged
    assert sum(one.on_time for one in found.kinds) == counted.on_time
    assert {one.label for one in found.offices} == {"云溪县信用中心", "云溪县生态环境局"}
    for what in ("filed", "closed", "on_time", "in_favour", "against"):
        assert sum(getattr(one, what) for one in found.kinds) == sum(getattr(one, what) for one in found.offices)
    page = client.get("/statistics?month=2026-06").text
    assert "信用修复" in page
    assert "云溪县生态环境局" in page
    assert client.get("/statistics?month=2026-05").text.count("这个月没有") >= 2
    assert client.get("/statistics?month=2026-08").status_code == 422
    assert figures(town, date(2026, 5, 1)).kinds == ()


def test_persons_are_in_no_sum_and_few_are_not_told(town: Town, client: FlaskClient) -> None:
    for _ in range(4):
        town.file_objection(town.record())
    town.turn(update(subject).values(kind="natural_person"))
    found = figures(town)
    assert (found.kinds, found.offices, found.persons_filed, found.persons_closed) == ((), (), None, 0)
    assert '收到 <span class="rf-dim">少于 5</span> 件，办结 0 件' in client.get("/statistics").text
    town.file_objection(town.record())
    assert figures(town).persons_filed == 5
    rows = client.get("/data/statistics.json").json["rows"]
    assert {"month": "2026-06", "by": "自然人", "label": "全部事项", "filed": 5, "closed": 0, "on_time": None,
            "in_favour": None, "against": None} in rows  # fmt: skip


def test_complaints_tell_nobody(town: Town, client: FlaskClient) -> None:
    for _ in range(2):
        report(town, "complaint", about="fee")
    assert figures(town).complaints == public_statistics.Complaints(None, 0, 0, (), (), ())
    for _ in range(7):
        case = report(town, "complaint", about="delay", source="hotline12358")
    for _ in range(6):
        report(town, "complaint", about="other")
    town.steps(case, "accept", "report_finding", "uphold")
    found = figures(town).complaints
    assert (found.filed, found.closed) == (15, None)
    assert {one.label: one.count for one in found.matters} == {
        "未按期办理或者不予答复": 7, "收费修复、有偿删除": None, "其他侵害信用权益的情形": None,
    }  # fmt: skip
    assert {one.label: one.count for one in found.sources} == {"12358 价格举报热线": 7, "网上": 8}
    assert found.outcomes == ()
    page = client.get("/statistics").text
    assert "12358 价格举报热线" in page
    table = page.partition("反映事项")[2].partition("</table>")[0]
    assert re.findall(r'"件数">(?:<span class="rf-dim">)?([^<]+)<', table) == ["7", "不列", "不列"]  # one of them is 6
    assert "少于 5</span></td>" not in page
    assert "钱来也" not in page
    assert "complaint" not in str(figures(town).kinds)
