"""Which faces a letter is printed in, and whether they hold every character of it.

Families are a setting, written as fontconfig patterns (`Name` or `Name:bold`), the wanted one first. Small faces come
first because they are quick and hold GB 2312; a large one (Noto) is asked only for the glyphs the small ones lack.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from pathlib import Path

from repairflow.errors import ConfigurationError, Invalid, Problem

_PICTURES = "⌚⌛⏩-⏬⏰⏳◽◾☔☕☝♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛹⛺⛽✅✊-✍✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕\U0001f000-\U0001ffff"
# Unicode's Emoji_Presentation and what takes a skin colour (UTS #51): the engine sets them in the system's picture font,
# whichever of ours has them, so that no letter can hold them.
PICTURE = re.compile(f"[{_PICTURES}]")
_ALPHABETS = (range(0x20, 0x590), range(0x10A0, 0x1100), range(0x1E00, 0x2000), range(0x20A0, 0x20D0))
# Latin with all its marks, Greek, Cyrillic, Armenian, Georgian; signs of money. Their letters stand one after another as they are.
# Arabic, Tibetan, Mongolian and others join and stack: set without their rules they would be no writing at all.
_USUAL_WIDTH = 100  # fontconfig's
_CHINESE = (0x4E00, 0x20000)  # a face with the first character of either plane is a Chinese one
LARGE = 8 * 1024 * 1024  # bytes; embedding from a larger file costs tens of milliseconds a letter


class MissingGlyphs(Invalid):
    """No configured font has some characters of a letter; `characters` holds them. Nothing was issued."""

    code = "missing_glyphs"

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = frozenset(characters)
        named = [f"{c}（U+{ord(c):04X}）" for c in sorted(self.characters)]
        super().__init__("字库缺字，文书不能制作：" + "、".join(named[:20]), [Problem("text", n) for n in named])


_RARE = ("HanaMinA", "HanaMinB")


@dataclass(frozen=True, slots=True)
class FontFamilies:
    """The families of each role, best first. Those not installed are passed over; a role needs at least one.

    Debian has no free simplified 仿宋: 文鼎简报宋 (fonts-arphic-gbsn00lp) stands in for it. An office with a licence puts
    "FangSong_GB2312", "KaiTi_GB2312", "SimHei" or "FZXiaoBiaoSong-B05S" in front. Names in other alphabets (Ž, Nguyễn, Пётр) come
    from Liberation and DejaVu, Chinese characters of the rare planes from HanaMin where it is installed (fonts-hanazono).
    """

    body: tuple[str, ...] = ("AR PL SungtiL GB", "Noto Serif CJK SC", "Liberation Serif", "DejaVu Serif", *_RARE)
    kai: tuple[str, ...] = (
        "AR PL KaitiM GB", "AR PL UKai CN", "Noto Serif CJK SC", "Liberation Serif", "DejaVu Serif", *_RARE,
    )  # fmt: skip
    hei: tuple[str, ...] = ("Noto Sans CJK SC", "Liberation Sans", "DejaVu Sans", *_RARE)
    title: tuple[str, ...] = ("Noto Serif CJK SC:bold", "Liberation Serif:bold", "DejaVu Serif:bold", *_RARE)


@dataclass(frozen=True, slots=True)
class Face:
    """An installed face: its family and CSS weight, its file (with the index within a collection) and its code points."""

    family: str
    weight: int
    path: Path
    index: int
    codes: frozenset[int]

    @property
    def to_be_cut(self) -> bool:
        """Whether letters carry a cut of it and never the face itself: it is large, or has PostScript outlines."""
        return _to_be_cut(self.path, self.index)


@dataclass(frozen=True, slots=True)
class FaceSet:
    """The installed faces of each role, in the order they are asked."""

    body: tuple[Face, ...]
    kai: tuple[Face, ...]
    hei: tuple[Face, ...]
    title: tuple[Face, ...]

    def roles(self) -> dict[str, tuple[Face, ...]]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@cache
def faces(families: FontFamilies) -> FaceSet:
    """Return the installed faces; ConfigurationError names a role of which no family is installed."""
    found = {role.name: tuple(filter(None, map(_face, getattr(families, role.name)))) for role in fields(families)}
    empty = [name for name, of_role in found.items() if not of_role]
    if empty:
        wanted = "；".join(f"{name}：{'、'.join(getattr(families, name))}" for name in empty)
        raise ConfigurationError(
            f"文书所需字体未安装（{wanted}）。"
            "请安装 fonts-arphic-gbsn00lp、fonts-arphic-gkai00mp、fonts-noto-cjk，或者在设置中指定字体。"
        )
    return FaceSet(**found)


@cache
def _face(pattern: str) -> Face | None:
    name, _, style = pattern.partition(":")
    try:
        listed = subprocess.run(
            ["/usr/bin/fc-list", "-f", "%{weight}\t%{slant}\t%{width}\t%{index}\t%{file}\t%{charset}\n", _escaped(name)],
            capture_output=True, check=True, text=True, timeout=30,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as wrong:
        raise ConfigurationError("不能读取字体清单，请安装 fontconfig。") from wrong
    rows = sorted(line.split("\t") for line in listed.splitlines() if line.count("\t") == 5)
    wanted = 200 if style == "bold" else 80  # fontconfig's own scale of weights
    usable = [row for row in rows if all(map(str.isdigit, row[:4]))]
    if not usable:
        return None
    # upright and of usual width before anything else: a family's oblique and condensed faces go by its name, too
    weight, _, _, index, path, charset = min(
        usable, key=lambda row: (int(row[1]), abs(int(row[2]) - _USUAL_WIDTH), abs(int(row[0]) - wanted), row)
    )
    return Face(
        name, 700 if int(weight) >= 180 else 400, Path(path), int(index) & 0xFFFF, _set_as_written(_codes(charset))
    )


def _set_as_written(codes: frozenset[int]) -> frozenset[int]:
    """Return which of a face's characters letters may take: all of a Chinese one, of another the alphabets alone."""
    return codes if not codes.isdisjoint(_CHINESE) else codes.intersection(chain(*_ALPHABETS))


