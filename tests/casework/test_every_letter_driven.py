"""Every kind of letter is issued by a case that was driven to it, and each says to somebody who knows only the letter what it must."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from repairflow.casework.case_state import later_decisions
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.preview import preview
from repairflow.casework.changes import IssueCreditFile, IssueExtract
from repairflow.casework.commands import Command
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.documents import told_of_letters, verification
from repairflow.law.guards import day_text
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text import templates
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.records import cases, letter, record
from repairflow.times import local_day
from repairflow.worker import chores
from tests.casework import wording
from tests.law_stories.telling import belongs_to, receipts
from tests.law_stories.test_list_removal_story import apply, on_list
from tests.law_stories.test_listing_story import NONE, listing
from tests.letters.printed_lines import torn
from tests.support.building import Town

PAPERS = frozenset({
    "approval_slip", "case_index", "repair_application", "repair_commitment", "objection_application",
    "objection_commitment", "service_return", "rectification_report",
})  # fmt: skip
"""Forms and slips, which nobody issues."""
ELSEWHERE = {
    "platform_correction": "tests/web/test_platform_letters.py",
    "letter_correction": "tests/casework/test_letters_after_issue.py",
    "deficient_accepted": "tests/stories/test_deficient_filings.py",
    "promise_lapsed": "tests/stories/test_deficient_filings.py",
    "provider_decision": "tests/law_stories/test_provider_decides_story.py",
    "objection_passed_on": "tests/law_stories/test_provider_decides_story.py",
}
HEARD = "accept report_verification serve_notice state_defence"
ROUTES = [
    # a procedure, and the steps of a case; a number is so many days that pass, "served" the service of the letter
    ("honour_review", "issue stop"),
    ("repair", "request_supplement served 30"),
    ("repair", "accept extend_handling report_verification propose_grant grant"),
    ("repair", f"{HEARD} propose_denial deny"),
    ("repair", "refuse"), ("repair", "transfer"), ("repair", "accept withdraw"),
    ("objection", "accept consult report_finding dismiss"), ("objection", "refuse"), ("objection", "request_supplement served 30"),
    ("objection", "withdraw"),
    ("reorganisation", "accept report_check mask report_failure unmask"),
    ("listing", "link_person review_pass serve_notice state_defence report_verification decide_listing"),
    ("listing", "review_pass serve_notice waive_defence decide_against"),
    ("list_removal", "refuse"), ("list_removal", "withdraw"),
    ("minor_repair", "consent accept report_verification grant"), ("minor_repair", "refuse"),
    ("review", "accept report_review maintain"),
    ("accountability", "accept report_finding confirm_partly"),
    ("complaint", "accept report_finding refer"), ("complaint", "refuse"),
    ("tip_off", "accept record_step report_finding note_reward uphold_reward pay_reward"),
    ("commitment", "register report_performance confirm_performance"), ("commitment", "decline"),
    ("commitment", "note_unwilling"), ("commitment", "register report_performance find_breach"),
    ("rectification", "issue submit_proof accept_rectification"), ("credit_warning", "issue report close"), ("honour_exit", "exit"),
    ("interview", "approve serve_notice 8 record_meeting sign_record report_rectification pass"),
    ("joint_measure", "request respond lift"),
    ("revocation", "serve_notice state_defence propose_revocation revoke"),
    ("honour_review", "issue served report report_review order served submit_proof report_recheck pass"),
    ("honour_review", "issue served report report_review order served submit_proof report_recheck exit"),
]  # fmt: skip
REMEDIES = ("60日内向云溪县人民政府申请行政复议", "6个月内依法向云溪县人民法院提起行政诉讼")
SAID: dict[str, tuple[str, ...]] = {
    "rectification_order": REMEDIES, "credit_warning": REMEDIES, "commitment_refused": REMEDIES, "commitment_breached": REMEDIES,
    **dict.fromkeys(
        ("intake_receipt", "intake_result", "intake_not_accepted"), ("类别为“",)
    ),
    "case_result": (*REMEDIES, "你单位主张：已经缴清", "对责任单位、责任人员的处理：已经缴清"),
    "listing_decision": (*REMEDIES, "告知你单位拟作出的决定和陈述、申辩的权利", "本机关在决定时考虑了下列情节：主动纠正失信行为"),
    "reward_notice": ("类别为“","你的举报符合举报奖励条件。奖励由本中心负责人发放，你的身份保密",),
    "removal_revoked": ("陈述、申辩称：", "对你单位的上述意见不予采纳。"), "revocation": ("陈述、申辩称：", "对你单位的上述意见不予采纳。"),
    "joint_measure_notice": (*REMEDIES, "本机关决定自2026年", "起对你单位实施下列失信惩戒措施"),
    "joint_measure_lifted": ("本机关因云溪县生态环境局于2026年", "对你单位实施的失信惩戒措施", "解除原因：经核查"),
    "supervision_slip": ("该期限是办理安排，依据待核实。",
    "你单位办理的云溪环保科技有限公司的联合惩戒事项", "日届满，至今没有办结", "并书面说明逾期原因"),
    "interview_notice": (*REMEDIES, "无正当理由拒不参加约谈的，记入信用记录，并依法依规处理",),
    "interview_record": ("约谈单位\t云溪县生态环境局", "被约谈单位（人）\t云溪环保科技有限公司（91320830", "开始时间", "结束时间",
    "约谈人员及执法证号", "记录人", "以上记录我已看过，与我所述一致"),
    "listing_notice": ("列入期限自列入之日起计算，最短1年，最长3年", "移出条件如下", "限制参加政府采购", "有权陈述和申辩"),
    "repair_granted": ("终止公示上述信息，停止共享和使用上述信息，依法依规解除因上述信息实施的失信惩戒措施",),
    "repair_denied": ("经核查，", "不符合信用修复条件。", "后可以再次提出申请。"),
    "repair_informed": ("属严重失信信息", "最短公示期至", "移出名单的条件", "最长公示期至", "提出异议"),
    "masking_decision": ("裁定，批准重整计划", "暂时屏蔽下列失信信息，暂时解除相应的失信惩戒措施"),
    "consultation": ("就贵单位于2026年", "请予支持为盼", "特此函达。"), "joint_measure_request": ("贵单位", "特此函达。"),
    "transfer_letter": ("云溪环保科技有限公司（91320830", "应当由贵单位办理", "特此函达。"),
    "objection_accepted": ("加注异议标注", "将处理结果告知你单位"),
    "honour_decision": ("你单位符合",), "honour_revoked": (*REMEDIES, "列入守信红名单", "起退出守信红名单"),
    "honour_exit_decision": ("列入海事守信红名单，列入期限已于2027年8月31日届满", "本机关不再将你单位列入该名单"),
    "honour_review_notice": ("有意见的一并书面说明",), "honour_review_order": (*REMEDIES, "整改期间你单位仍在名单上"),
    "honour_review_result": ("继续列入守信红名单", "重新计算"),
    "extension": ("办理你单位的信用修复事项（", "，涉及本机关于2026年"), "termination_notice": ("你单位于2026年", "提出的信用修复申请（"),
    "supplement_required": ("就云溪县生态环境局于2026年", "对应的行政处罚信息提交的异议申请（"),
    "annulment_decision": ("本机关决定撤销《列入名单决定书》（溪环信列〔2026〕",
    "该列入自始无效，撤销列入名单信息，依法依规解除因列入名单实施的"),
    "removal_decision": ("终止公示列入名单信息，停止共享和使用列入名单信息",),
    "removal_denied": ("经《列入名单决定书》（溪环信列〔2026〕",),
}  # fmt: skip
"""What a letter must say that is read alone (docs/letters.md)."""
NAMES_ITSELF = frozenset({"interview_record"})
"""Letters whose form names the office that fills it in."""
NOT_BY_RECORD = frozenset({"supervision_slip"})
"""Letters of cases about a record that do not name the document it rests on: between offices the number of the case is enough."""
ARTICLE = re.compile(r"(《.+》(（.+）)?)?第.+条")
"""A citation names the article; an act named just before is not named again."""
CLOSES = {"通知书": "特此通知。", "告知书": "特此告知。"}
LEFT = re.compile(
    r"None|True|False|\{\{|\}\}|。。|，。|；。|：。|“”|《》|（）|您|于，|就，|的的|予以予以|本机关本机关|[0-9]日[以之]?前"
)


NAMED = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[一-龥]{1,6}〔[0-9]{4}〕[0-9]+号|[A-Z]{2}-[0-9]{4}-[0-9]{6}")
"""Days, numbers of documents and of cases: what somebody alters on a paper whose QR is genuine."""


SHOWN: dict[str, tuple[tuple[str, str], ...]] = {
    "status_extract": (("公示中的失信信息", "6 条"), ("在列的公开名单", "6 个")),
    "joint_measure_notice": (("惩戒措施", "限制参加政府采购和工程投标"), ("措施依据", "《招标投标条例（虚构）》第十条")),
    "repair_granted": (("处理效果", "终止公示上述信息、停止共享和使用上述信息、依法依规解除因上述信息实施的失信惩戒措施"),),
    "hearing_notice": (("拟作出的决定", "撤销《移出名单决定书》（溪环信移〔2027〕1号），恢复将该单位列入名单，并重新计算列入期限"),),
}  # fmt: skip
"""What else the page of verification tells."""


NOTHING_DECIDED = frozenset({"credit_warning_closed", "repair_informed", "honour_exit_decision"})
"""Letters that tell 复核 of a result alone, or why no remedy is open."""


def test_every_placeholder_is_told_or_kept_back() -> None:
    told = {word for word, _ in told_of_letters.TOLD}
    assert len(told) == len(told_of_letters.TOLD), "a placeholder stands there twice"
    assert told | told_of_letters.KEPT_BACK == set(VOCABULARY)
    assert not told & told_of_letters.KEPT_BACK


def unseen(town: Town, found: dict[str, LetterData]) -> dict[str, set[str]]:
    """By kind, what of NAMED a letter prints in its own words and the public's page of verification does not tell."""
    lacking = {}
    with town.db.read() as tx:
        for kind, data in found.items():
            page = verification.verification(tx, data.qr_url.rpartition("/")[2], town.today)
            assert page.genuine, kind
            told = " ".join(said for _, said in page.details) + day_text(local_day(page.issued_at))
            kept = " ".join(str(data.fields.get(word)) for word in told_of_letters.KEPT_BACK)
            assert "云溪环保" not in told, kind
            assert re.findall("本机关|本中心|贵单位|你", told) == [], kind  # nobody reads them outside the letter
            assert {(label, said) for label, said in SHOWN.get(kind, ())} <= set(page.details), (kind, page.details)
            printed = NAMED.findall("\n".join(p.text for p in data.paragraphs if p.level == "body"))
            lacking[kind] = {one for one in printed if one not in told and one not in kept}
    return {kind: those for kind, those in lacking.items() if those}


