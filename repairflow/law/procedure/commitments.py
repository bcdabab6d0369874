"""Commitments (信用承诺书): the words each signer reads and signs, every one under a version of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from repairflow.law.procedure.strict import Strict

Signer = Literal["organisation", "sole_trader", "natural_person", "guardian", "agent", "agent_of_person"]
"""As whom somebody signs: for itself by its kind, as the legal representative of who cannot, or by mandate (民法典 23, 161 to 163)."""
SIGNERS: Mapping[Signer, str] = {
    "organisation": "单位的法定代表人、负责人", "sole_trader": "个体工商户的经营者", "natural_person": "自然人本人", "guardian": "监护人",
    "agent": "单位、个体工商户的代理人", "agent_of_person": "自然人的代理人",
}  # fmt: skip
PERSONAL: frozenset[Signer] = frozenset({"natural_person", "guardian", "agent_of_person"})
"""Who signs what is promised of a natural person: nobody is shown it."""
BY_KIND: Mapping[str, tuple[Signer, ...]] = {
    "organisation": ("organisation", "agent"),
    "sole_trader": ("sole_trader", "agent"),
    "natural_person": ("natural_person", "guardian", "agent_of_person"),
    "": tuple(SIGNERS),
}
"""Who may sign for a subject of a kind; of one that is not known, all."""
OWN_WORD: Mapping[str, str] = {
    "natural_person": "本人",
    "sole_trader": "本户",
    "guardian": "本人",
    "agent_of_person": "本人",
}
"""What a signer calls itself where a pack has no words of its own for it."""


class SignedText(Strict):
    """A commitment in the words of one signer."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What one signer reads and signs: its words line by line, and the version that the trail keeps."""

    version: str
    lines: tuple[str, ...]
    public: bool


class Commitment(Strict):
    """A commitment that is read and signed: `text` by an organisation, `by` whom else each in its own words."""

    text: str
    version: str
    public: bool = False  # 签署后向社会公开；自然人的不公开
    by: Mapping[Signer, SignedText] = {}

    def signed_by(self, signer: Signer) -> Signed:
        """Return what this signer reads. Where no words of its own are stated, those of an organisation, called as it calls itself."""
        own, public = self.by.get(signer), self.public and signer not in PERSONAL
        if own is not None:
            return Signed(own.version, tuple(own.text.strip().splitlines()), public)
        word = OWN_WORD.get(signer, "本单位")
        text = self.text.strip().replace("本单位（本人）", "本单位").replace("本单位", word)
        return Signed(self.version, tuple(text.splitlines()), public)

    def of_version(self, version: str, kind: str) -> Signed | None:
        """Return what was signed under a version by a subject of this kind (what was signed before signers had words of their own
        bears the common one); None where the pack has those words no more."""
        signer = self.signer_of(version)
        if signer is not None:
            return self.signed_by(signer)
        if version not in ("", self.version):
            return None
        return self.model_copy(update={"by": {}}).signed_by(BY_KIND[kind][0])

    def signer_of(self, version: str) -> Signer | None:
        """Return as whom a version was signed; None for the common one, which others signed, too, before each had words of its own."""
        return next((one for one, said in self.by.items() if said.version == version), None)

    def texts(self) -> Iterator[tuple[tuple[str, ...], str, SignedText]]:
        """Yield every text: the keys it stands under, who signs it, and its words; the common one first."""
        yield (), "", SignedText(version=self.version, text=self.text)
        for signer, said in self.by.items():
            yield ("by", signer), SIGNERS[signer], said
