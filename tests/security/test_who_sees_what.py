"""Administrative posts see no cases and join no other post; a link that opens an account reaches its person alone; what a
supervisor is told of may be opened."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from repairflow import sample, times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework import clock_guard, heartbeats
from repairflow.casework.actor import actor_of
from repairflow.casework.admin import credential_links, credentials, roles_and_mandates
from repairflow.casework.cases import deadline_firing, supervision
from repairflow.db import Database
from repairflow.gateway.sms import FileSms
from repairflow.records import credential_link, event, notice, outbox, person, role_grant, web_session
from repairflow.settings import Settings
from repairflow.web.core import access, sessions
from repairflow.worker import chores, sweeps
from repairflow.worker.reminders import Reminders
from tests.conftest import Clock
from tests.security.whole_house import ADMINISTRATORS, Browser, Secret, WholeHouse
from tests.support.building import Town
from tests.support.calling import tamper

SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = ADMINISTRATORS
PASSWORD = "a new pass 2026"


@pytest.fixture
def house(database: Database, settings: Settings, clock: Clock) -> WholeHouse:
    return WholeHouse(Town(database, settings))


# Who sees cases


def answers(house: WholeHouse, secret: Secret, who: str, *, program: bool) -> dict[str, str]:
    """What every address that can name the case says to somebody, where it gives the case away."""
    found = {}
    names = secret.names(house.town)
    browser = house.browser(who)
    headers = house.program(who) if program else {}
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or access.PUBLIC in access.declared(house.app, rule.endpoint):
            continue
        for values in secret.fill(rule):
            with house.app.test_request_context():
                path = house.app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
            client = house.app.test_client() if program else browser.client
            answer = client.get(path, headers=headers, buffered=True)
            body = answer.get_data()
            told = body.decode("utf-8", "replace")
            typed = [value for value in values.values() if value in told and answer.status_code >= 400]
            paper = answer.mimetype.startswith(("application/pdf", "image/"))
            if paper or any(name in told for name in names if name not in typed):
                found[f"{path}"] = rule.endpoint
    return found


@pytest.mark.parametrize("program", [False, True], ids=["browser", "program"])
def test_administrative_posts_see_no_case_at_any_address(house: WholeHouse, program: bool) -> None:
    secret = Secret.of(house.town)
    for who in (SYSTEM_ADMIN, SECURITY_ADMIN):
        assert answers(house, secret, who, program=program) == {}
    seen = set(answers(house, secret, "acceptor@ENV", program=program).values())
    assert {"files.material", "files.letter", "api.show_case"} <= seen  # the walk does find what there is to see
    if not program:
        assert {"desk.case", "desk.cases", "inbox.inbox"} <= seen
    assert "api.show_case" in set(answers(house, secret, AUDIT_ADMIN, program=program).values())


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 200), ("yunxi", 200), ("yunxi's agent", 200), ("hengtuo", 404), ("acceptor@ENV", 200), ("acceptor@MARKET", 404),
     (SYSTEM_ADMIN, 403), (SECURITY_ADMIN, 403), (AUDIT_ADMIN, 200)],
)  # fmt: skip
def test_who_opens_the_page_of_a_case(house: WholeHouse, who: str | None, status: int) -> None:
    secret = Secret.of(house.town)
    browser = house.browser(who)
    home = "my" if who in {"yunxi", "yunxi's agent", "hengtuo"} else "desk"
    assert browser.get(f"/{home}/cases/{secret.case}") == status
    assert (secret.case in browser.text) is (status == 200 and who is not None), "nobody is led to the login"


def test_search_and_doors_of_cases_are_not_offered_to_administrators(house: WholeHouse) -> None:
    for who in (SYSTEM_ADMIN, SECURITY_ADMIN):
        browser = house.browser(who)
        assert browser.get("/admin/") == 200
        assert "/desk" not in browser.text
        assert 'href="/inbox/"' in browser.text


def test_who_came_to_administer_reads_no_more_of_cases(house: WholeHouse) -> None:
    """What an officer was told before he took an administrator's post is not shown to the administrator."""
    secret, town = Secret.of(house.town), house.town
    told = select(notice.c.id).where(notice.c.case_id == town.case(secret.case).id).limit(1)
    town.turn(update(notice).where(notice.c.id == town.one(told).id).values(person_id=town.people[SYSTEM_ADMIN]))
    browser = house.browser(SYSTEM_ADMIN)
    assert browser.get("/inbox/") == 200
    assert secret.case not in browser.text
    assert "未读" not in browser.text.partition("<main")[2].partition("没有未读")[0]