@cache
def _to_be_cut(path: Path, index: int) -> bool:
    with path.open("rb") as file:
        head = file.read(12 + 4 * (index + 1))
        if head.startswith(b"ttcf"):
            file.seek(int.from_bytes(head[-4:], "big"))
            head = file.read(4)
    return path.stat().st_size > LARGE or head.startswith(b"OTTO")


def forget_faces() -> None:
    """Forget the faces, read anew where they are asked for: only presses ask, in processes of their own, and 100,000 code points
    take 12 MB. What all of them hold together stays."""
    faces.cache_clear()
    _face.cache_clear()


def _escaped(name: str) -> str:
    return "".join("\\" + c if c in "\\-:,=" else c for c in name)


def _codes(charset: str) -> frozenset[int]:
    pairs = (part.partition("-") for part in charset.split())
    return frozenset(code for first, _, last in pairs for code in range(int(first, 16), int(last or first, 16) + 1))


def missing_glyphs(text: str, families: FontFamilies) -> set[str]:
    """Return the characters of `text` that some role's fonts all lack. Blanks and line ends need no glyph."""
    held = _held_by_all(families)
    if held.issuperset(map(ord, text)):
        return set()
    return {c for c in set(text) if ord(c) not in held and unicodedata.category(c) not in {"Zs", "Zl", "Zp", "Cc"}}


@cache
def _held_by_all(families: FontFamilies) -> frozenset[int]:
    """Return the code points that every role can print, with one of its faces or another; asked at each step of a case. No emoji."""
    roles = (frozenset().union(*(face.codes for face in role)) for role in faces(families).roles().values())
    return frozenset(code for code in frozenset.intersection(*roles) if not PICTURE.match(chr(code)))
