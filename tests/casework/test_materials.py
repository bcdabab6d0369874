"""Uploads: what is taken in, whose it is, and that it is used once."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageFile
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from sqlalchemy import func, select

from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile, name_of, shown_name
from repairflow.errors import Invalid, NotFound, Refused, TooMany
from repairflow.gateway import limited_upload, ofd_file, uploads
from repairflow.law.identifiers import make_uscc
from repairflow.records import material
from tests.support.building import COMPANIES, Town, png


def pdf(password: str | None = None, pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    writer = PdfFileWriter()
    for _ in range(pages):
        writer.insert_page(PageObject(contents=writer.add_object(_nothing()), media_box=(0, 0, 200, 200)))
    if password is not None:
        writer.encrypt(owner_pass=password, user_pass=password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _nothing() -> Any:
    return StreamObject(stream_data=b" ")


def photograph() -> bytes:
    """A picture that does not compress to nothing."""
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("content", [png(), pdf()], ids=["picture", "pdf"])
def test_a_whole_file_is_kept_under_its_digest(town: Town, content: bytes) -> None:
    token = town.material("performance_proof", town.actor("yunxi"), content, "../../etc/passwd")
    row = town.one(select(material).where(material.c.token == token))
    kept = town.settings.materials / name_of(row.digest)
    assert kept.read_bytes() == content
    assert kept.is_relative_to(town.settings.materials)
    assert (row.size, row.file_name) == (len(content), "passwd")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"hello, this is no picture", "只接受"),
        (b"PK\x03\x04 a document of another kind", "只接受"),
        (b"\xef\xbb\xbf" + pdf()[:-40], "不完整"),
        (pdf("secret"), "密码"),
        (photograph()[:-200], "不完整"),
        (b"%PDF-1.7\nnothing of a PDF but its name\n%%EOF", "不完整"),
    ],
    ids=["empty", "text", "zip", "truncated pdf", "pdf with password", "truncated picture", "no pdf"],
)
def test_what_is_not_whole_or_of_another_kind_is_refused(town: Town, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        town.material("performance_proof", town.actor("yunxi"), content)
    assert town.counts()["material"] == 0
    assert not list(town.settings.materials.rglob("*"))


def test_half_a_picture_is_refused_where_letters_are_rendered_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it for the whole process
    with pytest.raises(Invalid, match="不完整"):
        town.material("performance_proof", town.actor("yunxi"), photograph()[:-200])


PHOTOGRAPH = photograph()


def test_a_picture_that_unpacks_to_too_much_is_not_unpacked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PIXELS", 64 * 64 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(Invalid, match="像素过大"):
        town.material("performance_proof", town.actor("yunxi"), PHOTOGRAPH)


def unpacks_to(mib: int) -> bytes:
    """A PDF whose table of objects is of so many MiB of nothing, in as many KiB."""
    pressed = zlib.compress(b"\0" * (mib * 1024 * 1024), 9)
    head = (
        b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[]>>\nendobj\n"
    )
    words = b"3 0 obj\n<</Type/XRef/Size %d/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
    table = words % (mib * 1024 * 256, len(pressed)) + pressed + b"\nendstream\nendobj\n"
    return head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)


def test_a_pdf_that_unpacks_to_too_much_is_given_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen KiB of it kept the site busy for minutes, and its database locked."""
    monkeypatch.setattr(limited_upload, "PATIENCE", 3)
    begun = time.monotonic()
    with pytest.raises(Invalid, match="不完整"):
        materials.looked_at(SentFile("performance_proof", "a.pdf", unpacks_to(16)), town.services.max_upload)
    assert time.monotonic() - begun < 20


def test_a_child_limits_itself() -> None:
    limits = "import resource as r; print(r.getrlimit(r.RLIMIT_AS)[0], r.getrlimit(r.RLIMIT_CPU)[0], r.getrlimit(r.RLIMIT_FSIZE)[0])"
    code = f"from repairflow.gateway.limited_upload import limit_this_process as limit; limit(); {limits}"
    assert limited_upload.ran(code, b"") == b"%d %d 0\n" % (limited_upload.MEMORY_MIB << 20, limited_upload.SECONDS)


