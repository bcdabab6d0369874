"""A letter's PDF that is made again, and certificates that are revoked: what the page of 查验, the trail and the bundle then say."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.auditing import bundle, checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.changes import RemakeLetter, RevokeCertificate, TakeBackRevocation
from repairflow.casework.changes.system import KeepLetterWaiting
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import certificates, rendering_job
from repairflow.casework.documents.rendering_job import MadeElsewhere
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.documents.making import Making
from repairflow.casework.queries.documents.verification import CORRECTED, Verified, verification
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, RepairFlowError
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.pdf.render import press_here
from repairflow.letters.signing.key_folder import KeyFolder
from repairflow.letters.signing.pades import make_key
from repairflow.letters.signing.port import SealUnusable
from repairflow.letters.signing.signed_file import certificate_of
from repairflow.records import cases, event, letter, notice, outbox
from repairflow.web.public import verify
from tests.support.building import Town

pytestmark = pytest.mark.either_database
OPERATOR = Actor(None, "命令行", "system")
LOST = "存储损坏，原文件遗失"


@pytest.fixture
def receipt(town: Town) -> Any:
    """The row of a letter of ENV that is not made yet."""
    town.file_repair()
    return town.one(select(letter).where(letter.c.kind == "repair_receipt"))


class Keys:
    """The keys of ENV: a new one can be laid in the place of another."""

    def __init__(self, town: Town) -> None:
        self._folder = town.settings.keys / "offices"
        self.ring = KeyFolder(self._folder)
        self.lay("云溪县生态环境局")

    def lay(self, name: str, until: datetime = datetime(2028, 1, 1, tzinfo=UTC)) -> None:
        (self._folder / "ENV.p12").unlink(missing_ok=True)
        make_key(self._folder / "ENV.p12", name, datetime(2026, 1, 1, tzinfo=UTC), until, bits=2048)


def unsigned(data: LetterData) -> Pressed:
    """A press that needs no fonts: the same bytes for the same letter."""
    pdf = b"%PDF-1.7 " + data.model_dump_json().encode()
    return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=1)


class Stamper:
    """A signer every call of which gives other bytes, as one with time stamps."""

    def __init__(self) -> None:
        self.calls = 0

    def of(self, office: str) -> Stamper:
        return self

    def sign(self, pdf: bytes, data: LetterData | None, at: datetime) -> bytes:
        self.calls += 1
        return pdf + f" signed {self.calls}".encode()


def press(town: Town, row: Any, *seals: Any, make: Any = unsigned) -> str:
    return rendering_job.press(town.db, town.services.letters, make, row.id, town.now, *seals)


def told(town: Town, row: Any) -> Verified:
    with town.db.read() as tx:
        return verification(tx, row.token, town.today)


def made_of(found: Verified) -> Making:
    assert found.made is not None
    return found.made


def sha256_of(town: Town, row: Any) -> str:
    one = certificate_of(file_of(town, row).read_bytes())
    assert one is not None
    return one.sha256


def change(town: Town, *commands: Any) -> Any:
    with town.db.begin() as tx:
        return [dispatch(tx, town.services, one, town.now) for one in commands][-1]


def file_of(town: Town, row: Any) -> Path:
    return town.settings.letters / rendering_job.name_of(row.token)


def lies(town: Town, row: Any) -> str:
    return "sha256:" + hashlib.sha256(file_of(town, row).read_bytes()).hexdigest()


def row_of(town: Town, row: Any) -> Any:
    return town.one(select(letter).where(letter.c.id == row.id))


def aside(town: Town) -> list[Path]:
    folder = town.settings.letters / "replaced"
    return sorted(folder.iterdir()) if folder.exists() else []


def remake(town: Town, row: Any, reason: str = LOST, by: Actor = OPERATOR) -> None:
    change(town, RemakeLetter(by, row.number, reason))


def events(town: Town, *names: EventName) -> list[Any]:
    return town.all(select(event).where(event.c.action.in_(names)).order_by(event.c.id))


# a lost file


def test_a_file_made_again_says_what_it_replaces_and_why(town: Town, receipt: Any) -> None:
    ring = Stamper()
    first = press(town, receipt, ring)
    file_of(town, receipt).unlink()
    remake(town, receipt)
    queued = town.all(select(outbox.c.key, outbox.c.topic).where(outbox.c.letter_id == receipt.id))
    assert [one.topic for one in queued] == ["press", "press"]
    town.at(timedelta(days=3))
    second = press(town, receipt, ring)
    found = told(town, receipt)
    assert (found.genuine, found.pdf_altered, found.pdf_digest) == (True, False, second.removeprefix("sha256:"))
    assert [one.pdf for one in made_of(found).earlier] == [first.removeprefix("sha256:")]
    assert LOST in made_of(found).remade
    assert "文字、文号和栏目与原来的相同" in made_of(found).remade
    assert found.text_digest == receipt.text_digest
    asked, made = events(town, EventName.ASK_REMAKE)[0], events(town, EventName.PRESSED)[-1]
    assert (asked.actor_name, asked.actor_role, asked.reason) == ("命令行", "operator", LOST)
    assert made.reason == LOST
    town.sound()


def test_a_file_lost_twice_names_both_that_were_before(town: Town, receipt: Any) -> None:
    ring, made = Stamper(), []
    for _ in range(3):
        made.append(press(town, receipt, ring).removeprefix("sha256:"))
        file_of(town, receipt).unlink()
    found = made_of(told(town, receipt))
    assert [one.pdf for one in found.earlier] == [made[1], made[0]]
    assert "原来的文件不在了" in found.remade


def test_what_is_whole_is_not_made_again(town: Town, receipt: Any) -> None:
    ring = Stamper()
    first = press(town, receipt, ring)
    remake(town, receipt)
    assert press(town, receipt, ring) == first
    assert made_of(told(town, receipt)).remade == ""
    assert len(events(town, EventName.PRESSED)) == 1


def test_a_file_put_in_its_place_is_set_aside_and_kept(town: Town, receipt: Any) -> None:
    ring = Stamper()
    press(town, receipt, ring)
    file_of(town, receipt).write_bytes(b"%PDF-1.7 of somebody else")
    remake(town, receipt, "文件被换")
    second = press(town, receipt, ring)
    assert "sha256:" + hashlib.sha256(file_of(town, receipt).read_bytes()).hexdigest() == second
    kept = list((town.settings.letters / "replaced").iterdir())
    assert [one.read_bytes() for one in kept] == [b"%PDF-1.7 of somebody else"]
    town.sound()


def test_a_newer_engine_makes_a_lost_file_again_only_where_somebody_asks(town: Town, receipt: Any) -> None:
    def newer(data: LetterData) -> Pressed:
        pdf = unsigned(data).pdf + b" of a newer engine"
        return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=1)

    press(town, receipt)
    file_of(town, receipt).unlink()
    with pytest.raises(Conflict, match="要求重新制作"):
        press(town, receipt, make=newer)
    remake(town, receipt)
    press(town, receipt, make=newer)
    assert made_of(told(town, receipt)).earlier
    assert file_of(town, receipt).read_bytes().endswith(b"newer engine")
    town.sound()


REFUSED: list[tuple[str, type[RepairFlowError], str]] = [
    ("no reason", Invalid, "请填写原因"), ("marks alone", Invalid, "请填写原因"), ("no such number", NotFound, "没有这个文号"),
    ("never made", Conflict, "没有制作过"), ("by the head", Forbidden, "系统管理员"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "error", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_asking_for_a_file_is_refused(
    town: Town, receipt: Any, what: str, error: type[RepairFlowError], said: str
) -> None:
    if what != "never made":
        press(town, receipt)
    number = "溪环信收〔2026〕99号" if what == "no such number" else receipt.number
    by = town.actor("head@ENV") if what == "by the head" else OPERATOR
    reason = {"no reason": " ", "marks alone": "——"}.get(what, LOST)
    before = town.counts()
    with pytest.raises(error) as wrong:
        change(town, RemakeLetter(by, number, reason))
    assert said in str(wrong.value) + "".join(one.text for one in getattr(wrong.value, "problems", ()))
    assert town.counts() == before


def test_the_bundle_holds_both_makings_and_its_program_says_so(town: Town, receipt: Any, tmp_path: Path) -> None:
    ring = Stamper()
    first = press(town, receipt, ring)
    old = file_of(town, receipt).read_bytes()
    file_of(town, receipt).unlink()
    remake(town, receipt)
    press(town, receipt, ring)
    signer = Signer("log.example", bytes(32))
    with town.db.begin() as tx:
        sequencer.sequence(tx, 1000, everything=True)
        checkpoints.take(tx, signer, town.now)
    number = town.one(select(cases.c.number).where(cases.c.id == receipt.case_id)).number
    with town.db.read() as tx:
        data = bundle.build(tx, number, signer.verifier, {receipt.number: file_of(town, receipt).read_bytes()})
    done = verified(data, tmp_path / "whole")
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"文书 {receipt.number} 的 PDF 于" in done.stdout
    assert first in done.stdout
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith(".pdf"))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for one, content in {**parts, name: old}.items():
            archive.writestr(one, content)
    done = verified(changed.getvalue(), tmp_path / "changed")
    assert done.returncode == 1
    assert "是较早制作的" in done.stdout + done.stderr


def verified(data: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return subprocess.run(
        [sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


# certificates


def revoked(town: Town, sha256: str, day: date, reason: str = "私钥遗失", by: Actor = OPERATOR) -> bool:
    return bool(change(town, RevokeCertificate(by, sha256, day, reason)))


def test_what_was_signed_before_stands_and_nothing_is_signed_after(town: Town, receipt: Any) -> None:
    keys = Keys(town)
    press(town, receipt, keys.ring, make=press_here)
    sha256 = sha256_of(town, receipt)
    assert "在有效期内" in made_of(told(town, receipt)).signature
    town.at(timedelta(days=2))
    assert revoked(town, sha256, town.today)
    assert not revoked(town, sha256, town.today)
    found = told(town, receipt)
    assert not found.doubtful
    assert "私钥遗失" in made_of(found).signature
    assert made_of(found).signature.endswith("签名在此之前。")
    assert verify._verdict(found, None)[1] == "属实，有效"
    case = town.file_repair()
    later = town.one(select(letter).where(letter.c.case_id == town.case(case).id))
    with pytest.raises(SealUnusable, match="已登记吊销（私钥遗失）"):
        press(town, later, keys.ring, make=press_here)
    assert not file_of(town, later).exists()
    keys.lay("云溪县生态环境局")  # a new key
    press(town, later, keys.ring, make=press_here)
    assert "在有效期内" in made_of(told(town, later)).signature
    town.sound()


def test_a_day_that_is_past_makes_what_was_signed_since_doubtful_until_it_is_made_again(
    town: Town, receipt: Any
) -> None:
    keys = Keys(town)
    first = press(town, receipt, keys.ring, make=press_here)
    sha256 = sha256_of(town, receipt)
    day = town.today
    town.at(timedelta(days=5))
    revoked(town, sha256, day)
    found = told(town, receipt)
    assert found.doubtful
    tone, verdict, text = verify._verdict(found, None)
    assert (tone, verdict) == ("warn", "内容属实，签名不能采信")
    assert "请向制发单位索取重新制作的文件" in text
    for since, said in (
        ({"annulled": True}, "所涉信息已被撤销"), ({"state": "superseded", "state_label": CORRECTED}, "已更正"),
        ({"last_day": "2026年6月12日"}, "写明的期限已届满"),
    ):  # fmt: skip
        assert verify._verdict(replace(found, **since), None)[1] == f"内容属实，签名不能采信；{said}"
    keys.lay("云溪县生态环境局")
    remake(town, receipt, "原签名证书吊销")
    assert press(town, receipt, keys.ring, make=press_here) != first
    found = told(town, receipt)
    assert verify._verdict(found, None)[1] == "属实，有效"
    assert "原签名证书吊销" in made_of(found).remade
    assert len(list((town.settings.letters / "replaced").iterdir())) == 1
    town.sound()


def test_a_statement_made_in_error_is_taken_back(town: Town, receipt: Any) -> None:
    keys = Keys(town)
    press(town, receipt, keys.ring, make=press_here)
    with town.db.read() as tx:
        (one,) = certificates.known(tx)
    revoked(town, ":".join(one.sha256[n : n + 2] for n in range(0, 64, 2)).upper(), town.today)
    assert told(town, receipt).doubtful
    change(town, TakeBackRevocation(OPERATOR, one.sha256, "登记错了证书"))
    assert not told(town, receipt).doubtful
    names = EventName.CERTIFICATE_USED, EventName.REVOKE_CERTIFICATE, EventName.TAKE_BACK_REVOCATION
    assert [row.action for row in events(town, *names)] == list(names)
    town.sound()


def test_an_end_of_the_certificate_changes_nothing_of_what_was_signed(town: Town, receipt: Any) -> None:
    keys = Keys(town)
    keys.lay("云溪县生态环境局", town.now + timedelta(days=10))
    press(town, receipt, keys.ring, make=press_here)
    town.at(timedelta(days=30))
    found = told(town, receipt)
    assert not found.doubtful
    assert made_of(found).signature.endswith("签名时证书在有效期内（至2026年6月20日）。")
    case = town.file_repair()
    later = town.one(select(letter).where(letter.c.case_id == town.case(case).id))
    with pytest.raises(SealUnusable, match="已经过期"):
        press(town, later, keys.ring, make=press_here)


def test_nothing_is_signed_anew_as_of_a_day_on_which_the_certificate_still_held(town: Town, receipt: Any) -> None:
    keys = Keys(town)
    keys.lay("云溪县生态环境局", town.now + timedelta(days=10))
    first = press(town, receipt, keys.ring, make=press_here)
    town.at(timedelta(days=30))
    file_of(town, receipt).unlink()
    assert press(town, receipt, keys.ring, make=press_here) == first  # the same bytes: signed when it held
    file_of(town, receipt).unlink()
    keys.lay("云溪县生态环境局", town.now - timedelta(days=5))  # another key, over by now and not on the day of issue
    with pytest.raises(SealUnusable, match="已经过期"):
        press(town, receipt, keys.ring, make=press_here)
    assert not file_of(town, receipt).exists()


def test_a_letter_that_waits_to_be_made_again_is_tried_when_a_key_may_be_there(town: Town, receipt: Any) -> None:
    press(town, receipt, Stamper())
    remake(town, receipt)
    again = outbox.c.key.like(f"press-{receipt.id}-%")
    with town.db.begin() as tx:
        tx.execute(update(outbox).where(again).values(attempts=5, state="dead", next_at=None))
        assert rendering_job.wake(tx, town.now) == 1
    found = town.one(select(outbox.c.state, outbox.c.attempts, outbox.c.next_at).where(again))
    assert found == ("waiting", 0, town.now)


def wait(town: Town, row: Any, why: str) -> bool:
    return bool(change(town, KeepLetterWaiting(SYSTEM, row.id, why)))


@pytest.mark.parametrize("by", ["system_admin@CREDIT", "command"])
def test_who_asked_hears_once_that_a_letter_cannot_be_made_again(town: Town, receipt: Any, by: str) -> None:
    press(town, receipt, Stamper())
    assert not wait(town, receipt, "没有签名密钥。")  # nobody asked for it: the file stands
    file_of(town, receipt).unlink()
    remake(town, receipt, by=OPERATOR if by == "command" else town.actor(by))
    assert [wait(town, receipt, why) for why in ("没有签名密钥。", "没有签名密钥。", "密码设备没有应答。")] == [
        True,
        False,
        True,
    ]
    told = [f"文书未能重新制作：{receipt.number}"]
    for who in ("head@ENV", "supervisor@CREDIT"):
        assert town.notices(who, "letter_waits") == told
    assert town.notices("head@MARKET", "letter_waits") == []
    mine = town.all(
        select(notice).where(notice.c.person_id == town.people["system_admin@CREDIT"], notice.c.kind == "letter_waits")
    )
    assert [(one.title, one.case_id, one.record_id) for one in mine] == (
        [] if by == "command" else [(told[0], None, None)]
    )
    press(town, receipt, Stamper())
    with town.db.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.letter_id == receipt.id).values(state="done", next_at=None))
    assert not wait(town, receipt, "没有签名密钥。")
    file_of(town, receipt).unlink()
    remake(town, receipt)  # another request, of which people hear as well
    assert wait(town, receipt, "没有签名密钥。")
    assert town.notices("head@ENV", "letter_waits") == told * 2
    town.sound()


# a worker that ends between the file and its record


def test_a_file_that_was_written_and_not_recorded_is_set_aside_and_another_made(town: Town, receipt: Any) -> None:
    ring = Stamper()
    unrecorded = ring.sign(unsigned(LetterData.model_validate(receipt.content)).pdf, None, town.now)
    file_of(town, receipt).parent.mkdir(parents=True, exist_ok=True)
    file_of(town, receipt).write_bytes(unrecorded)
    digest = press(town, receipt, ring)
    assert "sha256:" + hashlib.sha256(file_of(town, receipt).read_bytes()).hexdigest() == digest
    assert [one.read_bytes() for one in (town.settings.letters / "replaced").iterdir()] == [unrecorded]
    assert len(events(town, EventName.PRESSED)) == 1
    assert made_of(told(town, receipt)).earlier == ()
    town.sound()


def test_of_two_workers_that_make_one_letter_the_slower_records_nothing(town: Town, receipt: Any) -> None:
    ring = Stamper()

    class Slower(Stamper):
        def sign(self, pdf: bytes, data: LetterData | None, at: datetime) -> bytes:
            press(town, receipt, ring)
            return super().sign(pdf, data, at) + b" slowly"

    standing = press(town, receipt, Slower())
    assert len(events(town, EventName.PRESSED)) == 1
    assert lies(town, receipt) == standing == row_of(town, receipt).pdf_digest  # the recorded file is back in its place
    assert [one.read_bytes().endswith(b"slowly") for one in aside(town)] == [
        True
    ]  # nobody's, for whoever looks into it
    assert press(town, receipt, ring) == standing
    assert len(events(town, EventName.PRESSED)) == 1
    town.sound()


@pytest.mark.parametrize("by", ["system_admin@CREDIT", "command"])
def test_nobody_hears_of_two_workers_that_make_one_letter_again(town: Town, receipt: Any, by: str) -> None:
    ring, relayed = Stamper(), []
    press(town, receipt, ring)
    file_of(town, receipt).unlink()
    remake(town, receipt, by=OPERATOR if by == "command" else town.actor(by))

    class Slower(Stamper):
        def sign(self, pdf: bytes, data: LetterData | None, at: datetime) -> bytes:
            relayed.append(press(town, receipt, ring))
            for one in aside(town):
                one.unlink()  # not even the recorded file is to be had again
            return super().sign(pdf, data, at) + b" slowly"

    class Lost(Slower):
        def sign(self, pdf: bytes, data: LetterData | None, at: datetime) -> bytes:
            signed = super().sign(pdf, data, at)
            file_of(town, receipt).unlink()
            return signed

    with pytest.raises(MadeElsewhere, match="另一个进程"):
        press(town, receipt, Lost())
    assert len(events(town, EventName.PRESSED)) == 2
    assert events(town, EventName.WAITS) == []
    assert press(town, receipt, ring) == lies(town, receipt) == row_of(town, receipt).pdf_digest != relayed[0]


def test_a_file_that_another_worker_lays_at_that_moment_is_left(town: Town, receipt: Any) -> None:
    class Meanwhile(FolderFiles):
        def exists(self, name: str) -> bool:
            self.write(name, b"of another worker")
            return True

    letters = Meanwhile(town.settings.letters)
    with pytest.raises(MadeElsewhere):
        rendering_job.press(town.db, letters, unsigned, receipt.id, town.now, Stamper())
    assert file_of(town, receipt).read_bytes() == b"of another worker"
    assert row_of(town, receipt).pdf_digest is None


NOT_REVOKED: list[tuple[str, type[RepairFlowError], str]] = [
    ("a day to come", Invalid, "还没有到"), ("before the certificate", Invalid, "早于证书的有效期"), ("no reason", Invalid, "请填写原因"),
    ("unknown", NotFound, "没有文书是用这个证书签名的"), ("no digest", NotFound, "没有文书是用这个证书签名的"),
    ("by the head", Forbidden, "系统管理员"), ("taken back though not revoked", Invalid, "没有登记吊销"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "error", "said"), NOT_REVOKED, ids=[row[0] for row in NOT_REVOKED])
def test_a_statement_is_refused(town: Town, receipt: Any, what: str, error: type[RepairFlowError], said: str) -> None:
    keys = Keys(town)
    press(town, receipt, keys.ring, make=press_here)
    with town.db.read() as tx:
        (one,) = certificates.known(tx)
    sha256 = {"unknown": "0" * 64, "no digest": "../ENV'"}.get(what, one.sha256)
    day = {"a day to come": town.today + timedelta(days=1), "before the certificate": date(2025, 1, 1)}.get(
        what, town.today
    )
    by = town.actor("head@ENV") if what == "by the head" else OPERATOR
    command: Any = RevokeCertificate(by, sha256, day, " " if what == "no reason" else "私钥遗失")
    if what.startswith("taken back"):
        command = TakeBackRevocation(by, sha256, "登记有误")
    before = town.counts()
    with pytest.raises(error) as wrong:
        change(town, command)
    assert said in str(wrong.value) + "".join(one.text for one in getattr(wrong.value, "problems", ()))
    assert town.counts() == before
