"""Histories recorded by earlier versions run again by the rules of today; what differs must stand in CHANGELOG.md."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from repairflow import __version__, cli
from repairflow.casework.case_state import kept_facts
from repairflow.casework.queries.audit.replay import guards
from repairflow.casework.queries.audit.replay.difference import Difference, Report
from repairflow.casework.queries.audit.replay.recorded import histories
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.db import Database
from repairflow.law.guards import Facts, FiledDocument, Linked, RecordFacts, answer_all
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.machine import Oracle
from repairflow.law.procedure.model import Days, GuardUse, Procedure
from repairflow.law.procedure.remedy import Term
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import digest_of
from repairflow.records import letter, rung_fired, schema
from repairflow.settings import asset
from tests.support import histories as past
from tests.support.building import Town

RELEASES = sorted(path.stem for path in past.FOLDER.glob("*.json"))
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


@pytest.fixture(scope="module")
def law() -> Library:
    return Library.read(asset("workflows"))


def named() -> set[str]:
    """What CHANGELOG.md names under a heading Replay: each line's words between backticks."""
    sections = re.findall(r"^### Replay\n(.*?)(?=^## |\Z)", CHANGELOG.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {name for text in sections for name in re.findall(r"^- `([^`]+)`: \S", text, re.MULTILINE)}


def all_differences(db: Database, law: Library, release: str) -> list[Difference]:
    """What differs in the database, and in the due days that version counted after each step."""
    recorded = past.recorded(release)["dues"]
    with db.read() as tx:
        found = replay(tx, law).differences
        for history in histories(tx, law):
            found += past.counted_otherwise(law, history, recorded[history.case.number])
    return found


@pytest.mark.parametrize("release", RELEASES)
def test_recorded_histories_replay(release: str, bare_database: Database, law: Library) -> None:
    past.fill(bare_database, release)
    schema.upgrade(bare_database)
    found = [one for one in all_differences(bare_database, law, release) if one.name not in named()]
    lines = [f"- `{name}`: …" for name in sorted({one.name for one in found})]
    told = "\n".join(
        [*(one.text for one in found), "", "name these in CHANGELOG.md under Replay, or mend them:", *lines]
    )
    assert not found, told


def edited(law: Library, procedure: Procedure) -> Library:
    key = (procedure.procedure, procedure.version)
    return replace(
        law,
        procedures={**law.procedures, key: procedure},
        oracles={**law.oracles, key: Oracle(procedure)},
    )


def with_action(law: Library, name: str, version: str, action: str, **values: object) -> Library:
    it = law.procedure(name, version)
    return edited(
        law, it.model_copy(update={"action": {**it.action, action: it.action[action].model_copy(update=values)}})
    )


def longer(law: Library) -> Library:
    it = law.procedure("repair", "2026-04")
    days = it.clock["acceptance"].days
    assert days is not None
    clock = it.clock["acceptance"].model_copy(update={"days": days.model_copy(update={"working": days.count + 1})})
    return edited(law, it.model_copy(update={"clock": {**it.clock, "acceptance": clock}}))


def test_every_kind_of_difference_is_found(bare_database: Database, law: Library) -> None:
    past.fill(bare_database, "0.1.0")
    schema.upgrade(bare_database)
    before = set(all_differences(bare_database, law, "0.1.0"))
    accept = law.procedure("repair", "2026-04").action["accept"]
    table = {
        "state repair.accept": with_action(law, "repair", "2026-04", "accept", to="submitted"),
        "guard repair.accept": with_action(law, "repair", "2026-04", "accept", guards=accept.guards[1:]),
        "due repair.acceptance": longer(law),
        "state repair 2026-04": replace(
            law, procedures={key: one for key, one in law.procedures.items() if key != ("repair", "2026-04")}
        ),
    }
    for name, changed in table.items():
        with bare_database.read() as tx:
            found = set(replay(tx, changed).differences)
        assert name in {one.name for one in found - before}, name
    recorded = past.recorded("0.1.0")["dues"]
    with bare_database.read() as tx:
        found_then = {
            one
            for history in histories(tx, law)
            for one in past.counted_otherwise(longer(law), history, recorded[history.case.number])
        }
    assert "due repair.acceptance" in {one.name for one in found_then - before}


def test_a_letter_whose_template_says_something_else_is_found(town: Town) -> None:
    """What was issued stays as it was; that today's words are others is told with the first that differs.

    A letter issued before its text had a placeholder, which it leaves empty, has the words of today.
    """
    number = town.begin("accountability")  # about no record, which its letters could name
    town.steps(number, "accept")
    assert report(town).differences == []
    with town.db.engine.begin() as tx:
        tx.execute(sa.text("DROP TRIGGER letter_fixed" + ("" if town.db.is_sqlite else " ON letter")))
        row = tx.execute(sa.select(letter.c.id, letter.c.content).order_by(letter.c.id).limit(1)).one()
        data = LetterData.model_validate(row.content)
        known_then = {name: value for name, value in data.fields.items() if value}
        assert known_then != data.fields
        digest = digest_of(data.kind, data.template_version, data.title, data.paragraphs, known_then)
        _rewrite(tx, row.id, {**row.content, "fields": known_then}, digest)
    assert report(town).differences == []
    with town.db.engine.begin() as tx:
        first, *rest = row.content["paragraphs"]
        _rewrite(tx, row.id, {**row.content, "paragraphs": [{**first, "text": "当时的文字"}, *rest]}, "other")
    (one,) = report(town).differences
    assert (one.kind, one.case, one.recorded) == ("letter", number, "当时的文字")


def _rewrite(tx: sa.Connection, letter_id: int, content: dict[str, Any], digest: str) -> None:
    changed = {"content": content, "text_digest": f"sha256:{digest}"}
    tx.execute(sa.update(letter).where(letter.c.id == letter_id).values(**changed))


def test_guards_are_asked_again_or_counted(town: Town) -> None:
    """Every answer is asked for again: the event keeps what its guards saw of the day."""
    number = town.file_repair(town.record(measured=True))
    town.steps(number, "accept", "report_verification", "propose_grant", "grant")
    town.file_objection()
    found = report(town)
    assert found.differences == []
    assert found.unstored.total() == 0
    assert found.counts["guards"] == sum(_asked(town.db, town.law)) > 10


def test_facts_that_older_events_did_not_keep_are_no_guess(town: Town) -> None:
    """Guards that look at them are counted; the others are asked."""
    town.file_repair()
    found = Report()
    with town.db.read() as tx:
        for history in histories(tx, town.law):
            steps = [
                replace(step, content={k: v for k, v in step.content.items() if k != "facts"}) for step in history.steps
            ]
            assert list(guards.differences(town.law, replace(history, steps=tuple(steps)), found)) == []
    assert found.counts["guards"] > 0
    assert found.unstored.total() > 0
    assert found.counts["guards"] + found.unstored.total() == sum(_asked(town.db, town.law))


@pytest.mark.parametrize("fact", sorted(kept_facts.OF_THE_DAY))
def test_what_is_kept_of_the_day_comes_back_as_it_was(fact: str, town: Town) -> None:
    day = town.today
    values: dict[str, object] = {
        "record": RecordFacts("SX-1", "penalty", "minor", "published", day, None, day, ("fine",), annulled=True),
        "open_same": ("XF-1", "XF-2"),
        "pushes": (("平台", "done"), ("省平台", "waiting")),
        "no_commitment_until": day,
        "linked": (
            Linked("XF-1", "repair", "granted", "granted", 3, frozenset({1, 2}), opened_this=True, closed_on=day),
        ),
        "decided_before": ("XF-3",),
        "closes_at": "17:30",
        "documents": (FiledDocument("SX-1", "溪环罚〔2026〕50号", day, "云溪县生态环境局", annulled=False),),
        "answerable": 2,
        "new_dishonesty": ("SX-2",),
        "last_dishonesty": day,
        "rungs": ("reminder",),
        "entry_stands": True,
    }
    # the hour of a window counts on the last day alone: ten working days after the 27th of May
    ended = Linked("XF-1", "repair", "denied", "denied", 3, frozenset(), opened_this=True, closed_on=date(2026, 5, 27))
    around: dict[str, Any] = {"linked": (ended,), "calendar": town.law.calendar} if fact == "closes_at" else {}
    listed = {"answerable": "serious", "new_dishonesty": "watch", "last_dishonesty": "farm_red", "rungs": "watch"}
    if fact in {*listed, "documents"}:  # a list whose rules look at it
        around = {"inputs": {"list_kind": listed.get(fact), "basis_number": "溪环罚〔2026〕50号"}, "kind": "expiry"}
    fields = {"last_dishonesty": "agriculture", "rungs": "tax"}
    pack = town.law.pack_on(day, fields.get(fact, "general"))
    within = Term(label="申请复核的期限", days=Days(working=10), basis=("fuyi.a20_1",))
    facts = Facts(
        town.law.procedure("repair", "2026-04"),
        pack.model_copy(update={"term": {**pack.term, "review_filing": within}}),
        "file",
        town.now,
        day,
        **{fact: values[fact]},
        **around,
    )
    looks = {
        "record": "record_is_public", "open_same": "no_duplicate_pending", "pushes": "all_targets_acknowledged",
        "no_commitment_until": "commitment_route_open", "linked": "other_office_than_first", "decided_before": "not_decided_before",
        "closes_at": "within_term_of_first", "documents": "basis_document_matches", "answerable": "linked_person_named",
        "new_dishonesty": "no_new_dishonesty", "last_dishonesty": "kept_clean", "rungs": "ladder_walked",
        "entry_stands": "favourable_entry_stands",
    }  # fmt: skip
    parameters = {"closes_at": {"term": "review_filing"}, "new_dishonesty": {"kind": "expiry"}}
    uses = (GuardUse(guard=looks[fact], parameters=parameters.get(fact, {})),)
    answers, kept = kept_facts.ask(uses, facts)
    assert answers == answer_all(uses, facts)
    assert kept_facts.recalled(json.loads(json.dumps(kept)))[fact] == values[fact]


def test_an_answer_that_today_is_another_is_found(town: Town) -> None:
    number = town.file_repair()
    with town.db.engine.begin() as tx:
        tx.execute(sa.text("DELETE FROM material"))
    assert ("guard", "guard repair.file materials_complete", number) in {
        (one.kind, one.name, one.case) for one in report(town).differences
    }


def test_a_rung_for_a_day_that_no_count_gives_is_found(town: Town) -> None:
    number = town.file_repair()
    with town.db.engine.begin() as tx:
        tx.execute(
            sa.insert(rung_fired).values(
                case_id=town.case(number).id, clock="acceptance", started_on=town.today, due_day=town.today, rung="yellow",
                fired_at=town.now, late=0,
            )
        )  # fmt: skip
    (one,) = report(town).differences
    assert (one.kind, one.name, one.now) == ("due", "due repair.acceptance", "没有这一届满日")


def _asked(db: Database, law: Library) -> list[int]:
    with db.read() as tx:
        return [len(step.content.get("answers", ())) for history in histories(tx, law) for step in history.steps]


def report(town: Town) -> Report:
    with town.db.read() as tx:
        return replay(tx, town.law)


def test_the_command(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    monkeypatch.setenv("REPAIRFLOW_HOME", str(town.settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", town.settings.database_url)
    code, said = run("replay", capsys)
    assert (code, "全部一致" in said) == (0, True), said
    with town.db.engine.begin() as tx:
        tx.execute(sa.text("UPDATE cases SET state = 'reviewing'"))
    code, said = run("replay", capsys)
    assert code == 1
    assert f"{number}　现状　环节　state repair state：当时“reviewing”，现在“verifying”" in said
    code, said = run("replay --json", capsys)
    told = json.loads(said)
    assert (code, told["engine"], told["names"]) == (1, __version__, ["state repair state"])
    assert told["differences"][0]["case"] == number


def run(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())
    return int(ended.value.code or 0), capsys.readouterr().out
