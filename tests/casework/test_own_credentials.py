"""What opens an account: links that work once, passwords worth the name, devices and recovery codes."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import accounts, credential_links, credentials, second_factor
from repairflow.errors import Conflict, Invalid, NotFound
from repairflow.records import event, person, web_session
from repairflow.settings import Settings
from repairflow.web.core import sessions
from tests.conftest import Clock
from tests.support.building import Town

PASSWORD = "battery staple 电池"


@pytest.fixture
def xu(town: Town) -> int:
    """An account without a password."""
    with town.db.begin() as tx:
        return accounts.add(tx, SYSTEM, "xu", "许知行", "staff", town.now)


def link(town: Town) -> str:
    with town.db.begin() as tx:
        return credentials.issue_link(tx, SYSTEM, accounts.one(tx, "xu"), town.now)


def use(town: Town, token: str, password: str = PASSWORD) -> None:
    with town.db.begin() as tx:
        credential_links.set_password(tx, token, password, town.now)


def stored(town: Town) -> str | None:
    return town.one(select(person.c.password_hash).where(person.c.login == "xu")).password_hash


def actions(town: Town) -> list[str]:
    rows = town.all(select(event.c.action).where(event.c.stream == "account/xu").order_by(event.c.seq))
    return [row.action for row in rows]


def test_a_link_sets_a_password_once(town: Town, xu: int) -> None:
    token = link(town)
    assert token not in (stored(town) or "")  # whoever reads the database cannot use it
    assert not credentials.password_fits(stored(town), token)
    use(town, token)
    assert credentials.password_fits(stored(town), PASSWORD)
    with pytest.raises(NotFound, match="已经用过"):
        use(town, token, "another password 1")
    assert actions(town) == ["add", "password_link", "set_password"]
    town.sound()


@pytest.mark.parametrize("how", ["late", "replaced", "closed", "wrong"])
def test_a_link_that_is_over_opens_nothing(town: Town, xu: int, how: str) -> None:
    token = link(town)
    if how == "late":
        town.at(credentials.LINK_LIVES)
    elif how == "replaced":
        link(town)
    elif how == "closed":
        with town.db.begin() as tx:
            accounts.disable(tx, SYSTEM, "xu", town.now)
    else:
        token += "x"
    before = stored(town)
    with pytest.raises(NotFound):
        use(town, token)
    assert stored(town) == before


def test_a_link_ends_the_password_and_sessions_before(town: Town, xu: int, settings: Settings) -> None:
    use(town, link(town))
    with town.db.begin() as tx:
        sessions.start(tx, settings, xu, None, second_factor=False)
    link(town)
    assert not credentials.password_fits(stored(town), PASSWORD)
    assert town.one(select(web_session.c.ended_at)).ended_at == town.now


def test_no_link_for_a_closed_account(town: Town, xu: int) -> None:
    with town.db.begin() as tx:
        accounts.disable(tx, SYSTEM, "xu", town.now)
    with pytest.raises(Invalid, match="先恢复使用"):
        link(town)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short 1", "10 到 200 个字符"),
        ("x1" * 101, "10 到 200 个字符"),
        ("onlyletters", "至少两种"),
        ("1234567890", "至少两种"),
        ("my name is XU 1", "不能含有登录名"),
    ],
)
def test_a_password_worth_nothing_is_refused(town: Town, xu: int, password: str, said: str) -> None:
    token = link(town)
    with pytest.raises(Invalid, match=said) as refused:
        use(town, token, password)
    assert [problem.where for problem in refused.value.problems] == ["password"]
    use(town, token)  # the link is still good


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong password 1", "another password 1", "old"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
    ],
)
def test_changing_a_password_needs_the_old_one(town: Town, xu: int, old: str, new: str, field: str) -> None:
    use(town, link(town))
    with pytest.raises(Invalid) as refused, town.db.begin() as tx:
        credentials.change_password(tx, xu, old, new, town.now)
    assert [problem.where for problem in refused.value.problems] == [field]
    assert credentials.password_fits(stored(town), PASSWORD)


def test_a_changed_password_ends_every_session(town: Town, xu: int, settings: Settings) -> None:
    use(town, link(town))
    with town.db.begin() as tx:
        sessions.start(tx, settings, xu, None, second_factor=False)
        credentials.change_password(tx, xu, PASSWORD, "another password 1", town.now)
    assert credentials.password_fits(stored(town), "another password 1")
    assert town.one(select(web_session.c.ended_at)).ended_at == town.now


@pytest.mark.parametrize("kept", [None, "link:abc:1", "not a hash"])
def test_nothing_fits_where_no_password_is(kept: str | None) -> None:
    assert not credentials.password_fits(kept, "nobody has this password")


# ---- second factor ----


@pytest.fixture
def session(town: Town, xu: int) -> int:
    """A session of 许知行 without second factor."""
    values = {"token_digest": "d", "person_id": xu, "created_at": town.now, "seen_at": town.now, "expires_at": town.now}
    with town.db.begin() as tx:
        return int(tx.execute(insert(web_session).values(values).returning(web_session.c.id)).scalar_one())


def code(secret: str, town: Town) -> str:
    return pyotp.TOTP(secret).at(town.now)


def bind(town: Town, xu: int, session: int) -> tuple[str, list[str]]:
    secret = second_factor.new_secret()
    with town.db.begin() as tx:
        return secret, second_factor.bind(tx, town.vault, xu, session, secret, code(secret, town), town.now)


def confirm(town: Town, xu: int, session: int, given: str) -> str | None:
    with town.db.begin() as tx:
        tx.execute(update(web_session).where(web_session.c.id != session).values(second_factor_at=None))
        return second_factor.confirm(tx, town.vault, xu, session, given, town.now)


def left(town: Town, xu: int) -> int | None:
    with town.db.read() as tx:
        return second_factor.recovery_left(tx, town.vault, xu)


def test_a_device_is_bound_by_a_code_from_it(town: Town, xu: int, session: int, clock: Clock) -> None:
    secret = second_factor.new_secret()
    with pytest.raises(Invalid, match="没有绑定"), town.db.begin() as tx:
        second_factor.bind(tx, town.vault, xu, session, secret, "000000", town.now)
    assert left(town, xu) is None
    secret, codes = bind(town, xu, session)
    assert left(town, xu) == len(set(codes)) == second_factor.RECOVERY_CODES
    assert town.one(select(web_session.c.second_factor_at)).second_factor_at == town.now
    with pytest.raises(Conflict, match="先解除"):
        bind(town, xu, session)
    assert confirm(town, xu, session, code(secret, town)) == second_factor.WRONG  # the code that bound it is used
    town.at(timedelta(seconds=30))
    assert confirm(town, xu, session, code(secret, town)) is None
    assert actions(town) == ["add", "bind_second_factor"]


def test_a_recovery_code_is_good_once_and_leaves_a_trace(town: Town, xu: int, session: int) -> None:
    _, codes = bind(town, xu, session)
    assert confirm(town, xu, session, codes[0].lower()) is None
    assert confirm(town, xu, session, codes[0]) == second_factor.WRONG
    assert confirm(town, xu, session, codes[1].replace("-", "")) is None
    assert left(town, xu) == second_factor.RECOVERY_CODES - 2
    assert actions(town)[-2:] == ["use_recovery_code"] * 2


def test_recovery_codes_are_not_to_be_read_in_the_database(town: Town, xu: int, session: int) -> None:
    secret, codes = bind(town, xu, session)
    sealed = town.one(select(person.c.totp_secret).where(person.c.login == "xu")).totp_secret
    assert secret.encode() not in sealed
    assert not any(one in town.vault.open(sealed) for one in codes)


def test_a_device_is_released_by_whoever_holds_it(town: Town, xu: int, session: int) -> None:
    _, codes = bind(town, xu, session)
    with pytest.raises(Invalid), town.db.begin() as tx:
        second_factor.release(tx, town.vault, xu, "000000", town.now)
    assert left(town, xu) is not None
    with town.db.begin() as tx:
        second_factor.release(tx, town.vault, xu, codes[0], town.now)
    assert left(town, xu) is None
    assert confirm(town, xu, session, codes[1]) == second_factor.UNBOUND


def test_a_reset_signs_out(town: Town, xu: int, session: int) -> None:
    with town.db.begin() as tx:
        assert not second_factor.reset(tx, SYSTEM, accounts.one(tx, "xu"), town.now)
    bind(town, xu, session)
    with town.db.begin() as tx:
        assert second_factor.reset(tx, SYSTEM, accounts.one(tx, "xu"), town.now)
    assert left(town, xu) is None
    assert town.one(select(web_session.c.ended_at)).ended_at == town.now
    town.sound()
