"""After a letter was issued: pressed and signed or waiting, corrected or withdrawn; and the 告知书 of every record."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.casework.case_state import record_events
from repairflow.casework.case_state.situation import situation
from repairflow.casework.changes import ChangeRegistration, EndSubject
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import addressed, publication_notice, rendering_job, signing_policy
from repairflow.casework.documents.revisions import letter_correction as correcting
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter
from repairflow.casework.documents.service import service
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.audit import findings
from repairflow.casework.queries.cases import letter_remedies, timeline
from repairflow.casework.queries.documents.verification import verification
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RepairFlowError, Unavailable
from repairflow.letters.fonts.families import MissingGlyphs
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.signing.key_folder import KeyFolder
from repairflow.letters.signing.pades import make_key
from repairflow.letters.signing.port import KeyMissing, SealUnusable
from repairflow.records import event, letter, outbox, record, subject
from repairflow.records.rows import LetterRow, RecordRow, all_rows, one_row
from repairflow.web.public import verify
from tests.gateway.penalty_samples import YUNXI
from tests.law_stories.chaining import opened
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def of_kind(town: Town, kind: str) -> Any:
    return town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))


def made(data: LetterData) -> Pressed:
    """A press that needs no fonts: the same bytes for the same letter."""
    pdf = b"%PDF-1.7 " + data.model_dump_json().encode()
    return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=1)


class Stamper:
    """A signer as a vendor's seal service would be behind its adapter: every call gives other bytes."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, datetime, bool]] = []

    def sign(self, pdf: bytes, data: LetterData, at: datetime) -> bytes:
        self.calls.append((data.number, at, b'"signature_field":true' in pdf))
        return pdf + f" signed {len(self.calls)}".encode()


class Ring:
    """Seals with one signer for one office."""

    def __init__(self, office: str, signer: Stamper) -> None:
        self.office, self.signer = office, signer

    def of(self, office: str) -> Stamper | None:
        return self.signer if office == self.office else None


@pytest.fixture
def receipt(town: Town) -> Any:
    """The row of a letter of ENV that is not made yet."""
    town.file_repair()
    return of_kind(town, "repair_receipt")


def press(town: Town, row: Any, *seals: Any, make: Any = made) -> str:
    return rendering_job.press(town.db, town.services.letters, make, row.id, town.now, *seals)


def require(town: Town, required: bool = True) -> None:
    with town.db.begin() as tx:
        signing_policy.require(tx, "ENV", required, town.now)


def file_of(town: Town, row: Any) -> Path:
    return town.settings.letters / rendering_job.name_of(row.token)


# pressing and signing


def test_both_digests_are_kept_and_pressing_again_changes_nothing(town: Town, receipt: Any) -> None:
    ring = Ring("ENV", Stamper())
    digest = press(town, receipt, ring)
    row = of_kind(town, "repair_receipt")
    file = file_of(town, row).read_bytes()
    assert row.pdf_digest == digest == "sha256:" + hashlib.sha256(file).hexdigest()
    assert row.unsigned_digest == "sha256:" + hashlib.sha256(file.removesuffix(b" signed 1")).hexdigest()
    assert row.pdf_size == len(file)
    assert press(town, receipt, ring) == digest
    assert ring.signer.calls == [(receipt.number, receipt.issued_at, True)]
    assert file_of(town, row).read_bytes() == file
    town.sound()


def test_an_unsigned_letter_has_one_digest_and_stays_unsigned(town: Town, receipt: Any) -> None:
    digest = press(town, receipt)
    row = of_kind(town, "repair_receipt")
    assert row.unsigned_digest == row.pdf_digest == digest
    ring = Ring("ENV", Stamper())
    assert press(town, receipt, ring) == digest
    assert ring.signer.calls == []


