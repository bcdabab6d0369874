"""The queue as an officer wants to see it: filters, order, columns, views kept under a name, and the next case from the case page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.records import cases, role_grant, saved_view
from repairflow.web.staff import case_lists
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make
from tests.web.test_desk_lists import numbers


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def test_filters_order_and_columns(app: Flask, town: Town, clock: Clock) -> None:
    """Two offices, three days, two classes, one handed back: each filter and order shows what it says, and counts it."""
    with town.db.begin() as tx:
        for name, role, place in (("acceptor@ENV", "acceptor", "MARKET"), ("acceptor@ENV", "examiner", "ENV")):
            tx.execute(
                insert(role_grant).values(
                    person_id=town.people[name], role=role, office_id=town.offices[place]
                )
            )  # fmt: skip
    first = town.file_repair(
        town.record(kinds=("stop_business", "fine"), fine="25", decided=town.today - timedelta(400))
    )
    market = town.file_repair(town.record(office_code="MARKET"))
    town.now = clock.travel(timedelta(days=6))
    second = town.file_repair()
    town.do(second, "accept")
    last = town.file_repair()
    officer = Officer(app, town, "acceptor@ENV")

    def shown(query: str) -> list[str]:
        return numbers(officer.get(f"/desk/?{query}"))

    everything = shown("")
    assert sorted(everything) == sorted([first, market, second, last])
    assert shown("sort=oldest") == [first, market, second, last]
    assert shown("sort=newest") == [last, second, market, first]
    assert shown("step=repair.verifying") == [second]
    assert shown(f"office={town.offices['MARKET']}") == [market]
    assert sorted(shown("near=late")) == sorted([first, market])
    assert shown("near=late&severity=serious") == [first]
    assert shown(f"handler={town.people['acceptor@ENV']}") == [second]
    assert sorted(shown("filed_from=2026-06-16&filed_to=2026-06-16")) == sorted([second, last])
    assert shown("filed_to=2026-06-09") == []
    assert "没有符合条件的待办" in officer.text
    assert sorted(shown("procedure=repair&own=1")) == [second]
    page = officer.get("/desk/?near=late&col=handler&col=filed")
    assert "现显示 2 件" in page
    assert "（4）" in page  # all of the procedure
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)<', page)
    assert heads == ["办件", "提出时间", "上一步办理人"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("filed_from=2026-13-01", "“提出日期（起）”不是日期"),
        ("filed_to=明天", "“提出日期（止）”不是日期"),
        ("filed_from=2026-06-10&filed_to=2026-06-01", "起始日晚于截止日"),
        ("office=1", ""),
        ("office=x&handler=-1&near=never&severity=grave&sort=random&col=secret&step=nothing.at.all", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_said(app: Flask, town: Town, query: str, says: str) -> None:
    """The rest of the address is followed; nothing breaks."""
    town.file_repair()
    page = Officer(app, town, "acceptor@ENV").get(f"/desk/?{query}")
    assert says in page
    if says:
        assert "有筛选条件没有用上" in page


def test_a_view_is_kept_used_replaced_and_given_up(app: Flask, town: Town) -> None:
    repair, objection = town.file_repair(), town.file_objection()
    with town.db.begin() as tx:
        tx.execute(
            insert(role_grant).values(
                person_id=town.people["registrar@CREDIT"], role="acceptor", office_id=town.offices["ENV"]
            )
        )
    officer = Officer(app, town, "registrar@CREDIT")
    officer.get("/desk/?procedure=objection&sort=newest")
    answer = officer.post(
        "/desk/views", {"query": "procedure=objection&sort=newest&after=9&x=<script>", "name": "新异议"}
    )
    assert answer.location == "/desk/?procedure=objection&sort=newest"
    page = officer.get("/desk/")
    assert "新异议" in page
    assert sorted(numbers(page)) == sorted([repair, objection])
    assert numbers(officer.get("/desk/?procedure=objection&sort=newest")) == [objection]
    assert "删除视图“新异议”" in officer.text
    officer.post("/desk/views", {"query": "procedure=repair", "name": "新异议"})
    kept = town.all(select(saved_view))
    assert [(row.name, row.query) for row in kept] == [("新异议", "procedure=repair")]

    other = Officer(app, town, "acceptor@ENV")
    assert "新异议" not in other.get("/desk/")
    assert other.post(f"/desk/views/{kept[0].id}/drop").status_code == 404
    for name, query, says in (
        ("", "sort=oldest", "视图名称没有填写"), ("很" * 21, "sort=oldest", "最多 20 个字"), ("一", "", "请先选择筛选条件"),
        ("两\n行", "sort=oldest", "不可见的字符"),
    ):  # fmt: skip
        other.get("/desk/")
        other.post("/desk/views", {"query": query, "name": name})
        assert says in other.get("/desk/"), name
    assert len(town.all(select(saved_view))) == 1
    officer.get("/desk/?procedure=repair")
    assert officer.post(f"/desk/views/{kept[0].id}/drop").status_code == 303
    assert town.all(select(saved_view)) == []
    answer = officer.post("/desk/views", {"query": f"procedure=a%00b&step={'字' * 190}&sort=oldest", "name": "怪"})
    assert answer.location == "/desk/?sort=oldest"  # nothing of it that no address of ours holds


def test_no_more_views_than_one_finds(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "acceptor@ENV")
    officer.get("/desk/?sort=oldest")
    for number in range(21):
        officer.post("/desk/views", {"query": "sort=oldest", "name": f"视图 {number}"})
    assert "最多保存 20 个视图" in officer.get("/desk/")
    assert len(town.all(select(saved_view))) == 20


def test_a_view_of_a_post_that_ended(app: Flask, town: Town) -> None:
    """It still opens: it says that the office is no longer the officer's, and shows what waits now."""
    mine = town.file_repair()
    query = f"office={town.offices['MARKET']}"
    officer = Officer(app, town, "acceptor@ENV")
    town.turn(
        insert(saved_view).values(person_id=town.people["acceptor@ENV"], name="市监", query=query, saved_at=town.now)
    )
    page = officer.get("/desk/")
    assert "市监" in page
    page = officer.get(f"/desk/?{query}")
    assert "您在所选的决定单位已经没有岗位" in page
    assert numbers(page) == [mine]
    assert (
        officer.post(f"/desk/views/{town.one(select(saved_view)).id}/drop").status_code == 303
    )  # the page has its form
    assert "市监" not in officer.get("/desk/")