def test_the_child_that_takes_a_file_apart_is_limited() -> None:
    code = (
        "import resource as r; from repairflow.gateway import uploads; "
        "uploads._PARSERS['x'] = lambda content: print(r.getrlimit(r.RLIMIT_CPU)[0]); uploads.child('x')"
    )
    assert limited_upload.ran(code, b"") == b"%d\n" % limited_upload.SECONDS


def test_few_files_are_looked_at_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = limited_upload.Gate(1, 1, 0.01, limited_upload.BUSY)
    monkeypatch.setattr(limited_upload, "UPLOADS", gate)
    with gate.turn():
        with pytest.raises(TooMany), gate.turn():  # its time is over
            pass
        assert gate.here.acquire(blocking=False)  # another waits
        with pytest.raises(TooMany, match="请过十几秒"):  # and no more
            uploads.examine(pdf(), 1 << 20)
        gate.here.release()
    assert uploads.examine(png(), 1 << 20).media_type == uploads.PNG  # nothing in it can unpack to much


def test_blank_bytes_before_a_pdf_are_dropped() -> None:
    whole = pdf()
    assert uploads.examine(b"\r\n \xef\xbb\xbf" + whole, 1 << 20) == uploads.Taken(uploads.PDF, whole)


def test_a_file_over_the_limit_is_refused(town: Town) -> None:
    with pytest.raises(Invalid, match="20 MB"):
        town.material("performance_proof", town.actor("yunxi"), png() + b"\0" * town.services.max_upload)


