"""What somebody does who forges letters: an altered row, a paper under another's code, a withdrawn letter that is told to stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from repairflow.casework.documents.revisions import letter_correction as correcting
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter
from repairflow.casework.queries.documents.verification import Verified, verification
from repairflow.db import Database
from repairflow.records import cases, letter, office, office_name, record, schema, service, subject
from repairflow.web.public import verify
from tests.support import histories as past
from tests.support.building import Town
from tests.support.calling import tamper

pytestmark = pytest.mark.either_database
Forge = Callable[[Town, Any, Any], Any]
"""Changes the town's database by hand; the letter whose page is then looked at. It gets a letter and another of the same office."""


@pytest.fixture
def letters(town: Town) -> tuple[Any, Any]:
    """A receipt and an acceptance of one case."""
    town.do(town.file_repair(), "accept")
    rows = [town.one(select(letter).where(letter.c.kind == kind)) for kind in ("repair_receipt", "repair_accepted")]
    return rows[0], rows[1]


def told(town: Town, row: Any) -> Verified:
    with town.db.read() as tx:
        return verification(tx, town.one(select(letter.c.token).where(letter.c.id == row.id)).token, town.today)


def by_hand(town: Town, row: Any, **values: Any) -> Any:
    tamper(town, update(letter).where(letter.c.id == row.id).values(**values))
    return row


def content(row: Any, **changes: Any) -> dict[str, Any]:
    return {**row.content, **changes}


def a_word_of_the_text(town: Town, row: Any, _: Any) -> Any:
    parts = [{**part, "text": part["text"].replace("申请", "请求")} for part in row.content["paragraphs"]]
    return by_hand(town, row, content=content(row, paragraphs=parts))


def a_field(town: Town, row: Any, _: Any) -> Any:
    fields = {**row.content["fields"], "record_document_number": "溪罚〔2026〕999号"}
    return by_hand(town, row, content=content(row, fields=fields))


def the_text_with_its_digest(town: Town, row: Any, _: Any) -> Any:
    a_word_of_the_text(town, row, _)
    return by_hand(town, row, text_digest="sha256:" + "0" * 64)


def the_text_of_another(town: Town, row: Any, other: Any) -> Any:
    return by_hand(town, row, content=other.content, text_digest=other.text_digest)


def the_title(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, title="信用修复决定书")


def the_title_in_both_places(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, title="信用修复决定书", content=content(row, title="信用修复决定书"))


def the_number(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, number="溪环信修〔2026〕1号")


def the_kind(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, kind="repair_granted")


def the_day(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, issued_at=row.issued_at - timedelta(days=30))


def the_day_in_both_places(town: Town, row: Any, _: Any) -> Any:
    day = town.today - timedelta(days=30)
    return by_hand(town, row, issued_at=row.issued_at - timedelta(days=30), content=content(row, day=day.isoformat()))


def the_office(town: Town, row: Any, _: Any) -> Any:
    return by_hand(town, row, office_id=town.one(select(office.c.id).where(office.c.code == "MARKET")).id)


def codes_exchanged(town: Town, row: Any, other: Any) -> Any:
    by_hand(town, row, token="x" * 22)
    by_hand(town, other, token=row.token)
    by_hand(town, row, token=other.token)
    return other


def the_head_of_another(town: Town, row: Any, other: Any) -> Any:
    return by_hand(town, row, chain_head=other.chain_head)


BESIDE_THE_WORDS: dict[str, Any] = {
    "addressee": "北岭运输有限公司", "addressee_code": "91320830MA4F6N2R7J", "cc": ["云溪县市场监督管理局"],
    "case_number": "XF-2026-000099", "office_mark": "云溪县人民政府", "seal_purpose": "异议处理专用章", "sealed": False, "form": "standard",
    "chain_head": "0" * 64, "annexes": [{"title": "附件", "paragraphs": []}], "imprint": {"office": "云溪县人民政府", "day": "2026-01-01"},
}  # fmt: skip
"""What a letter's page bears beside its frozen words, and something else."""


