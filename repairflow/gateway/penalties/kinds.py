"""Kinds of penalty (处罚类别) as files name them, present and 2015–2018 layout, joined by any sign, laid to a pack's kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from repairflow.law.procedure.packs import RulePack

_LISTED = re.compile(
    r"[①-⑳⑴-⑽⒈-⒑]|[(（][一二三四五六七八九十][)）]|(?:^|(?<=[;；。，,、\s]))[一二三四五六七八九]、|(?<![\d.])[(（]?\d{1,2}[.、)）．](?=[\u4e00-\u9fff])|[\[\]【】{}\"“”‘’']|\\n|[;,、，；](?:无|空|null|none|/)(?=$|[;,、，；])",
    re.IGNORECASE,
)
"""Signs and figures of a list, and what says that it holds no more."""
_SIGNS = re.compile(r"[;,、/\\|+&·。.!:：；，＋＆\n\r\t]+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_JOINED_BY_WORDS = re.compile(r"以及|并处|[和及]")
"""What joins kinds as a sentence does; only where each of them is a kind of the pack."""
# The older layout has one name for suspending and revoking: of the two the graver is taken until a person says less.
_SUSPENDED_OR_REVOKED = re.compile(
    r"(?:暂扣|吊销)(?:或者?|、|/)?(?:暂扣|吊销)(?:许可证件?|执照)(?:[、,和及或]?(?:者?)(?:(?:暂扣|吊销)(?:或者?)?(?:暂扣|吊销)?)?执照)?"
)
_OTHER_OF_LAW = re.compile(r"(?:法律|法规)[、,和]?(?:行政法规|法规)?(?:规章)?规定的?其[他它]行政处罚(?:种类)?")
GRAVER = "旧版类别“暂扣或者吊销许可证、执照”不分轻重，已按吊销许可证件处理，如为暂扣请更正"
_NEAREST = {
    "吊销营业执照": "吊销许可证件", "吊销执照": "吊销许可证件", "吊销许可证": "吊销许可证件", "暂扣许可证": "暂扣许可证件",
    "暂扣执照": "暂扣许可证件", "没收违法所得款": "没收违法所得", "没收所得": "没收违法所得", "停产停业": "责令停产停业",
    "拘留": "行政拘留", "关闭": "责令关闭",
}  # fmt: skip


class Kinds(NamedTuple):
    """Codes of the pack, names as they are kept, and what a reader of the report should look at."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    hints: tuple[str, ...]


class UnknownKind(Exception):
    """A kind the pack does not know; the message names the nearest it does and all there are, in Chinese."""


def kinds_in(text: str, pack: RulePack) -> Kinds:
    """Return the kinds a cell names, in their order, none twice. Raises UnknownKind naming every part that is none."""
    known = _names(tuple((kind.label, code) for code, kind in pack.penalty.items()))
    labels = {code: kind.label for code, kind in pack.penalty.items()}
    plain = unicodedata.normalize("NFKC", _LISTED.sub("、", text))
    found: dict[str, str] = {}
    hints: list[str] = []
    plain, composite = _SUSPENDED_OR_REVOKED.subn("、\0、", re.sub(r"(?<=[或者])\s+|\s+(?=[或者])", "", plain))
    plain = _OTHER_OF_LAW.sub("、其他、", plain)
    unknown = []
    for part in _parts(plain, known):
        code = known.get("吊销许可证件") if part == "\0" else _code(part, known)
        if code is None:
            unknown.append("暂扣或者吊销许可证、执照" if part == "\0" else part)
        else:
            same = part == "\0" or _plain(part) in known
            found.setdefault(code, labels[code] if same else part)
    if composite:
        hints.append(GRAVER)
    if unknown:
        raise UnknownKind(_message(unknown, [kind.label for kind in pack.penalty.values()]))
    return Kinds(tuple(found), tuple(found.values()), tuple(hints))


def _parts(text: str, known: Mapping[str, str]) -> list[str]:
    """Return the names between signs; where one is not known as a whole, those between spaces, any other sign or words."""
    parts: list[str] = []
    for piece in _SIGNS.split(text):
        name = piece.strip(" -—")
        if not name:
            continue
        if _code(name, known) is not None or name == "\0":
            parts.append(name)
            continue
        ways = (_BETWEEN_WORDS.split(name), _JOINED_BY_WORDS.split(name))
        several = (list(filter(None, words)) for words in ways)
        parts += next((words for words in several if words and all(_code(word, known) for word in words)), [name])
    return parts


def _code(name: str, known: Mapping[str, str]) -> str | None:
    plain = _plain(name)
    if plain in known or name in known:
        return known.get(plain) or known.get(name)
    if re.match(r"其他[-:(—]", plain):
        return next((code for label, code in known.items() if label.startswith("其他")), None)
    return None


def _message(unknown: list[str], labels: list[str]) -> str:
    near = []
    for name in unknown:
        plain = _plain(name)
        guess = [_NEAREST[plain]] if _NEAREST.get(plain) in labels else [label for label in labels if label in plain]
        guess = guess or get_close_matches(plain, labels, n=1, cutoff=0.5)
        if guess:
            near.append(f"“{name}”是否为“{'、'.join(guess)}”")
    hint = f"{'；'.join(near)}；" if near else ""
    return f"没有“{'、'.join(unknown)}”这一处罚类别，{hint}可填：{'、'.join(labels)}"


@lru_cache(maxsize=8)
def _names(kinds: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Codes by the names a file may give them: the same for each of its rows."""
    return {_plain(label): code for label, code in kinds} | {code: code for _, code in kinds}


def _plain(label: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", label)).replace("其它", "其他")