def test_only_who_uploaded_a_file_may_use_it(town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi's agent"))
    with pytest.raises(NotFound, match="重新上传"):
        town.submit(town.filing("repair", town.record(), materials=(token,)))
    assert town.counts()["cases"] == 0


def test_a_file_is_used_once(town: Town) -> None:
    filing = town.filing("repair", town.record())
    town.submit(filing)
    with pytest.raises(NotFound, match="已经用于"):
        town.submit(town.filing("repair", town.record(), materials=filing.materials))
    with pytest.raises(NotFound):
        town.submit(town.filing("repair", town.record(), materials=("no-such-token",)))


def test_a_kind_the_procedure_does_not_know_is_refused(town: Town) -> None:
    with pytest.raises(Invalid, match="种类"):
        town.file_repair(kinds=("performance_proof", "birthday_card"))


def test_what_must_be_there_is_asked_for_by_name(town: Town) -> None:
    with pytest.raises(Refused, match="履行义务、纠正行为的证明"):
        town.file_repair(kinds=())
    with pytest.raises(Refused, match="授权委托书"):
        town.file_repair(who=town.actor("yunxi's agent"))
    later = {"promised_day": (town.today + timedelta(days=30)).isoformat()}
    # it promises the mandate for a day, never the proof
    assert town.case(town.file_repair(who=town.actor("yunxi's agent"), inputs=later))
    assert town.case(town.file_repair(who=town.actor("yunxi's agent"), kinds=("performance_proof", "mandate")))


def test_the_same_file_twice_is_kept_once(town: Town) -> None:
    for _ in range(2):
        town.material("performance_proof", town.actor("yunxi"))
    assert len([path for path in town.settings.materials.rglob("*") if path.is_file()]) == 1


def test_a_step_keeps_what_it_brought(town: Town) -> None:
    number = town.file_repair()
    town.steps(number, "request_supplement", "supply")
    steps = town.all(select(material.c.step, func.count()).group_by(material.c.step).order_by(material.c.step))
    assert [tuple(row) for row in steps] == [(1, 1), (3, 1)]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("证明.pdf", "证明.pdf"),
        ("C:\\Users\\me\\证明.pdf", "证明.pdf"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("", "未命名"),
        ("字" * 130 + ".pdf", "字" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_shown_without_folders_or_tricks(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def ofd(
    root: str = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"/>', **more: str
) -> bytes:
    """A package as an e-receipt comes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("OFD.xml", f'<?xml version="1.0" encoding="UTF-8"?>{root}')
        for name, text in more.items():
            package.writestr(name, text)
    return out.getvalue()


def heic(turned: bool = False) -> bytes:
    """A photograph as a telephone keeps it, 64 by 32 points."""
    picture, out = Image.new("RGB", (64, 32), (200, 20, 20)), io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    pillow_heif.from_pillow(picture).save(out, format="HEIF", exif=exif.tobytes())
    return out.getvalue()


def owners(password: str = "secret") -> bytes:
    """A PDF that anybody may read, and that only its owner may print or change."""
    writer = PdfFileWriter()
    writer.insert_page(PageObject(contents=writer.add_object(_nothing()), media_box=(0, 0, 200, 200)))
    writer.encrypt(owner_pass=password, user_pass="")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (ofd(), "票据.ofd", ("application/ofd", "票据.ofd")),
        (ofd(**{"Doc_0/Document.xml": "<x/>"}), "票据", ("application/ofd", "票据")),
        (heic(), "IMG_0001.HEIC", ("image/jpeg", "IMG_0001.jpg")),
        (owners(), "回单.pdf", ("application/pdf", "回单.pdf")),
    ],
    ids=["ofd", "ofd with more", "heic", "owner's password"],
)
def test_receipts_and_photographs_as_people_have_them_are_kept(
    town: Town, content: bytes, name: str, kept: tuple[str, str]
) -> None:
    token = town.material("performance_proof", town.actor("yunxi"), content, name)
    row = town.one(select(material).where(material.c.token == token))
    assert (row.media_type, row.file_name) == kept
    stored = (town.settings.materials / name_of(row.digest)).read_bytes()
    assert row.size == len(stored)
    assert stored == content or row.media_type == "image/jpeg"


def test_a_turned_photograph_stands_upright(town: Town) -> None:
    token = town.material("performance_proof", town.actor("yunxi"), heic(turned=True), "a.heic")
    digest = town.one(select(material.c.digest).where(material.c.token == token)).digest
    with Image.open(town.settings.materials / name_of(digest)) as picture:
        assert (picture.format, *picture.size) == ("JPEG", 32, 64)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ofd()[:-30], "OFD 文件不完整"),
        (ofd("<other/>"), "OFD 文件不完整"),
        (ofd('<!DOCTYPE x [<!ENTITY a "b">]><OFD xmlns="http://www.ofdspec.org/2016"/>'), "OFD 文件不完整"),
        (heic()[:200], "HEIC 照片无法打开"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "HEIC 照片无法打开"),
    ],
    ids=["cut off", "another root", "entities", "half a photograph", "no photograph"],
)
def test_what_only_looks_like_one_is_refused(town: Town, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        town.material("performance_proof", town.actor("yunxi"), content)


def test_a_package_that_unpacks_to_too_much_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd_file, "MOST_BYTES", 1000)
    with pytest.raises(Invalid, match="过大"):
        town.material("performance_proof", town.actor("yunxi"), ofd(big="0" * 5000))


@pytest.mark.parametrize(("day", "said"), [("2030-01-01", "还没有到"), ("2001-01-01", "早于决定日期"), (None, "")])
def test_duties_are_performed_between_the_decision_and_today(town: Town, day: str | None, said: str) -> None:
    number = town.record()
    if day is None:
        assert town.file_repair(number, inputs={"performed_on": town.of_record(number).decision_date.isoformat()})
        return
    before = town.counts()["cases"]
    with pytest.raises(Invalid) as error:
        town.file_repair(number, inputs={"performed_on": day})
    assert [problem.where for problem in error.value.problems] == ["performed_on"]
    assert said in error.value.problems[0].text
    assert town.counts()["cases"] == before


def test_who_reports_is_not_kept_with_the_evidence(town: Town) -> None:
    """A signed-in agent uploads under its name; once the tip-off is filed nothing says who brought the file."""
    agent = town.actor("yunxi")
    about = make_uscc("320830", COMPANIES[0][2])
    given = town.filing("tip_off", None, agent, kinds=["evidence"], subject=about)
    assert town.one(select(material)).uploaded_by == agent.id
    town.submit(given)
    assert town.one(select(material)).uploaded_by is None