def _printed(**changes: Any) -> Forge:
    def forge(town: Town, row: Any, _: Any) -> Any:
        assert row.content[next(iter(changes))] != next(iter(changes.values()))
        return by_hand(town, row, content=content(row, **changes))

    forge.__name__ = f"the_{next(iter(changes))}"
    return forge


def withdrawn_and_put_back(town: Town, row: Any, _: Any) -> Any:
    with town.db.begin() as tx:
        given = CorrectLetter(
            row.token, actor=town.actor("head@ENV"), command_id=town._id(), reason="发错对象。", changes=[]
        )
        correcting.withdraw(tx, given, town.now)
    assert told(town, row).state == "withdrawn"
    return by_hand(town, row, state="in_force")


FORGED: list[Forge] = [
    a_word_of_the_text, a_field, the_text_with_its_digest, the_text_of_another, the_title, the_title_in_both_places, the_number,
    the_kind, the_day, the_day_in_both_places, the_office, codes_exchanged, the_head_of_another, withdrawn_and_put_back,
    *(_printed(**{name: value}) for name, value in BESIDE_THE_WORDS.items()),
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGED, ids=[one.__name__ for one in FORGED])
def test_a_changed_letter_is_not_told_to_be_genuine(town: Town, letters: tuple[Any, Any], forge: Forge) -> None:
    assert all(told(town, row).genuine for row in letters)
    found = told(town, forge(town, *letters))
    assert not found.genuine
    assert verify._verdict(found, None)[:2] == ("late", "与办理记录不符")


def of_the_case(**values: Any) -> Callable[[Town, Any], None]:
    return lambda town, row: tamper(town, update(cases).where(cases.c.id == row.case_id).values(**values))


def of_the_record(**values: Any) -> Callable[[Town, Any], None]:
    def forge(town: Town, row: Any) -> None:
        its = select(cases.c.record_id).where(cases.c.id == row.case_id).scalar_subquery()
        tamper(town, update(record).where(record.c.id == its).values(**values))

    return forge


def of_the_subject(**values: Any) -> Callable[[Town, Any], None]:
    def forge(town: Town, row: Any) -> None:
        its = select(cases.c.subject_id).where(cases.c.id == row.case_id).scalar_subquery()
        tamper(town, update(subject).where(subject.c.id == its).values(**values))

    return forge


def the_day_of_service(town: Town, row: Any) -> None:
    tamper(town, update(service).where(service.c.letter_id == row.id).values(effective_day=date(2026, 1, 5)))


def a_service_taken_back(town: Town, row: Any) -> None:
    tamper(town, update(service).where(service.c.letter_id == row.id).values(withdrawn_at=town.now))


def no_service(town: Town, row: Any) -> None:
    tamper(town, delete(service).where(service.c.letter_id == row.id))


def the_service_of_another(town: Town, row: Any) -> None:
    other = town.one(select(letter.c.id).where(letter.c.kind == "repair_receipt"))
    tamper(town, update(service).where(service.c.letter_id == row.id).values(letter_id=other.id))


def served(town: Town, letters: tuple[Any, Any]) -> Any:
    """The acceptance, served today."""
    town.serve(town.one(select(cases.c.number).where(cases.c.id == letters[1].case_id)).number)
    return letters[1]


BESIDE: dict[str, Callable[[Town, Any], None]] = {
    "confidence": of_the_case(confidential=True),
    "annulment": of_the_record(annulled_at=datetime(2026, 12, 31, tzinfo=UTC)),
    "subject": of_the_subject(name="北岭运输有限公司"),
    "kind of subject": of_the_subject(kind="natural_person"),
    "day of service": the_day_of_service,
    "service taken back": a_service_taken_back,
    "service gone": no_service,
    "service of another": the_service_of_another,
}
"""What the page tells of rows that are no letter, changed by hand."""


