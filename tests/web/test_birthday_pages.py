"""出生日期 on pages: what is missing is said where it matters, the person states it once, an officer corrects it, nobody is shown it."""

from __future__ import annotations

import re

from sqlalchemy import insert, select, update

from repairflow.records import event, letter, record, subject
from tests.support.building import CHILD, Town
from tests.web.portal_visit import Visitor, make

PASSPORT, BORN = "E12345678", "2010-05-20"


def test_a_missing_birthday_is_asked_for_kept_and_not_shown(town: Town) -> None:
    number = town.record(kind="natural_person", minor=True)
    sealed = {"id_index": town.vault.index(PASSPORT), "id_sealed": town.vault.seal(PASSPORT)}
    town.turn(update(subject).values(**sealed).where(subject.c.name == CHILD[0]))
    case = town.file("minor_repair", number, kinds=("guardianship", "correction_proof"))
    app = make(town)
    at_home, officer = (
        Visitor(app, town, "yunxi"),
        Visitor(app, town, "acceptor@ENV"),
    )  # the guardian, and who handles it
    asked = "证件号码不含出生日期"
    here = f"请先在信息 {number} 的页面登记出生日期"
    form = officer.get(f"/desk/new/window/minor_repair/{number}")
    assert here in re.sub(r"</?a[^>]*>", "", form)
    way = re.search(rf'href="(/desk/records/{number})#birthday">登记出生日期</a>', form)
    assert way  # and from there to its field
    assert 'name="born"' in officer.get(way.group(1))
    assert 'id="birthday"' in officer.text
    # the centre takes objections to records that it has no part in
    elsewhere = town.record(kind="natural_person", minor=True)
    town.turn(update(record).where(record.c.number == elsewhere).values(subject_id=town.of_record(number).subject_id))
    centre = Visitor(app, town, "registrar@CREDIT").get(f"/desk/new/window/objection/{elsewhere}")
    assert asked in centre
    assert "由认定单位的办理人员登记出生日期" in centre
    assert asked in officer.get(f"/desk/cases/{case}")
    assert asked in officer.get(f"/desk/records/{number}")
    assert asked in at_home.get(f"/my/file/minor_repair/{number}")
    page = f"/my/records/{number}"
    assert asked in at_home.get(page)
    wrong = at_home.post(f"{page}/birthday", {"born": "2099-01-01"})
    assert (wrong.status_code, "晚于今天" in wrong.text) == (422, True)
    assert at_home.post(f"{page}/birthday", {"born": BORN}).status_code == 303
    shown = at_home.get(page)
    assert asked not in shown
    assert f"{page}/birthday" not in shown  # once
    desk = f"/desk/records/{number}"
    assert "更正出生日期" in officer.get(desk)
    assert asked not in officer.get(f"/desk/cases/{case}")
    assert officer.post(f"{desk}/birthday", {"born": "20100520"}).status_code == 422
    unexplained = officer.post(f"{desk}/birthday", {"born": "2000-05-20"})
    assert (unexplained.status_code, "请写明更正的理由" in unexplained.text) == (422, True)
    why = {"born": "2000-05-20", "reason": "经核对护照原件，原登记有误"}
    assert officer.post(f"{desk}/birthday", why).status_code == 303
    again = officer.get(desk)
    assert ("已更正出生日期" in again, "已登记出生日期" in again) == (True, False)
    assert officer.post(f"{desk}/birthday", why).status_code == 303
    assert "与已经登记的相同，没有改动" in officer.get(desk)
    assert "登记出生日期" in again  # in the trail, twice
    assert BORN not in shown + again
    assert (
        len(town.all(select(event.c.id).where(event.c.action == "state_birthday"))) == 4
    )  # in the trail of both records
    # a letter about the record to somebody else: an office finds it there, the subject does not
    like = town.one(select(letter).where(letter.c.case_id == town.case(case).id).limit(1))._asdict()
    del like["id"]
    to = {**like["content"], "addressee": "云溪县市场监督管理局", "cc": []}
    other = {"kind": "other", "number": "溪环函〔2026〕9号", "token": "t" * 22, "title": "协查函", "round": 1}
    town.turn(insert(letter).values(**like | other | {"content": to}))
    assert other["number"] in officer.get(desk)
    assert other["number"] not in at_home.get(page)
