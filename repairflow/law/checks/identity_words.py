"""By which words a form asks who somebody is: such answers lie sealed."""

from __future__ import annotations

import re

SEALED_ALWAYS = ("身份证件号", "身份证号", "公民身份号码", "护照号", "军官证号", "通行证号")
"""What is sealed whoever is asked."""
_OWN = ("[您你]的?姓名", "本人姓名", "真实姓名", "[您你]的?(?:电话|手机|住址|联系方式)", "身份证")
"""What a hint of a confidential procedure asks of whoever turns to the office."""
_WARNED = re.compile(r"(?:勿|不要|不得|不用|不必|无需|无须|不需要?|隐去|遮盖|遮去|除去)[^，。；]{0,16}$")
"""Before such words: it is not to be given (请勿填写身份证号)."""


def asked(hint: str, *, confidential: bool) -> str | None:
    """Return the words by which a hint asks who somebody is; None where it asks nothing of the sort, or says that it is not to be given."""
    words = [*SEALED_ALWAYS, *(_OWN if confidential else ())]
    found = (one for one in re.finditer("|".join(words), hint) if not _WARNED.search(hint[: one.start()]))
    return next((one[0] for one in found), None)
