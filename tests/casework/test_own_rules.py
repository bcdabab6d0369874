"""A step against a subject that rests on nothing anybody has read issues no letter until the office confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.casework.admin.own_rules import Confirmation, confirm, shown
from repairflow.casework.documents.own_rules import Rule, to_confirm
from repairflow.casework.queries.oversight.readiness import waiting_rules
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.records import event, letter, own_rule
from tests.support.building import OWN_RULES, Town, law

DENY = Rule("repair", "2026-04", "deny")


def forget(town: Town) -> None:
    """No office has confirmed anything."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule))


def given(town: Town, *rules: Rule, **changes: object) -> Confirmation:
    one = Confirmation(town.offices["ENV"], rules or (DENY,), "《云溪县信用修复规则》第五条", date(2026, 5, 1))
    return replace(one, **changes)  # type: ignore[arg-type]  # a test names its own fields


def confirmed(town: Town, one: Confirmation, who: str = "legal_reviewer@ENV") -> int:
    with town.db.begin() as tx:
        return confirm(tx, town.law, town.actor(who), one, town.now)


def test_unconfirmed_a_denial_is_refused_and_nothing_is_issued(town: Town) -> None:
    forget(town)
    with pytest.raises(Refused) as refused:
        town.ended()
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    assert "没有核对过原文" in refused.value.refusals[0].text
    with town.db.read() as tx:
        assert tx.execute(select(letter).where(letter.c.kind == "repair_denied")).all() == []


def test_confirmed_the_denial_cites_the_offices_own_document(town: Town) -> None:
    forget(town)
    assert confirmed(town, given(town)) == 1
    town.ended()
    fields = town.one(select(letter).where(letter.c.kind == "repair_denied")).content["fields"]
    assert fields["legal_bases"] == ["《云溪县信用修复规则》第五条"]
    said = town.one(select(event).where(event.c.action == "confirm_rule"))
    assert (said.stream, said.actor_name, said.actor_role) == ("office/ENV", "legal_reviewer@ENV", "legal_reviewer")


def test_readiness_counts_what_each_office_has_still_to_confirm(town: Town) -> None:
    with town.db.read() as tx:
        assert waiting_rules(tx, town.law) == {}
    forget(town)
    confirmed(town, given(town))
    with town.db.read() as tx:
        waiting = waiting_rules(tx, town.law)
    assert waiting["云溪县生态环境局"] == waiting["云溪县市场监督管理局"] - 1 > 0


def test_another_office_is_not_bound_by_it(town: Town) -> None:
    forget(town)
    confirmed(town, given(town, office_id=town.offices["MARKET"]), "legal_reviewer@MARKET")
    with pytest.raises(Refused, match="本单位规则"):
        town.ended()


def test_confirming_again_changes_nothing(town: Town) -> None:
    assert confirmed(town, given(town)) == 0
    with town.db.read() as tx:
        listed = {one.rule: one for one in shown(tx, town.law, town.offices["ENV"])}
    assert (listed[DENY].document, listed[DENY].by) == (OWN_RULES, "legal_reviewer@ENV")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rules": ()}, "至少选择一项"),
        ({"rules": (Rule("repair", "2026-04", "accept"),)}, "不在待确认之列"),
        ({"document": " "}, "本单位文件没有填写"),
        ({"document": "内部规则"}, "书名号"),
        ({"document_day": date(2027, 1, 1)}, "不能晚于今天"),
        ({"note": "甲" * 301}, "300"),
    ],
)
def test_a_confirmation_that_does_not_fit_is_told_so_and_not_kept(
    town: Town, changes: dict[str, object], named: str
) -> None:
    forget(town)
    with pytest.raises(Invalid) as wrong:
        confirmed(town, given(town, **changes))
    assert any(named in one.text for one in wrong.value.problems), wrong.value.problems
    with town.db.read() as tx:
        assert tx.execute(select(own_rule)).all() == []


@pytest.mark.parametrize("who", ["head@ENV", "legal_reviewer@MARKET", "system_admin@CREDIT"])
def test_nobody_but_the_legal_reviewer_of_the_office_confirms(town: Town, who: str) -> None:
    with pytest.raises(Forbidden):
        confirmed(town, given(town), who)


def test_what_an_article_carries_need_not_be_confirmed() -> None:
    rules = {Rule(p.procedure, p.version, name) for p, name, _ in to_confirm(law())}
    assert DENY in rules
    assert Rule("repair", "2026-04", "grant") not in rules  # decides for the subject