def test_a_lost_file_comes_back_under_a_new_signature(town: Town, receipt: Any) -> None:
    ring = Ring("ENV", Stamper())
    first = press(town, receipt, ring)
    file_of(town, receipt).unlink()
    second = press(town, receipt, ring)
    row = of_kind(town, "repair_receipt")
    assert first != second == row.pdf_digest
    town.sound()


def test_another_file_in_its_place_is_given_to_nobody(town: Town, receipt: Any) -> None:
    press(town, receipt)
    row = of_kind(town, "repair_receipt")
    own = rendering_job.issued_file(town.services.letters, row)
    for put in (own + b"\n", b"%PDF-1.7 of somebody else", b""):
        file_of(town, row).write_bytes(put)
        with pytest.raises(Unavailable, match="校验值不同"):
            rendering_job.issued_file(town.services.letters, row)
    file_of(town, row).unlink()
    with pytest.raises(Unavailable, match="暂时取不到"):
        rendering_job.issued_file(town.services.letters, row)
    press(town, receipt)  # the worker makes it again
    assert rendering_job.issued_file(town.services.letters, row) == own


def test_other_fonts_do_not_replace_an_original(town: Town, receipt: Any) -> None:
    digest = press(town, receipt)
    with pytest.raises(Conflict, match="原件不变"):
        press(town, receipt, make=lambda data: made(data.model_copy(update={"title": "另一份"})))
    assert of_kind(town, "repair_receipt").pdf_digest == digest


def test_without_its_key_an_office_issues_nothing(town: Town, receipt: Any) -> None:
    require(town)
    with pytest.raises(KeyMissing, match="云溪县生态环境局"):
        press(town, receipt)
    assert not file_of(town, receipt).exists()
    assert of_kind(town, "repair_receipt").pressed_at is None
    require(town, False)
    assert press(town, receipt)


def test_another_offices_key_does_not_help(town: Town, receipt: Any) -> None:
    require(town)
    with pytest.raises(KeyMissing):
        press(town, receipt, Ring("MARKET", Stamper()))


def test_a_real_key_laid_down_later_signs_what_waited(town: Town, receipt: Any) -> None:
    require(town)
    folder = town.settings.keys / "offices"
    ring = KeyFolder(folder)
    with pytest.raises(KeyMissing):
        press(town, receipt, ring)
    make_key(
        folder / "ENV.p12",
        "云溪县生态环境局",
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2028, 1, 1, tzinfo=UTC),
        bits=2048,
    )
    from repairflow.letters.pdf.render import press_here

    assert press(town, receipt, ring, make=press_here)
    assert b"/ETSI.CAdES.detached" in file_of(town, receipt).read_bytes()


@pytest.mark.parametrize(
    "error",
    [KeyMissing("没有签名密钥。"), MissingGlyphs({"\U0002ffff"}), SealUnusable("密码设备没有应答。")],
    ids=lambda e: e.code,
)
def test_a_letter_that_waits_says_why_and_alarms_once(town: Town, receipt: Any, error: RepairFlowError) -> None:
    def wait(text: str) -> bool:
        with town.db.begin() as tx:
            return rendering_job.waits(tx, receipt.id, text, town.now)

    assert wait(error.message)
    assert not wait(error.message)
    assert wait("另一个原因。")
    assert of_kind(town, "repair_receipt").press_error == "另一个原因。"
    for who in ("head@ENV", "supervisor@CREDIT"):
        assert town.notices(who, "letter_waits") == [f"文书未能制作：{receipt.number}"]
    assert town.notices("head@MARKET", "letter_waits") == []
    assert press(town, receipt)
    assert of_kind(town, "repair_receipt").press_error is None
    assert not wait(error.message)
    town.sound()


def test_what_waits_is_tried_again_when_woken(town: Town, receipt: Any) -> None:
    mine = select(outbox).where(outbox.c.letter_id == receipt.id)
    with town.db.begin() as tx:
        rendering_job.waits(tx, receipt.id, "没有签名密钥。", town.now)
        tx.execute(update(outbox).where(outbox.c.letter_id == receipt.id).values(state="dead", next_at=None))
    later = town.at(timedelta(days=4))
    with town.db.begin() as tx:
        assert rendering_job.wake(tx, later) == 1
    row = town.one(mine)
    assert (row.state, row.next_at) == ("waiting", later)


