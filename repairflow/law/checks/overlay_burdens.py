"""What an overlay lays on those who apply: a condition of filing, a paper, a condition of what they ask for rests on a read article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.roles import outcome_side, role_side

Fault = tuple[str, tuple[str, ...], str]
UNREAD = "没有核对过的依据；请写明并核对，或者删去"


def check(overlay: Overlay, base: Procedure, articles: Mapping[str, Basis]) -> Iterator[Fault]:
    """Burdens that the overlay adds to its base on nothing that somebody read; `articles` are those of all statutes."""
    known = {**articles, **base.basis, **overlay.basis}

    def read(names: tuple[str, ...]) -> bool:
        return any(name in known and known[name].verified for name in names)

    subjects = not base.filed_by or any(role_side(role) in {"subject", "citizen"} for role in base.filed_by)
    if subjects and not read(overlay.filing_basis):
        added = [use.guard for use in overlay.filing_guards or () if use not in base.filing_guards]
        if added:
            text = f"提出申请增加的条件（{'、'.join(added)}）{UNREAD}（filing_basis）"
            yield "burden_unread", ("filing_guards",), text
        for name, material in overlay.material.items():
            was = base.material.get(name)
            asked = was is not None and (was.required or was.required_if is not None)
            if (material.required or material.required_if is not None) and not asked:
                text = f"提出申请增加的必需材料“{material.label}”（{name}）{UNREAD}（filing_basis）"
                yield "burden_unread", ("material", name), text
    for name, action in overlay.action.items():
        whole = base.action.get(name)
        if whole is None or action.guards is None or read(action.basis):
            continue
        target = base.state.get(whole.to or "")
        added = [use.guard for use in action.guards if use not in whole.guards]
        if added and target is not None and outcome_side(target.outcome) == "for" and _asked_for(base):
            text = f"动作“{whole.label}”（{name}）对申请人有利，增加的条件（{'、'.join(added)}）{UNREAD}（basis）"
            yield "burden_unread", ("action", name, "guards"), text


def _asked_for(base: Procedure) -> bool:
    """Tell whether somebody asks for what is decided: on lists an office puts somebody, more conditions only protect."""
    return not base.filed_by or any(role_side(role) in {"subject", "citizen"} for role in base.filed_by)
