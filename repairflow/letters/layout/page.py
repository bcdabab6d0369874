"""The page: a frozen letter as HTML and CSS in the measures of GB/T 9704-2012.

All text is escaped here and nowhere else. The page names no file and no address: pictures and fonts are named
`asset:<name>` and handed over by the press.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from string import Template

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from repairflow.letters.fonts.subsets import LetterFonts, SmallFace
from repairflow.letters.layout.columns import fitted, keeping_last, size_for, whole_in_cell, width
from repairflow.letters.model import LetterData
from repairflow.letters.text.printable import chinese_day
from repairflow.letters.text.templates import Paragraph
from repairflow.settings import asset

COLUMNS = 28  # characters a line (5.2.3)
_SEAL_RADIUS = 21  # mm
_TITLE_COLUMNS = 19  # 2号 characters that fit 156 mm
_TITLE_SIZE = 22  # pt, 2号
_POINT = 0.3528  # mm
_MOST_MARK_LINES = 3
_COPIES_COLUMNS = 26  # 4号 characters that surely fit a line of 抄送 beside its heading
FEW = 3  # lines of text before the signature with which a page still counts as the seal's alone
_MOST_COPIES_LINES = 18  # of 9 mm that the foot of a page holds beside the imprint
_FIRST_LINE = 22  # characters that stand in a paragraph's first line wherever it breaks
# Only where lines break before it and soon after it: a chain too long for one line must find its break elsewhere.
_WHOLE = re.compile(
    r"((?<=（)[一-龥]{1,12}〔[0-9]{4}〕第?[0-9]{1,6}号"
    # of a 代字 without a bracket before it nobody knows where it begins: three characters stay with its year
    r"|(?<![^一-龥，、。；：（ ])(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[一-龥]{0,3}〔[0-9]{4}〕第?[0-9]{1,6}号"
    r"|（[0-9]{4}）[一-龥]{1,3}[0-9]{0,5}[一-龥]{1,4}[0-9]{1,6}号(?:之[一二三四五六七八九十])?"  # a court's 案号
    r"|[0-9][0-9,.]{0,19} ?(?:万元|亿元|元)|第?[0-9][0-9.]{0,11}[年月日时分号条款项批期个元万亿]))"
    r"(?=[，、。；：）》]{0,3}(?:[0-9A-Za-z一-龥（《〔]|$))"
)
_ACCENTED = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_OTHERS = "\u0370-\u058f\u10a0-\u10ff\u1f00-\u1fff"  # Greek, Cyrillic, Armenian, Georgian
_LETTER = f"A-Za-z{_ACCENTED}{_OTHERS}\u0300-\u036f"
# A name with an accented letter, or with two of another alphabet (one alone is a sign, as in α射线), in one face from end to end; in text,
# not in a tag.
_NAME = re.compile(
    rf"(?:[{_LETTER}][{_LETTER} .’-]{{0,80}})?(?:[{_ACCENTED}]|[A-Za-z][\u0300-\u036f]|[{_OTHERS}]{{2}})"
    rf"(?:[{_LETTER} .’-]{{0,80}}[{_LETTER}.])?(?![^<]*>)"
)
_ITEM = re.compile(r"([1-9][0-9]?)\. ")
_CLOSING = re.compile(r"特此.{2}。$|联系方式：|办件编号：[A-Z0-9-]+。$|（本.{1,4}(?:自|一式).*。）$")
_TITLE_WORDS = re.compile(
    r"有限责任公司|股份有限公司|有限公司|公司|实施|失信|惩戒|措施|信用|修复|申请|异议|名单|通知|告知|决定"
    # of offices' names
    r"|人民政府|领导小组|联席会议|委员会|办公室|管理局|分局|支队|大队|中心|自治[州县]|社会信用体系|建设|工作|综合|行政|执法|监督"
    r"|管理|市场|公共|信息|服务|发展|改革|开发区|高新|技术|经济|产业"
)
_NO_LINE_START = "，。、；：？！）》」』”’…—的"  # a title line does not begin with these
_NO_LINE_END = "（《「『“‘"


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: heading or not."""

    text: str
    head: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What the layout prints in one go: a paragraph of a level, the lines of a table, or the items of a list."""

    level: str
    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    items: tuple[str, ...] = ()

    def texts(self) -> list[list[str]]:
        """Return what stands in a table's cells."""
        return [[cell.text for cell in row] for row in self.rows]


def whole(text: str) -> list[tuple[str, bool]]:
    """Return a text in parts, and whether a line may not break inside each: （溪环罚〔2026〕118号, 2026年11月24日, 2.5万元 and
    第36号 stay whole, and the last two characters, of which one would be a line by itself. What surely stands in the first line
    is not marked, for each mark takes time."""
    found, end = [], 0.0
    for n, part in enumerate(_WHOLE.split(text)):
        end += width(part)
        if part:
            found.append((part, n % 2 == 1 and end > _FIRST_LINE))
    return keeping_last(found) if end > _FIRST_LINE else found