def standing(town: Town, today: date) -> dict[str, set[str]]:
    """By kind of a decision that a later one can end, how the public's page says on a day that its letters stand."""
    ended = {kind for kind, _ in later_decisions.ENDED.values()}
    rows = town.all(select(letter.c.kind, letter.c.token).where(letter.c.kind.in_(ended)))
    found: dict[str, set[str]] = {}
    with town.db.read() as tx:
        for kind, token in rows:
            found.setdefault(kind, set()).add(verification.verification(tx, token, today).ended)
    return found


def shared_marks(letters: list[LetterData]) -> dict[str, set[str]]:
    """By what stands before the year in numbers, the kinds that share it: a number tells what it is of."""
    kinds: dict[str, set[str]] = {}
    for one in letters:
        kinds.setdefault(one.number.partition("〔")[0], set()).add(one.kind)
    return {mark: those for mark, those in kinds.items() if len(those) > 1}


def unnamed(data: LetterData) -> bool:
    """Whether a letter says 上述信息 before it has named any information."""
    before, said, _ = "\n".join(p.text for p in data.paragraphs).partition("上述信息")
    return bool(said) and "信息" not in before


def nameless(town: Town) -> set[str]:
    """Kinds of letters of cases about a record that leave open which: who has three penalties could not tell."""
    rows = select(letter.c.kind, letter.c.content, record.c.document_number).join(cases, cases.c.id == letter.c.case_id)
    return {
        row.kind
        for row in town.all(rows.join(record, record.c.id == cases.c.record_id))
        if row.document_number not in "".join(part["text"] for part in row.content["paragraphs"])
    }