@pytest.mark.parametrize("what", BESIDE)
def test_what_is_told_beside_a_letter_is_as_the_program_wrote_it(
    town: Town, letters: tuple[Any, Any], what: str
) -> None:
    row = served(town, letters)
    before = told(town, row)
    assert (before.genuine, before.served_on) == (True, town.today)
    BESIDE[what](town, row)
    found = told(town, row)
    assert not found.genuine
    assert found.subject == ""  # nobody is named by rows that somebody else wrote


def test_a_service_that_nobody_noted_makes_no_letter_served(town: Town, letters: tuple[Any, Any]) -> None:
    row, other = served(town, letters), letters[0]
    its = town.one(select(service).where(service.c.letter_id == row.id))._asdict()
    tamper(town, insert(service).values({**its, "id": its["id"] + 1, "letter_id": other.id}))
    assert not told(town, other).genuine


def test_a_confidential_case_made_open_by_hand_names_nobody(town: Town, letters: tuple[Any, Any]) -> None:
    assert told(town, letters[0]).subject == "云溪****有限公司"
    with town.db.begin() as tx:  # the program's own change, though no step makes one
        tx.info["witnessed"] = True
        tx.execute(update(cases).values(confidential=True))
    assert (told(town, letters[0]).subject, told(town, letters[0]).genuine) == ("", True)
    of_the_case(confidential=False)(town, letters[0])
    assert (told(town, letters[0]).subject, told(town, letters[0]).genuine) == ("", False)


def test_a_subject_is_named_as_the_paper_names_it(town: Town, letters: tuple[Any, Any]) -> None:
    """Renamed since: who holds the paper against the page must find the name that stands on it."""
    with town.db.begin() as tx:
        tx.info["witnessed"] = True
        tx.execute(update(subject).values(name="江北智造集团有限公司"))
    found = told(town, letters[0])
    assert found.genuine
    assert found.subject == "云溪****有限公司"


def test_no_two_letters_have_one_number(town: Town, letters: tuple[Any, Any]) -> None:
    with pytest.raises(IntegrityError):
        by_hand(town, letters[0], number=letters[1].number)


def test_an_office_that_has_another_name_now_is_told_by_that_on_the_paper(town: Town, letters: tuple[Any, Any]) -> None:
    row = letters[0]
    own = town.one(select(office).where(office.c.code == "ENV"))
    tamper(town, office_name.insert().values(office_id=own.id, name=own.name, until=town.today, at=town.now))
    tamper(town, update(office).where(office.c.id == own.id).values(name="云溪市生态环境局"))
    found = told(town, row)
    assert found.genuine
    assert found.office == "云溪县生态环境局（现为云溪市生态环境局）"


def test_a_letter_issued_after_the_clock_was_set_back_is_genuine(town: Town, letters: tuple[Any, Any]) -> None:
    row = letters[1]
    town.at(-timedelta(days=3))
    changes = [("联系电话", "0512-5555", "0512-6666")]
    with town.db.begin() as tx:
        given = CorrectLetter(
            row.token, actor=town.actor("head@ENV"), command_id=town._id(), reason="号码写错。", changes=changes
        )
        corrected = correcting.correct(tx, town.services, given, town.now)
    assert told(town, corrected).genuine
    assert not told(town, by_hand(town, corrected, issued_at=corrected.issued_at - timedelta(days=9))).genuine


@pytest.mark.parametrize("release", sorted(path.stem for path in past.FOLDER.glob("*.json")))
def test_letters_of_an_earlier_version_are_genuine_after_the_upgrade(bare_database: Database, release: str) -> None:
    """Their rows are older than what the program keeps of each row."""
    past.fill(bare_database, release)
    schema.upgrade(bare_database)
    with bare_database.read() as tx:
        tokens = tx.scalars(select(letter.c.token)).all()
        assert tokens
        assert [one for one in tokens if not verification(tx, one, date(2026, 12, 1)).genuine] == []