@cache
def _layouts() -> Environment:
    folder = asset("templates") / "letters" / "layout"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style_source(name: str) -> Template:
    return Template((asset("templates") / "letters" / "layout" / name).read_text("utf-8"))


def style(fonts: LetterFonts, name: str = "letter.css") -> str:
    """Return the style sheet of this name for these fonts."""
    return "".join(map(_font_face, fonts.small)) + _style_source(name).substitute(dict(fonts.stacks))


def _font_face(face: SmallFace) -> str:
    return f'@font-face{{font-family:"{face.name}";font-weight:{face.weight};src:url(asset:{face.name})}}\n'


def markup(letter: LetterData, *, imprint_on_new_page: bool = False) -> str:
    """Return the letter as a whole HTML document without its style sheet, written so that XML readers read it too.

    `imprint_on_new_page` puts the imprint on the page after the body, for a letter whose body ends on an odd page (版记 stands
    on an even page, 7.4).
    """
    parts = blocks(letter.paragraphs)
    annexes = [(annex.title, blocks(annex.paragraphs)) for annex in letter.annexes]
    tables = [one.texts() for of in (parts, *(held for _, held in annexes)) for one in of if one.level == "table"]
    page = (
        _layouts()
        .get_template(f"{letter.form}.html")
        .render(
            letter=letter,
            whole=whole,
            whole_in_cell=whole_in_cell,
            fitted=fitted,
            table_size=size_for(tables),
            blocks=parts,
            tail=_tail(parts),
            signing=_above_signing(parts) if letter.form == "plain" else 0,
            annexes=annexes,
            mark=_mark(letter.office_mark, 162 if letter.form == "letter" else 150),
            title=title_lines(letter.title),
            day=chinese_day(letter.day),
            created=f"{letter.day.isoformat()}T00:00:00+08:00",
            signature=signature(letter),
            code_below=width(letter.addressee) + width(letter.addressee_code) + 3 > COLUMNS,
            chain=short_head(letter.chain_head),
            copies_lines=(lines := copies_lines(letter)),
            copies_flow=lines > _MOST_COPIES_LINES,
            imprint_day=chinese_day(letter.imprint.day) if letter.imprint else "",
            imprint_on_new_page=imprint_on_new_page,
        )
    )
    head, body, rest = page.partition("<body")
    return head + body + _NAME.sub(r'<span class="latin">\g<0></span>', rest)


def document(letter: LetterData, fonts: LetterFonts) -> str:
    """Return the letter as one HTML document with its style sheet inside."""
    return markup(letter).replace("</head>", f"<style>{style(fonts)}</style></head>", 1)


def blocks(paragraphs: tuple[Paragraph, ...]) -> list[Block]:
    """Paragraphs as blocks: neighbouring table lines become one table, until a heading line or another count of cells, and
    neighbouring items (1. 2. 3. in order) one list."""
    found: list[Block] = []
    for paragraph in paragraphs:
        if (item := _ITEM.match(paragraph.text)) and paragraph.level == "body":
            before = found[-1].items if found else ()
            if item[1] == "1":
                found.append(Block("list", items=(paragraph.text,)))
                continue
            if before and int(item[1]) == len(before) + 1:
                found[-1] = Block("list", items=(*before, paragraph.text))
                continue
        if paragraph.level not in {"row", "row_head"}:
            found.append(Block(paragraph.level, paragraph.text))
            continue
        row = tuple(Cell(cell, paragraph.level == "row_head") for cell in paragraph.text.split("\t"))
        above = found[-1].rows[-1] if found and found[-1].level == "table" else ()
        if len(above) == len(row) and (above[0].head or not row[0].head):
            found[-1] = Block("table", rows=(*found[-1].rows, row))
        else:
            found.append(Block("table", rows=(row,)))
    return found


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands together at a letter's end: so many closing lines (特此通知, 联系方式), so many parts with them, and so many of the last
    rows or items of the first of these parts; 0 for a part that goes there as a whole."""

    closing: int
    parts: int
    of_first: int


def _tail(parts: list[Block]) -> Tail:
    """Return what a last page holds at least: closing lines with more than FEW lines of what stands before them."""
    closing = 0
    for part in reversed(parts):
        if part.level != "body" or not _CLOSING.match(part.text):
            break
        closing += 1
    lines = 0
    for count, part in enumerate(reversed(parts[: len(parts) - closing]), closing + 1):
        lacking = FEW + 1 - lines
        several = len(part.rows) or len(part.items)
        if several > lacking or part.rows:
            return Tail(closing, count, min(several, lacking))
        lines += sum(math.ceil((width(text) + 2) / COLUMNS) for text in part.items or (part.text,))
        if lines > FEW:
            return Tail(closing, count, 0)
    return Tail(closing, len(parts), 0)


def _above_signing(parts: list[Block]) -> int:
    """Return which part, counted from 1, stands above the lines to be signed, a form's last table without headings; 0 for none."""
    tables = [n for n, part in enumerate(parts) if part.level == "table" and not part.rows[0][0].head]
    return tables[-1] if tables and tables[-1] >= len(parts) - 2 else 0


