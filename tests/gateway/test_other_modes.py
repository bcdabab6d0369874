"""File exchange and front-end database: the same messages and receipts as over the network, with the other side's part played
by what such a side has, files and rows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from repairflow import times
from repairflow.db import Database
from repairflow.gateway import any_platform, exchange_rows, front_database, key_pairs, signing
from repairflow.gateway.folder_platform import FolderPlatform
from repairflow.gateway.front_database import FrontDatabase
from repairflow.gateway.message_envelope import read
from repairflow.gateway.penalties.fields import field_named
from repairflow.gateway.platform import Address, Declined, Pending, Permanent, Transient
from tests.support import pushes

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
SECRET = signing.new_secret()
CODE, _, PRIVATE = key_pairs.made()
PAIR = key_pairs.opened(CODE, PRIVATE)


def target(url: str, secret: str = SECRET) -> Address:
    return Address("province", url, secret, (PAIR,))


class OtherSide:
    """A platform that works by files: it opens what lies in `out/` and puts receipts into `in/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def waiting(self) -> list[Path]:
        return sorted((self.folder / "out").glob("*.zip"))

    def puts(self, name: str, part: str, said: Any, secret: str = SECRET) -> None:
        content = json.dumps(said).encode()
        with zipfile.ZipFile(self.folder / "in" / name, "w") as packed:
            packed.writestr(part, content)
            packed.writestr("signature.json", json.dumps(signing.signed(secret, "receipt", times.now(), content)))

    def answers(self, file: Path, said: dict[str, Any], secret: str = SECRET) -> None:
        with zipfile.ZipFile(file) as packed:
            key = json.loads(packed.read("manifest.json"))["id"]
        self.puts(file.name, "answer.json", {"id": key, **said}, secret)


TAKEN = {"receipt": "R1", "at": "2026-06-10T02:00:00+00:00", "shown": "public"}


@pytest.fixture
def other(tmp_path: Path) -> OtherSide:
    return OtherSide(tmp_path / "province")


def sent(tmp_path: Path, number: int = 7) -> Any:
    return FolderPlatform(tmp_path).push(target("folder:province"), pushes.message(number, at=NOW))


def test_a_message_lies_there_once_and_its_receipt_ends_it(tmp_path: Path, other: OtherSide) -> None:
    for _ in range(3):
        with pytest.raises(Pending, match="尚无回执"):
            sent(tmp_path)
    (file,) = other.waiting()
    before = file.read_bytes()
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(parts["manifest.json"])
    assert manifest["files"] == {
        name: hashlib.sha256(parts[name]).hexdigest() for name in ("message.json", "penalty.csv", "penalty-2015.csv")
    }
    headers = json.loads(parts["signature.json"])
    assert signing.verify_kept(SECRET, headers, parts["manifest.json"]) == "k-7"
    assert read(parts["message.json"]).key == "k-7"
    other.answers(file, TAKEN)
    found = sent(tmp_path)
    assert (found.remote_id, found.shown) == ("R1", "public")
    assert found.request is not None
    content = key_pairs.signed_content("k-7", found.request.timestamp, parts["manifest.json"])
    assert key_pairs.holds(PAIR.public, found.request.signatures[0].value, content)
    assert (other.waiting(), (other.folder / "out" / "done" / file.name).read_bytes()) == ([], before)
    assert sent(tmp_path) == found  # a receipt that was read and not noted is read again


def test_a_receipt_in_a_file_is_signed_over_the_manifest(tmp_path: Path, other: OtherSide) -> None:
    signer, where = pushes.ReceiptSigner(), target("folder:province")
    where = replace(where, receipt_key=signer.public)
    with pytest.raises(Pending):
        FolderPlatform(tmp_path).push(where, pushes.message(7, at=NOW))
    (file,) = other.waiting()
    with zipfile.ZipFile(file) as packed:
        manifest = packed.read("manifest.json")
    other.answers(file, {**TAKEN, "signature": signer.signature("k-7", b"another", TAKEN)})
    with pytest.raises(Transient, match="签名与登记的回执公钥不符"):
        FolderPlatform(tmp_path).push(where, pushes.message(7, at=NOW))
    other.answers(file, {**TAKEN, "signature": signer.signature("k-7", manifest, TAKEN)})
    found = FolderPlatform(tmp_path).push(where, pushes.message(7, at=NOW))
    assert found.signature is not None


@pytest.mark.parametrize("layout", ["penalty.csv", "penalty-2015.csv"])
def test_the_tables_have_headings_that_importers_know(tmp_path: Path, other: OtherSide, layout: str) -> None:
    with pytest.raises(Pending):
        sent(tmp_path)
    with zipfile.ZipFile(other.waiting()[0]) as packed:
        rows = list(csv.DictReader(io.StringIO(packed.read(layout).decode("utf-8-sig"))))
    message = pushes.message(7, at=NOW)
    (row,) = rows
    assert row["CF_WSH"] == message.data["record"]["doc_no"]
    assert row["CF_XDR_MC"] == message.data["subject"]["name"]
    assert all(field_named(name) for name in row)


def test_what_a_spreadsheet_would_run_is_a_text(tmp_path: Path, other: OtherSide) -> None:
    bad = pushes.message(7, at=NOW)
    data = {**bad.data, "subject": {**bad.data["subject"], "name": "=cmd|' /C calc'!A0"}}
    message = type(bad)(bad.key, bad.kind, bad.source, bad.about, bad.lane, bad.sequence, bad.at, data)
    with pytest.raises(Pending):
        FolderPlatform(tmp_path).push(target("folder:province"), message)
    with zipfile.ZipFile(other.waiting()[0]) as packed:
        assert b"\n'=cmd" in packed.read("penalty.csv").replace(b"\r", b"")


@pytest.mark.parametrize(
    ("put", "error"),
    [
        (lambda other, file: other.answers(file, TAKEN, signing.new_secret()), Transient),
        (lambda other, file: (other.folder / "in" / file.name).write_bytes(b"no zip"), Transient),
        (lambda other, file: other.puts(file.name, "other.json", TAKEN), Transient),
        (lambda other, file: other.puts(file.name, "answer.json", [1]), Transient),
        (lambda other, file: other.puts(file.name, "answer.json", {"id": "k-8", **TAKEN}), Transient),
        (lambda other, file: other.puts(file.name, "answer.json", {"id": "k-7", "pad": "x" * 70_000}), Transient),
        (lambda other, file: other.answers(file, {"result": "pending", "reason": "排队"}), Pending),
        (lambda other, file: other.answers(file, {"result": "refused", "reason": "没有这个主体"}), Declined),
    ],
    ids=["another key", "no zip", "no answer", "no object", "another message", "too large", "pending", "refused"],
)
def test_what_is_no_receipt_counts_as_none(
    tmp_path: Path, other: OtherSide, put: Callable[[OtherSide, Path], object], error: type[Exception]
) -> None:
    with pytest.raises(Pending):
        sent(tmp_path)
    (file,) = other.waiting()
    put(other, file)
    with pytest.raises(error):
        sent(tmp_path)
    assert other.waiting() == ([] if error is Declined else [file])


def test_what_was_refused_is_handed_over_anew_when_it_is_sent_again(tmp_path: Path, other: OtherSide) -> None:
    with pytest.raises(Pending):
        sent(tmp_path)
    other.answers(other.waiting()[0], {"result": "refused", "reason": "没有这个主体"})
    with pytest.raises(Declined, match="没有这个主体"):
        sent(tmp_path)
    with pytest.raises(Pending):
        sent(tmp_path)
    (file,) = other.waiting()
    other.answers(file, TAKEN)
    assert sent(tmp_path).remote_id == "R1"


@pytest.mark.parametrize("part", ["manifest.json", "signature.json"])
def test_what_was_signed_is_ours_or_nothing_counts(tmp_path: Path, other: OtherSide, part: str) -> None:
    """The other side can write there, too: a manifest or a signature of another's makes no receipt."""
    with pytest.raises(Pending):
        sent(tmp_path)
    (file,) = other.waiting()
    other.answers(file, TAKEN)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    forged = {"manifest.json": parts["manifest.json"].replace(b"record_changed", b"repair_result")}
    forged["signature.json"] = json.dumps(
        signing.signed(signing.new_secret(), "k-7", NOW, parts["manifest.json"])
    ).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in {**parts, part: forged[part]}.items():
            packed.writestr(name, content)
    with pytest.raises(Transient, match="已被改动"):
        sent(tmp_path)


def test_damaged_and_locked_files_are_named(tmp_path: Path, other: OtherSide) -> None:
    with pytest.raises(Pending):
        sent(tmp_path)
    (file,) = other.waiting()
    other.answers(file, TAKEN)
    place = other.folder / "in" / file.name
    whole = place.read_bytes()
    locked = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that says: encrypted
        at = -1
        while (at := whole.find(mark, at + 1)) >= 0:
            locked[at + offset] |= 1
    for content in (bytes(locked), whole[: len(whole) // 2], whole.replace(b"R1", b"R2")):
        place.write_bytes(content)
        with pytest.raises(Transient, match="无法识别"):
            sent(tmp_path)


def test_the_other_sides_list_is_read_whole(tmp_path: Path, other: OtherSide) -> None:
    platform, where = FolderPlatform(tmp_path), target("folder:province")
    with pytest.raises(Transient, match="没有对方的公示清单"):
        platform.pull(where)
    other.puts("records.zip", "records.json", {"records": [{"number": "SX-1", "display": "public", "version": 3}]})
    page = platform.pull(where)
    assert ([(one.number, one.display, one.version) for one in page.shown], page.cursor) == (
        [("SX-1", "public", 3)],
        None,
    )
    old = json.dumps({"records": []}).encode()
    with zipfile.ZipFile(other.folder / "in" / "records.zip", "w") as packed:
        packed.writestr("records.json", old)
        stamped = signing.signed(SECRET, "list", times.now() - timedelta(days=4), old)
        packed.writestr("signature.json", json.dumps(stamped))
    with pytest.raises(Transient, match="过时"):
        platform.pull(where)
    other.puts("records.zip", "records.json", {"records": [{"number": "SX-1"}]})
    with pytest.raises(Transient, match="无法识别"):
        platform.pull(where)


def test_an_address_names_no_path() -> None:
    for url in (
        "folder:../keys",
        "folder:/etc",
        "folder:",
        "folder:A",
        "database:..",
        "database:a/b",
        "ftp://a",
        "http://a.cn",
    ):
        assert any_platform.fault_of(url), url
    for url in ("folder:province", "database:qzk-1", "https://a.cn", "http://127.0.0.1:8001/x"):
        assert not any_platform.fault_of(url), url


MAPPING = """
url = "{url}"
table = "cf_push"
shown = "cf_shown"
[columns]
msg_id = "id"
xh = "sequence"
nr = "body"
qm = "signature"
CF_WSH = "CF_WSH"
CF_XDR_SHXYM = "CF_XDR_SHXYM"
[answer]
result = "cl_jg"
receipt = "cl_bh"
at = "cl_sj"
reason = "cl_yy"
"""


@pytest.fixture
def front(bare_database: Database, tmp_path: Path) -> Database:
    """The other side's database, with its table and a file that maps it."""
    with bare_database.engine.begin() as tx:
        tx.execute(text(
            'CREATE TABLE cf_push (msg_id VARCHAR(80) PRIMARY KEY, xh TEXT, nr TEXT, qm TEXT, "CF_WSH" TEXT,'
            ' "CF_XDR_SHXYM" TEXT, cl_jg TEXT, cl_bh TEXT, cl_sj TEXT, cl_yy TEXT)'
        ))  # fmt: skip
        tx.execute(text("CREATE TABLE cf_shown (number TEXT, display TEXT, version TEXT)"))
    url = bare_database.engine.url.render_as_string(hide_password=False)
    (tmp_path / "qzk.toml").write_text(MAPPING.format(url=url), encoding="utf-8")
    return bare_database


def test_a_row_is_inserted_once_and_its_answer_is_the_receipt(front: Database, tmp_path: Path) -> None:
    platform, where, message = FrontDatabase(tmp_path), target("database:qzk"), pushes.message(7, at=NOW)
    for _ in range(2):
        with pytest.raises(Pending, match="尚未处理"):
            platform.push(where, message)
    with front.engine.begin() as tx:
        row = tx.execute(text("SELECT * FROM cf_push")).mappings().one()
        assert (row["msg_id"], read(row["nr"].encode()).key, row["CF_WSH"]) == (
            "k-7",
            "k-7",
            message.data["record"]["doc_no"],
        )
        assert signing.verify_kept(SECRET, json.loads(row["qm"]), row["nr"].encode()) == "k-7"
        tx.execute(text("UPDATE cf_push SET cl_jg = 'refused', cl_yy = '主体不存在'"))
    with pytest.raises(Declined, match="主体不存在"):
        platform.push(where, message)
    with pytest.raises(Pending):  # sent out again: another answer is waited for
        platform.push(where, message)
    with front.engine.begin() as tx:
        tx.execute(text("UPDATE cf_push SET cl_jg = 'accepted', cl_bh = 'R9', cl_sj = '2026-06-10T02:00:00+00:00'"))
        tx.execute(text("INSERT INTO cf_shown VALUES ('SX-1', 'ended', '4')"))
    found = platform.push(where, message)
    assert (found.remote_id, found.request is not None and found.request.timestamp) == ("R9", stamp_of(row["qm"]))
    assert [(one.number, one.display, one.version) for one in platform.pull(where).shown] == [("SX-1", "ended", 4)]


def test_a_receipt_in_a_row_is_signed_over_the_message(front: Database, tmp_path: Path) -> None:
    with front.engine.begin() as tx:
        tx.execute(text("ALTER TABLE cf_push ADD COLUMN cl_qm TEXT"))
    file = tmp_path / "qzk.toml"
    file.write_text(file.read_text(encoding="utf-8") + 'signature = "cl_qm"\n', encoding="utf-8")
    signer, platform, message = pushes.ReceiptSigner(), FrontDatabase(tmp_path), pushes.message(7, at=NOW)
    where = replace(target("database:qzk"), receipt_key=signer.public)
    with pytest.raises(Pending):
        platform.push(where, message)
    said = {"receipt": "R9", "at": "2026-06-10T10:00:00+08:00"}
    answered = text("UPDATE cf_push SET cl_jg = 'accepted', cl_bh = :receipt, cl_sj = :at, cl_qm = :signature")
    for body, sound in ((b"another", False), (message.body(), True)):
        with front.engine.begin() as tx:
            tx.execute(answered, {**said, "signature": signer.signature("k-7", body, said)})
        if sound:
            assert platform.push(where, message).signature is not None
        else:
            with pytest.raises(Transient, match="签名与登记的回执公钥不符"):
                platform.push(where, message)


def stamp_of(headers: str) -> int:
    return int(json.loads(headers)["webhook-timestamp"])


def test_columns_have_the_types_the_other_side_gave_them(front: Database, tmp_path: Path) -> None:
    with front.engine.begin() as tx:
        tx.execute(text("DROP TABLE cf_push"))
        tx.execute(text(
            'CREATE TABLE cf_push (msg_id VARCHAR(80) PRIMARY KEY, xh BIGINT, nr TEXT, qm TEXT, "CF_WSH" TEXT,'
            ' "CF_XDR_SHXYM" TEXT, rq DATE, fk NUMERIC(18, 6), cl_jg TEXT, cl_bh TEXT, cl_sj TIMESTAMP, cl_yy TEXT)'
        ))  # fmt: skip
    mapping = (tmp_path / "qzk.toml").read_text(encoding="utf-8")
    more = 'xh = "sequence"\nrq = "CF_JDRQ"\nfk = "CF_NR_FK"'
    (tmp_path / "qzk.toml").write_text(mapping.replace('xh = "sequence"', more), encoding="utf-8")
    platform, where, message = FrontDatabase(tmp_path), target("database:qzk"), pushes.message(7, at=NOW)
    with pytest.raises(Pending):
        platform.push(where, message)
    with front.engine.begin() as tx:
        row = tx.execute(text("SELECT * FROM cf_push")).mappings().one()
        assert (row["xh"], str(row["rq"])) == (7, message.data["record"]["decision_date"])
        tx.execute(text("UPDATE cf_push SET cl_jg = 'accepted', cl_bh = 'R9', cl_sj = '2026-06-10 10:00:00'"))
    assert platform.push(where, message).at == NOW


def test_a_row_that_the_table_does_not_take_says_what_to_look_at(front: Database, tmp_path: Path) -> None:
    with front.engine.begin() as tx:
        tx.execute(text("DROP TABLE cf_push"))
        tx.execute(text(
            'CREATE TABLE cf_push (msg_id VARCHAR(80) PRIMARY KEY, xh TEXT, nr TEXT, qm TEXT, "CF_WSH" TEXT,'
            ' "CF_XDR_SHXYM" TEXT, cl_jg TEXT, cl_bh TEXT, cl_sj TEXT, cl_yy TEXT, theirs TEXT NOT NULL)'
        ))  # fmt: skip
    with pytest.raises(Permanent, match="列的类型和约束"):
        FrontDatabase(tmp_path).push(target("database:qzk"), pushes.message(7, at=NOW))


def test_a_database_that_is_away_is_tried_again(front: Database, tmp_path: Path) -> None:
    with front.engine.begin() as tx:
        tx.execute(text("DROP TABLE cf_push"))
    with pytest.raises(Transient, match="前置库暂时不能写入"):
        FrontDatabase(tmp_path).push(target("database:qzk"), pushes.message(7, at=NOW))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (('url = "{url}"', 'url = "nothing"'), "数据库地址"),
        (('msg_id = "id"', 'msg_id = "code"'), "code"),
        (('nr = "body"', 'nr = "kind"'), "body"),
        (('reason = "cl_yy"', ""), "reason"),
        (('table = "cf_push"', 'table = ""'), "table"),
        (("[columns]", "password = 1\n[columns]"), "password"),
        (("[columns]", "[columns"), "有误"),
    ],
    ids=lambda one: str(one)[:30],
)
def test_a_mapping_that_is_not_sound_says_what_to_mend(tmp_path: Path, changed: tuple[str, str], says: str) -> None:
    text_of = MAPPING.replace(*changed).replace("{url}", "sqlite://")
    (tmp_path / "qzk.toml").write_text(text_of, encoding="utf-8")
    with pytest.raises(Permanent, match=says):
        FrontDatabase(tmp_path).push(target("database:qzk"), pushes.message(7, at=NOW))
    with pytest.raises(Permanent, match="没有前置库的设置文件"):
        FrontDatabase(tmp_path).push(target("database:other"), pushes.message(7, at=NOW))


def test_every_field_of_a_row_can_be_mapped() -> None:
    row = exchange_rows.row_of(pushes.message(7, at=NOW))
    assert row is not None
    columns = "\n".join(f'c_{number} = "{name}"' for number, name in enumerate(row))
    given = MAPPING.replace("{url}", "sqlite://").replace('CF_WSH = "CF_WSH"', columns)
    assert set(front_database.read(given).columns.values()) >= set(row)
