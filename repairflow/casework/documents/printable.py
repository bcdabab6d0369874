"""Whether a letter can be printed, asked while whoever issues it is still at the form."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow import plain
from repairflow.errors import Invalid, Problem
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.letters.model import LetterData
from repairflow.letters.text.placeholders import VOCABULARY


class Unprintable(Invalid):
    """A letter holds characters that no font has; nothing was issued and no number used."""

    code = "missing_glyphs"


def refuse_unprintable(data: LetterData) -> None:
    """Raise Unprintable naming each character and where it stands, with what to do about it."""
    named = unprintable(data.all_text())
    if not named:
        return
    places: Mapping[str, object] = {
        "受文者名称": data.addressee, "抄送单位": data.cc, "制发单位名称": (data.signer, data.office_mark),
        **{VOCABULARY[name].label: value for name, value in data.fields.items() if name in VOCABULARY},
    }  # fmt: skip
    where = [label for label, value in places.items() if unprintable("".join(plain.texts(value)))]
    advice = f"{how_else(data.all_text())}。没有制发文书，没有占用文号。"
    text = f"字库中没有这些字，文书印不出来：{named}（{'、'.join(where) or '正文'}）。{advice}"
    raise Unprintable(text, [Problem("", text)])