def driven(town: Town) -> list[LetterData]:
    """The letters that cases on these routes issued, oldest first."""
    number = town.record()
    repair, objection = town.file_repair(number), town.file_objection(number)
    town.steps(objection, "accept", "consult", "report_finding", "uphold_annul")
    town.do(repair, "terminate")
    for name, steps in ROUTES:
        case = town.begin(name)
        for step in steps.split():
            if step == "served":
                town.serve(case)
            elif step.isdigit():
                town.at(timedelta(days=int(step)))
                town.sweep()
            else:
                as_previewed(town, town.command(case, step))
    town.record(town.today - timedelta(days=20))  # a penalty's 告知书: none before the day of its first text
    _lists(town)
    with town.db.begin() as tx:
        for asked in (IssueExtract, IssueCreditFile):
            dispatch(tx, town.services, asked(town.actor("yunxi"), town.subjects["yunxi"]), town.now)
    return [LetterData.model_validate(row.content) for row in town.all(select(letter.c.content).order_by(letter.c.id))]


def as_previewed(town: Town, command: Command) -> None:
    """The step is taken, and the letter it issues says what its preview said."""
    row, kind = town.case(command.case), town.procedure(command.case).action[command.action].letter
    with town.db.read() as tx:
        at = situation(tx, town.law, row, town.today)
        shown = preview(tx, town.services, at, command, town.now) if kind else None
    town.perform(command)
    if shown is not None:
        of = select(letter.c.content).where(letter.c.case_id == row.id, letter.c.kind == kind)
        made = LetterData.model_validate(town.one(of.order_by(letter.c.id.desc()).limit(1)).content)
        assert (shown.title, shown.paragraphs) == (made.title, made.paragraphs), kind