def test_an_office_the_page_offers_can_be_chosen(app: Flask, town: Town) -> None:
    """Whose posts take steps in what another office decides may ask for that office, and is told why nothing is shown."""
    objection = town.file_objection()
    town.steps(objection, "accept", "consult")
    officer = Officer(app, town, "provider@ENV")
    place = town.offices["CREDIT"]
    assert f'<option value="{place}">' in officer.get("/desk/")
    page = officer.get(f"/desk/?office={place}")
    assert numbers(page) == [objection]
    assert "没有用上" not in page
    assert f'<option value="{place}" selected>' in page
    town.do(objection, "report_finding")
    page = officer.get(f"/desk/?office={place}")
    assert numbers(page) == []
    assert "您在所选的决定单位没有岗位；由它决定的办件，现在没有轮到您办理的" in page
    assert f'<option value="{place}" selected>' in page  # pressing the button again asks the same


def test_the_next_case_is_a_press_away(app: Flask, town: Town, clock: Clock) -> None:
    """In the order of the view one came from; after the step, the first that waits."""
    filed = []
    for _ in range(3):
        filed.append(town.file_repair())
        town.now = clock.travel(timedelta(days=1))
    officer = Officer(app, town, "acceptor@ENV")
    link = re.search(rf'href="(/desk/cases/{filed[1]}\?looked=[^"]+)"', officer.get("/desk/?sort=newest"))
    assert link
    page = officer.get(link.group(1))
    assert "第 2 件，共 3 件" in page
    assert f'rel="prev" href="/desk/cases/{filed[2]}?looked=sort%3Dnewest"' in page
    assert f'rel="next" href="/desk/cases/{filed[0]}?looked=sort%3Dnewest"' in page
    page = officer.get(f"/desk/cases/{filed[0]}")
    assert "第 1 件，共 3 件" in page
    assert 'rel="prev"' not in page
    assert officer.act(filed[0], "accept").status_code == 303
    page = officer.get(f"/desk/cases/{filed[0]}")
    assert "待办还有 2 件" in page
    assert f'rel="next" href="/desk/cases/{filed[1]}"' in page
    assert 'aria-label="待办"' not in Officer(app, town, "auditor@CREDIT").get(f"/desk/cases/{filed[0]}")