def test_requiring_signatures_stands_in_the_trail(town: Town) -> None:
    require(town)
    require(town)
    with town.db.read() as tx:
        assert ("ENV", "云溪县生态环境局", True) in signing_policy.signing_offices(tx)
    with town.db.begin() as tx, pytest.raises(NotFound):
        signing_policy.require(tx, "NOBODY", True, town.now)
    town.sound()


# corrections


def correction(town: Town, row: Any, **changes: Any) -> CorrectLetter:
    standard: dict[str, Any] = {
        "actor": town.actor("head@ENV"), "command_id": town._id(), "reason": "文号有误。",
        "changes": [("罚款金额", "20万元", "2万元")],
    }  # fmt: skip
    return CorrectLetter(row.token, **(standard | changes))


def correct(town: Town, one: CorrectLetter) -> Any:
    with town.db.begin() as tx:
        return correcting.correct(tx, town.services, one, town.now)


def withdraw(town: Town, one: CorrectLetter) -> Any:
    with town.db.begin() as tx:
        return correcting.withdraw(tx, one, town.now)


def looked_up(town: Town, row: Any) -> Any:
    with town.db.read() as tx:
        return verification(tx, row.token, town.today)


def test_a_correction_is_a_new_letter_citing_the_old(town: Town, receipt: Any) -> None:
    new = correct(town, correction(town, receipt))
    old = town.one(select(letter).where(letter.c.id == receipt.id))
    assert (old.state, old.superseded_by, old.content) == ("superseded", new.id, receipt.content)
    said = "".join(p["text"] for p in new.content["paragraphs"])
    assert receipt.number in said
    assert "罚款金额\t20万元\t2万元" in said
    assert new.number.startswith("溪环信更〔2026〕")
    found = looked_up(town, receipt)
    assert (found.state, found.superseded_by, found.genuine) == ("superseded", new.number, True)
    assert looked_up(town, new).genuine
    assert ("更正的项目", "罚款金额：“20万元”更正为“2万元”") in looked_up(town, new).details
    assert town.one(select(outbox).where(outbox.c.letter_id == new.id)).topic == "press"
    assert town.notices("yunxi", "letter_changed") == [f"文书更正：{receipt.number}"]
    town.sound()


def renamed(town: Town) -> None:
    new_name = {"day": "2026-06-01", "notice": "（溪）登字〔2026〕第12号", "name": "云溪新环保有限公司"}
    registered(town, ChangeRegistration(town.actor("registrar@CREDIT"), code_of(town, "yunxi"), new_name))


def merged(town: Town) -> None:
    into = {
        "day": "2026-06-01",
        "notice": "（溪）登字〔2026〕第12号",
        "kind": "merger",
        "successor": code_of(town, "hengtuo"),
    }
    registered(town, EndSubject(town.actor("registrar@CREDIT"), code_of(town, "yunxi"), into))


def registered(town: Town, command: Any) -> None:
    with town.db.begin() as tx:
        dispatch(tx, town.services, command, town.now)


def code_of(town: Town, short: str) -> str:
    return str(town.one(select(subject.c.uscc).where(subject.c.id == town.subjects[short])).uscc)


