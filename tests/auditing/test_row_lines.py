"""What the notes of triggers come to: one line a row and transaction, nothing for a row that is as it was."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Connection, text

from repairflow import row_changes
from repairflow.auditing import row_proof
from repairflow.db import Database
from repairflow.records import metadata, office, person, row_triggers, schema
from repairflow.row_changes import Line, Touch

NEW, GONE = (None, '{"id":1,"state":"open","name":"甲"}'), ("", None)


def change(name: str, was: object, now: object) -> tuple[str, str]:
    return "", f',"{name}":{json.dumps([was, now])}'


def lines(*notes: tuple[str | None, str | None]) -> list[Line]:
    return row_changes.lines(Touch("office", 1, was, now) for was, now in notes)


CASES = {
    "made": ([NEW], [("insert", {"state": "open"})]),
    "made and changed": ([NEW, change("state", "open", "shut")], [("insert", {"state": "shut"})]),
    "made and deleted": ([NEW, GONE], []),
    "changed": ([change("state", "open", "shut")], [("update", {"state": ["open", "shut"]})]),
    "changed twice": (
        [change("state", "open", "shut"), change("state", "shut", "gone"), change("version", 1, 2)],
        [("update", {"state": ["open", "gone"], "version": [1, 2]})],
    ),
    "changed and back": ([change("state", "open", "shut"), change("state", "shut", "open")], []),
    "nothing changed": ([("", "")], []),
    "deleted": ([change("state", "open", "shut"), GONE], [("delete", {})]),
    "replaced": ([GONE, NEW], [("delete", {}), ("insert", {"state": "open"})]),
    "as triggers noted it before": (
        [('{"state":"open","kind":"a","id":1}', '{"state":"shut","kind":"a","id":1}')],
        [("update", {"state": ["open", "shut"]})],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_notes_of_a_row_come_to(name: str) -> None:
    notes, expected = CASES[name]
    made = [(one.kind, json.loads(one.fields)) for one in lines(*notes)]
    for _, fields in made:
        fields.pop("name", None)  # may be personal: salted
    assert made == expected


def test_columns_that_are_not_held_make_no_line() -> None:
    notes = [Touch("cases", 1, "", ',"version":[1,2],"chain_head":["a","b"]')]
    assert row_changes.lines(notes) == []


OLD_SQLITE = """
CREATE TRIGGER office_noted_update AFTER UPDATE ON office BEGIN
    INSERT INTO row_touch (tbl, row_id, was, now)
    VALUES ('office', NEW.id, json_object('code', OLD.code, 'name', OLD.name), json_object('code', NEW.code, 'name', NEW.name));
END
"""
OLD_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO row_touch (tx, tbl, row_id, was, now) VALUES
        (pg_current_xact_id()::text, TG_TABLE_NAME, NEW.id, to_jsonb(OLD)::text, to_jsonb(NEW)::text); RETURN NULL; END $$""",
    "CREATE TRIGGER office_noted AFTER UPDATE ON office FOR EACH ROW EXECUTE FUNCTION note_row()",
)


def test_a_database_with_the_triggers_of_before_is_proved_before_and_after_its_upgrade(bare_database: Database) -> None:
    db = bare_database
    schema.upgrade(db, "0038")
    with db.begin() as tx:
        tx.execute(
            office.insert().values(id=1, code="A", name="甲", short_name="甲", mark="甲", kind="authority", contact="")
        )
    with db.engine.begin() as tx:
        if db.is_sqlite:
            tx.execute(text("DROP TRIGGER office_noted_update"))
            tx.execute(text(OLD_SQLITE))
        else:
            tx.execute(text("DROP TRIGGER office_noted ON office"))
            for statement in OLD_POSTGRESQL:
                tx.execute(text(statement))
    for code in ("B", "C"):
        with db.begin() as tx:
            tx.execute(office.update().where(office.c.id == 1).values(code=code))
        with db.read() as tx:
            assert row_proof.prove_row(tx, "office", 1) == []
            written = tx.scalars(text("SELECT fields FROM row_change WHERE tbl = 'office' ORDER BY id")).all()
            note = "office_noted_update" if db.is_sqlite else "office_noted"
            assert _names_whole_rows(db, tx, note) == (code == "B")
        schema.upgrade(db)
    assert [json.loads(one) for one in written[1:]] == [{"code": ["A", "B"]}, {"code": ["B", "C"]}]


def _names_whole_rows(db: Database, tx: Connection, trigger: str) -> bool:
    source = "sql FROM sqlite_master WHERE " if db.is_sqlite else "pg_get_triggerdef(oid) FROM pg_trigger WHERE tg"
    found = tx.scalar(text(f"SELECT {source}name = :name"), {"name": trigger})
    return "OF " not in str(found)


def test_only_sessions_drafts_notices_and_caches_are_no_facts() -> None:
    assert {
        "web_session", "draft", "notice",
        "attempt", "command_claim", "heartbeat", "search_part", "uninformed", "kept_figure",
    } == row_changes.NO_FACTS  # fmt: skip
    trail = {"event", "event_personal", "log_leaf", "row_touch", "row_change", "alembic_version"}
    assert trail == row_changes.EXEMPT - row_changes.NO_FACTS
    assert set(metadata.tables) >= row_changes.EXEMPT - {"alembic_version"}


def test_a_table_held_from_now_on_is_proved_from_there_and_no_other_table_begins_anew(bare_database: Database) -> None:
    db = bare_database
    schema.upgrade(db, "0060")
    with db.begin() as tx:
        tx.execute(person.insert().values(id=1, login="lin", name="林", kind="staff"))
    with (
        db.engine.begin() as tx
    ):  # of before: nobody noted wishes; and somebody puts a person in with the triggers gone
        row_triggers.remove(tx)
        tx.execute(text("INSERT INTO preference (id, person_id, topic, channel) VALUES (1, 1, 'repair', 'mail')"))
        tx.execute(person.insert().values(id=2, login="yu", name="余", kind="staff"))
    schema.upgrade(db)
    with db.read() as tx:
        wishes, people = (row_proof.prove_tables(tx, [one]) for one in ("preference", "person"))
    assert (wishes.older, wishes.findings) == (1, [])
    assert [(one.what, one.id) for one in people.findings] == [("row_extra", 2)]
