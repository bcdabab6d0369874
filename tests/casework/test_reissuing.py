"""A letter with wrong words is issued anew: new number, the old one cited and superseded, two persons where it took two."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import insert, select, update

from repairflow.auditing import chain
from repairflow.casework.documents import publication_notice, rendering_job
from repairflow.casework.documents.revisions import reissue as reissuing
from repairflow.casework.documents.revisions import reissue_form
from repairflow.casework.documents.revisions.reissue import Decision, Reissue
from repairflow.casework.documents.service import service
from repairflow.casework.queries.audit import findings
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.documents.verification import verification
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RepairFlowError
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import FrozenText, digest_holds
from repairflow.records import letter, office, outbox, own_rule, record, reissue
from tests.support.building import Town


def newest(town: Town, kind: str) -> Any:
    return town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))


@pytest.fixture
def order(town: Town) -> Any:
    """A supplement notice of one officer: one person suffices."""
    case = town.file_repair()
    town.do(case, "request_supplement")
    return newest(town, "supplement_required")


@pytest.fixture
def denied(town: Town) -> Any:
    """A denial, which one proposed and another decided."""
    town.ended()
    return newest(town, "repair_denied")


def propose(town: Town, old: Any, who: str = "head@ENV", command_id: str | None = None, **changes: Any) -> Any:
    actor = town.actor(who)
    standard: dict[str, Any] = {"reason": "金额写错。", "addressee": old.content["addressee"], "words": {}}
    given = Reissue(old.token, actor, command_id or town._id(), **(standard | changes))
    with town.db.begin() as tx:
        return reissuing.propose(tx, town.services, given, town.now)


def issue(town: Town, old: Any, who: str = "head@ENV", command_id: str | None = None) -> Any:
    with town.db.begin() as tx:
        given = Decision(old.token, town.actor(who), command_id or town._id())
        return reissuing.issue(tx, town.services, given, town.now)


def decline(town: Town, old: Any, who: str = "head@ENV", reason: str = "原文书没有错。") -> Any:
    with town.db.begin() as tx:
        return reissuing.decline(tx, Decision(old.token, town.actor(who), town._id(), reason), town.now)


def words(row: Any) -> str:
    return "".join(p["text"] for p in row.content["paragraphs"])


def looked_up(town: Town, row: Any) -> Any:
    with town.db.read() as tx:
        return verification(tx, row.token, town.today)


def by_id(town: Town, key: int) -> Any:
    return town.one(select(letter).where(letter.c.id == key))


def test_the_head_issues_a_letter_of_one_person_anew_at_once(town: Town, order: Any) -> None:
    town.at(timedelta(days=1))
    made = propose(town, order, words={"gaps": "缴款凭证（2万元）\n\n 整改报告 "})
    new, old = by_id(town, made.new_id), by_id(town, order.id)
    assert made.state == "issued"
    assert (new.kind, new.round, new.state) == (order.kind, order.round + 1, "in_force")
    assert new.number != order.number
    assert (old.state, old.superseded_by, old.content, old.number) == (
        "superseded", new.id, order.content, order.number,
    )  # fmt: skip
    assert f"本文书替代2026年6月10日制发的《{order.title}》（{order.number}）" in words(new)
    assert "整改报告" in words(new)
    assert new.content["fields"]["gaps"] == ["缴款凭证（2万元）", "整改报告"]
    assert new.template_version == order.template_version
    found = looked_up(town, order)
    assert (found.state, found.superseded_by, found.genuine) == ("superseded", new.number, True)
    assert (looked_up(town, new).state, looked_up(town, new).genuine) == ("in_force", True)
    assert town.one(select(outbox).where(outbox.c.letter_id == new.id)).topic == "press"
    assert town.notices("yunxi", "letter_changed") == [f"重新出具文书：{new.number}"]
    last = town.trail(order.content["case_number"])[-1]
    assert (last.action, last.to_state, last.reason) == ("letter_reissued", None, "金额写错。")
    assert chain.content(last.body)["replaced"] == {"kind": order.kind, "number": order.number}
    town.sound()


def test_the_digest_covers_what_was_added(town: Town, order: Any) -> None:
    new = by_id(town, propose(town, order, words={"gaps": "整改报告"}).new_id)
    data = LetterData.model_validate(new.content)
    text = FrozenText(
        kind=data.kind, version=data.template_version, title=data.title, paragraphs=data.paragraphs,
        fields=data.fields, digest=data.text_digest,
    )  # fmt: skip
    assert digest_holds(text)
    assert not digest_holds(text.model_copy(update={"paragraphs": text.paragraphs[:-1]}))


def test_a_letter_of_two_persons_takes_two_again(town: Town, denied: Any) -> None:
    made = propose(town, denied, "examiner@ENV", words={"reason": "罚款2万元尚未缴清。"})
    assert (made.state, made.new_id) == ("proposed", None)
    assert by_id(town, denied.id).state == "in_force"
    assert town.notices("head@ENV", "reissue") == [f"请决定是否重新出具：{denied.number}"]
    assert town.notices("head@MARKET", "reissue") == []
    done = issue(town, denied)
    new = by_id(town, done.new_id)
    assert "罚款2万元尚未缴清" in words(new)
    assert done.proposed_by == town.people["examiner@ENV"]
    assert [(row.action, row.actor_id) for row in town.trail(denied.content["case_number"])[-2:]] == [
        ("reissue_proposed", town.people["examiner@ENV"]), ("letter_reissued", town.people["head@ENV"]),
    ]  # fmt: skip
    assert town.notices("examiner@ENV", "reissue") == [f"已重新出具：{new.number}"]
    town.sound()


def test_nobody_decides_what_he_proposed_where_it_takes_two(town: Town, denied: Any) -> None:
    made = propose(town, denied, words={"reason": "罚款2万元尚未缴清。"})
    assert made.state == "proposed"
    with pytest.raises(Refused) as refused:
        issue(town, denied)
    assert [r.code for r in refused.value.refusals] == ["four_eyes"]
    # and what replaces it takes two as well
    decline(town, denied)
    propose(town, denied, "examiner@ENV", words={"reason": "罚款2万元尚未缴清。"})
    new = by_id(town, issue(town, denied).new_id)
    assert propose(town, new, words={"reason": "罚款2万元没有缴清。"}).state == "proposed"


def test_a_proposal_is_declined_and_the_letter_stays(town: Town, denied: Any) -> None:
    propose(town, denied, "examiner@ENV", words={"reason": "罚款2万元尚未缴清。"})
    done = decline(town, denied)
    assert (done.state, done.answer) == ("declined", "原文书没有错。")
    assert by_id(town, denied.id).state == "in_force"
    assert town.notices("examiner@ENV", "reissue") == [f"没有重新出具：{denied.number}"]
    propose(town, denied, "examiner@ENV", words={"reason": "罚款2万元没有缴清。"})
    assert decline(town, denied, "examiner@ENV", "看错了。").state == "declined"
    assert town.trail(denied.content["case_number"])[-1].actor_id == town.people["examiner@ENV"]
    with pytest.raises(Refused) as refused:
        issue(town, denied)
    assert [r.code for r in refused.value.refusals] == ["not_proposed"]
    town.sound()


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("examiner@ENV", None),
        ("registrar@CREDIT", Forbidden),  # the window serves, it does not issue
        ("auditor@CREDIT", Forbidden),
        ("head@MARKET", NotFound),
        ("yunxi", Forbidden),
        ("hengtuo", NotFound),
    ],
)
def test_who_may_propose(town: Town, denied: Any, who: str, error: type[RepairFlowError] | None) -> None:
    before = town.counts()
    if error is None:
        propose(town, denied, who, words={"reason": "改"})
        return
    with pytest.raises(error):
        propose(town, denied, who, words={"reason": "改"})
    assert town.counts() == before


@pytest.mark.parametrize("decide", [issue, decline])
@pytest.mark.parametrize(
    ("who", "error"),
    [("acceptor@ENV", Forbidden), ("head@CREDIT", Forbidden), ("head@MARKET", NotFound), ("yunxi", Forbidden)],
)
def test_who_may_decide(town: Town, denied: Any, decide: Any, who: str, error: type[RepairFlowError]) -> None:
    propose(town, denied, "examiner@ENV", words={"reason": "改"})
    before = town.counts()
    with pytest.raises(error):
        decide(town, denied, who)
    assert town.counts() == before


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reason": " "}, ["reason"]),
        ({"reason": "长" * 2001}, ["reason"]),
        ({"addressee": ""}, ["addressee"]),
        ({"addressee": "长" * 201}, ["addressee"]),
        ({"words": {"gaps": " \n "}}, ["words.gaps"]),
        ({"words": {"gaps": "\x00"}}, ["words.gaps"]),
        ({"words": {}}, []),  # nothing changed
        ({"words": {"subject_name": "另一家公司", "supplement_due_day": "2030年1月1日"}}, []),  # the case fixes these
    ],
    ids=["no reason", "long reason", "nobody", "long name", "emptied", "control", "no change", "facts of the case"],
)
def test_a_faulty_form_names_its_fields_and_changes_nothing(
    town: Town, order: Any, changes: dict[str, Any], where: list[str]
) -> None:
    before = town.counts()
    standard = {} if "words" in changes else {"words": {"gaps": "改"}}
    with pytest.raises(Invalid) as invalid:
        propose(town, order, **(standard | changes))
    assert [problem.where for problem in invalid.value.problems] == where
    assert town.counts() == before


def test_a_form_shows_what_may_be_written_again_and_what_not(town: Town, denied: Any) -> None:
    asked = {word.name: word for word in reissue_form.words(denied)}
    assert asked["reason"].value == denied.content["fields"]["reason"]
    assert asked["reason"].required
    told = dict(reissue_form.fixed(denied))
    assert told["认定单位"] == "云溪县生态环境局"
    assert "行政复议" in told["救济途径"]
    assert not {"subject_name", "subject_code", "case_number", "remedy_paragraphs", "legal_bases"} & asked.keys()


def test_a_condition_is_written_again_beside_its_label(town: Town) -> None:
    case = town.granted()
    old = newest(town, "repair_granted")
    word = next(word for word in reissue_form.words(old) if word.name == "conditions.0")
    propose(town, old, "examiner@ENV", words={word.name: "已于2026年2月缴清罚款2万元"})
    new = by_id(town, issue(town, old).new_id)
    assert new.content["fields"]["conditions"][0] == [word.label, "已于2026年2月缴清罚款2万元"]
    assert town.case(case).outcome == "granted"  # a closed case stays as it ended
    town.sound()


def test_another_addressee(town: Town, order: Any) -> None:
    new = by_id(town, propose(town, order, addressee="云溪环保科技有限公司（破产管理人）").new_id)
    assert new.content["addressee"] == "云溪环保科技有限公司（破产管理人）"
    assert new.content["fields"] == order.content["fields"]


def test_what_is_no_longer_in_force_is_not_issued_anew(town: Town, order: Any) -> None:
    propose(town, order, words={"gaps": "改"})
    with pytest.raises(Refused) as refused:
        propose(town, order, words={"gaps": "再改"})
    assert [r.code for r in refused.value.refusals] == ["not_in_force"]


def test_one_proposal_at_a_time(town: Town, denied: Any) -> None:
    propose(town, denied, "examiner@ENV", words={"reason": "改"})
    with pytest.raises(Refused) as refused:
        propose(town, denied, "reviewer@ENV", words={"reason": "再改"})
    assert [r.code for r in refused.value.refusals] == ["proposed"]


def test_the_same_command_again_changes_nothing(town: Town, denied: Any) -> None:
    first = propose(town, denied, "examiner@ENV", "p", words={"reason": "改"})
    before = town.counts()
    assert propose(town, denied, "examiner@ENV", "p", words={"reason": "改"}).id == first.id
    assert town.counts() == before
    done = issue(town, denied, command_id="i")
    before = town.counts()
    assert issue(town, denied, command_id="i").new_id == done.new_id
    assert town.counts() == before
    with pytest.raises(Conflict):
        issue(town, denied, command_id="p")


def test_a_letter_from_before_its_fields_were_kept_can_only_be_corrected(town: Town, order: Any) -> None:
    content = {name: value for name, value in order.content.items() if name != "fields"}
    with pytest.raises(Refused) as refused:
        reissue_form.words(SimpleNamespace(**order._asdict() | {"content": content}))
    assert [r.code for r in refused.value.refusals] == ["no_fields"]


def test_service_starts_anew(town: Town, denied: Any) -> None:
    with town.db.begin() as tx:
        rendering_job._note(tx, "pressed", None, {}, town.now)
        tx.execute(update(letter).values(pressed_at=town.now))
    actor = town.actor("acceptor@ENV")
    proof = town.material(service.EVIDENCE_KIND, actor)
    with town.db.begin() as tx:
        given = service.Service(denied.token, "direct", actor, "s", "宋远山", town.now, material=proof)
        service.serve(tx, town.services, given, town.now)
    propose(town, denied, "examiner@ENV", words={"reason": "改"})
    new = by_id(town, issue(town, denied).new_id)
    assert looked_up(town, denied).served_on == date(2026, 6, 10)
    assert looked_up(town, new).served_on is None


def test_a_records_letter_is_issued_anew_in_the_records_trail(town: Town) -> None:
    number = town.record(date(2026, 5, 6))
    old = newest(town, "repair_informed")
    assert old.content["fields"]["apply_from"]
    town.at(timedelta(days=300))
    new = by_id(town, propose(town, old, words={"contact": "0510-55550199"}).new_id)
    assert not new.content["fields"]["apply_from"], "a day that has come is no offer"
    assert (new.record_id, new.case_id, new.round) == (old.record_id, None, 2)
    with town.db.read() as tx:
        of = tx.execute(select(record).where(record.c.number == number)).one()
        told = publication_notice.of_record(tx, of.id)
        assert told is not None
        assert told.id == new.id
        assert findings.without_informed(tx, town.actor("auditor@CREDIT")) == ()
        assert timeline.of_record(tx, town.law, of.id)[0].label == "重新出具文书"
    assert len(town.all(select(reissue))) == 1
    town.sound()


def older(town: Town, like: Any, **fields: Any) -> Any:
    """A letter beside `like`, with other values kept for its words (None: none kept, as before its text had the word)."""
    kept = {name: value for name, value in (like.content["fields"] | fields).items() if value is not None}
    values = like._asdict() | {
        "content": like.content | {"fields": kept}, "number": f"旧{like.number}", "token": f"old{like.token}", "round": 9,
    }  # fmt: skip
    del values["id"]
    town.turn(insert(letter).values(values))
    return newest(town, like.kind)


@pytest.mark.parametrize("kind", ["repair_denied", "repair_informed"])
def test_a_letter_older_than_words_of_its_text_is_issued_anew_with_them(town: Town, denied: Any, kind: str) -> None:
    town.record(town.today - timedelta(days=20), company="hengtuo", entered=town.now)
    gained = ("we", "you", "record_by", "record_document", "record_information")
    old = older(town, newest(town, kind), **dict.fromkeys(gained))
    propose(town, old, "examiner@ENV", addressee="云溪环保科技（集团）有限公司")
    new = by_id(town, issue(town, old).new_id)
    assert "本机关" in words(new)
    assert "你单位" in words(new)
    assert "《行政处罚决定书》" in words(new)


def test_what_cannot_be_issued_anew_is_said_at_the_form(town: Town, denied: Any) -> None:
    old = older(town, denied, accepted_day="")
    before = town.counts()
    with pytest.raises(Invalid, match="受理日期"):
        propose(town, old, addressee="另一家有限公司")
    assert town.counts() == before


@pytest.mark.parametrize("first", ["revoked", "reissued"])
def test_a_decision_issued_anew_is_told_its_end_whenever_that_came(town: Town, first: str) -> None:
    case = town.granted()
    granted = newest(town, "repair_granted")

    def issued_anew() -> None:
        made = propose(town, granted, "examiner@ENV", words={"contact": "0510-55550199"})
        if made.new_id is None:
            issue(town, granted)

    if first == "reissued":
        issued_anew()
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "revoke")
    if first == "revoked":
        issued_anew()
    new = newest(town, "repair_granted")
    assert new.number != granted.number
    found = looked_up(town, new)
    assert (found.state_label, found.ended) == ("有效", "已被撤销")
    assert [one.title for one in found.later] == ["撤销信用修复决定书"]


def anew(town: Town, old: Any) -> Any:
    return propose(town, old, words={"reason": "罚款没有缴清，经核对更正。"}, who="examiner@ENV")


WITHOUT = [
    (sa.update(office).values(court=""), "remedy_settings"), (sa.update(office).values(review_organs=""), "remedy_settings"),
    (sa.delete(own_rule).where(own_rule.c.procedure == "repair"), "rule_unconfirmed"),
    (sa.delete(own_rule).where(own_rule.c.procedure.like("lists.%")), "ground_unconfirmed"),
]  # fmt: skip


@pytest.mark.parametrize(("gone", "code"), WITHOUT)
@pytest.mark.parametrize("proposed", [False, True])
def test_what_the_first_letter_waited_for_the_next_one_waits_for(
    town: Town, denied: Any, gone: Any, code: str, proposed: bool
) -> None:
    if proposed:
        anew(town, denied)
    town.turn(gone)
    with pytest.raises(Refused) as refused:
        issue(town, denied) if proposed else anew(town, denied)
    assert {one.code for one in refused.value.refusals} == {code}
    assert newest(town, "repair_denied").id == denied.id


def test_a_letter_issued_anew_tells_the_organ_and_the_rule_of_today(town: Town, denied: Any) -> None:
    anew(town, denied)
    town.turn(sa.update(office).values(review_organs="云溪市人民政府", court="云溪铁路运输法院"))
    town.turn(
        sa.update(own_rule).where(own_rule.c.procedure == "repair").values(document="《云溪县信用修复规则》第九条")
    )
    issue(town, denied)
    fields = newest(town, "repair_denied").content["fields"]
    said = "".join(fields["remedy_paragraphs"])
    assert "向云溪市人民政府申请行政复议" in said
    assert "向云溪铁路运输法院提起行政诉讼" in said
    assert "《云溪县信用修复规则》第九条" in fields["legal_bases"]


OVER = [
    # by which steps the letter came, its kind, days that pass, what of it is said to be over (empty: it is issued anew)
    ((), "repair_receipt", 30, "届满日（2026年6月15日）"), ((), "repair_receipt", 0, ""), (("accept",), "repair_accepted", 60, "届满日（"),
    (("accept", "extend_handling"), "extension", 90, "延长后的届满日"), (("accept", "extend_handling"), "extension", 25, ""),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "kind", "days", "over"), OVER)
def test_nothing_is_promised_anew_by_a_day_that_is_over(
    town: Town, steps: tuple[str, ...], kind: str, days: int, over: str
) -> None:
    case = town.file_repair()
    for step in steps:
        town.do(case, step)
    old = newest(town, kind)
    town.at(timedelta(days=days))
    if not over:
        assert propose(town, old, addressee="另一家有限公司").state in {"issued", "proposed"}
        return
    with pytest.raises(Refused) as refused:
        propose(town, old, addressee="另一家有限公司")
    assert [one.code for one in refused.value.refusals] == ["promise_past"]
    assert over in refused.value.refusals[0].text
    assert newest(town, kind).id == old.id