# Posts that exclude one another

EXCLUDED = [
    ("acceptor", "security_admin"), ("supervisor", "system_admin"), ("auditor", "audit_admin"),
    ("system_admin", "decider"), ("security_admin", "auditor"), ("audit_admin", "head"), ("system_admin", "audit_admin"),
]  # fmt: skip


def grant(house: WholeHouse, login: str, role: str) -> int:
    browser = house.browser(SECURITY_ADMIN)
    browser.get("/admin/people")
    return browser.post(f"/admin/people/{login}/posts", role=role, office="CREDIT")


def make(house: WholeHouse, login: str = "xu") -> None:
    browser = house.browser(SYSTEM_ADMIN)
    browser.get("/admin/people/new")
    assert browser.post("/admin/people/new", login=login, name="许知行", kind="staff") == 303
    house.town.people[login] = house.town.one(select(person.c.id).where(person.c.login == login)).id


@pytest.mark.parametrize(("first", "second"), EXCLUDED)
def test_an_administrator_holds_no_other_post(house: WholeHouse, first: str, second: str) -> None:
    make(house)
    assert grant(house, "xu", first) == 303
    assert grant(house, "xu", second) == 422
    held = select(role_grant.c.role).where(role_grant.c.person_id == house.town.people["xu"])
    assert [row.role for row in house.town.all(held)] == [first]


@pytest.mark.parametrize(("first", "second"), EXCLUDED)
def test_the_database_joins_no_such_posts_either(house: WholeHouse, first: str, second: str) -> None:
    make(house)
    town = house.town
    for role in (first, second):
        slot = 1 if role.endswith("_admin") else None
        row = {"person_id": town.people["xu"], "role": role, "office_id": town.offices["CREDIT"], "admin_slot": slot}
        if role == first:
            town.turn(insert(role_grant).values(row))
            continue
        with pytest.raises(IntegrityError):
            town.turn(insert(role_grant).values(row))
    changed = update(role_grant).where(role_grant.c.person_id == town.people["acceptor@ENV"])
    town.turn(insert(role_grant).values(
        person_id=town.people["acceptor@ENV"], role="examiner", office_id=town.offices["ENV"]
    ))  # fmt: skip
    with pytest.raises(IntegrityError):
        town.turn(changed.where(role_grant.c.role == "examiner").values(role="audit_admin", admin_slot=1))


def test_posts_joined_before_count_as_the_work_alone(house: WholeHouse) -> None:
    """Rows from before: the administrator's post does not count, and the list says what to take back."""
    town = house.town
    key = town.people["acceptor@ENV"]
    tamper(
        town,
        "INSERT INTO role_grant (person_id, role, office_id, admin_slot) "
        f"VALUES ({key}, 'security_admin', {town.offices['CREDIT']}, 1)",
    )
    with town.db.read() as tx:
        assert {role for role, _ in actor_of(tx, key, town.today).roles} == {"acceptor"}
        listed = roles_and_mandates.conflicts(tx)
    assert [(login, [post.role for post in held]) for login, held in listed] == [
        ("acceptor@ENV", ["security_admin", "acceptor"])
    ]
    browser = house.browser("acceptor@ENV")
    assert [browser.get("/desk/"), browser.get("/admin/people")] == [200, 403]
    town.turn(delete(role_grant).where(role_grant.c.person_id == key, role_grant.c.role == "acceptor"))
    assert house.browser("acceptor@ENV").get("/admin/people") == 200


# Links that open accounts