def _lists(town: Town) -> None:
    """Letters of lists whose cases begin otherwise than by the usual way."""
    red = listing(town, "maritime_red", **NONE)
    town.do(red, "review_honour")
    town.at(timedelta(days=14))
    town.sweep()
    town.do(red, "decide_honour")
    belongs_to(town, "ENV", domain="general")
    for end in ("annul", "maintain"):
        town.do(town.file("list_removal", town.listed(), town.actor("examiner@ENV"), kinds=(), kind="annulment"), end)
    denied, removed = town.listed(), on_list(town)
    town.at(timedelta(days=370))
    chores.end_honours(town.db, town.services, town.now)
    town.steps(apply(town, denied), "accept", "report_verification", "deny")
    case = apply(town, removed)
    town.steps(case, "accept", "report_verification", "remove")
    receipts(town, case)
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "relist")


def test_what_remedies_call_a_decision_is_decided_before_them() -> None:
    for kind in templates.kinds():
        for version in templates.versions(kind):
            body = templates.template(kind, version).body
            before = body.partition("remedy_paragraphs|join")[0]
            assert body == before or "决定" in before or kind in NOTHING_DECIDED, (kind, version)


def test_every_kind_is_issued_by_a_driven_case_and_reads_whole(town: Town) -> None:
    letters = driven(town)
    found = {one.kind: one for one in letters}  # the last of each kind
    assert wording.faults(letters) == {}
    assert shared_marks(letters) == {}
    assert {one.kind for one in letters if wording.own_name(one)} == NAMES_ITSELF
    assert {
        one.seal_purpose
        for one in letters
        if one.kind.startswith(("interview", "listing", "rectif", "supervis", "consult"))
    } == {""}
    if folder := os.environ.get("LETTERS_TO_LOOK_AT"):  # to look at them: one JSON file a kind
        for kind, data in found.items():
            Path(folder, f"{kind}.json").write_text(data.model_dump_json(), "utf-8")
    assert set(templates.kinds()) - set(found) == PAPERS | set(ELSEWHERE)
    tables = [data for data in found.values() if any(p.level == "row" for p in data.paragraphs)]
    assert len(tables) > 1
    for data in (
        found.values() if folder else tables
    ):  # of all kinds with invented words: tests/letters/test_letter_size.py
        assert torn(press_here(data).pdf) == [], data.kind
    assert {kind for kind, data in found.items() if unnamed(data)} == set()
    wrong = {
        kind: text
        for kind, data in found.items()
        for text in (data.title, *(p.text for p in data.paragraphs))
        if LEFT.search(text)
    }
    assert wrong == {}
    read = {kind: "\n".join(p.text for p in data.paragraphs) for kind, data in found.items()}
    assert {kind: one for kind, said in SAID.items() for one in said if one not in read[kind]} == {}
    assert unseen(town, found) == {}
    assert nameless(town) == NOT_BY_RECORD
    assert standing(town, town.today) == {
        "repair_granted": {"", "已被撤销"}, "removal_decision": {"已被撤销"}, "masking_decision": {"已恢复公示"},
        "listing_decision": {"", "已被撤销"},  # a removal that was undone leaves the listing
        "honour_decision": {"已退出名单"}, "joint_measure_notice": {"措施已解除"},
    }  # fmt: skip
    # a listing that nobody ended: its own last day, and the day after it
    told = found["listing_decision"].fields["max_until"]
    last = date(*(int(part) for part in re.findall("[0-9]+", str(told))))
    assert "" in standing(town, last)["listing_decision"]
    assert standing(town, last + timedelta(days=1))["listing_decision"] == {"写明的期限已届满", "已被撤销"}
    assert {
        one for data in found.values() for one in data.fields.get("legal_bases", ()) if not ARTICLE.match(one)
    } == set()
    assert [kind for kind in read if kind.endswith("receipt") and re.search("[现予]以?予?受理", read[kind])] == []
    assert [kind for kind, data in found.items() if CLOSES.get(data.title[-3:], "") not in read[kind]] == []
