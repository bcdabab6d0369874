"""People: who may make, open, close and equip an account; the three administrators; mandates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from repairflow.auditing import chain
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.admin import accounts, credential_links, credentials, roles_and_mandates, tokens
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.casework.queries.people.introduction import ROLE_LABELS
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, RepairFlowError, Unauthenticated
from repairflow.law.identifiers import make_uscc
from repairflow.records import api_token, event, mandate, person, role_grant, subject, web_session
from repairflow.settings import Settings
from repairflow.web.core import sessions
from tests.support.building import COMPANIES, Town

ACCEPTOR = "acceptor@ENV"
ID_NUMBER = "11010519491231002X"
YUNXI = make_uscc("320830", COMPANIES[0][2])
Act = Callable[[Connection, Town, Actor], object]


def system(town: Town) -> Actor:
    return town.actor("system_admin@CREDIT")


def security(town: Town) -> Actor:
    """A security administrator of the credit office, made as the installation's first one is."""
    with town.db.begin() as tx:
        known = tx.execute(select(person.c.id).where(person.c.login == "guard")).scalar()
        if known is None:
            known = accounts.add(tx, SYSTEM, "guard", "穆山", "staff", town.now)
            roles_and_mandates.grant(tx, SYSTEM, "guard", "security_admin", "CREDIT", town.now)
        return actor_of(tx, known, town.today)


def events(town: Town, login: str) -> list[tuple[str, str]]:
    with town.db.read() as tx:
        rows = tx.execute(select(event).where(event.c.stream == f"account/{login}").order_by(event.c.seq))
        return [(row.action, row.actor_role) for row in rows]


def account(town: Town, login: str = "xu", kind: str = "staff") -> str:
    with town.db.begin() as tx:
        accounts.add(tx, SYSTEM, login, "许知行", kind, town.now)
    return login


def factor_link(tx: Connection, town: Town, by: Actor) -> None:
    """A link by which 许知行, who has a device, releases it."""
    tx.execute(update(person).where(person.c.login == "xu").values(totp_secret=town.vault.seal("SECRET")))
    credential_links.send(
        tx,
        town.vault,
        by,
        accounts.one(tx, "xu"),
        credential_links.Order("second_factor", "sheet", mail=False),
        town.now,
    )


SYSTEM_ACTS: dict[str, Act] = {
    "make": lambda tx, town, by: accounts.add(tx, by, "new", "新人", "staff", town.now),
    "rename": lambda tx, town, by: accounts.rename(tx, by, "xu", "许行知", town.now),
}
SECURITY_ACTS: dict[str, Act] = {
    "disable": lambda tx, town, by: accounts.disable(tx, by, "xu", town.now),
    "enable": lambda tx, town, by: accounts.enable(tx, by, "xu", town.now),
    "grant": lambda tx, town, by: roles_and_mandates.grant(tx, by, "xu", "decider", "ENV", town.now),
    "revoke": lambda tx, town, by: roles_and_mandates.revoke(tx, by, "xu", "acceptor", "ENV", town.now),
    "link": lambda tx, town, by: credentials.issue_link(tx, by, accounts.one(tx, "xu"), town.now),
    "token": lambda tx, town, by: tokens.issue(tx, by, "xu", "接口", 1, town.now),
    "second factor": lambda tx, town, by: factor_link(tx, town, by),
    "mandate": lambda tx, town, by: roles_and_mandates.give_mandate(
        tx, town.vault, by, "lin", roles_and_mandates.NewMandate(YUNXI, "agent"), town.now
    ),
    "end mandate": lambda tx, town, by: roles_and_mandates.end_mandate_for(tx, town.vault, by, "wu", YUNXI, town.now),
}


@pytest.mark.either_database
@pytest.mark.parametrize("act", [*SYSTEM_ACTS, *SECURITY_ACTS])
@pytest.mark.parametrize("who", ["system", "security", "auditor", "supervisor", "operator"])
def test_each_administrator_has_a_power_of_its_own(town: Town, act: str, who: str) -> None:
    """三员分立: the one who makes an account cannot give it a post, the one who gives posts makes no accounts."""
    account(town)
    for login in ("lin", "wu"):
        account(town, login, "agent")
    with town.db.begin() as tx:
        roles_and_mandates.grant(tx, SYSTEM, "xu", "acceptor", "ENV", town.now)
        roles_and_mandates.give_mandate(
            tx, town.vault, SYSTEM, "wu", roles_and_mandates.NewMandate(YUNXI, "agent"), town.now
        )
    by = {
        "system": system, "security": security, "auditor": lambda town: town.actor("auditor@CREDIT"),
        "supervisor": lambda town: town.actor("supervisor@CREDIT"), "operator": lambda _: SYSTEM,
    }[who](town)  # fmt: skip
    may = who == "operator" or (who == "system" and act in SYSTEM_ACTS) or (who == "security" and act in SECURITY_ACTS)
    before = town.counts()
    run = {**SYSTEM_ACTS, **SECURITY_ACTS}[act]
    if may:
        with town.db.begin() as tx:
            run(tx, town, by)
        town.sound()
        return
    with pytest.raises(Forbidden, match="管理员办理"), town.db.begin() as tx:
        run(tx, town, by)
    assert town.counts() == before