def order(house: WholeHouse, what: str, way: str, login: str = "xu", who: str = SECURITY_ADMIN) -> Browser:
    """A link made by an administrator; its browser afterwards."""
    browser = house.browser(who)
    browser.get(f"/admin/people/{login}")
    assert browser.post(f"/admin/people/{login}/{what}", confirmed="yes", way=way) == 303
    return browser


def printed(house: WholeHouse, who: str) -> tuple[int, str]:
    """The sheet that waits, released by somebody: status and link."""
    browser = house.browser(who)
    browser.get("/preferences")
    waits = house.town.all(select(credential_link.c.id).order_by(credential_link.c.id))[-1].id
    status = browser.post(f"/admin/sheets/{waits}")
    link = re.search(r"/account/(password|second-factor/reset)/[\w-]{20,}", browser.text)
    return status, link.group(0) if link and status == 200 else ""


def inbox(house: WholeHouse, who: str) -> list[str]:
    return house.town.notices(who, "account")


def bind_device(house: WholeHouse, login: str = "xu") -> None:
    sealed = house.town.vault.seal("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    house.town.turn(update(person).where(person.c.login == login).values(totp_secret=sealed))


LINKS = [("password", "设置密码"), ("second-factor", "解除动态口令")]


@pytest.mark.parametrize(("what", "label"), LINKS)
def test_whoever_makes_a_link_never_sees_it(house: WholeHouse, what: str, label: str) -> None:
    make(house)
    bind_device(house)
    maker = order(house, what, "sheet")
    for path in ("/admin/people/xu", "/admin/sheets", "/admin/changes", "/inbox/"):
        assert maker.get(path) == 200
        assert not re.search(r"/account/(password|second-factor/reset)/[\w-]{20,}", maker.text)
    assert printed(house, SECURITY_ADMIN)[0] == 403
    for nobody in ("acceptor@ENV", "supervisor@CREDIT", "yunxi", "auditor@CREDIT"):
        assert printed(house, nobody)[0] == 403
    status, link = printed(house, SYSTEM_ADMIN)
    assert (status, bool(link)) == (200, True)
    assert printed(house, AUDIT_ADMIN)[0] == 404, "it is shown once"
    assert inbox(house, "xu") == [f"您的账号：发放{label}的链接", f"您的账号：打印{label}的通知单"]
    assert inbox(house, AUDIT_ADMIN) == [f"账号 xu：发放{label}的链接", f"账号 xu：打印{label}的通知单"]


def test_the_person_a_sheet_is_for_does_not_print_it(house: WholeHouse) -> None:
    order(house, "password", "sheet", login=SYSTEM_ADMIN)
    assert printed(house, SYSTEM_ADMIN)[0] == 403
    assert printed(house, AUDIT_ADMIN)[0] == 200


def test_the_database_knows_that_two_people_open_an_account(house: WholeHouse) -> None:
    make(house)
    order(house, "password", "sheet")
    for who in (SECURITY_ADMIN, "xu"):
        with pytest.raises(IntegrityError):
            house.town.turn(update(credential_link).values(released_by=house.town.people[who]))


def test_the_use_of_a_link_is_an_event_that_names_who_opened_the_account(house: WholeHouse) -> None:
    make(house)
    order(house, "password", "sheet")
    _, link = printed(house, SYSTEM_ADMIN)
    stranger = house.browser(None)
    assert stranger.get(link) == 200
    assert stranger.post(link, password=PASSWORD, again=PASSWORD) == 303
    assert stranger.get(link) == 404
    auditor = house.browser(AUDIT_ADMIN)
    auditor.get("/admin/changes")
    assert "用链接设置密码" in auditor.text
    assert f"发放人：{SECURITY_ADMIN}；打印人：{SYSTEM_ADMIN}；方式：打印的通知单" in auditor.text
    assert inbox(house, "xu")[-1] == "您的账号：密码已用链接设置"
    assert inbox(house, AUDIT_ADMIN)[-1] == "账号 xu：密码已用链接设置"
    house.town.sound()


def test_a_second_factor_is_released_by_its_person_alone(house: WholeHouse) -> None:
    make(house)
    bind_device(house)
    order(house, "second-factor", "sheet")
    still = select(person.c.totp_secret).where(person.c.login == "xu")
    assert house.town.one(still).totp_secret is not None, "the administrator's press releases nothing"
    _, link = printed(house, AUDIT_ADMIN)
    with house.town.db.begin() as tx:
        sessions.start(tx, house.town.settings, house.town.people["xu"], None, second_factor=True)
    stranger = house.browser(None)
    assert stranger.get(link) == 200
    assert stranger.post(link) == 303
    assert house.town.one(still).totp_secret is None
    ended = select(web_session.c.ended_at).where(web_session.c.person_id == house.town.people["xu"])
    assert None not in [row.ended_at for row in house.town.all(ended)]
    stranger.get("/login")
    assert stranger.post(link) == 404
    rows = select(event).where(event.c.stream == "account/xu").order_by(event.c.seq)
    assert [row.action for row in house.town.all(rows)][-3:] == [
        "second_factor_link",
        "release_link",
        "reset_second_factor",
    ]
    assert inbox(house, AUDIT_ADMIN)[-1] == "账号 xu：动态口令已用链接解除"


def test_an_earlier_sheet_is_over_when_another_is_made(house: WholeHouse, clock: Clock) -> None:
    make(house)
    order(house, "password", "sheet")
    _, first = printed(house, SYSTEM_ADMIN)
    order(house, "password", "sheet")
    assert house.browser(None).get(first) == 404
    house.town.now = clock.travel(credentials.LINK_LIVES)
    assert printed(house, SYSTEM_ADMIN)[0] == 404, "nobody prints a link that is over"


class Letters:
    """A mail server that keeps what it was given."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, body: str, key: str) -> None:
        self.kept.append((to, subject, body))


@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_a_channel_brings_the_link_to_its_person(house: WholeHouse, channel: str) -> None:
    """At any hour; and neither the outbox nor, once it went, any row holds it."""
    make(house)
    town = house.town
    mobile = town.vault.seal("13800000000")
    town.turn(update(person).where(person.c.login == "xu").values(email="xu@example.cn", phone=mobile))
    with town.db.begin() as tx:
        by = actor_of(tx, town.people[SECURITY_ADMIN], town.today)
        row = tx.execute(select(person).where(person.c.login == "xu")).one()
        credential_links.send(tx, town.vault, by, row, credential_links.Order("password", channel, mail=True), town.now)
    mail, texts = Letters(), FileSms(town.settings.home / "sms")
    reminders = Reminders(town.db, town.services, mail, texts, "https://credit.example.cn")
    waiting = town.one(select(outbox.c.topic, outbox.c.key, outbox.c.payload))
    reminders.errands[waiting.topic](waiting.payload, waiting.key)
    said = mail.kept[0][2] if channel == "mail" else next((town.settings.home / "sms").iterdir()).read_text("utf-8")
    link = re.search(r"https://credit\.example\.cn(/account/password/[\w-]{43}) ", said)
    assert link, said
    assert "xu@example.cn" in mail.kept[0] if channel == "mail" else said.startswith("13800000000\n")
    assert house.browser(None).get(link.group(1)) == 200
    token = link.group(1).rsplit("/", 1)[1]
    assert token not in str(waiting.payload)
    assert town.one(select(credential_link.c.sealed)).sealed is None
    reminders.errands[waiting.topic](waiting.payload, waiting.key)
    assert len(mail.kept) <= 1


@pytest.mark.parametrize(
    ("mail", "email", "phone", "ways"),
    [
        (False, None, None, ["sheet"]),
        (False, "xu@example.cn", None, ["sheet"]),
        (True, "xu@example.cn", None, ["mail", "sheet"]),
        (True, "xu@example.cn", b"sealed", ["mail", "sms", "sheet"]),
        (True, None, b"sealed", ["sms", "sheet"]),
    ],
)
def test_which_ways_reach_a_person(
    house: WholeHouse, mail: bool, email: str | None, phone: bytes | None, ways: list[str]
) -> None:
    make(house)
    house.town.turn(update(person).where(person.c.login == "xu").values(email=email, phone=phone))
    assert list(credential_links.ways(house.town.one(select(person).where(person.c.login == "xu")), mail=mail)) == ways


# What a supervisor is told of

LINK = re.compile(r'<li class="list-group-item.*?</li>', re.DOTALL)


def follow_inbox(browser: Browser) -> dict[str, int]:
    """Every link of every notice, with what it answers."""
    found, path = {}, "/inbox/"
    while path:
        assert browser.get(path) == 200
        following = re.search(r'href="(/inbox/\?before=\d+)"[^>]*>[^<]*下一页', browser.text)
        path = following.group(1) if following else ""
        hrefs = [href for item in LINK.findall(browser.text) for href in re.findall(r'href="([^"]+)"', item)]
        found |= {href: browser.get(href) for href in dict.fromkeys(hrefs) if href not in found}
    return found


def test_every_notice_of_the_demonstration_leads_to_a_page_its_reader_may_open(settings: Settings) -> None:
    """On its first day, and after three weeks in which nobody worked and the weekly chase went out."""
    program = Program.at(settings)
    sample.make(program)
    follow_all(program)
    later = times.now() + timedelta(days=21)
    monday = later - timedelta(days=times.local_day(later).weekday())
    with times.set_clock(lambda: times.at(times.local_day(monday), time(10))):

        def fire(tx: Connection, row: int, now: datetime) -> list[object]:
            return [deadline_firing.fire(tx, program.services, row, now)]

        with program.db.begin() as tx:
            clock_guard.confirm(tx, times.now())  # three weeks at once look like a clock set ahead
            heartbeats.take_day(tx, supervision.CHASE, times.today() - timedelta(days=7), times.now())
        sweeps.sweep(program.db, sweeps.find_due, fire, times.now())
        assert chores.chase(program.db, program.services, times.now())
        followed = follow_all(program)
    assert "/oversight/late" in followed["wenyan"]
    assert any(href.startswith("/desk/cases/") for href in followed["xuzhixing"])


def follow_all(program: Program) -> dict[str, set[str]]:
    """What every officer's notices lead to, each page opened."""
    settings, app = program.settings, make_app(program)
    with program.db.read() as tx:
        staff = tx.execute(select(person.c.id, person.c.login).where(person.c.kind == "staff")).all()
    followed: dict[str, set[str]] = {}
    for row in staff:
        with program.db.begin() as tx:
            token = sessions.start(tx, settings, row.id, None, second_factor=True)
        client = app.test_client()
        client.set_cookie(sessions.cookie_name(settings), token)
        found = follow_inbox(Browser(client))
        assert set(found.values()) <= {200}, (row.login, found)
        followed[row.login] = set(found)
    return followed


def test_a_supervisor_looks_over_what_is_late_elsewhere_and_no_more(house: WholeHouse, clock: Clock) -> None:
    secret, town = Secret.of(house.town), house.town

    def look() -> tuple[int, str]:
        browser = house.browser("supervisor@MARKET")
        return browser.get(f"/oversight/late/{secret.case}"), browser.text

    assert look()[0] == 404, "nothing is late yet"
    town.now = clock.travel(times.at(town.today.replace(month=9), times.local(town.now).time()))
    town.sweep()
    status, text = look()
    assert status == 200
    assert "云溪县生态环境局" in text
    for hidden in (secret.record, "云溪环保科技", "林一鸣", "宋远山", "证明.png", secret.letter):
        assert hidden not in text
    browser = house.browser("supervisor@MARKET")
    assert follow_inbox(browser) == {f"/oversight/late/{secret.case}": 200}
    assert [browser.get(f"/desk/cases/{secret.case}"), browser.get("/oversight/late")] == [404, 200]
    assert secret.case in browser.text
    assert house.browser("head@MARKET").get(f"/oversight/late/{secret.case}") == 403