@pytest.mark.parametrize(
    ("happened", "changes", "to", "whose"),
    [
        (None, (), "云溪环保科技有限公司", "yunxi"), (renamed, (), "云溪新环保有限公司", "yunxi"),
        (merged, (), "恒拓建材有限公司（云溪环保科技有限公司的承继人）", "hengtuo"),
        (None, ("受文单位", "云溪环保科技有限公司", "云溪环保科枝有限公司"), "云溪环保科枝有限公司", "yunxi"),
        (None, ("地点", "云溪", "云溪县"), "云溪环保科技有限公司", "yunxi"),
        (renamed, ("名称", "云溪环保科技有限公司", "云溪新环保有限公司"), "云溪新环保有限公司", "yunxi"),
    ],
)  # fmt: skip
def test_a_correction_goes_to_whom_it_concerns_today(
    town: Town, receipt: Any, happened: Any, changes: Any, to: str, whose: str
) -> None:
    if happened:
        happened(town)
    new = correct(town, correction(town, receipt, changes=[changes or ("罚款金额", "20万元", "2万元")]))
    assert (new.content["addressee"], new.content["addressee_code"]) == (to, code_of(town, whose))
    with town.db.read() as tx:
        assert addressed.reader_of(tx, receipt) == town.subjects["yunxi"]  # by its former name too
        assert addressed.reader_of(tx, new) == (None if "科枝" in to else town.subjects[whose])
    with town.db.read() as tx:  # and so it is if it is corrected or issued anew once more
        assert addressed.today(tx, town.services, new, town.now).name == to
    assert town.notices("yunxi", "letter_changed") == [f"文书更正：{receipt.number}"]


def test_a_code_is_corrected_at_the_head_too(town: Town, receipt: Any) -> None:
    was, other = code_of(town, "yunxi"), code_of(town, "hengtuo")
    new = correct(
        town, correction(town, receipt, changes=[("统一社会信用代码", f" {was[:9].lower()} {was[9:]}", other)])
    )
    assert new.content["addressee_code"] == other


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2026年10月8日", "2026年10月7日", True), ("溪环罚〔2026〕23号", "溪环罚〔2026〕32号", True), ("1,234.50元", "3个月", True),
        ("宋远山", "宋远三", False), ("13812345678", "13812345679", False), ("2026年10月8日", "宋远山", False),
    ],
)  # fmt: skip
def test_a_stranger_is_told_days_and_numbers_of_a_correction_and_nothing_of_a_person(
    town: Town, receipt: Any, old: str, new: str, told: bool
) -> None:
    made = correct(town, correction(town, receipt, changes=(("有关内容", old, new),)))
    said = dict(looked_up(town, made).details)["更正的项目"]
    assert said == (f"有关内容：“{old}”更正为“{new}”" if told else "有关内容")


def test_a_second_correction_corrects_the_first(town: Town, receipt: Any) -> None:
    first = correct(town, correction(town, receipt))
    second = correct(town, correction(town, first))
    assert (first.round, second.round) == (1, 2)
    assert looked_up(town, first).superseded_by == second.number


def test_a_withdrawn_letter_says_so(town: Town, receipt: Any) -> None:
    withdraw(town, correction(town, receipt, changes=()))
    found = looked_up(town, receipt)
    assert (found.state, found.genuine) == ("withdrawn", True)
    last = town.trail(receipt.content["case_number"])[-1]
    assert (last.action, last.reason) == ("letter_withdrawn", "文号有误。")
    town.sound()


def test_platforms_that_were_told_of_a_letter_hear_what_became_of_it(town: Town) -> None:
    """Those whom a message named it to, in the order of their record's messages; a partner heard of no letter."""
    number = town.record()
    case = town.file_repair(number)
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    granted = town.all(select(letter).where(letter.c.case_id == town.case(case).id))[-1]
    before = len(town.pushes(case))
    new = correct(town, correction(town, granted))
    withdraw(town, correction(town, new, changes=()))
    told = town.pushes(case)[before:]
    assert [(row.kind, row.lane) for row in told] == [
        ("letter_change", f"{to}/{number}") for to in ("site", "province")
    ] * 2
    said = [row.payload for row in told]
    assert {(one["doc_no"], one["change"], one["new_doc_no"]) for one in said[:2]} == {
        (granted.number, "corrected", new.number)
    }
    assert {(one["doc_no"], one["change"], one["new_doc_no"]) for one in said[2:]} == {(new.number, "withdrawn", None)}
    assert {one["new_doc_hash"] for one in said[:2]} == {one["doc_hash"] for one in said[2:]} == {new.text_digest}
    town.sound()


