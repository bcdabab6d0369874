"""Commitments on paper: the words of whoever signs, and the place to sign; where it is not known who will, those of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.own_signature import COMMITTED, signer_here
from repairflow.law.procedure.commitments import BY_KIND, SIGNERS, Signed, Signer
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

SIGNATURE_OF: Mapping[Signer, tuple[str, ...]] = {
    "organisation": ("法定代表人（负责人）签名", "单位盖章"), "sole_trader": ("经营者签名", "盖章（有印章的）"),
    "natural_person": ("本人签名",),
    "guardian": ("监护人签名",), "agent": ("代理人签名",), "agent_of_person": ("代理人签名",),
}  # fmt: skip
"""How a commitment is signed, where it is known as whom."""


def promise(procedure: Procedure, pack: RulePack, choice: Sequence[Signer]) -> dict[str, object]:
    """Return the commitment as it is signed online, line by line, and the place to sign: on paper nobody promises anything else.
    Where it is not known as whom somebody will sign, the words of each, of which one is to be chosen."""
    own = pack.commitment(procedure.procedure)
    if len(choice) == 1:
        return _words(own.signed_by(choice[0])) | {"signatures": SIGNATURE_OF[choice[0]]}
    found = ["下列承诺按签署人选择一种，其余的划去。"]
    for signer in choice:
        said = _words(own.signed_by(signer))["commitment"]
        found += [f"由{SIGNERS[signer]}签署的：", *(said if isinstance(said, list) else [])]
    return {"commitment": found}


def _words(one: Signed) -> dict[str, object]:
    lines = [line for line in one.lines if line and not line.endswith("承诺书")]
    return {"commitment": [*lines, f"（承诺书版本：{one.version}）"]}


def as_signed(tx: Connection, at: Situation, actor: Actor, kind: str) -> dict[str, object]:
    """Return the words that were signed with a filing; of one that was brought on paper, those that may be signed."""
    own = at.pack.commitment(at.procedure.procedure)
    version = str(at.case.inputs.get(COMMITTED) or "")
    if not version:
        return promise(at.procedure, at.pack, signers(tx, actor, at.case.subject_id, kind))
    signer = own.signer_of(version)
    more = {"signatures": SIGNATURE_OF[signer]} if signer is not None else {}
    signed = own.of_version(version, kind) or Signed(
        version, ("签署时的文字已不再使用，见签署时的原件。",), public=False
    )
    return _words(signed) | more


def signers(tx: Connection, actor: Actor, subject_id: int, kind: str) -> tuple[Signer, ...]:
    """Return as whom the form may be signed: who prints its own signs it, an office prints it for whoever comes."""
    speaks = actor.kind == "agent" and subject_id in actor.subjects
    return (signer_here(tx, actor, subject_id),) if speaks else BY_KIND[kind]
