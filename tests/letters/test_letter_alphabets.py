"""Names in other alphabets: printed from end to end in one embedded face, or refused at the form with what to do."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pypdf
import pytest

from repairflow import plain
from repairflow.letters.fonts.families import FontFamilies, faces, missing_glyphs
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.letters.fonts.subsets import fonts_for, is_cut
from repairflow.letters.layout.page import markup, title_lines
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import letter

NAMES = [
    "Željko Đorđević-Šimić", "Nguyễn Thị Phượng Đặng", "Lőrinc Ğülşen Çağrı İnci", "Łukasz Żółć", "Ṭāhā Ḥusain", "Þórður Guðmundsson",
    "Пётр Ильич Щёлоков", "Їжакевич", "Қасым", "Ελευθέριος Παπαδόπουλος", "Ὀδυσσεύς", "Հովհաննես", "გიორგი",
]  # fmt: skip
ALPHABETS = {
    "Latin-1": (0xA1, 0x100), "Latin Extended-A": (0x100, 0x180), "Latin Extended-B": (0x180, 0x250),
    "Latin Extended Additional": (0x1E00, 0x1EFA), "Greek": (0x384, 0x3CF), "Cyrillic": (0x400, 0x460),
    "Cyrillic of peoples": (0x48A, 0x500), "Greek with marks": (0x1F00, 0x2000),
}  # fmt: skip


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(("first", "end"), ALPHABETS.values(), ids=list(ALPHABETS))
def test_every_letter_of_an_alphabet_can_be_printed(first: int, end: int) -> None:
    letters = [chr(n) for n in range(first, end) if unicodedata.category(chr(n))[0] == "L"]
    assert missing_glyphs("".join(letters), FontFamilies()) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_in_every_place(name: str) -> None:
    body = (Paragraph(level="heading1", text=f"一、{name}"), Paragraph(level="body", text=f"你单位的代表{name}到场。"))
    made = press_here(
        letter(addressee=f"{name}有限公司", signer=f"{name}局", office_mark=f"{name}局", title=f"关于{name}的函", cc=(f"{name}处",),
               paragraphs=body)
    )  # fmt: skip
    assert text_of(made.pdf).count("".join(name.split())) >= 5
    fonts = [
        one for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages for one in page["/Resources"]["/Font"].values()
    ]
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_in_one_face_from_end_to_end_and_in_a_bold_one_in_the_title(name: str) -> None:
    said = letter(title=f"关于{name}的函", paragraphs=(Paragraph(level="body", text=f"代表{name}到场。"),))
    assert f'<span class="latin">{name}</span>到场' in markup(said)
    stacks = dict(fonts_for(faces(FontFamilies()), said.all_text()).stacks)
    small = {face.name: face for face in fonts_for(faces(FontFamilies()), said.all_text()).small}
    for stack, weight in (("latin", 400), ("latin_title", 700)):
        first = stacks[stack].split(",")[0].strip('"')
        assert is_cut(first)
        assert small[first].weight == weight


def test_one_letter_of_another_alphabet_is_a_sign_and_not_a_name() -> None:
    said = markup(letter(paragraphs=(Paragraph(level="body", text="α射线与Ω值、第Б类"),)))
    assert 'class="latin"' not in said


def test_a_title_tears_no_name_apart() -> None:
    name = "Александр-Максимилианович"
    assert any(name in line for line in title_lines(f"关于对{name}实施失信惩戒措施的函"))


def test_an_upright_face_of_usual_width_is_taken() -> None:
    known = faces(FontFamilies())
    assert not [
        f
        for role in known.roles().values()
        for f in role
        if "Italic" in f.path.name or "Oblique" in f.path.name or "Condensed" in f.path.name
    ]


def test_a_name_written_in_pieces_is_one_name() -> None:
    for name in ("Nguyễn Thị", "Йорданка", "Ελευθέριος"):
        assert plain.composed(unicodedata.normalize("NFD", name)) == name
    assert plain.composed("e\u0302\u0323") == plain.composed("ê\u0323") == "ệ"


REFUSED = [
    ("བོད་ལྗོངས།", "登记的汉字名称"), ("ئۇيغۇر", "登记的汉字名称"), ("ᠮᠣᠩᠭᠣᠯ", "登记的汉字名称"), ("محمد", "登记的汉字名称"),
    ("שלום", "登记的汉字名称"), ("ไทย", "登记的汉字名称"), ("\U000323b0", "安装含有该字的字体"), ("😀", "请改用其他写法"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "advice"), REFUSED)
def test_what_joins_or_stacks_is_refused_whatever_face_has_it(name: str, advice: str) -> None:
    """DejaVu Sans has Arabic and Hebrew: the check takes of a face without Chinese just the alphabets that stand as they are."""
    assert unprintable(name)
    assert advice in how_else(name)
    only = FontFamilies(body=("DejaVu Sans",), kai=("DejaVu Sans",), hei=("DejaVu Sans",), title=("DejaVu Sans:bold",))
    assert unprintable(name, only)


def test_bootstrap_installs_the_faces_of_alphabets() -> None:
    script = (Path(__file__).parents[2] / "scripts/bootstrap.sh").read_text("utf-8")
    assert "$liberation fonts-dejavu-core" in script
