"""认定：the document must be the one on file, the catalogue and the ladder are data, each field keeps its own lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from repairflow.casework.cases import expiry_case, honour_expiry
from repairflow.casework.cases.expiry_case import Ending, end
from repairflow.casework.cases.transition import try_system
from repairflow.casework.context import Services
from repairflow.casework.queries.records import list_registry, status_replay
from repairflow.casework.queries.records.credit_inquiry import standings
from repairflow.casework.queries.records.public_lookup import look_up
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.law.identifiers import make_uscc
from repairflow.records import case_link, cases, list_entry, outbox, record
from repairflow.records.rows import ListEntryRow, one_row
from repairflow.worker import chores
from tests.casework.test_status_extracts import issued, replayed
from tests.law_stories.chaining import entries, follow_up, opened
from tests.law_stories.telling import belongs_to, letters, refused, words
from tests.law_stories.test_commitment_story import registered
from tests.law_stories.test_list_removal_story import on_list
from tests.law_stories.test_listing_story import NONE, listing
from tests.support.building import COMPANIES, Town

CODE = make_uscc("320830", COMPANIES[0][2])
PAPER = "溪环罚〔2026〕50号"


def on_file(town: Town, **more: Any) -> str:
    return town.record(date(2026, 5, 16), document=PAPER, **more)


def stated(day: str, office: str = "云溪县生态环境局", number: str = "溪环罚[2026]第50号") -> dict[str, str]:
    return {"basis_number": number, "basis_office": office, "basis_date": day}


def test_the_document_is_the_one_on_file_in_whatever_spelling(town: Town) -> None:
    number = on_file(town)
    before = town.counts()
    for wrong in (stated("2026-05-01"), stated("2026-05-16", "云溪县税务局")):
        with refused("basis_document_matches"):
            listing(town, "watch", **wrong)
    assert town.counts() == before
    case = listing(town, "watch", **stated("2026-05-16"))
    with refused("basis_document_matches"):
        town.do(case, "state_basis", inputs=stated("2026-05-01"))
    town.do(case, "review_pass")
    said = next(step for step in town.trail(case) if step.action == "review_pass")
    assert number in str(said.body)
    town.turn(update(record).where(record.c.number == number).values(annulled_at=town.now))
    with refused("basis_document_matches"):
        listing(town, "watch", **stated("2026-05-16"))
    # 别的主体的同号文书不比对
    listing(town, "watch", **stated("2026-05-01", number="溪环罚〔2026〕51号"))
    town.sound()


def test_a_serious_list_is_not_decided_with_nobody_linked(town: Town) -> None:
    case = listing(town)
    town.steps(case, "review_pass", "serve_notice", "waive_defence")
    with refused("linked_person_named"):
        town.do(case, "decide_listing")
    for capacity in ("finance", "tax_officer", "director", "shareholder", "practitioner"):
        town.do(case, "link_person", inputs={"capacity": capacity})
    town.do(case, "decide_listing")
    own, theirs = entries(town, case)
    assert (own.principal_id, theirs.principal_id) == (None, own.id)
    town.sound()


def test_a_behaviour_of_the_catalogue_fits_its_list(town: Town) -> None:
    with pytest.raises(Invalid):
        listing(town, "watch", behaviour="not_in_the_catalogue")
    mild = listing(town, behaviour="unrectified")
    with refused("behaviour_fits_list"):
        town.do(mild, "review_pass")
    belongs_to(town, "ENV", domain="ecology")
    red = listing(town, "serious", behaviour="rated_red")
    with refused("behaviour_fits_list"):
        town.do(red, "review_pass")


def test_an_internal_entry_stays_as_long_as_new_dishonesty_stands(town: Town) -> None:
    """The office looks into it; what it keeps ends once the worker finds that none stands any more."""
    entry = on_list(town, "watch")
    fresh = town.record(date(2026, 8, 3))
    town.at(town.of_record(entry).max_until + timedelta(days=1))
    for _ in range(2):
        town.sweep()
        assert ended(town) == 0
    (case,) = town.all(select(cases).where(cases.c.kind == "expiry"))
    assert (case.state, town.of_record(entry).state, public_lists(town)) == ("submitted", "unpublished", [])
    town.do(case.number, "check_expiry")
    assert ended(town) == 0
    town.do(case.number, "report_verification", inputs={"conditions": town.unmet(case.number, "no_new")})
    town.do(case.number, "deny", ground="new_penalty")
    assert "依职权核查是否移出重点关注名单" in words(town, case.number, "removal_denied")  # nobody had applied
    assert (ended(town), left(town)) == (0, [(None, None)])
    town.turn(update(record).where(record.c.number == fresh).values(state="sealed"))
    assert [ended(town) for _ in range(2)] == [1, 0]
    assert (left(town), public_lists(town)) == ([("expired", town.today)], [])
    assert len(town.all(select(cases).where(cases.c.kind == "expiry"))) == 2  # the office's, and the one that ended it


@pytest.mark.parametrize("performed", [True, False])
@pytest.mark.parametrize(
    ("kind", "domain", "severity"),
    [
        ("serious", "general", "ordinary"),
        ("serious", "general", "serious"),
        ("ip_breach", "intellectual_property", "serious"),
    ],
)
def test_a_public_entry_is_shown_to_its_last_day_whether_or_not_its_duty_was_performed(
    town: Town, kind: str, domain: str, severity: str, performed: bool
) -> None:
    belongs_to(town, "ENV", domain=domain)
    entry = on_list(town, kind)
    town.record(date(2026, 8, 3))  # new dishonesty holds nothing before the public
    values = {"severity": severity, "duty_performed_on": town.today if performed else None}
    town.turn(update(record).where(record.c.number == entry).values(values))
    town.at(town.of_record(entry).max_until)
    assert public_lists(town) == [kind]
    town.at(timedelta(days=1))
    assert public_lists(town) == []  # whenever the worker comes
    town.sweep()
    assert (public_lists(town), bool(left(town)[0][0])) == ([], True)


def test_a_case_puts_nobody_on_a_list_its_field_does_not_keep(town: Town) -> None:
    belongs_to(town, "ENV", domain="maritime")
    promise = registered(town)
    town.do(promise, "find_breach")
    case = str(follow_up(town, promise).number)
    town.do(case, "state_basis", inputs=stated("2026-05-16"))
    with refused("list_kind_known"):
        town.do(case, "review_pass")
    chooser = town.actor("examiner@ENV", "reviewer@ENV")
    town.do(case, "state_list", chooser, inputs={"list_kind": "maritime_yellow"})
    with refused("four_eyes"):
        town.do(case, "review_pass", chooser)
    town.do(case, "review_pass")


def test_the_publicity_is_as_long_as_the_list_says(town: Town) -> None:
    case = listing(town, "maritime_red", **NONE)
    with refused("window_long_enough"):
        town.do(case, "review_honour", inputs={"window_days": 6})
    town.do(case, "review_honour", inputs={"window_days": 10})
    town.at(timedelta(days=11))
    town.sweep()
    assert town.case(case).state == "announced"  # ten working days are not over
    town.at(timedelta(days=5))
    town.sweep()
    assert town.case(case).state == "deciding"


def test_an_abnormal_mark_is_checked_on_the_spot_before_and_after(town: Town) -> None:
    belongs_to(town, "ENV", domain="culture_tourism")
    unchecked = {"check_method": None, "checked_on": None, "behaviour": "not_operating"}
    case = listing(town, "abnormal_operation", **unchecked)
    with refused("spot_checked"):
        town.do(case, "review_pass")
    town.do(case, "state_check", inputs={"check_method": "telephone"})
    town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
    (entry,) = entries(town, case)
    removal = town.file("list_removal", entry.number, kind="application", kinds=("performance_proof",))
    town.do(removal, "accept")
    town.do(removal, "report_verification", inputs={"check_method": None, "checked_on": None})
    with refused("spot_checked"):
        town.do(removal, "remove")
    town.do(removal, "return_to_verification")  # what was forgotten is made up for
    town.steps(removal, "report_verification", "remove")
    town.sound()


def test_a_qualification_list_hears_a_third_party(town: Town) -> None:
    belongs_to(town, "ENV", domain="transport")
    case = listing(town, "qualified_transport", **NONE)
    town.do(case, "review_honour")
    town.at(timedelta(days=14))
    town.sweep()
    with refused("opinion_given"):
        town.do(case, "decide_honour")
    town.steps(case, "record_opinion", "decide_honour")
    assert town.case(case).outcome == "accepted"


def test_a_red_list_asks_for_a_clean_year(town: Town) -> None:
    belongs_to(town, "ENV", domain="agriculture")
    town.record(date(2026, 2, 1))
    case = listing(town, "farm_red", **NONE)
    with refused("kept_clean"):
        town.do(case, "review_honour")
    town.at(date(2027, 2, 2))
    late = listing(town, "farm_red", **NONE)
    town.steps(late, "review_honour", "object_in_window", "report_verification")
    town.record(date(2027, 2, 1))  # while it was looked into
    with refused("kept_clean"):
        town.do(late, "decide_honour")


@pytest.mark.parametrize("kind", ["reminder", "warning", "education", "service"])
def test_a_warning_before_any_case_may_end_in_a_rectification(town: Town, kind: str) -> None:
    assert not town.all(select(record))
    done = opened(town, "credit_warning", kind=kind)
    town.steps(done, "issue", "report", "close")
    assert (town.case(done).outcome, letters(town, done)) == ("rectified", ["credit_warning", "credit_warning_closed"])
    assert "不是行政处罚，不产生失信信息" in words(town, done, "credit_warning")
    late = opened(town, "credit_warning", kind=kind)
    town.do(late, "issue", inputs={"term": 5})
    town.serve(late)
    town.at(timedelta(days=9))
    town.sweep()
    assert town.case(late).state == "unanswered"
    town.do(late, "order_rectification")
    assert follow_up(town, late).procedure == "rectification"
    assert not town.all(select(record))
    town.sound()


def test_a_warning_names_a_subject_that_there_is(town: Town) -> None:
    before = town.counts()
    for code in ("", "91320830MA000000XX"):
        with pytest.raises((NotFound, Invalid, Forbidden)):
            opened(town, "credit_warning", kind="reminder", subject=code)
    assert town.counts() == before


def test_tax_reminds_before_it_watches(town: Town) -> None:
    belongs_to(town, "ENV", domain="tax")
    case = listing(town, "watch", behaviour="not_self_corrected")
    with refused("ladder_walked"):
        town.do(case, "review_pass")
    reminder = opened(town, "credit_warning", kind="reminder")
    town.do(reminder, "issue")
    with refused("ladder_walked"):  # nobody has it yet
        town.do(case, "review_pass")
    town.serve(reminder)
    town.do(case, "review_pass")
    assert not town.all(select(case_link.c.to_id))


def honoured(town: Town, kind: str = "credit_service") -> str:
    case = listing(town, kind, **NONE)
    town.do(case, "review_honour")
    town.at(timedelta(days=14))
    town.sweep()
    town.do(case, "decide_honour")
    return case


def ended(town: Town) -> int:
    """How many entries the worker's look of a night ended."""
    return chores.end_entries(town.db, town.services, town.now)