@pytest.mark.parametrize("change", [correct, withdraw])
def test_the_same_command_again_changes_nothing(town: Town, receipt: Any, change: Any) -> None:
    one = correction(town, receipt)
    first = change(town, one)
    before = town.counts()
    assert change(town, one).id == first.id
    assert town.counts() == before


@pytest.mark.parametrize("change", [correct, withdraw])
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("decider@ENV", Forbidden),
        ("head@CREDIT", Forbidden),
        ("head@MARKET", NotFound),
        ("yunxi", Forbidden),
        ("hengtuo", NotFound),
    ],
)
def test_only_the_head_of_the_issuing_office(
    town: Town, receipt: Any, change: Any, who: str, error: type[RepairFlowError]
) -> None:
    before = town.counts()
    with pytest.raises(error):
        change(town, correction(town, receipt, actor=town.actor(who)))
    assert town.counts() == before


@pytest.mark.parametrize("change", [correct, withdraw])
def test_what_is_no_longer_in_force_stays_as_it_is(town: Town, receipt: Any, change: Any) -> None:
    withdraw(town, correction(town, receipt))
    with pytest.raises(Refused) as refused:
        change(town, correction(town, receipt))
    assert [r.code for r in refused.value.refusals] == ["not_in_force"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reason": " "}, "reason"),
        ({"changes": ()}, "changes"),
        ({"changes": [("金额", "", "2")]}, "changes.0"),
        ({"changes": [("甲", "乙", "丙")] * 31}, "changes"),
        ({"changes": [("甲", "\x00", "丙")]}, "changes.0"),
        ({"changes": [("金额", "2", "3"), ("统一社会信用代码", "某代码", "91320830")]}, "changes.1"),
        ({"changes": [("受文单位代码", YUNXI, f"{YUNXI[:-1]}0")]}, "changes.0"),
    ],
    ids=["no reason", "no change", "half a change", "too many", "control character", "no code", "check digit"],
)
def test_a_faulty_correction_names_what_is_wrong(town: Town, receipt: Any, changes: dict[str, Any], where: str) -> None:
    before = town.counts()
    with pytest.raises(Invalid) as invalid:
        correct(town, correction(town, receipt, **changes))
    assert town.counts() == before
    assert [problem.where for problem in invalid.value.problems] == [where]


# 两书同达


def the_record(town: Town, **how: Any) -> Any:
    return town.of_record(town.record(how.pop("decided", date(2026, 5, 6)), **how))


def told(town: Town, of: Any) -> Any:
    with town.db.read() as tx:
        return publication_notice.of_record(tx, of.id)


def uninformed(town: Town, who: str = "auditor@CREDIT") -> list[str]:
    with town.db.read() as tx:
        return [one.number for one in findings.without_informed(tx, town.actor(who))]


def test_a_record_that_goes_public_comes_with_its_letter(town: Town) -> None:
    of = the_record(town)
    row = told(town, of)
    said = "".join(p["text"] for p in row.content["paragraphs"])
    for part in (of.document_number, "2026年8月6日", "2027年5月6日", "不收取任何费用", "“信用中国”网站"):
        assert part in said
    assert row.number == "溪环信告〔2026〕1号"
    assert looked_up(town, row).genuine
    assert town.notices("yunxi's agent", "informed") == [f"{of.document_number}：信用修复告知书"]
    assert uninformed(town) == []
    town.sound()


@pytest.mark.parametrize(
    "how",
    [
        {"kinds": ("warning",), "fine": None},
        {"decided": date(2026, 1, 5)},
        {"decided": date(2020, 1, 5), "entered": times.at(date(2026, 5, 13), time(10))},
    ],
    ids=["minor, not public", "before the duty", "over its period"],
)
def test_no_letter_where_none_is_owed(town: Town, how: dict[str, Any]) -> None:
    of = the_record(town, **how)
    assert told(town, of) is None
    assert uninformed(town) == []


