"""A step against a subject that rests on nothing anybody has read issues no letter until the office confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework.admin.own_rules import confirm, shown
from repairflow.casework.changes import ConfirmRules, WithdrawRules
from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents.own_rules import ground_rule, ground_unread, grounds_to_confirm, to_confirm
from repairflow.casework.queries.cases.view import view
from repairflow.casework.queries.oversight.readiness import waiting_rules
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.letters.issue.compose import together
from repairflow.records import event, letter, own_rule
from tests.law_stories.chaining import opened
from tests.support.building import OWN_RULES, Town, law

DENY = Rule("repair", "2026-04", "deny")
CITED = "《云溪县信用修复规则》（云政办规〔2026〕5号）第五条"
REGULATION = {
    "document": "《云溪市社会信用条例》第二十条", "rank": "regulation", "issuer": "云溪市人民代表大会常务委员会", "issuer_level": "city",
    "document_number": "公告第12号",
}  # fmt: skip


def forget(town: Town) -> None:
    """No office has confirmed anything."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule))


def forget_steps(town: Town) -> None:
    """No office has confirmed a step; the grounds they all have, by the document of these tests."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule).where(~own_rule.c.procedure.startswith("lists.")))
        tx.execute(
            sa.update(own_rule).values(document="《云溪县信用修复规则》第五条", document_number="云政办规〔2026〕5号")
        )


def given(town: Town, *rules: Rule, **changes: object) -> ConfirmRules:
    one = ConfirmRules(
        town.actor("legal_reviewer@ENV"),
        town.offices["ENV"],
        rules or (DENY,),
        "《云溪县信用修复规则》第五条",
        date(2026, 5, 1),
        rank="normative",
        issuer="云溪县人民政府办公室",
        issuer_level="county",
        document_number="云政办规〔2026〕5号",
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # a test names its own fields


def confirmed(town: Town, one: ConfirmRules, who: str = "legal_reviewer@ENV") -> int:
    with town.db.begin() as tx:
        return confirm(tx, town.law, replace(one, actor=town.actor(who)), town.now)


def test_unconfirmed_a_denial_is_refused_and_nothing_is_issued(town: Town) -> None:
    forget_steps(town)
    with pytest.raises(Refused) as refused:
        town.ended()
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    assert "没有核对过原文" in refused.value.refusals[0].text
    with town.db.read() as tx:
        assert tx.execute(select(letter).where(letter.c.kind == "repair_denied")).all() == []


def test_confirmed_the_denial_cites_the_offices_own_document(town: Town) -> None:
    forget_steps(town)
    assert confirmed(town, given(town)) == 1
    town.ended()
    fields = town.one(select(letter).where(letter.c.kind == "repair_denied")).content["fields"]
    assert fields["legal_bases"] == [CITED]
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


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rules": ()}, "至少选择一项"),
        ({"rules": (Rule("repair", "2026-04", "accept"),)}, "不在待确认之列"),
        ({"document": " "}, "所依据的文件没有填写"),
        ({"document": "内部规则"}, "书名号"),
        ({"document": "《云溪县信用工作规则》"}, "没有写明条款"),
        ({"document": "《云溪县信用工作规则第三条释义》"}, "没有写明条款"),
        ({"document_day": date(2027, 1, 1)}, "不能晚于今天"),
        ({"rank": ""}, "文件层级没有选择"),
        ({"rank": "work_rule"}, "不在可选范围"),
        ({"issuer": " "}, "制定机关没有填写"),
        ({"issuer_level": ""}, "制定机关的级别没有选择"),
        ({"document_number": ""}, "文号没有填写"),
        ({"document_number": "无"}, "不是文号"),
        ({**REGULATION, "issuer_level": "county"}, "县级的机关不能制定法规"),
        ({**REGULATION, "rank": "rule", "issuer_level": "county"}, "县级的机关不能制定规章"),
        ({**REGULATION, "rank": "law"}, "设区的市的机关不能制定法律"),
        ({**REGULATION, "rank": "law", "issuer_level": "national"}, "不是法律的名称"),
        ({**REGULATION, "document": "《云溪县信用条例》第二条"}, "县级以下的文件"),
        (
            {**REGULATION, "document": "《失信惩戒办法》第二条", "rank": "law", "issuer_level": "national"},
            "不是法律的名称",
        ),
        ({**REGULATION, "document": "《信用管理法》第二条", "rank": "law", "issuer_level": "national"}, "主席令"),
        ({**REGULATION, "issuer": "云溪市生态环境局"}, "地方性法规由本级人民代表大会"),
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
    assert Rule("repair", "2026-04", "accept") not in rules
    assert Rule("objection", "2026-04", "uphold_annul") not in rules  # an error is put right without waiting
    assert Rule("list_removal", "2026-04", "annul") in rules  # a decision that undoes a decision
    assert Rule("objection", "2026-04", "uphold_correct") in rules  # what it puts right may be heavier
    assert Rule("objection", "2026-04", "correct_own_fault") not in rules  # no deciding post: nothing heavier by it
    assert Rule("objection", "2026-04.4", "dismiss") not in rules  # 浙江 30, 31


def test_what_binds_is_not_said_without_what_it_rests_on(town: Town) -> None:
    """Also what was asked for: a grant names what it is granted by."""
    case, grant = town.file_repair(), DENY._replace(action="grant")
    town.steps(case, "accept", "report_verification", "propose_grant")
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule).where(own_rule.c.procedure == "repair", own_rule.c.action == "grant"))
    with pytest.raises(Refused) as refused:
        town.do(case, "grant")
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    confirmed(town, given(town, grant))
    town.do(case, "grant")
    assert town.one(select(letter).where(letter.c.kind == "repair_granted")).content["fields"]["legal_bases"] == [CITED]


def test_every_letter_that_ends_or_grants_waits_for_what_carries_it() -> None:
    waits = {Rule(p.procedure, p.version, name) for p, name, _ in to_confirm(law())}
    for procedure, action in (
        ("repair", "terminate"), ("list_removal", "remove"), ("reorganisation", "mask"), ("interview", "pass"),
    ):  # fmt: skip
        assert Rule(procedure, "2026-04", action) in waits, action


def test_a_day_is_promised_only_by_a_figure_that_is_read_or_confirmed(town: Town) -> None:
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule).where(own_rule.c.action.startswith("clock.")))
    case = town.file_repair()
    town.do(case, "accept")
    objection = town.file_objection()
    town.do(objection, "accept")
    rows = {row.kind: row for row in town.all(select(letter))}
    for kind in ("repair_receipt", "repair_accepted", "objection_receipt", "objection_accepted"):
        said = "".join(one["text"] for one in rows[kind].content["paragraphs"])
        assert "（含当日）前" not in said, kind
    assert town.dues(case)["handling"].due_day is not None  # pages show what is planned
    confirmed(town, given(town, Rule("repair", "2026-04", "clock.handling")))
    other = town.file_repair(town.record())
    town.do(other, "accept")
    newest = town.one(select(letter).where(letter.c.kind == "repair_accepted").order_by(letter.c.id.desc()).limit(1))
    assert "（含当日）前作出决定" in "".join(one["text"] for one in newest.content["paragraphs"])
    assert newest.content["fields"]["legal_bases"] == [CITED]  # the day rests on the rule that was confirmed


def test_a_document_with_its_number_is_named_once() -> None:
    order36 = "《信用修复管理办法》（国家发展和改革委员会令第36号）第五条"
    assert together([CITED, CITED.replace("第五条", "第六条"), order36]) == [CITED, "第六条", order36]


def test_a_confirmation_taken_back_issues_no_letter_until_it_is_given_again(town: Town) -> None:
    office_id, who = town.offices["ENV"], town.actor("legal_reviewer@ENV")
    command = WithdrawRules(who, office_id, [DENY], "条文已经修改")

    def withdrawn(one: WithdrawRules) -> int:
        with town.db.begin() as tx:
            return int(dispatch(tx, town.services, one, town.now))

    for wrong, named in (
        (replace(command, actor=town.actor("legal_reviewer@MARKET")), Forbidden),
        (replace(command, actor=town.actor("head@ENV")), Forbidden),
        (replace(command, reason=" "), Invalid),
        (replace(command, rules=[]), Invalid),
    ):
        with pytest.raises(named):
            withdrawn(wrong)
    assert town.all(select(event.c.id).where(event.c.action == "withdraw_rule")) == []
    assert (withdrawn(command), withdrawn(command)) == (1, 0)
    said = town.one(select(event).where(event.c.action == "withdraw_rule"))
    content = chain.content(said.body)
    assert (said.stream, said.actor_name, content["reason"]) == ("office/ENV", "legal_reviewer@ENV", "条文已经修改")
    assert content["rules"] == {"/".join(DENY): OWN_RULES}
    with pytest.raises(Refused, match="本单位规则"):
        town.ended()
    assert confirmed(town, given(town)) == 1
    town.ended()


GROUNDS = "lists.repair_deny_grounds"


def forget_ground(town: Town, code: str) -> None:
    """No office has confirmed this ground of a denial."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.delete(own_rule).where(own_rule.c.procedure == GROUNDS, own_rule.c.action == code))


