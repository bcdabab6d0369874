"""Personal data: erased on request with the trail sound, and an informant opened when a head asks and an auditor allows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from repairflow.auditing.verify import verify
from repairflow.casework.cases import personal_erasure
from repairflow.casework.changes import AllowInformant, AskInformant, ErasePersonal, OpenInformant
from repairflow.casework.dispatch import dispatch
from repairflow.db import Database
from repairflow.errors import Conflict, Forbidden, Invalid
from repairflow.file_store.folder import FolderFiles
from repairflow.records import event, event_personal
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.law_stories.test_intake_story import SECRETS, report
from tests.security.whole_house import Browser, WholeHouse
from tests.support.building import Town
from tests.support.calling import signer

pytestmark = pytest.mark.either_database

REASON = "核对举报奖励"


@pytest.fixture
def house(database: Database, settings: Settings, clock: Clock) -> WholeHouse:
    return WholeHouse(Town(database, settings))


def events(town: Town, stream: str) -> list[tuple[str, str | None]]:
    return [
        (row.action, row.reason)
        for row in town.all(select(event).where(event.c.stream == stream).order_by(event.c.seq))
    ]


def post(who: Browser, path: str, seen: str, **data: str) -> int:
    """A form's answer, sent from a page seen just before."""
    who.get(seen)
    return who.post(path, **data)


def test_who_asks_who_allows_and_who_looks_are_each_the_right_person(house: WholeHouse) -> None:
    town = house.town
    case = report(town, "tip_off")

    def send(change: AskInformant | AllowInformant | OpenInformant) -> Any:
        with town.db.begin() as tx:
            return dispatch(tx, town.services, change, town.now)

    head, auditor = town.actor("head@CREDIT"), town.actor("auditor@CREDIT")
    send(AskInformant(head, case, REASON))
    with pytest.raises(Forbidden, match="由审计人员准许"):
        send(AllowInformant(town.actor("registrar@CREDIT"), case, REASON))
    with pytest.raises(Forbidden, match="不能自己准许"):
        send(AllowInformant(town.actor("head@CREDIT", "auditor@CREDIT"), case, REASON))
    send(AllowInformant(auditor, case, REASON))
    with pytest.raises(Forbidden, match="只有提出申请的"):  # another head of the same office
        send(OpenInformant(town.actor("registrar@CREDIT", "head@CREDIT"), case))
    assert SECRETS["tip_off"]["informant_name"] in str(send(OpenInformant(head, case)))


def test_an_informant_is_seen_once_when_a_head_asks_and_an_auditor_allows(house: WholeHouse) -> None:
    town = house.town
    case = report(town, "tip_off")
    here, its = f"/desk/cases/{case}/informant", f"/audit/cases/{case}/informant"
    head, clerk, auditor = (
        house.browser("head@CREDIT"),
        house.browser("registrar@CREDIT"),
        house.browser("auditor@CREDIT"),
    )
    stranger, owner = house.browser("head@ENV"), house.browser("yunxi")
    secret = SECRETS["tip_off"]["informant_name"]
    for who, wanted in ((head, 200), (clerk, 200), (stranger, 404), (owner, 403)):
        assert who.get(here) == wanted
    page = f"/audit/cases/{case}"
    assert post(head, f"{here}/look", here) == 409  # nobody allowed it
    assert post(clerk, here, here, reason=REASON) == 403
    assert post(stranger, here, "/desk", reason=REASON) == 404
    assert post(owner, here, "/my", reason=REASON) == 403
    assert post(auditor, its, page, reason=REASON) == 409  # nobody asked
    assert post(head, here, here, reason=" ") == 422
    assert post(head, here, here, reason=REASON) == 303
    assert post(head, here, here, reason=REASON) == 409
    assert post(head, its, here, reason=REASON) == 403
    assert auditor.get(page) == 200
    assert REASON in auditor.text
    assert auditor.post(its, reason="理由充分") == 303
    assert post(clerk, f"{here}/look", here) == 403
    assert head.get(here) == 200
    assert secret not in head.text
    assert head.post(f"{here}/look") == 200
    assert secret in head.text
    assert post(head, f"{here}/look", here) == 409
    assert events(town, f"vault/{case}") == [("ask_reveal", REASON), ("allow_reveal", "理由充分"), ("reveal", None)]


def test_personal_values_are_erased_on_request_and_the_trail_stays_sound(house: WholeHouse) -> None:
    town = house.town
    case = town.ended()
    admin = house.browser("lianqiao")
    where = f"/audit/cases/{case}/erasure"
    assert admin.get(f"/audit/cases/{case}") == 200
    assert "删除个人信息" in admin.text
    for who in ("auditor@CREDIT", "head@ENV", "yunxi"):
        assert post(house.browser(who), where, "/inbox", reason=REASON) == 403
    page = f"/audit/cases/{case}"
    assert post(admin, where, page, reason="") == 422
    assert post(admin, "/audit/cases/XF-2026-999999/erasure", page, reason=REASON) == 404
    assert "个人信息已删除" not in admin.text
    assert post(admin, where, page, reason="本人 6 月 1 日申请") == 303
    assert admin.get(page) == 200
    assert "个人信息已删除" in admin.text
    assert "理由：本人 6 月 1 日申请" in admin.text
    assert 'id="erase-reason"' not in admin.text  # nothing is left to erase
    assert post(admin, where, page, reason=REASON) == 409  # nothing is left
    assert events(town, f"erasure/{case}") == [("erase_personal", "本人 6 月 1 日申请")]
    key = town.case(case).id
    of_case = select(event_personal).join(event, event.c.id == event_personal.c.event_id).where(event.c.case_id == key)
    assert {(row.value, row.salt) for row in town.all(of_case)} == {(None, "")}
    with town.db.read() as tx:
        found = verify(tx, FolderFiles(town.settings.home / "anchors"), signer(town).verifier)
    assert found.findings == ()
    assert found.erased > 0


def test_who_may_erase_and_when(house: WholeHouse) -> None:
    town = house.town
    running, officer = town.file_repair(), town.actor("head@ENV")
    admin = town.actor("lianqiao")
    for actor, reason, refused in ((officer, REASON, Forbidden), (admin, " ", Invalid), (admin, REASON, Conflict)):
        with pytest.raises(refused), town.db.begin() as tx:
            personal_erasure.erase(tx, ErasePersonal(actor, running, reason), town.now)
