"""Pressing: the same bytes every time, archival and tagged, whole files only, and limits that hold."""

from __future__ import annotations

import hashlib
import io
import time
from pathlib import Path

import pypdf
import pytest

from repairflow import plain
from repairflow.errors import ConfigurationError, Conflict
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs, faces, missing_glyphs
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.pdf.render import press_here
from repairflow.letters.renderer.pool import Limits, NotWritten, Press, PressFailed, store
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import fields, letter

RARE = "堃喆赟昇㛃𬭎"


def reader(pressed: Pressed) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pressed.pdf))


def words(pressed: Pressed) -> str:
    return "".join("".join(page.extract_text().split()) for page in reader(pressed).pages)


def test_a_letter_presses_to_the_same_bytes_whatever_was_pressed_between() -> None:
    first = press_here(letter())
    press_here(letter("objection_result", addressee=f"{RARE}有限公司"))
    press_here(letter(form="standard"))
    again = press_here(LetterData.model_validate_json(letter().model_dump_json()))
    assert again == first
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()


def test_a_child_presses_the_same_bytes_as_we_do(press: Press) -> None:
    assert press.press(letter()) == press_here(letter())


def test_the_file_is_archival_tagged_and_says_so_in_chinese() -> None:
    pdf = reader(press_here(letter()))
    packet = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in packet
    assert 'pdfaid:conformance="B"' in packet
    assert 'pdfuaid:part="1"' in packet
    assert packet.count("<rdf:RDF") == 1
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "信用修复决定书（溪环信修〔2026〕118号）"
    assert pdf.metadata.author == "云溪县生态环境局"
    assert pdf.metadata.creation_date_raw == "D:20261124000000+08'00"
    assert "/ID" in pdf.trailer


def test_every_font_is_embedded_and_every_picture_has_words() -> None:
    pdf = reader(press_here(letter()))
    for font in pdf.pages[0]["/Resources"]["/Font"].values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    found = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt")))
            found.extend(["H1"] if node.get("/S") == "/H1" else [])
            walk(node.get("/K", []))

    walk(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert sorted(found) == ["H1", "云溪县生态环境局信用修复专用章", "查验本文书的二维码"]


def test_no_live_content_in_the_file() -> None:
    plain = press_here(letter()).pdf
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/URI", b"/OpenAction", b"/AA"):
        assert word not in plain


def test_a_letter_is_small_and_prints_what_it_was_given() -> None:
    pressed = press_here(letter())
    assert len(pressed.pdf) <= 100 * 1024
    printed = words(pressed)
    for part in (
        "云溪环保科技有限公司",
        "91320830MA1X2Y3T4C",
        "溪环罚〔2026〕47号",
        "XF-2026-001284",
        "2026年11月24日",
    ):
        assert part in printed
    assert pressed.pages == len(reader(pressed).pages)


def test_rare_names_are_printed_in_every_place() -> None:
    pressed = press_here(
        letter(addressee=f"{RARE}有限公司", signer=f"{RARE}局", office_mark=f"{RARE}局", title=f"关于{RARE}的决定")
    )
    assert words(pressed).count(RARE) >= 4
    assert len(pressed.pdf) <= 120 * 1024


@pytest.mark.parametrize("place", ["addressee", "signer", "title", "office_mark", "number", "paragraphs", "cc"])
def test_a_character_no_font_has_stops_the_letter_and_is_named(place: str) -> None:
    lacking = "\U0001f600"
    value: object = f"云溪{lacking}"
    if place == "paragraphs":
        value = (Paragraph(level="body", text=f"云溪{lacking}"),)
    if place == "cc":
        value = (f"云溪{lacking}",)
    with pytest.raises(MissingGlyphs) as refused:
        press_here(letter(**{place: value}))
    assert refused.value.characters == {lacking}
    assert "U+1F600" in refused.value.message


def test_whatever_the_check_of_a_form_lets_through_is_pressed() -> None:
    """A character that passed the form and stops the press would keep a letter waiting that is issued already."""
    usual = FontFamilies()
    every = [chr(n) for n in (*range(0x21, 0x3400), *range(0x3400, 0x2FA20, 97), *range(0x1F000, 0x1FB00))]
    held = [c for c in every if plain.printed(c) and not missing_glyphs(c, usual)]
    assert len(held) > 2000
    for start in range(0, len(held), 4000):
        text = " ".join(held[start : start + 4000])  # a blank is asked of the face of the character before it
        press_here(letter("repair_denied", fields(reason=text)))
    assert missing_glyphs("☝⚽🈳", usual) == set("☝⚽🈳")


def test_small_faces_alone_lack_name_characters_and_say_so() -> None:
    small = FontFamilies(
        body=("AR PL SungtiL GB",), kai=("AR PL KaitiM GB",), hei=("AR PL SungtiL GB",), title=("AR PL SungtiL GB",)
    )
    assert missing_glyphs("云溪县" + RARE, small) == set(RARE)
    assert missing_glyphs("云溪县" + RARE, FontFamilies()) == set()


def test_a_role_without_an_installed_font_is_a_fault_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="没有这种字体"):
        faces(FontFamilies(hei=("没有这种字体",)))


def test_the_press_replaces_children_and_passes_errors_on() -> None:
    with Press(limits=Limits(max_tasks=2)) as press:
        with pytest.raises(MissingGlyphs) as refused:
            press.press(letter(addressee="\U0001f600"))
        assert refused.value.characters == {"\U0001f600"}
        digests = {press.press(letter()).sha256 for _ in range(3)}
        assert len(digests) == 1


@pytest.mark.parametrize(
    "limits",
    [Limits(seconds=0.05), Limits(memory_mib=64), Limits(cpu_seconds=0)],
    ids=["wall time", "memory", "processor time"],
)
def test_a_child_beyond_its_limits_is_ended_and_the_next_letter_gets_a_fresh_one(limits: Limits) -> None:
    long = letter(paragraphs=tuple(Paragraph(level="body", text="云溪县生态环境局" * 40) for _ in range(700)))
    started = time.monotonic()
    with Press(limits=limits) as press:
        with pytest.raises(PressFailed, match="未能制作"):
            press.press(long)
        with pytest.raises(PressFailed):
            press.press(long)
    assert time.monotonic() - started < 60


def test_one_bad_letter_in_a_batch_harms_no_other() -> None:
    with Press() as press:
        good, bad, also_good = press.press_all([letter(), letter(signer="\U0001f600"), letter()])
    assert isinstance(good, Pressed)
    assert isinstance(bad, MissingGlyphs)
    assert also_good == good


def test_a_stored_letter_is_whole_and_never_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "2026" / "a.pdf"
    digest = store(FolderFiles(tmp_path), "2026/a.pdf", b"%PDF one")
    assert place.read_bytes() == b"%PDF one"
    assert digest == hashlib.sha256(b"%PDF one").hexdigest()
    assert store(FolderFiles(tmp_path), "2026/a.pdf", b"%PDF one") == digest
    with pytest.raises(Conflict):
        store(FolderFiles(tmp_path), "2026/a.pdf", b"%PDF two")
    assert place.read_bytes() == b"%PDF one"
    assert [path.name for path in place.parent.iterdir()] == ["a.pdf"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(NotWritten, match="磁盘已满") as failed:
        store(FolderFiles(tmp_path), "a.pdf", b"%PDF")
    assert isinstance(failed.value.__cause__, OSError)
    assert list(tmp_path.iterdir()) == []