def test_an_open_ground_issues_no_letter_until_it_is_confirmed_and_another_may_be_chosen(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial")
    forget_ground(town, "duty_unperformed")
    with pytest.raises(Refused) as refused:
        town.do(case, "deny", ground="duty_unperformed")
    assert [one.code for one in refused.value.refusals] == ["ground_unconfirmed"]
    assert "义务未全部履行" in refused.value.refusals[0].text
    with town.db.read() as tx:
        waits = [one for one in shown(tx, town.law, town.offices["ENV"]) if not one.document]
    ours = [one.rule for one in waits if one.rule.procedure == GROUNDS and one.rule.action == "duty_unperformed"]
    assert len(ours) == len({*ours}) > 0  # once for each wording, not once for each pack
    confirmed(town, given(town, *ours))
    town.do(case, "deny", ground="duty_unperformed")
    fields = town.one(select(letter).where(letter.c.kind == "repair_denied")).content["fields"]
    assert fields["legal_bases"] == [OWN_RULES, CITED]


def test_another_ground_that_is_confirmed_carries_the_letter(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_denial")
    forget_ground(town, "duty_unperformed")
    assert town.do(case, "deny", ground="not_corrected").to_state == "denied"


def test_grounds_of_every_adverse_list_wait_to_be_confirmed() -> None:
    """Nobody has read the articles behind these lists; a ground that an article carries would not stand here."""
    lists = {one.rule.procedure for one in grounds_to_confirm(law())}
    wanted = {
        f"lists.{name}"
        for name in (
            "repair_refuse_grounds", "repair_deny_grounds", "objection_refuse_grounds", "review_refuse_grounds",
            "minor_repair_refuse_grounds", "minor_repair_deny_grounds", "accountability_refuse_grounds",
            "reorganisation_refuse_grounds", "reorganisation_deny_grounds", "list_removal_refuse_grounds",
        )
    }  # fmt: skip
    assert wanted <= lists


def test_a_ground_that_an_article_carries_is_not_open() -> None:
    pack = law().packs["CN-2026"]
    ground = pack.lists["repair_deny_grounds"]["not_corrected"]
    assert ground_unread(pack, ground)
    assert not ground_unread(pack, ground.model_copy(update={"basis": ("order36", "fuyi.a20_1")}))
    reworded = ground.model_copy(update={"text": "另一句话"})
    assert ground_rule("repair_deny_grounds", "x", ground) != ground_rule("repair_deny_grounds", "x", reworded)


def test_an_office_gives_itself_no_more_time_by_what_nobody_has_read(town: Town) -> None:
    forget_steps(town)
    case = town.file_repair()
    town.do(case, "accept")
    with pytest.raises(Refused) as refused:
        town.do(case, "extend_handling")
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    confirmed(town, given(town, DENY._replace(action="extend_handling")))
    town.do(case, "extend_handling")
    fields = town.one(select(letter).where(letter.c.kind == "extension")).content["fields"]
    assert fields["legal_bases"] == [CITED]


def test_the_office_that_takes_a_measure_confirms_what_carries_it(town: Town) -> None:
    """The letter is of the office that takes the measure; another office's rule carries nothing there."""
    measure = town.law.procedure("joint_measure", "2026-04")
    assert measure.letters["joint_measure_notice"].by == "provider"
    with town.db.engine.begin() as tx:
        tx.execute(
            sa.delete(own_rule).where(
                own_rule.c.office_id == town.offices["MARKET"], own_rule.c.procedure == "joint_measure"
            )
        )
    case = opened(town, "joint_measure", record=town.record(), inputs={"measure": "bidding"})
    town.do(case, "request")
    with pytest.raises(Refused) as refused:
        town.do(case, "respond")
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    confirmed(
        town,
        given(
            town,
            Rule("joint_measure", "2026-04", "respond"),
            **REGULATION,
            office_id=town.offices["MARKET"],
            actor=town.actor("legal_reviewer@MARKET"),
        ),
        "legal_reviewer@MARKET",
    )
    town.do(case, "respond")
    assert town.case(case).state == "in_force"


DEMANDING = [
    ("interview", "reminder", "approve", "serve_notice", "interview_notice"),
    ("credit_warning", "reminder", "", "issue", "credit_warning"),
    ("rectification", None, "", "issue", "rectification_order"),
]


@pytest.mark.parametrize(("procedure", "kind", "before", "step", "sent"), DEMANDING)
def test_what_lays_a_duty_on_the_subject_waits_for_the_office_too(
    town: Town, procedure: str, kind: str | None, before: str, step: str, sent: str
) -> None:
    """To summon somebody, or to demand that it puts something right, is a burden: unread articles carry none of them."""
    rule = Rule(procedure, "2026-04", step)
    case = opened(town, procedure, kind=kind, record=town.record())
    for one in before.split():
        town.do(case, one)
    forget_steps(town)
    with town.db.read() as tx:
        shown_steps = {one.name: one for one in view(tx, town.law, town.actor("head@ENV"), case, town.now).options}
        waiting = waiting_rules(tx, town.law)["云溪县生态环境局"]
    assert any("本单位规则" in text for text in shown_steps[step].obstacles)
    with pytest.raises(Refused) as refused:
        town.do(case, step)
    assert [one.code for one in refused.value.refusals] == ["rule_unconfirmed"]
    with town.db.read() as tx:
        assert tx.execute(select(letter).where(letter.c.kind == sent)).all() == []
    order = sent == "rectification_order"
    confirmed(town, given(town, rule, **(REGULATION if order else {})))
    town.do(case, step)
    fields = town.one(select(letter).where(letter.c.kind == sent)).content["fields"]
    assert fields["legal_bases"] == ["《云溪市社会信用条例》第二十条" if order else CITED]
    with town.db.read() as tx:
        assert waiting_rules(tx, town.law)["云溪县生态环境局"] == waiting - 1


def test_a_new_day_for_an_interview_is_a_summons_of_its_own(town: Town) -> None:
    case = opened(town, "interview", kind="reminder", record=town.record())
    town.steps(case, "approve", "serve_notice")
    forget_steps(town)
    with pytest.raises(Refused) as refused:
        town.do(case, "reschedule")
    assert "rule_unconfirmed" in [one.code for one in refused.value.refusals]


BURDENS = [
    ("listing", "serve_notice"), ("listing", "decide_listing"), ("joint_measure", "respond"), ("rectification", "issue"),
    ("revocation", "revoke.restart_period"), ("revocation", "relist.restart_period"), ("revocation", "revoke"),
    ("revocation", "relist"), ("reorganisation", "unmask"),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "action"), BURDENS)
def test_no_rule_of_an_office_carries_what_only_the_law_may_lay_on_somebody(
    town: Town, procedure: str, action: str
) -> None:
    """Listing, a measure, an order to put right, a period begun anew, what brings them back: only beside the law."""
    forget(town)
    rule = Rule(procedure, "2026-04", action)
    with pytest.raises(Invalid) as wrong:
        confirmed(town, given(town, rule, DENY))
    (one,) = wrong.value.problems
    assert (one.where, "不能代替" in one.text, "不予修复" in one.text) == ("rank", True, False)
    with town.db.read() as tx:
        assert tx.execute(select(own_rule)).all() == []
    assert confirmed(town, given(town, rule, **REGULATION)) == 1


def test_a_confirmation_from_before_ranks_were_asked_lists_nobody(town: Town) -> None:
    """It still carries steps of procedure; the page and `readiness` show what has to be confirmed anew."""
    with town.db.engine.begin() as tx:
        tx.execute(sa.update(own_rule).values(rank=""))
    town.ended()
    case = opened(town, "rectification", kind=None, record=town.record())
    with pytest.raises(Refused) as refused:
        town.do(case, "issue")
    assert "须以法律、法规、规章的条款确认" in refused.value.refusals[0].text
    with town.db.read() as tx:
        assert waiting_rules(tx, town.law)["云溪县生态环境局"] > 0
    assert confirmed(town, given(town, Rule("rectification", "2026-04", "issue"), **REGULATION)) == 1
    assert town.do(case, "issue").to_state != "drafting"