def test_a_missing_letter_is_a_finding_until_it_is_issued(town: Town) -> None:
    of = the_record(town)
    withdraw(town, correction(town, told(town, of)))
    assert uninformed(town) == [of.number]
    assert uninformed(town, "head@ENV") == [of.number]
    assert uninformed(town, "head@MARKET") == []
    with town.db.read() as tx:
        assert findings.missing(tx, town.actor("auditor@CREDIT")) == 1
    with town.db.begin() as tx:
        publication_notice.inform(tx, town.services, of.id, town.actor("acceptor@ENV"), town.now, role="acceptor")
    assert uninformed(town) == []
    town.sound()


def test_what_happens_to_letters_reads_as_chinese(town: Town) -> None:
    of = the_record(town)
    withdraw(town, correction(town, told(town, of)))
    with town.db.read() as tx:
        mine = timeline.of_record(tx, town.law, of.id)
        assert [one.label for one in mine] == ["文书撤回", "制发信用修复告知书", "公示", "记入信用档案"]


def test_the_subject_reads_no_words_of_the_trail_that_are_not_for_it(town: Town) -> None:
    of = the_record(town)
    with town.db.begin() as tx:
        for action, why in (
            (EventName.REISSUE_PROPOSED, "原件写错了"),
            (EventName.EXPLAIN_WITHDRAWAL, "当事人 11010519491231002X 来电 13800138000"),
        ):
            head = one_row(tx.execute(select(record).where(record.c.id == of.id)), RecordRow)
            record_events.append(tx, head, NewEvent(action=action, at=town.now, reason=why))
        told = timeline.of_record(tx, town.law, of.id, told_only=True)
        assert [one.reason for one in told[:2]] == ["当事人 … 来电 …", ""]
        assert [one.reason for one in timeline.of_record(tx, town.law, of.id)[:2]][1] == "原件写错了"


def test_nobody_is_told_twice(town: Town) -> None:
    of = the_record(town)
    before = town.counts()
    with town.db.begin() as tx:
        again = publication_notice.inform(tx, town.services, of.id, town.actor("acceptor@ENV"), town.now)
    assert again.id == told(town, of).id
    assert town.counts() == before


def test_a_record_that_is_not_public_is_refused(town: Town) -> None:
    of = the_record(town, kinds=("warning",), fine=None)
    with town.db.begin() as tx, pytest.raises(Refused) as refused:
        publication_notice.inform(tx, town.services, of.id, town.actor("acceptor@ENV"), town.now)
    assert [r.code for r in refused.value.refusals] == ["not_public"]
    with town.db.begin() as tx, pytest.raises(NotFound):
        publication_notice.inform(tx, town.services, 10**9, town.actor("acceptor@ENV"), town.now)
    assert town.one(select(record).where(record.c.id == of.id)).chain_seq == of.chain_seq


def test_an_entry_in_a_public_list_comes_with_its_letter(town: Town) -> None:
    of = town.of_record(town.listed())
    row = told(town, of)
    said = "".join(p["text"] for p in row.content["paragraphs"])
    for part in (
        of.document_number,
        "《列入名单决定书》（",
        "严重失信主体名单信息",
        "2027年6月10日",
        "移出名单的条件：列入满1年，且已纠正失信行为",  # the period that the office confirmed
    ):
        assert part in said
    assert town.notices("yunxi", "informed") == [f"{of.document_number}：信用修复告知书"]
    assert [one.action for one in town.all(select(event).where(event.c.stream == f"record/{of.number}").order_by(event.c.id))] == [
        "enter", "publish", "inform",
    ]  # fmt: skip
    assert uninformed(town) == []
    town.sound()


