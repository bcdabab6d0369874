"""A search box finds what people mean, however they type it, in every list alike."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from repairflow.casework import event_log, party_names, search
from repairflow.casework.admin import accounts
from repairflow.casework.event_log import NewEvent
from repairflow.casework.queries.cases import view
from repairflow.casework.queries.filing import for_officers
from repairflow.casework.queries.records import listing
from repairflow.law.names import initials, plain_name
from repairflow.law.procedure.channels import WINDOW
from repairflow.records import letter, subject
from repairflow.times import local_day
from tests.support.building import Town

NUMBER = "溪环罚〔2026〕21号"


@pytest.fixture
def lived(town: Town) -> tuple[Town, str, str]:
    """A town with the record looked for, another beside it, and a case on the first."""
    wanted = town.record(document=NUMBER)
    other = town.record(document="溪环罚〔2026〕2号")
    assert other != wanted
    return town, wanted, town.file_repair(wanted)


def records(town: Town, text: str) -> list[str]:
    with town.db.read() as tx:
        page = listing.listing(tx, town.law, town.actor("acceptor@ENV"), search=text)
    return [row.document_number for row in page.rows]


def cases(town: Town, who: str, text: str) -> list[str]:
    with town.db.read() as tx:
        page = view.listing(tx, town.law, town.actor(who), local_day(town.now), view.Wanted(search=text))
    return [line.number for line in page.lines]


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER, "溪环罚[2026]21号", "溪环罚（2026）21号", "溪环罚(2026)21号", "溪环罚〔2026〕 21 号", "溪环罚〔2026〕第21号",
        "溪环罚【2026】0021号", "〕21号", "溪环罚２０２６年２１号",
        "溪环罚〔26〕21号", "溪环罚〔2026〕21号行政处罚决定书", "云溪环保 21号", "21号 云溪 环保", "yxhb 2026 21号",
    ],
)  # fmt: skip
def test_numbers_of_decisions_in_any_spelling(lived: tuple[Town, str, str], typed: str) -> None:
    town, _, case = lived
    assert records(town, typed) == [NUMBER]
    assert cases(town, "acceptor@ENV", typed) == [case]


def test_codes_names_and_own_numbers(lived: tuple[Town, str, str]) -> None:
    town, wanted, case = lived
    row = town.of_record(wanted)
    holder = town.one(select(subject).where(subject.c.id == row.subject_id))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in holder.uscc)
    parts = (holder.uscc[:10], holder.uscc[-6:], f"{holder.uscc[:4]} {holder.uscc[4:8]}", wide, holder.uscc.lower())
    for typed in (
        *parts,
        holder.name[:4],
        f" {holder.name[0]} {holder.name[1:]} ",
        initials(holder.name),
        initials(holder.name)[:4],
    ):
        assert NUMBER in records(town, typed), typed
        assert case in cases(town, "acceptor@ENV", typed), typed
    assert records(town, wanted.lower().replace("-", "－")) == [NUMBER]
    kind, year, count = case.lower().split("-")
    for typed in (case.lower(), f"{kind}{year}{count}", f"{kind} {year} {count}", f"{kind}-{year}-{int(count)}"):
        assert cases(town, "acceptor@ENV", typed) == [case], typed
    for typed in ("云", "zzzzzz", holder.uscc[:3], "溪环罚〔2026〕1号"):
        assert typed == "云" or records(town, typed) == [], typed


def test_a_letters_number_finds_its_case(lived: tuple[Town, str, str]) -> None:
    town, wanted, case = lived
    number = town.one(select(letter.c.number).where(letter.c.case_id.is_not(None)).limit(1)).number
    for typed in (
        number,
        number.replace("〔", "[").replace("〕", "]"),
        number.replace("〔", " (").replace("〕", ") 第"),
    ):
        assert cases(town, "acceptor@ENV", typed) == [case], typed
    of_record = town.one(
        select(letter.c.number, letter.c.record_id).where(letter.c.record_id == town.of_record(wanted).id).limit(1)
    )
    assert records(town, of_record.number) == [NUMBER]


def test_a_former_name_and_the_new_one_find_the_same(lived: tuple[Town, str, str]) -> None:
    town, wanted, case = lived
    row = town.of_record(wanted)
    with town.db.begin() as tx:
        before = party_names.rename(tx, row.subject_id, "重庆（新）建设有限公司", local_day(town.now), town.now)
        event_log.append(tx, f"subject/{row.subject_id}", NewEvent(action="rename", at=town.now))
    for typed in (before, initials(before), "重庆(新)", "cqx", "重庆新建设"):
        assert NUMBER in records(town, typed), typed
        assert case in cases(town, "acceptor@ENV", typed), typed


def test_officers_and_administrators_find_the_same(lived: tuple[Town, str, str]) -> None:
    town, wanted, _ = lived
    holder = town.one(select(subject).where(subject.c.id == town.of_record(wanted).subject_id))
    with town.db.read() as tx:
        procedure = town.law.versions("objection")[-1]
        actor = town.actor("registrar@CREDIT")
        for typed in ("溪环罚[2026]第21号", holder.uscc[:8], initials(holder.name)):
            found = for_officers.candidates(tx, actor, procedure, typed, WINDOW)
            assert wanted in [one.key for one in found], typed
        people = accounts.listed(tx, initials(holder.name))
    assert people


def test_parts_find_what_reading_everything_finds(
    lived: tuple[Town, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every part of what is on file, typed alone: an index that misses one would hide a case from those who look for it."""
    town, wanted, _ = lived
    holder = town.one(select(subject).where(subject.c.id == town.of_record(wanted).subject_id))
    texts = (holder.name, holder.uscc, initials(holder.name), NUMBER, "溪环信收〔2026〕1号")
    typed = {
        text[at : at + length] for text in texts for length in (1, 2, 3, 5, 9) for at in range(len(text) - length + 1)
    }
    found = {text: (set(records(town, text)), set(cases(town, "acceptor@ENV", text))) for text in sorted(typed)}
    assert any(one for one, _ in found.values())
    monkeypatch.setattr(search, "MOST", -1)  # then every search has too much to name it one by one
    for text, (by_parts, cases_by_parts) in found.items():
        assert (set(records(town, text)), set(cases(town, "acceptor@ENV", text))) == (by_parts, cases_by_parts), text


@pytest.mark.parametrize(("name", "plain", "letters"), [
    ("云溪（集团）有限公司", "云溪集团有限公司", "yxjtyxgs"), ("重庆长江A股份", "重庆长江a股份", "cqcjagf"), ("", "", ""),
])  # fmt: skip
def test_names_as_people_type_them(name: str, plain: str, letters: str) -> None:
    assert (plain_name(name), initials(name)) == (plain, letters)