def title_lines(title: str, columns: int = _TITLE_COLUMNS) -> list[str]:
    """Return a title in as few lines as fit, of like length, no word of Latin letters or of titles, bracket or 的 torn off (7.3.1)."""
    count = math.ceil(width(title) / columns)
    lines = []
    rest = title
    for left in range(count, 1, -1):
        goal = width(rest) / left
        inside = {n for word in _TITLE_WORDS.finditer(rest) for n in range(word.start() + 1, word.end())}
        fitting = [n for n in range(1, len(rest)) if width(rest[:n]) <= columns and _may_break(rest, n)]
        places = [n for n in fitting if n not in inside] or fitting
        if not places:
            break
        # The text after the break must still fit the lines that are left.
        fitting = [n for n in places if width(rest[n:]) <= columns * (left - 1)] or places
        best = min(fitting, key=lambda n: abs(width(rest[:n]) - goal))
        lines.append(rest[:best])
        rest = rest[best:]
    return [*lines, rest]


def _may_break(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after in _NO_LINE_START or before in _NO_LINE_END:
        return False
    return not (re.match(f"[0-9{_LETTER}〔〕]", before) and re.match(f"[0-9{_LETTER}〔〕号年]", after))


def copies_lines(letter: LetterData) -> int:
    """Return how many lines the copies (抄送) take at most; 0 without copies."""
    return math.ceil((width("，".join(letter.cc)) + 1) / _COPIES_COLUMNS) if letter.cc else 0


def short_head(digest: str) -> str:
    """Return the first and last eight digits of a digest, in fours: enough to compare by eye."""
    digest = digest.rpartition(":")[2]
    if len(digest) <= 16:
        return digest
    return f"{digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"


@dataclass(frozen=True, slots=True)
class Mark:
    """The red heading: its lines, their size in points, the spacing of characters and the height of lines in em."""

    lines: list[str]
    size: float
    spacing: float
    pitch: float

    @property
    def rise(self) -> float:
        """mm that the glyphs of the first line stand under the upper edge of its box."""
        return self.size * _POINT * ((self.pitch - 1) / 2 + 0.09)

    @property
    def height(self) -> float:
        """mm from the upper edge of the first line's glyphs to the foot of the last line's."""
        return self.size * _POINT * ((len(self.lines) - 1) * self.pitch + 0.92)


def _mark(text: str, millimetres: float) -> Mark:
    """As large as befits: at most 34 pt, and in one line of at most `millimetres` where that is not smaller than the title
    under it; else in as few lines of like length as are not."""
    for count in range(1, _MOST_MARK_LINES + 1):
        lines = [text] if count == 1 else title_lines(text, math.ceil(width(text) / count) + 3)
        longest = max(map(len, lines), default=1)
        spacing = 0.14 if longest <= 10 else 0.04
        fitting = millimetres / _POINT / (max(longest, 1) * (1 + spacing))
        if fitting >= _TITLE_SIZE:
            break
    size = min(34.0 if len(lines) == 1 else 28.0, fitting)
    return Mark(lines, round(size, 2), spacing, 1.0 if len(lines) == 1 else 1.25)


def signature(letter: LetterData) -> dict[str, object]:
    """Return where the signing office and the date stand, in grid cells from the left edge.

    With a seal the date stands four cells from the right and the office centred over it (7.3.5.1); without one the office
    stands two cells from the right and the date begins two cells after it, or, when the date is the longer, the date
    stands two cells from the right (7.3.5.2). A name longer than a line is set in several, one under the other's middle.
    """
    lines = [letter.signer] if width(letter.signer) <= COLUMNS else title_lines(letter.signer, COLUMNS - 4)
    office, day = max(map(width, lines)), width(chinese_day(letter.day))
    if letter.sealed:
        day_at = COLUMNS - 4 - day
        office_at = min(day_at + (day - office) / 2, COLUMNS - office)
        middle = day_at + day / 2
    else:
        office_at = COLUMNS - 2 - office
        day_at = office_at + 2
        if day_at + day > COLUMNS - 2:
            day_at = COLUMNS - 2 - day
            office_at = min(office_at, day_at - 2)
        middle = 0.0
    office_at = max(office_at, 0)
    placed = [(line, office_at + (office - width(line)) / 2) for line in lines]
    # mm for what is seen of an electronic signature, beside the seal
    before_seal = middle * 156 / COLUMNS - _SEAL_RADIUS - 8 if letter.sealed else 150
    return {"lines": placed, "day_at": max(day_at, 0), "middle": middle, "before_seal": before_seal}