def test_an_internal_list_owes_none(town: Town) -> None:
    case = opened(town, "listing", inputs={"list_kind": "watch"})
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    (of,) = town.all(select(record))
    assert told(town, of) is None
    assert uninformed(town) == []


def test_a_record_that_a_case_brings_before_the_public_comes_with_its_letter(town: Town) -> None:
    """Its repair is revoked: a record whose earlier letter was withdrawn is told anew, one that has it is not."""
    town.at(date(2026, 10, 12))
    case = town.file_repair(town.record(date(2026, 5, 6)))
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    for code in ("site", "province"):
        town.do(case, "waive_target", inputs={"target": code})
    of = town.one(select(record))
    assert of.state in {"ceased", "sealed"}
    withdraw(town, correction(town, told(town, of)))
    assert uninformed(town) == []  # not public: nothing is owed
    town.at(timedelta(days=1))
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "revoke")
    assert town.one(select(record)).state == "restored"
    said = "".join(p["text"] for p in told(town, of).content["paragraphs"])
    assert "公示期自2026年10月13日起重新计算" in said
    assert uninformed(town) == []
    town.sound()


# what a correction leaves as it was


def test_a_correction_of_what_ended_a_decision_or_of_the_decision_hides_no_end(town: Town) -> None:
    """A letter that was corrected stands, read beside its correction: the decision goes on to be revoked."""
    case = town.granted()
    granted = of_kind(town, "repair_granted")
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "revoke")
    assert looked_up(town, granted).ended == "已被撤销"
    correct(town, correction(town, of_kind(town, "revocation"), command_id="c-revocation"))
    assert looked_up(town, granted).ended == "已被撤销"
    correct(town, correction(town, granted, command_id="c-granted"))
    found = looked_up(town, granted)
    assert (found.state_label, found.ended) == ("已更正", "已被撤销")
    assert verify._verdict(found, None)[1:] == (
        "已更正，已被撤销",
        f"这份文书由本系统制发，其中的内容已于2026年6月10日更正，请与{found.superseded_by}一并使用。其中的决定已被撤销，见下列后续决定。",
    )


def test_a_withdrawn_or_replaced_letter_ends_nothing_and_is_told_no_end(town: Town) -> None:
    case = town.granted()
    granted = of_kind(town, "repair_granted")
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation", "revoke")
    withdraw(town, correction(town, granted, command_id="w-granted"))
    assert (looked_up(town, granted).state_label, looked_up(town, granted).ended) == ("已撤回", "")


@pytest.mark.parametrize("served_first", [True, False])
def test_a_corrected_decision_is_served_and_its_remedies_run(town: Town, served_first: bool) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice", "state_defence", "propose_denial", "deny")
    denied = of_kind(town, "repair_denied")
    press(town, denied)
    if served_first:
        town.serve(case)
    correct(town, correction(town, denied, command_id="c-denied"))
    if not served_first:
        actor = town.actor("acceptor@ENV")
        proof = town.material(service.EVIDENCE_KIND, actor)
        given = service.Service(denied.token, "direct", actor, "s-denied", "宋远山", town.now, material=proof)
        with town.db.begin() as tx:
            service.serve(tx, town.services, given, town.now)
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        letters = tuple(all_rows(tx.execute(select(letter).order_by(letter.c.id.desc())), LetterRow))
        found = letter_remedies.remedies_of(tx, at, letters)
    assert [one.number for one in found if one.number == denied.number] == [denied.number]


def test_a_letter_whose_correction_is_withdrawn_is_in_force_as_before(town: Town, receipt: Any) -> None:
    wrong = correct(town, correction(town, receipt))
    withdraw(town, correction(town, wrong))
    found = looked_up(town, receipt)
    assert (found.state_label, found.superseded_by) == ("有效", "")
    assert looked_up(town, wrong).state_label == "已撤回"
    new = correct(town, correction(town, receipt))
    assert (looked_up(town, receipt).state_label, looked_up(town, receipt).superseded_by) == ("已更正", new.number)
    town.sound()