def test_the_next_case_follows_the_list(app: Flask, town: Town, clock: Clock) -> None:
    """One of the priority lane comes first in the list, and first from the case page; each order by the list it stands in."""
    filed = []
    for _ in range(3):
        filed.append(town.file_repair())
        town.now = clock.travel(timedelta(days=1))
    town.turn(update(cases).where(cases.c.number == filed[2]).values(priority="重大项目"))
    town.turn(update(cases).where(cases.c.number == filed[1]).values(due_day=None))
    officer = Officer(app, town, "acceptor@ENV")
    for query in ("", "sort=oldest", "sort=newest"):
        listed = numbers(officer.get(f"/desk/?{query}"))
        assert sorted(listed) == sorted(filed)
        looked = f"?looked={query.replace('=', '%3D')}" if query else ""
        for place, number in enumerate(listed):
            page = officer.get(f"/desk/cases/{number}{looked}")
            assert f"第 {place + 1} 件，共 3 件" in page
            for rel, other in (("prev", place - 1), ("next", place + 1)):
                to = f'rel="{rel}" href="/desk/cases/{listed[other]}{looked}"' if 0 <= other < 3 else f'rel="{rel}"'
                assert (to in page) == (0 <= other < 3), (query, place, rel)
    assert numbers(officer.get("/desk/")) == [filed[2], filed[0], filed[1]]


def test_a_later_page_is_not_said_to_have_changed(
    app: Flask, town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first page is compared with what the queue begins with now."""
    monkeypatch.setattr(case_lists, "PAGE", 1)
    filed = [town.file_repair(), town.file_repair()]
    officer = Officer(app, town, "acceptor@ENV")
    following = re.search(r'rel="next" href="(/desk/\?after=[^"]+)"', officer.get("/desk/"))
    assert "hx-get" in officer.text
    assert following
    page = officer.get(following.group(1))
    assert numbers(page) == filed[1:]
    assert "queue-changes" not in page


def test_a_queue_says_that_it_changed_and_does_not_move(app: Flask, town: Town) -> None:
    town.file_repair()
    officer = Officer(app, town, "acceptor@ENV")
    asks = re.search(r'hx-get="(/desk/changes\?[^"]+)"', officer.get("/desk/"))
    assert asks
    assert "待办有变动" not in officer.get(asks.group(1))
    assert 'hx-trigger="every 30s"' in officer.text
    case = town.file_repair()
    assert "现有 2 件" in officer.get(asks.group(1))
    assert "hx-trigger" not in officer.text  # said once
    town.turn(update(cases).where(cases.c.number == case).values(due_day=None))
    assert "待办有变动" in officer.get(asks.group(1))


def test_the_help_page_is_where_one_looks(app: Flask, town: Town) -> None:
    officer = Officer(app, town, "acceptor@ENV")
    assert 'href="/desk/help"' in officer.get("/desk/")
    assert "常用视图" in officer.get("/desk/help")