@pytest.mark.parametrize("act", ["disable", "grant", "revoke", "link", "second factor"])
def test_nobody_serves_himself(town: Town, act: str) -> None:
    """Nobody grants a post to himself, and nobody is rid of his own trace by resetting it."""
    account(town)
    with town.db.begin() as tx:
        roles_and_mandates.grant(tx, SYSTEM, "xu", "security_admin", "CREDIT", town.now)
        own = actor_of(tx, accounts.one(tx, "xu").id, town.today)
    before = town.counts()
    with pytest.raises(Forbidden, match="自己的账号"), town.db.begin() as tx:
        SECURITY_ACTS[act](tx, town, own)
    assert town.counts() == before


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("login", "name", "kind", "fields"),
    [
        ("", "", "", ["login", "name", "kind"]),
        ("Xu", "许知行", "staff", ["login"]),
        ("x", "许知行", "staff", ["login"]),
        ("许知行", "许知行", "staff", ["login"]),
        ("x" * 41, "许知行", "staff", ["login", "login"]),
        ("xu", "许\t行", "staff", ["name"]),
        ("xu", "——", "staff", ["name"]),
        ("xu", "\u3164", "staff", ["name"]),
        ("xu", "许知行", "system", ["kind"]),
    ],
)
def test_an_account_that_does_not_fit_names_its_fields(
    town: Town, login: str, name: str, kind: str, fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused, town.db.begin() as tx:
        accounts.add(tx, SYSTEM, login, name, kind, town.now)
    assert [problem.where for problem in refused.value.problems] == fields


def test_a_login_is_given_once(town: Town) -> None:
    account(town)
    with pytest.raises(Conflict, match="xu 已经存在"):
        account(town)


@pytest.mark.parametrize("first", ["system_admin", "security_admin", "audit_admin"])
@pytest.mark.parametrize("second", ["system_admin", "security_admin", "audit_admin"])
def test_the_three_administrators_are_three_people(town: Town, first: str, second: str) -> None:
    account(town)
    with town.db.begin() as tx:
        assert roles_and_mandates.grant(tx, SYSTEM, "xu", first, "CREDIT", town.now)
    if first == second:  # the same post once more changes nothing
        with town.db.begin() as tx:
            assert not roles_and_mandates.grant(tx, SYSTEM, "xu", second, "CREDIT", town.now)
        return
    with pytest.raises(Conflict, match="不能由同一人担任"), town.db.begin() as tx:
        roles_and_mandates.grant(tx, SYSTEM, "xu", second, "ENV", town.now)
    with town.db.begin() as tx:
        roles_and_mandates.revoke(tx, SYSTEM, "xu", first, "CREDIT", town.now)
        assert roles_and_mandates.grant(tx, SYSTEM, "xu", second, "ENV", town.now)


@pytest.mark.parametrize(
    ("login", "role", "office", "said"),
    [
        ("xu", "king", "ENV", "岗位“king”不在可选范围"),
        ("xu", "", "ENV", "岗位没有选择"),
        ("xu", "acceptor", "", "单位没有选择"),
        ("xu", "acceptor", "NONE", "没有编码为 NONE 的单位"),
        ("nobody", "acceptor", "ENV", "没有登录名为 nobody 的账号"),
        ("lin", "acceptor", "ENV", "是当事人或者代理人的账号，不能担任单位岗位"),
        ("gone", "acceptor", "ENV", "已停用，请先恢复使用"),
    ],
)
def test_a_post_that_cannot_be_granted(town: Town, login: str, role: str, office: str, said: str) -> None:
    account(town)
    account(town, "lin", "agent")
    account(town, "gone")
    with town.db.begin() as tx:
        accounts.disable(tx, SYSTEM, "gone", town.now)
    before = town.counts()
    with pytest.raises(RepairFlowError) as refused, town.db.begin() as tx:
        roles_and_mandates.grant(tx, SYSTEM, login, role, office, town.now)
    told = [problem.text for problem in getattr(refused.value, "problems", ())] + [refused.value.message]
    assert any(said in one for one in told), told
    assert town.counts() == before


def test_a_post_is_taken_back_once(town: Town) -> None:
    account(town)
    with town.db.begin() as tx:
        roles_and_mandates.grant(tx, SYSTEM, "xu", "acceptor", "ENV", town.now)
        roles_and_mandates.revoke(tx, SYSTEM, "xu", "acceptor", "ENV", town.now)
    with pytest.raises(NotFound, match="没有岗位“受理”"), town.db.begin() as tx:
        roles_and_mandates.revoke(tx, SYSTEM, "xu", "acceptor", "ENV", town.now)
    with town.db.read() as tx:
        assert roles_and_mandates.held(tx, accounts.one(tx, "xu").id) == []
    assert [action for action, _ in events(town, "xu")] == ["add", "grant", "revoke"]


def test_every_role_of_law_is_a_post() -> None:
    """A role nobody can be granted would leave its step to nobody."""
    assert {*OFFICE_OF_ROLE, "auditor", "system_admin", "security_admin", "audit_admin"} == set(
        roles_and_mandates.POSTS
    )
    assert len(set(roles_and_mandates.POSTS.values())) == len(
        roles_and_mandates.POSTS
    )  # and is told from the others by its name
    assert roles_and_mandates.POSTS.keys() == ROLE_LABELS.keys()  # and has a word in the header


def test_a_closed_account_lets_nobody_in_until_it_is_opened(town: Town, settings: Settings) -> None:
    guard = security(town)
    account(town)
    with town.db.begin() as tx:
        who = accounts.one(tx, "xu").id
        roles_and_mandates.grant(tx, guard, "xu", "acceptor", "ENV", town.now)
        tokens.issue(tx, guard, "xu", "接口", 30, town.now)
        sessions.start(tx, settings, who, None, second_factor=True)
        assert accounts.disable(tx, guard, "xu", town.now)
        assert not accounts.disable(tx, guard, "xu", town.now)
    with town.db.read() as tx:
        for table in (api_token, web_session):
            assert tx.execute(select(table.c.ended_at).where(table.c.person_id == who)).scalars().all() == [town.now]
        with pytest.raises(Unauthenticated):
            actor_of(tx, who, town.today)
    with town.db.begin() as tx:
        assert accounts.enable(tx, guard, "xu", town.now)
        assert not accounts.enable(tx, guard, "xu", town.now)
    with town.db.read() as tx:
        assert actor_of(tx, who, town.today).has_role("acceptor")  # nothing was lost
        assert tx.execute(select(api_token.c.ended_at)).scalar_one() is not None  # but what ended stays ended
    assert [action for action, _ in events(town, "xu")] == ["add", "grant", "token", "disable", "enable"]
    town.sound()


def test_a_name_is_corrected_and_the_trail_knows_both(town: Town) -> None:
    account(town)
    with town.db.begin() as tx:
        assert accounts.rename(tx, system(town), "xu", "许行知", town.now)
        assert not accounts.rename(tx, system(town), "xu", " 许行知 ", town.now)
    with town.db.read() as tx:
        row = tx.execute(select(event).where(event.c.action == "rename")).one()
    assert chain.content(row.body)["name"] == ["许知行", "许行知"]


# ---- mandates ----


@pytest.mark.parametrize(
    ("login", "code", "capacity", "until", "field"),
    [
        ("lin", "", "agent", None, "subject"),
        ("lin", make_uscc("320830", "ZZZZZZZZ".replace("Z", "9")), "agent", None, "subject"),
        ("lin", YUNXI, "friend", None, "capacity"),
        ("lin", YUNXI, "agent", -1, "until"),
        ("xu", YUNXI, "agent", None, "login"),
        ("gone", YUNXI, "agent", None, "login"),
    ],
)
def test_a_mandate_that_cannot_be_given(
    town: Town, login: str, code: str, capacity: str, until: int | None, field: str
) -> None:
    account(town)
    for agent in ("lin", "gone"):
        account(town, agent, "agent")
    last = town.today + timedelta(days=until) if until is not None else None
    with town.db.begin() as tx:
        accounts.disable(tx, SYSTEM, "gone", town.now)
    before = town.counts()
    with pytest.raises(Invalid) as refused, town.db.begin() as tx:
        roles_and_mandates.give_mandate(
            tx, town.vault, SYSTEM, login, roles_and_mandates.NewMandate(code, capacity, last), town.now
        )
    assert [problem.where for problem in refused.value.problems] == [field]
    assert town.counts() == before


def test_a_mandate_counts_from_its_day_to_its_last(town: Town) -> None:
    account(town, "lin", "agent")
    last = town.today + timedelta(days=3)
    with town.db.begin() as tx:
        roles_and_mandates.give_mandate(
            tx, town.vault, SYSTEM, "lin", roles_and_mandates.NewMandate(f" {YUNXI.lower()} ", "agent", last), town.now
        )
        who = accounts.one(tx, "lin").id
        assert actor_of(tx, who, last).is_agent_of(town.subjects["yunxi"])
        assert not actor_of(tx, who, last + timedelta(days=1)).subjects


def test_a_mandate_ends_at_once_and_may_begin_anew(town: Town) -> None:
    account(town, "lin", "agent")
    for _ in range(2):
        with town.db.begin() as tx:
            roles_and_mandates.give_mandate(
                tx, town.vault, SYSTEM, "lin", roles_and_mandates.NewMandate(YUNXI, "agent"), town.now
            )
            who = accounts.one(tx, "lin").id
            assert actor_of(tx, who, town.today).subjects
            (one,) = roles_and_mandates.mandates(tx, town.vault, who, town.today)
            roles_and_mandates.end_mandate(tx, SYSTEM, "lin", one.id, town.now)
            assert not actor_of(tx, who, town.today).subjects
        with pytest.raises(NotFound, match="已经终止"), town.db.begin() as tx:
            roles_and_mandates.end_mandate(tx, SYSTEM, "lin", one.id, town.now)
    with town.db.read() as tx:
        (ended,) = roles_and_mandates.mandates(tx, town.vault, who, town.today)
    assert not ended.valid
    assert len(town.all(select(mandate.c.id).where(mandate.c.person_id == who))) == 1


def test_a_natural_person_is_found_by_number_which_no_trail_holds(town: Town) -> None:
    account(town, "lin", "agent")
    with town.db.begin() as tx:
        sealed = {"id_index": town.vault.index(ID_NUMBER), "id_sealed": town.vault.seal(ID_NUMBER)}
        tx.execute(insert(subject).values(kind="natural_person", name="丁一", **sealed))
        assert (
            roles_and_mandates.give_mandate(
                tx, town.vault, SYSTEM, "lin", roles_and_mandates.NewMandate(ID_NUMBER, "representative"), town.now
            )
            == "丁一"
        )
        (one,) = roles_and_mandates.mandates(tx, town.vault, accounts.one(tx, "lin").id, town.today)
    assert (one.code, one.capacity) == ("110105***********X", "本人或者监护人")
    bodies = town.all(select(event.c.body))
    assert not any(ID_NUMBER.encode() in row.body for row in bodies)


# ---- the list ----


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("XU", ["xu"]),
        ("许知", ["xu"]),
        ("云溪环保", ["lin", "yunxi", "yunxi's agent"]),
        ("%", []),
        ("没有这样的人", []),
    ],
)
def test_people_are_found_by_login_name_office_or_company(town: Town, search: str, found: list[str]) -> None:
    account(town)
    account(town, "lin", "agent")
    with town.db.begin() as tx:
        accounts.rename(tx, SYSTEM, "lin", "林一鸣二", town.now)
        roles_and_mandates.give_mandate(
            tx, town.vault, SYSTEM, "lin", roles_and_mandates.NewMandate(YUNXI, "agent"), town.now
        )
    with town.db.read() as tx:
        assert [one.login for one in accounts.listed(tx, search)] == found


def test_the_list_goes_on_page_by_page(town: Town) -> None:
    seen: list[str] = []
    with town.db.read() as tx:
        while page := accounts.listed(tx, after=seen[-1] if seen else "", size=7):
            seen += [one.login for one in page]
        everybody = tx.execute(select(person.c.login)).scalars().all()
        here = accounts.listed(tx, "", "ENV", size=100)
        posted = tx.execute(
            select(role_grant.c.person_id).distinct().where(role_grant.c.office_id == town.offices["ENV"])
        ).all()
    assert sorted(seen) == sorted(everybody)
    assert len(seen) == len(set(seen))
    assert len(here) == len(posted)
