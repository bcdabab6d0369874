"""A ground (事由) of a closed list: what an officer rests a refusal on, an objector an objection; also what else a form chooses."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.procedure.strict import Strict

REFUSING = ("_deny_grounds", "_refuse_grounds")
"""How lists are called whose items a decision against the subject rests on."""
DECIDING = (*REFUSING, "_conditions")
"""How lists are called whose items any decision rests on."""


class Ground(Strict):
    """One item of a closed list; of a ground `text` is the sentence its letter uses.

    `denies` names the conditions of the procedure that a ground of denial says are not met; empty where it says so of none,
    None where the list is not one of denials. `on_the_spot` stands in the place of `where_to_go` where the penalty was decided
    on the spot (简易程序): reconsideration comes first then (复议法 23). `where_basis` are the articles that `where_to_go` rests
    on: they tell what is open against another act, and are no basis of the decision. `verified = false`
    marks an item as open (待核实): nobody has read what it rests on yet.
    """

    label: str
    text: str = ""
    basis: tuple[str, ...] = ()
    denies: tuple[str, ...] | None = None
    where_to_go: str = ""
    on_the_spot: str = ""
    where_basis: tuple[str, ...] = ()
    verified: bool | None = None

    def contradicts(self, met: Mapping[str, bool]) -> bool:
        """Tell whether every condition it denies was found met; what was not examined contradicts nothing."""
        return bool(self.denies) and all(met.get(code, False) for code in self.denies or ())


def denial_list(procedure: str) -> str:
    """Return the closed list that a procedure's grounds of denial stand in."""
    return f"{procedure}_deny_grounds"


def condition_list(name: str) -> str | None:
    """Return the list of conditions that belongs to a list of grounds of denial; None for another list."""
    return f"{name.removesuffix('_deny_grounds')}_conditions" if name.endswith("_deny_grounds") else None


def not_met(labels: tuple[str, ...]) -> str:
    """Say that these conditions are not met, as a sentence says it."""
    bare = [label.removeprefix("符合") for label in labels]
    return "不符合" + "、".join(f"“{one}”" for one in bare) + ("" if bare[-1].endswith("条件") else "的条件")