def public_lists(town: Town) -> list[str]:
    """The lists the company stands on before the public: by a look-up, an inquiry, the register of each list, and a signed
    extract and its replay alike."""
    law, today = town.services.law, town.today
    with town.db.begin() as tx:
        found = look_up(tx, law, CODE, today)
        (asked,) = standings(tx, law, [CODE], today)
        register = [
            code
            for code, kept in list_registry.kinds(law, today).items()
            if kept.kind.public and list_registry.entries(tx, kept, public_on=today).rows
        ]
    assert {one.code for of in found for one in of.entries} == set(register)
    assert {one.list_kind for one in asked.records if one.list_kind} == set(register)
    extract = issued(town)
    assert replayed(town, extract) == (status_replay.extract_of(extract), True)
    assert len(status_replay.extract_of(extract)[1]) == len(register)
    return register


def left(town: Town) -> list[tuple[str | None, date | None]]:
    return [(row.left_how, row.left_on) for row in town.all(select(list_entry).order_by(list_entry.c.id))]


def test_a_credit_service_body_is_admitted_and_leaves_when_its_review_fails(town: Town) -> None:
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    case = honoured(town)
    with refused("first_case_was"):
        town.file("honour_exit", None, town.actor("examiner@ENV"), case=town.ended(), kind="removal", kinds=())
    with pytest.raises(Forbidden):
        town.file("honour_exit", None, town.actor("examiner@ENV"), case=case, kind="expiry", kinds=())
    out = town.file("honour_exit", None, town.actor("examiner@ENV"), case=case, kind="removal", kinds=())
    with refused("not_the_filer"):
        town.do(out, "exit", town.actor("examiner@ENV", "decider@ENV"))
    town.do(out, "exit")
    assert (left(town), letters(town, out)) == ([("removed", town.today)], ["honour_revoked"])
    said = words(town, out, "honour_revoked")
    assert all(word in said for word in ("不产生失信信息", "申请复核", "行政复议"))
    assert "你单位此前经《" in said  # the letter says which decision it undoes
    assert town.case(out).outcome == "revoked"
    with refused("favourable_entry_stands"):
        town.file("honour_exit", None, town.actor("examiner@ENV"), case=case, kind="removal", kinds=())
    assert town.case(town.file("review", None, case=out, kinds=())).state == "submitted"
    with refused("no_duplicate_pending"):  # though neither case is about a record
        town.file("review", None, case=out, kinds=())
    town.sound()


