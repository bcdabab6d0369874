"""变更登记 on pages and over the API, and an office handed to its successor: who may, what it says, what is refused."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.law.identifiers import make_uscc
from repairflow.records import office, subject, subject_name
from repairflow.web.api import blueprint as api
from tests.support.building import COMPANIES, Town
from tests.support.calling import Caller, application
from tests.web.desk_visit import Officer
from tests.web.desk_visit import make as make_desk
from tests.web.portal_visit import Visitor
from tests.web.portal_visit import make as make_admin

pytestmark = pytest.mark.either_database

YUNXI, HENGTUO = (make_uscc("320830", company[2]) for company in COMPANIES)
NEW = "云溪新环保科技有限公司"
PROOF = {"day": "2026-06-01", "notice": "（溪）登字〔2026〕第12号"}


def name_of(town: Town, code: str) -> str:
    return str(town.one(select(subject.c.name).where(subject.c.uscc == code)).name)


def test_a_clerk_records_a_new_name_and_a_merger(town: Town) -> None:
    clerk = Officer(make_desk(town), town, "registrar@CREDIT")
    assert COMPANIES[0][1] in clerk.get("/desk/subjects?q=yxhb")
    clerk.get(f"/desk/subjects/{YUNXI}")
    assert clerk.post(f"/desk/subjects/{YUNXI}/registration", {"name": NEW}).status_code == 422
    assert "请填写登记日期" in clerk.text
    assert NEW in clerk.text, "what was typed stays"
    assert clerk.post(f"/desk/subjects/{YUNXI}/registration", {"name": NEW, **PROOF}).status_code == 303
    page = clerk.get(f"/desk/subjects/{YUNXI}")
    assert f"{COMPANIES[0][1]}（至" in page
    assert PROOF["notice"] in page
    given = {"kind": "merger", "successor": HENGTUO, **PROOF}
    for code, says in (("", "请填写承继人"), ("91320830", "应为18位，现为8位"), (f"{HENGTUO[:-1]}0", "校验码不符")):
        assert clerk.post(f"/desk/subjects/{YUNXI}/end", given | {"successor": code}).status_code == 422
        assert says in clerk.text
    assert clerk.post(f"/desk/subjects/{YUNXI}/end", given).status_code == 303
    assert "承继" in clerk.get(f"/desk/subjects/{YUNXI}")
    assert NEW in clerk.get(f"/desk/subjects/{HENGTUO}")
    assert clerk.post(f"/desk/subjects/{YUNXI}/registration", {"name": "又改", **PROOF}).status_code == 409
    back = re.search(rf"/desk/subjects/{YUNXI}/changes/\d+/take-back", clerk.get(f"/desk/subjects/{YUNXI}"))
    assert back is not None
    assert clerk.post(back[0], {"reason": ""}).status_code == 422
    assert "请写明撤回的理由" in clerk.text
    assert clerk.post(back[0], {"reason": "承继人有误"}).status_code == 303
    page = clerk.get(f"/desk/subjects/{YUNXI}")
    assert "撤回登记：承继人有误" in page
    assert "变更后的名称" in page, "it has not ended"
    assert clerk.post(back[0], {"reason": "承继人有误"}).status_code == 409
    assert clerk.post(f"/desk/subjects/{YUNXI}/end", {"kind": "deregistration", **PROOF}).status_code == 303
    page = clerk.get(f"/desk/subjects/{YUNXI}")
    assert "其失信信息和办件继续" in page
    assert "承继人可以查看" not in page, "there is none"


@pytest.mark.parametrize(("who", "get", "post"), [
    ("acceptor@MARKET", 200, 403), ("auditor@CREDIT", 404, 404), ("yunxi", 403, 403),
])  # fmt: skip
def test_others_change_nothing_on_pages(town: Town, who: str, get: int, post: int) -> None:
    visitor = Officer(make_desk(town), town, who)
    visitor.get(f"/desk/subjects/{YUNXI}", get)
    visitor.get("/desk/subjects/91320830MA00000000", 403 if who == "yunxi" else 404)
    for what in ("registration", "end"):
        given = {"name": NEW, "kind": "merger", "successor": HENGTUO, **PROOF}
        assert visitor.post(f"/desk/subjects/{YUNXI}/{what}", given).status_code in {post, 400}
    assert name_of(town, YUNXI) == COMPANIES[0][1]
    assert not town.all(select(subject_name))


@pytest.fixture
def app(town: Town) -> Flask:
    return application(town, lambda app: app.register_blueprint(api.blueprint))


def test_the_same_over_the_api(town: Town, app: Flask) -> None:
    clerk = Caller(app, town, "registrar@CREDIT")
    changed = clerk.post(f"/subjects/{YUNXI}/registration", {"name": NEW, **PROOF}, key="one")
    assert changed.status_code == 200, changed.json
    again = clerk.post(f"/subjects/{YUNXI}/registration", {"name": NEW, **PROOF}, key="one")
    assert (again.status_code, again.json) == (200, changed.json)
    assert changed.json["former_names"] == [{"name": COMPANIES[0][1], "until": "2026-06-01"}]
    ended = clerk.post(f"/subjects/{YUNXI}/end", {"kind": "split", "successor": HENGTUO, **PROOF})
    assert ended.json["successor"] == {"name": COMPANIES[1][1], "uscc": HENGTUO}
    assert [one["uscc"] for one in clerk.get(f"/subjects/{HENGTUO}").json["predecessors"]] == [YUNXI]


@pytest.mark.parametrize(("who", "get", "post"), [
    ("acceptor@MARKET", 200, 403), ("auditor@CREDIT", 404, 404), ("yunxi", 404, 404),
])  # fmt: skip
def test_others_change_nothing_over_the_api(town: Town, app: Flask, who: str, get: int, post: int) -> None:
    caller = Caller(app, town, who)
    assert caller.get(f"/subjects/{YUNXI}").status_code == get
    assert caller.post(f"/subjects/{YUNXI}/registration", {"name": NEW, **PROOF}).status_code == post
    assert caller.post(f"/subjects/{YUNXI}/end", {"kind": "split", "successor": HENGTUO, **PROOF}).status_code == post
    assert name_of(town, YUNXI) == COMPANIES[0][1]


SUCCESSION = {"successor": "MARKET", "day": "2026-06-01", "document": "溪编〔2026〕3号"}


@pytest.mark.parametrize(("who", "status"), [
    ("system_admin@CREDIT", 303), ("acceptor@ENV", 403), ("supervisor@CREDIT", 403), ("yunxi", 403),
])  # fmt: skip
def test_an_office_is_handed_to_its_successor(town: Town, who: str, status: int) -> None:
    visitor = Visitor(make_admin(town), town, who)
    if status == 303:
        visitor.get("/admin/offices/ENV")
        assert visitor.post("/admin/offices/ENV/succession", {**SUCCESSION, "document": ""}).status_code == 422
    assert visitor.post("/admin/offices/ENV/succession", SUCCESSION).status_code in {
        status,
        400 if status != 303 else 303,
    }
    closed = town.one(select(office.c.closed_on).where(office.c.code == "ENV")).closed_on
    assert (closed is not None) is (status == 303)
    if status == 303:
        assert "承继" in visitor.get("/admin/offices/ENV")
        back = "/admin/offices/ENV/succession/take-back"
        assert visitor.post(back, {"reason": ""}).status_code == 422
        assert visitor.post(back, {"reason": "登记错了单位"}).status_code == 303
        assert "登记错了单位" in visitor.get("/admin/offices/ENV")
        assert town.one(select(office.c.closed_on).where(office.c.code == "ENV")).closed_on is None
