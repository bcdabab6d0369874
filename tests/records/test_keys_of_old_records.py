"""A database of before the keys: every record has its key afterwards, and two of one decision wait for a person."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import sqlalchemy as sa

from repairflow.db import Database
from repairflow.records import held_row, record, record_spelling, schema

NOW = datetime(2026, 6, 10, tzinfo=UTC)
NUMBERS = ("溪环罚〔2026〕1号", "溪环罚[2026]第01号", "溪环罚〔2026〕2号", "溪环罚〔2026〕 2号")
BEFORE = "0015"


def test_old_records_get_their_keys_and_clashes_are_listed(bare_database: Database) -> None:
    schema.upgrade(bare_database, BEFORE)
    _fill(bare_database)
    schema.upgrade(bare_database)
    with bare_database.read() as tx:
        rows = tx.execute(sa.select(record).order_by(record.c.id)).all()
        held = tx.execute(sa.select(held_row)).all()
        spellings = tx.execute(sa.select(record_spelling.c.key).order_by(record_spelling.c.record_id)).scalars().all()
    assert [row.document_key for row in rows] == ["溪环罚2026|1", "溪环罚2026|1#2", "溪环罚2026|2", "溪环罚2026|2"]
    assert [row.annulled_at is not None for row in rows] == [False, False, False, True]
    assert [(row.kind, row.record_id, row.state) for row in held] == [("clash", 2, "waiting")]
    assert spellings == ["溪环罚2026|1", "溪环罚2026|1", "溪环罚2026|2", "溪环罚2026|2"]
    schema.downgrade(bare_database, BEFORE)
    with bare_database.read() as tx:
        names = tx.execute(sa.text("SELECT document_number FROM record ORDER BY id")).scalars().all()
    assert len(set(names)) == 4


def test_keys_of_an_earlier_reading_are_read_again(bare_database: Database) -> None:
    schema.upgrade(bare_database, BEFORE)
    _fill(bare_database)
    schema.upgrade(bare_database, "0032")
    then = {
        1: ("溪环罚〔2026〕3号", "溪环罚2026|3"),
        2: ("(2026)溪环罚第三号", "2026溪环罚第三"),
        3: ("溪环罚〔2026〕廿号", "溪环罚2026|廿"),
    }
    with bare_database.engine.begin() as tx:
        tx.execute(sa.delete(held_row))
        for record_id, (number, key) in then.items():
            tx.execute(
                sa.update(record).where(record.c.id == record_id).values(document_number=number, document_key=key)
            )
            mine = record_spelling.c.record_id == record_id
            tx.execute(sa.update(record_spelling).where(mine).values(spelling=number, key=key))
    schema.upgrade(bare_database)
    with bare_database.read() as tx:
        keys = tx.execute(sa.select(record.c.document_key).order_by(record.c.id)).scalars().all()
        spelled = tx.execute(sa.select(record_spelling.c.key).order_by(record_spelling.c.record_id)).scalars().all()
        held = tx.execute(sa.select(held_row)).all()
    assert keys == ["溪环罚2026|3", "溪环罚2026|3#2", "溪环罚2026|20", "溪环罚2026|2"]
    assert spelled == ["溪环罚2026|3", "溪环罚2026|3", "溪环罚2026|20", "溪环罚2026|2"]
    assert [(row.kind, row.record_id, row.content["first"], row.state) for row in held] == [("clash", 2, 1, "waiting")]


def _fill(db: Database) -> None:
    values = {
        "subject_id": 1, "kind": "penalty", "authority_id": 1, "provider_id": 1, "day": date(2026, 1, 1), "behaviour": "甲",
        "kinds": "[]", "severity": "ordinary", "pack": "p", "source": "{}", "now": NOW,
    }  # fmt: skip
    with db.engine.begin() as tx:
        tx.execute(
            sa.text(
                "INSERT INTO office (id, code, name, short_name, mark, kind, contact) VALUES (1,'A','甲','甲','甲','authority','')"
            )
        )
        tx.execute(
            sa.text("INSERT INTO subject (id, kind, name, uscc) VALUES (1, 'organisation', '甲', '91320830MA1X2Y3T4C')")
        )
        for key, number in enumerate(NUMBERS, start=1):
            tx.execute(
                sa.text(
                    "INSERT INTO record (id, number, subject_id, kind, authority_id, provider_id, document_number, "
                    "decision_date, behaviour, facts, penalty_basis, penalty_kinds, penalty_content, severity, pack, state, "
                    "version, chain_seq, chain_head, source, created_at) VALUES (:id, :number, :subject_id, :kind, "
                    ":authority_id, :provider_id, :document, :day, :behaviour, '', '', :kinds, '', :severity, "
                    ":pack, :state, 1, 0, '', :source, :now)"
                ),
                {
                    **values,
                    "id": key,
                    "number": f"SX-{key}",
                    "document": number,
                    "state": "sealed" if key == 4 else "published",
                },
            )
        body = json.dumps({"content": {"effects": ["annul_record"]}}).encode()
        tx.execute(
            sa.text(
                "INSERT INTO event (id, stream, seq, record_id, at, action, actor_name, actor_role, body, prev, digest) "
                "VALUES (1, 'record/SX-4', 1, 4, :now, 'annul_record', '系统', 'system', :body, '', 'sha256:1')"
            ),
            {"now": NOW, "body": body},
        )