def test_what_ends_by_itself_is_kept_by_nobody_and_opened_once(town: Town) -> None:
    """A case of the system whose step could not be taken yet is no question to the office, and the night takes it up again."""
    honoured(town)
    town.at(timedelta(days=380))
    with town.db.begin() as tx:
        entry = one_row(tx.execute(select(list_entry)), ListEntryRow)
        number, _ = expiry_case.begin(tx, town.services, honour_expiry.ending_of(entry), town.now)
    for step in ("keep", "exit"):
        with refused("case_kind_is"):
            town.do(number, step)
    town.at(timedelta(days=1))
    assert [chores.end_honours(town.db, town.services, town.now) for _ in range(2)] == [1, 0]
    assert [row.number for row in town.all(select(cases).where(cases.c.procedure == "honour_exit"))] == [number]
    assert (left(town), town.case(number).state) == ([("expired", town.today)], "ended")
    town.sound()


def test_a_long_list_shows_what_the_worker_counted_last(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    honoured(town)

    def shown() -> dict[str, tuple[int, datetime | None]]:
        with town.db.read() as tx:
            rows = list_registry.registry(tx, town.services.law, town.today, public=True)
        return {one.code: (one.standing, one.counted_at) for one in rows if one.standing}

    assert shown() == {"credit_service": (1, None)}
    monkeypatch.setattr(list_registry, "COUNTED", 0)
    assert shown() == {"credit_service": (1, None)}  # nobody counted yet: it is counted at this look
    chores.keep_figures(town.db, town.services, town.now, everything=True)
    counted_at = town.now
    town.at(timedelta(minutes=5))
    assert shown() == {"credit_service": (1, counted_at)}


def test_a_year_without_a_review_ends_it_by_itself_and_once(town: Town) -> None:
    honoured(town)
    honoured(town, "honour")
    listed_on = town.today
    town.at(date(listed_on.year + 1, listed_on.month, listed_on.day))
    assert chores.end_honours(town.db, town.services, town.now) == 1  # the first was entered two weeks before
    town.at(timedelta(days=1))
    assert [chores.end_honours(town.db, town.services, town.now) for _ in range(2)] == [1, 0]
    assert [how for how, _ in left(town)] == ["expired", "expired"]
    found = town.all(select(cases).where(cases.c.procedure == "honour_exit"))
    assert [(one.kind, one.state) for one in found] == [("expiry", "ended")] * 2
    assert all(letters(town, one.number) == ["honour_exit_decision"] for one in found)
    town.sound()


def honours_shown(town: Town) -> list[str]:
    """The favourable lists the company stands on before the public, by a look-up, the register and a signed extract alike."""
    law, today = town.services.law, town.today
    with town.db.begin() as tx:
        (found,) = look_up(tx, law, CODE, today) or (None,)
        kept = list_registry.kept(law, today, "credit_service", public=True)
        rows = list_registry.entries(tx, kept, public_on=today).rows
    shown = [one.code for one in found.entries] if found is not None else []
    assert len(rows) == len(shown)
    extract = issued(town)
    assert replayed(town, extract) == (status_replay.extract_of(extract), True)
    assert len(status_replay.extract_of(extract)[1]) == len(shown)
    return shown


def test_a_review_is_opened_before_the_year_ends_and_a_passed_one_counts_the_stay_anew(town: Town) -> None:
    admitted = honoured(town)
    entered = town.today
    assert chores.open_reviews(town.db, town.services, town.now) == 0
    honoured(town, "honour")  # a list that asks for no review
    town.at(date(entered.year + 1, entered.month - 2, entered.day))
    assert [chores.open_reviews(town.db, town.services, town.now) for _ in range(2)] == [1, 0]
    (row,) = town.all(select(cases).where(cases.c.procedure == "honour_review"))
    before = select(case_link.c.from_id).where(case_link.c.to_id == row.id)
    assert (row.kind, row.state, town.one(before).from_id) == ("yearly", "drafted", town.case(admitted).id)
    town.do(row.number, "issue", inputs={"demands": ["上一年度业务报告"], "term": None})
    assert "期满" not in words(town, row.number, "honour_review_notice")
    town.at(date(entered.year + 1, entered.month, entered.day) + timedelta(days=20))
    assert (
        chores.end_honours(town.db, town.services, town.now) == 1
    )  # the red list's; what is reviewed waits for what is found
    assert [how for how, _ in left(town)] == [None, "expired"]
    town.steps(row.number, "report", "report_review")
    with refused("four_eyes"):
        town.do(row.number, "pass", town.actor("examiner@ENV", "decider@ENV"))
    town.do(row.number, "pass")
    assert (town.case(row.number).outcome, letters(town, row.number)[-1]) == ("passed", "honour_review_result")
    assert "继续列入信用服务机构备案名单，在列期限自本告知书作出之日起重新计算" in words(
        town, row.number, "honour_review_result"
    )
    assert honours_shown(town) == ["credit_service"]
    assert chores.end_honours(town.db, town.services, town.now) == 0
    town.at(timedelta(days=300))
    assert honours_shown(town) == ["credit_service"]
    assert chores.open_reviews(town.db, town.services, town.now) == 0
    town.at(timedelta(days=20))
    assert chores.open_reviews(town.db, town.services, town.now) == 1  # of the next year
    newest = town.all(select(cases).where(cases.c.procedure == "honour_review").order_by(cases.c.id))[-1]
    town.do(newest.number, "drop")
    assert chores.open_reviews(town.db, town.services, town.now) == 0  # the office wants none
    town.at(timedelta(days=60))
    assert chores.end_honours(town.db, town.services, town.now) == 1
    assert honours_shown(town) == []
    town.sound()


def test_who_fails_a_review_puts_right_or_leaves_and_has_it_looked_at_again(town: Town) -> None:
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])  # who looks at it again
    admitted = honoured(town)
    case = town.file("honour_review", None, town.actor("examiner@ENV"), case=admitted, kind="dispute", kinds=())
    with refused("no_duplicate_pending"):
        town.file("honour_review", None, town.actor("examiner@ENV"), case=admitted, kind="yearly", kinds=())
    with refused("not_the_filer"):
        town.do(case, "issue", town.actor("examiner@ENV", "reviewer@ENV"))
    town.do(case, "issue")
    town.serve(case)
    town.at(timedelta(days=20))
    town.sweep()  # nothing came: that alone is no failure
    assert town.case(case).state == "reviewing"
    town.steps(case, "report_review", "order")
    assert honours_shown(town) == ["credit_service"]
    said = words(town, case, "honour_review_order")
    assert all(word in said for word in ("申请行政复议", "仍不合格的，退出信用服务机构备案名单", "不产生失信信息"))
    town.serve(case)
    town.at(timedelta(days=35))
    town.sweep()
    assert town.case(case).state == "rechecking"
    town.steps(case, "report_recheck", "exit")
    assert (left(town), letters(town, case)[-1]) == ([("removed", town.today)], "honour_revoked")
    assert honours_shown(town) == []
    again = town.case(town.file("review", None, case=case, kinds=()))
    assert (again.state, again.deciding_id) == ("submitted", town.offices["MARKET"])
    with refused("favourable_entry_stands"):
        town.file("honour_review", None, town.actor("examiner@ENV"), case=admitted, kind="yearly", kinds=())
    town.sound()


