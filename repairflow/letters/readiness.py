"""Whether this node can press letters at all: fonts, HarfBuzz, and every character its own texts use."""

from __future__ import annotations

from repairflow.errors import ConfigurationError
from repairflow.letters.fonts.families import FontFamilies, faces, forget_faces, missing_glyphs
from repairflow.letters.fonts.subsets import cut
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.letters.text.templates import kinds, template, versions

_ALWAYS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz〔〕（）《》“”：；，。、…—年月日号元万"


def own_text() -> str:
    """Return all that templates may print by themselves."""
    heads = [template(kind, version) for kind in kinds() for version in versions(kind)]
    return "".join(
        [_ALWAYS, *(head.title + head.body for head in heads), *(word.label for word in VOCABULARY.values())]
    )


def check(names: str = "", families: FontFamilies | None = None) -> None:
    """Raise ConfigurationError when a role has no font, HarfBuzz cannot cut one, or a character of the templates or of
    `names` (the offices that issue letters) is in no font: then no letter is issued at all."""
    chosen = families or FontFamilies()
    known = faces(chosen)
    lacking = missing_glyphs(own_text() + names, chosen)
    if lacking:
        named = "、".join(f"{c}（U+{ord(c):04X}）" for c in sorted(lacking)[:20])
        raise ConfigurationError(
            f"文书字库缺字，不能制作文书：{named}。请安装 fonts-noto-cjk，或者在设置中指定有这些字的字体。"
        )
    for face in {face.path: face for role in known.roles().values() for face in role if face.to_be_cut}.values():
        cut(face, "云")
    forget_faces()
