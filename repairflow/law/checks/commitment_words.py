"""Commitments as they are signed: each has words, a version of its own, and speaks for the one who signs it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repairflow import times
from repairflow.law.procedure.commitments import PERSONAL, SIGNERS, Commitment, Signer
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
OWN: dict[Signer, tuple[str, ...]] = {
    "sole_trader": ("本户",), "natural_person": ("本人",), "guardian": ("监护人",), "agent": ("委托", "代理"),
    "agent_of_person": ("委托", "代理"),
}  # fmt: skip
"""What the words of each signer say: who it is."""
NEEDED: tuple[Signer, ...] = ("natural_person", "guardian", "agent", "agent_of_person")
"""Who says another thing than an organisation; a sole trader says the same as 本户."""
PUBLISHED = re.compile(r"予以公示|向社会公开|同意公开|公开承诺")


def check(pack: RulePack) -> Iterator[Fault]:
    """Everything wrong with what people sign under this pack."""
    if "commitment_text" in pack.model_fields_set and not pack.commitment_text.strip():
        yield "text_empty", ("commitment_text",), "信用承诺书没有内容，申请人签的是一张空白承诺；请写 commitment_text"
    if pack.commitment_text.strip() and not pack.commitment_version.strip():
        text = "信用承诺书没有版本，签过的人签的是哪一份无从知道；请写 commitment_version"
        yield "text_empty", ("commitment_text",), text
    yield from _signers(pack, pack.common_commitment, (), "信用承诺书")
    for name, one in pack.commitments.items():
        at = ("commitments", name)
        if not one.text.strip() or not one.version.strip():
            yield "text_empty", at, "承诺书没有内容或者版本，申请人签的是一张空白承诺；请写 text 和 version"
        yield from _signers(pack, one, at, f"信用承诺书（{name}）")


def _signers(pack: RulePack, one: Commitment, under: Place, what: str) -> Iterator[Fault]:
    """Yield signers without words, with those of another, or under a version that another text has."""
    table: Place = (*under, "by") if under else ("commitment_by",)
    versions = {one.version.strip(): "单位"}
    for signer, said in one.by.items():
        at, whose = (*table, signer), f"{what}由{SIGNERS[signer]}签署的一份"
        if not said.text.strip() or not said.version.strip():
            yield "text_empty", at, f"{whose}没有内容或者版本；请写 text 和 version"
            continue
        if (other := versions.setdefault(said.version.strip(), SIGNERS[signer])) != SIGNERS[signer]:
            text = f"{whose}与由{other}签署的一份版本相同（{said.version}），签的是哪一份无从知道；请各用各的版本"
            yield "commitment_signer", at, text
        if signer != "organisation" and "本单位" in said.text:
            yield "commitment_signer", at, f"{whose}写了“本单位”；请改用签署人自己的称呼"
        if not any(word in said.text for word in OWN.get(signer, ("",))):
            yield "commitment_signer", at, f"{whose}没有写明由谁作出（{'、'.join(OWN[signer])}）；请写明"
        if signer in PERSONAL and (found := PUBLISHED.search(said.text)) is not None:
            text = f"{whose}写了“{found[0]}”，自然人的承诺和违背承诺的情况不公示；请删去"
            yield "commitment_signer", at, text
    lacking = [SIGNERS[signer] for signer in NEEDED if signer not in one.by]
    over = pack.until is not None and pack.until <= times.today()
    if one.text.strip() and lacking and not over:
        text = f"{what}没有{'、'.join(lacking)}各自的文字，他们签的是单位的话；请在 {'.'.join(table)} 各写一份"
        yield "commitment_signer", under or ("commitment_text",), text