@pytest.mark.parametrize(("issued", "state"), [(True, "overtaken"), (False, "dropped")])
def test_a_review_has_no_object_once_its_entry_has_ended(town: Town, issued: bool, state: str) -> None:
    """退出守信名单 closes the 考评 that is open about the same entry; its officers are told."""
    admitted = honoured(town)
    examiner = town.actor("examiner@ENV")
    case = town.file("honour_review", None, examiner, case=admitted, kind="dispute", kinds=())
    if issued:
        town.do(case, "issue")
    with town.db.begin() as tx:  # the entry stands: nothing ends the review
        assert try_system(tx, town.services, case, "record_changed", "too-early", town.now) is None
    out = town.file("honour_exit", None, examiner, case=admitted, kind="removal", kinds=())
    town.do(out, "exit")
    woken = town.all(select(outbox).where(outbox.c.topic == "follow", outbox.c.case_id == town.case(case).id))
    assert [row.kind for row in woken] == ["record_changed"]
    assert f"{case}：所涉单位退出守信名单" in town.notices("examiner@ENV", "linked")
    with town.db.begin() as tx:
        try_system(tx, town.services, case, "record_changed", "woken", town.now)
    assert (town.case(case).state, town.case(case).outcome) == (state, "dropped")
    town.sound()


def test_entries_of_one_day_end_in_one_transaction_and_one_that_fails_stops_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    honoured(town)
    honoured(town, "honour")
    town.at(town.today.replace(year=town.today.year + 1) + timedelta(days=1))
    _, last = (row.id for row in town.all(select(list_entry.c.id).order_by(list_entry.c.id)))
    begun: list[Connection] = []

    def broken(tx: Connection, services: Services, ending: Ending, now: datetime) -> object:
        begun.append(tx)
        if ending.entry.id == last:
            raise RuntimeError("this entry is broken")
        return end(tx, services, ending, now)

    with monkeypatch.context() as patch:
        patch.setattr(honour_expiry, "end", broken)
        assert chores.end_honours(town.db, town.services, town.now) == 1
    assert [begun[0] is tx for tx in begun] == [True, True, False, False]
    assert [how for how, _ in left(town)] == ["expired", None]
    assert chores.end_honours(town.db, town.services, town.now) == 1
    assert [how for how, _ in left(town)] == ["expired", "expired"]
    town.sound()
