"""What the table to be signed is made of: its lines, what they cite, and what is known while they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from repairflow.law.guards.sentences import sentences
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import GuardUse, Input, Procedure
from repairflow.law.procedure.packs import RulePack

FROM_SERVICE = "，自文书送达起算"


@dataclass(frozen=True, slots=True)
class Cited:
    """One basis as the table shows it; `open` where nobody has read it, or it must be read again."""

    citation: str
    says: str
    source: str
    read: str  # by whom, when
    signed_by: str
    open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, empty where it has nothing to say.

    `formal` lines (the choices of a form, where copies of a letter go) rest on no article and are not to be read. `confirm`
    lines issue no letter before the deciding office has confirmed them as its own rule. `analogy` lines rest on articles that
    were read and speak of something else: whether they hold here is for a lawyer to say.
    """

    section: str
    what: str
    who: str = ""
    way: str = ""  # from which stages to which
    condition: str = ""
    figure: str = ""
    letter: str = ""
    effect: str = ""
    cited: tuple[Cited, ...] = ()
    formal: bool = False
    confirm: bool = False
    analogy: bool = False

    @property
    def open(self) -> bool:
        """Whether anything of this line still has to be read by somebody."""
        return not self.formal and (self.analogy or not self.cited or any(one.open for one in self.cited))

    @property
    def state(self) -> str:
        """Its last column: 是 where an article must be read, with 须单位确认 where an office must confirm it first, with 参照 where a
        lawyer must say whether it holds."""
        if self.analogy and self.open:
            return "是，参照"
        return "—" if self.formal else "是，须单位确认" if self.open and self.confirm else "是" if self.open else "否"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one table is written from: a version, the pack it is read under, and the words for what they name."""

    procedure: Procedure
    pack: RulePack
    others: Mapping[str, Procedure]  # the newest version of each procedure, by name
    letters: Mapping[str, str]  # titles by kind
    adverse: Collection[str]  # steps whose letter decides against the subject
    today: date

    def cite(self, names: Iterable[str]) -> tuple[Cited, ...]:
        """Return each basis of these names, in their order."""
        known: Mapping[str, Basis] = {**self.pack.basis, **self.procedure.basis}
        return tuple(self._cited(known[name]) for name in dict.fromkeys(names) if name in known)

    def _cited(self, one: Basis) -> Cited:
        read = f"{one.read_by}，{one.read_on}" if one.read_by else ""
        open_ = not one.verified or overdue(one, self.today)
        return Cited(one.citation, one.says, one.source, read, one.signed_by, open_)

    def unread(self, names: Iterable[str]) -> bool:
        """Tell whether nobody has read any of these bases: then an office must confirm what decides against somebody."""
        known: Mapping[str, Basis] = {**self.pack.basis, **self.procedure.basis}
        return not any(known[name].verified for name in names if name in known)

    def conditions(self, uses: Iterable[GuardUse]) -> list[str]:
        """Conditions with their parameters, in words."""
        return list(sentences(uses, self.procedure, self.pack, self.others))

    def role(self, name: str) -> str:
        """Return what a role is called in this procedure."""
        return self.procedure.actor.get(name, "系统" if name == "system" else name)

    def labels(self, actions: Iterable[str]) -> str:
        """Return steps by their labels, each in quotation marks."""
        return "".join(f"“{self.procedure.action[one].label}”" for one in actions if one in self.procedure.action)

    def states(self, names: Iterable[str]) -> str:
        """Stages by their labels, which have commas of their own."""
        return "／".join(self.procedure.state[one].label for one in names if one in self.procedure.state)


def overdue(basis: Basis, today: date) -> bool:
    """Tell whether an article is no longer in force, or was to be read again by now."""
    return any(day is not None and day < today for day in (basis.valid_to, basis.recheck_by))


def asked(item: Input) -> str:
    """Return one question of a form with the bounds of its answer: 整改天数（1至30，可以不填）."""
    bounds = "至".join(str(one) for one in (item.minimum, item.maximum) if one is not None)
    notes = [
        bounds,
        "" if item.required else "可以不填",
        "不得晚于填写当天" if item.past else "",
        "密封" if item.vaulted else "",
    ]
    said = "，".join(one for one in notes if one)
    return f"{item.label}（{said}）" if said else item.label
