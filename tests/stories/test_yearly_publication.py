"""年度公布: a public list is published once on its day of the year, part by part, by the worker; it can be stopped and go on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework import jobs
from repairflow.casework.cases import list_publication
from repairflow.casework.handlers import lists
from repairflow.law.identifiers import make_uscc
from repairflow.records import cases, event, job, list_entry, record, subject
from repairflow.records import list_publication as list_publication_rows
from repairflow.worker import chores
from tests.law_stories.telling import belongs_to
from tests.stories.town_life import TownLife

LIST = "farm_red"
DAY = date(2026, 12, 20)


def stand(life: TownLife, count: int) -> None:
    """So many organisations on the red list of farms."""
    belongs_to(life.town, "ENV", domain="agriculture")
    (key,) = life.town.all(select(cases.c.id).where(cases.c.number == life.town.file_repair()))
    farms = [
        {"kind": "organisation", "name": f"云溪县第{n}家庭农场", "uscc": make_uscc("320830", f"MF{n:06d}")}
        for n in range(count)
    ]
    life.town.turn(insert(subject).values(farms))
    held = life.town.all(select(subject.c.id).where(subject.c.name.endswith("家庭农场")))
    entry = {"list_kind": LIST, "case_id": key.id, "listed_on": date(2026, 6, 1)}
    life.town.turn(insert(list_entry).values([entry | {"subject_id": one.id} for one in held]))


def night(life: TownLife) -> int:
    return chores.publish_lists(life.town.db, life.town.services, life.clock())


def test_a_list_is_published_once_on_its_day_and_read_by_everybody(
    life: TownLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    stand(life, 5)
    life.long_after(date(2026, 12, 19))
    assert night(life) == 0
    life.long_after(DAY)
    assert [night(life), night(life)] == [1, 0]
    life.stranger.opens(f"/lists/{LIST}")
    assert "历次公布" not in life.stranger.page.text  # nothing half written is public
    life.does_jobs()
    page = life.stranger.opens(f"/lists/{LIST}")
    assert "历次公布 2026年12月20日（年度公布日） 公布 5 家" in page
    sheets = [
        life.stranger.downloads(path).decode("utf-8-sig")
        for path in life.stranger.page.links.values()
        if path.endswith(".csv")
    ]
    assert sum(sheet.count("家庭农场") for sheet in sheets) == 5
    assert sum(sheet.count(",是\r\n") for sheet in sheets) == 5  # the office has confirmed how long one stands on it
    assert night(life) == 0
    said = life.town.all(select(event.c.action).where(event.c.action == "publish_list"))
    assert len(said) == 1
    life.sound()


def downloaded(life: TownLife) -> str:
    """All that everybody may download of the publications of the list, one part after the other."""
    life.stranger.opens(f"/lists/{LIST}")
    found = [path for path in life.stranger.page.links.values() if path.endswith(".csv")]
    assert found
    return "".join(life.stranger.downloads(path).decode("utf-8-sig") for path in found)


def leaves(life: TownLife, number: int, day: date, how: str) -> None:
    """The entry of the farm of this number is over from this day on."""
    (farm,) = life.town.all(select(subject.c.id).where(subject.c.name == f"云溪县第{number}家庭农场"))
    left = {"left_on": day, "left_how": how}
    life.town.turn(update(list_entry).where(list_entry.c.subject_id == farm.id).values(left))


def test_what_was_annulled_is_not_downloaded_any_more(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    stand(life, 5)
    life.long_after(DAY)
    night(life)
    life.does_jobs()
    leaves(life, 3, date(2027, 1, 5), "annulled")
    leaves(life, 2, date(2027, 1, 5), "removed")  # no fault of what was published: it stood on the day
    sheets = downloaded(life)
    assert ("第3家庭农场" in sheets, sheets.count("家庭农场")) == (False, 4)
    (farm,) = life.town.all(select(subject.c.id).where(subject.c.name == "云溪县第1家庭农场"))
    (of,) = life.town.all(select(record.c.id).order_by(record.c.id).limit(1))
    life.town.turn(update(list_entry).where(list_entry.c.subject_id == farm.id).values(record_id=of.id))
    assert downloaded(life).count("家庭农场") == 3  # what rests on a record of dishonesty is read where it ends, too
    for number in (0, 2, 4):
        leaves(life, number, date(2027, 1, 6), "annulled")
    assert "家庭农场" not in downloaded(life)
    assert "MF00000" not in downloaded(life)


def test_a_list_that_is_not_public_gives_no_parts(life: TownLife) -> None:
    stand(life, 1)
    life.long_after(DAY)
    night(life)
    life.does_jobs()
    life.stranger.opens(f"/lists/{LIST}")
    (path,) = [one for one in life.stranger.page.links.values() if one.endswith(".csv")]
    life.town.turn(update(list_publication_rows).values(list_kind="watch"))
    life.stranger.opens(path, status=404)


def test_a_late_publication_holds_those_who_stood_on_its_day(life: TownLife) -> None:
    stand(life, 6)
    leaves(life, 1, DAY, "expired")  # the day before was the last on which it stood
    leaves(life, 2, date(2026, 12, 30), "removed")
    leaves(life, 3, date(2026, 12, 30), "annulled")
    for number, listed in ((4, date(2026, 12, 21)), (5, date(2025, 12, 1))):  # later; and over, though nobody ended it
        (farm,) = life.town.all(select(subject.c.id).where(subject.c.name == f"云溪县第{number}家庭农场"))
        life.town.turn(update(list_entry).where(list_entry.c.subject_id == farm.id).values(listed_on=listed))
    life.long_after(date(2027, 1, 29))
    night(life)
    life.does_jobs()
    sheets = downloaded(life)
    assert [n for n in range(6) if f"第{n}家庭农场" in sheets] == [0, 2]
    page = life.stranger.page.text
    assert "历次公布 2026年12月20日（年度公布日） 公布 2 家" in page
    assert "2026年12月20日当日在列的单位" in page
    life.sound()


def test_it_is_stopped_and_goes_on_where_it_was(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    stand(life, 5)
    life.long_after(DAY)
    night(life)
    written: list[int] = []
    write = lists.write_part

    def stopped_after_one(*given: Any) -> bool:
        more = write(*given)
        written.append(1)
        if len(written) == 1:
            token = given[2]
            jobs.cancel(given[0], list_publication.RUNS.key(token, list_publication.WRITE), life.clock())
        return more

    monkeypatch.setattr(lists, "write_part", stopped_after_one)
    life.does_jobs()
    head, clerk = life.centre.supervisor, life.env.examiner
    clerk.opens(f"/desk/lists/{LIST}")
    clerk.reads("历次公布", "已停止 2 / 5 家")
    assert "继续公布" not in clerk.page.text
    assert "历次公布" not in life.stranger.opens(f"/lists/{LIST}")
    head.opens(f"/desk/lists/{LIST}")
    resume = head.page.form("继续公布")
    assert resume is not None
    clerk.posts(resume.action, {"csrf_token": clerk._token()})
    assert clerk.status == 403
    head.opens(f"/desk/lists/{LIST}")
    head.sends("继续公布")
    head.opens(f"/desk/lists/{LIST}")
    head.reads("正在公布 2 / 5 家")
    life.does_jobs()
    assert "公布 5 家" in life.stranger.opens(f"/lists/{LIST}")
    assert len(written) == 3  # nothing twice
    head.posts(resume.action, {"csrf_token": head._token()})
    head.reads("这次公布不需要继续")


def test_what_breaks_is_told_and_can_be_tried_again(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    stand(life, 1)
    life.long_after(DAY)
    night(life)
    with monkeypatch.context() as patch:
        patch.setattr(lists, "write_part", lambda *_: 1 / 0)
        for _ in range(jobs.MOST_FAILURES):
            life.does_jobs()
            life.minutes_pass(5)
    assert life.town.one(select(job.c.state).where(job.c.kind == list_publication.WRITE)).state == "failed"
    head = life.centre.supervisor
    head.opens(f"/desk/lists/{LIST}")
    head.reads("没有完成", "系统出现故障")
    head.sends("继续公布")
    life.does_jobs()
    assert "公布 1 家" in life.stranger.opens(f"/lists/{LIST}")


def test_a_list_is_published_beside_its_day_by_who_supervises(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    stand(life, 5)
    head, clerk = life.centre.supervisor, life.env.examiner
    clerk.opens(f"/desk/lists/{LIST}")
    assert clerk.page.form("现在公布") is None
    clerk.posts(f"/desk/lists/{LIST}/publish", {"csrf_token": clerk._token(), "reason": "年度推介会。"})
    assert clerk.status == 403
    for kind, told in (("watch", "没有"), ("honour", "不按年度公布"), ("nothing", "没有")):
        head.opens(f"/desk/lists/{LIST}")
        head.posts(f"/desk/lists/{kind}/publish", {"csrf_token": head._token(), "reason": "年度推介会。"})
        assert head.status == 404
        assert told in head.page.text
    assert life.town.all(select(list_publication_rows)) == []
    head.opens(f"/desk/lists/{LIST}")
    head.sends("现在公布", {"理由（记入留痕）": "。"})
    head.reads("请写明为什么在年度公布日以外公布")
    assert life.town.all(select(list_publication_rows)) == []
    head.sends("现在公布", {"理由（记入留痕）": "市里推介会使用。"})
    head.reads("已经开始公布", "正在公布 0 / 5 家")
    assert head.page.form("现在公布") is None
    head.posts(f"/desk/lists/{LIST}/publish", {"csrf_token": head._token(), "reason": "再来一次。"})
    head.reads("没有重复公布")
    assert "历次公布" not in life.stranger.opens(f"/lists/{LIST}")
    life.does_jobs()
    assert downloaded(life).count("家庭农场") == 5
    page = life.stranger.opens(f"/lists/{LIST}")
    assert "历次公布" in page
    assert "年度公布" not in page, "it was not the day of the year"
    said = life.town.all(select(event).where(event.c.action == "publish_list").order_by(event.c.id))
    assert [(one.actor_role, one.to_state, one.reason) for one in said] == [
        ("supervisor", "running", "市里推介会使用。"), ("system", "done", None)
    ]  # fmt: skip
    life.sound()


def test_its_day_comes_all_the_same(life: TownLife) -> None:
    stand(life, 1)
    head = life.centre.supervisor
    head.opens(f"/desk/lists/{LIST}")
    head.sends("现在公布", {"理由（记入留痕）": "市里推介会使用。"})
    life.does_jobs()
    life.long_after(DAY)
    assert night(life) == 1
    life.does_jobs()
    assert len(life.town.all(select(list_publication_rows))) == 2
