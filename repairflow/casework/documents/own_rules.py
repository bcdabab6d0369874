"""Own rules (本单位规则): a step against a subject that rests on no article anybody has read issues no letter until the
deciding office confirms it as its own rule: which person, which day, by which document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.confirmed_rules import OF_FIGURES, Rule, carries, cited, document_for, named_by
from repairflow.casework.documents import own_list_kinds
from repairflow.casework.documents.fields.voice import issuer_of
from repairflow.errors import Refusal
from repairflow.law import confirmable_measures, confirmable_periods, own_rule_ranks
from repairflow.law.confirmable_lists import name_of
from repairflow.law.letter_kinds import BINDING, DEMANDS, SAYS
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.procedure.roles import SUBJECT_ROLES, outcome_side, role_side
from repairflow.law.remedies_of_acts import burdening, contests, may_burden
from repairflow.law.toml_file import meaning_digest
from repairflow.letters.text.templates import required_fields
from repairflow.records import own_rule
from repairflow.records.rows import OwnRuleRow, all_rows

BINDS_OTHERS = ("case_result", "upheld")
"""A result for the applicant that decides about another: who did it wrong, whose result is changed (追究责任、复核变更)."""
LIMIT = "clock."
SET_BY: Mapping[str, str] = {"supplement": "supplement_required"}
"""The subject's limits that a letter sets which needs no confirmation itself, and that letter: its figure is confirmed apart."""
FILING = "_filing"
"""How the term is called within which a remedy may be asked, after the remedy's name (复核: `review_filing`)."""
WORDED = frozenset({"label", "text", "basis", "where_to_go"})
"""What an office confirms of a ground."""


def adverse(procedure: Procedure, action: Action) -> bool:
    """Tell whether an action issues a letter that decides against the subject, lays a duty on it (约谈、限期整改), or must name its
    basis (拟列入告知)."""
    if action.letter is None:
        return False
    if action.letter in DEMANDS:
        return True
    if "legal_bases" in required_fields(action.letter) or lapses(procedure, action) or _lengthens(procedure, action):
        return True
    target = procedure.state.get(action.to) if action.to is not None else None
    side = outcome_side(target.outcome) if target is not None else None
    decided = action.letter in BINDING or (SAYS.get(action.letter) == "either" and side == "neutral")
    decided = decided or (target is not None and (action.letter, target.outcome) == BINDS_OTHERS)
    if decided and not set(action.by) <= {"system", *SUBJECT_ROLES}:
        return True  # what it says binds: it says by what
    return side == "against" or any(contests(one) for one in action.remedy)


def lapses(procedure: Procedure, action: Action) -> bool:
    """Tell whether an action is what the system does when a subject lets a limit run out, and ends the matter (逾期终止办理)."""
    ended = action.to is not None and procedure.state[action.to].final
    return ended and any(procedure.action.get(clock.overdue) is action for clock in procedure.clock.values())


def _lengthens(procedure: Procedure, action: Action) -> bool:
    """Tell whether an action gives the office itself more time than the limit it told the subject."""
    return action.extends is not None and procedure.clock[action.extends.clock].owner not in SUBJECT_ROLES


def unread(procedure: Procedure, action: Action, pack: RulePack) -> bool:
    """Tell whether an adverse action rests on no basis that somebody has read."""
    if not adverse(procedure, action):
        return False
    known = (procedure.basis.get(name) or pack.basis.get(name) for name in action.basis)
    return not any(basis is not None and basis.verified for basis in known)


def to_confirm(law: Library) -> Iterator[tuple[Procedure, str, Action]]:
    """Yield every action of every version that is adverse, or may turn out so, and that some pack leaves without a read basis."""
    for procedure in law.procedures.values():
        for name, action in procedure.action.items():
            worst = burdening(action) if may_burden(action) else action
            if any(unread(procedure, worst, pack) for pack in law.packs.values()):
                yield procedure, name, action


class OpenGround(NamedTuple):
    """A ground for a decision against the subject that rests on nothing anybody has read."""

    rule: Rule
    list_label: str
    label: str
    cites: tuple[str, ...]


def ground_rule(name: str, code: str, ground: Ground) -> Rule:
    """Return what an office confirms of a ground: the same words on the same bases are the same rule in every pack."""
    worded = meaning_digest(ground.model_dump(include=set(WORDED))).removeprefix("sha256:")
    return Rule(f"lists.{name}", worded[:16], code)


def ground_unread(pack: RulePack, ground: Ground) -> bool:
    """Tell whether a ground rests on no basis that somebody has read."""
    return not any(pack.basis[name].verified for name in ground.basis if name in pack.basis)


def grounds_to_confirm(law: Library) -> Iterator[OpenGround]:
    """Yield every ground that a step against the subject may choose and that some pack leaves without a basis somebody has read,
    once for each wording."""
    found: dict[Rule, OpenGround] = {}
    for procedure in law.procedures.values():
        for name, action in procedure.action.items():
            if action.reason != "code" or not adverse(procedure, action):
                continue
            listed = procedure.ground_list(name)
            for pack in law.packs.values():
                for code, ground in pack.lists.get(listed, {}).items():
                    if ground_unread(pack, ground):
                        rule = ground_rule(listed, code, ground)
                        cites = tuple(pack.basis[one].citation for one in ground.basis if one in pack.basis)
                        found.setdefault(
                            rule, OpenGround(rule, f"{procedure.label}：{action.label}", ground.label, cites)
                        )
    yield from found.values()


def effects_to_confirm(law: Library) -> Iterator[tuple[Procedure, str, str]]:
    """Yield every effect that rests on articles of its own which nobody has read under some pack: procedure, step and effect."""
    for procedure in law.procedures.values():
        for name, action in procedure.action.items():
            for effect in action.effect_basis:
                if any(effect_unread(procedure, action, pack, effect) for pack in law.packs.values()):
                    yield procedure, name, effect


def effect_unread(procedure: Procedure, action: Action, pack: RulePack, effect: str) -> bool:
    """Tell whether an effect of an action has articles of its own and nobody has read any of them."""
    known = {**pack.basis, **procedure.basis}
    names = action.effect_basis.get(effect)
    return names is not None and not any(known[name].verified for name in names if name in known)


def of_effect(action: str, effect: str) -> str:
    """Return what an office confirms of an effect, in the place of a step's name."""
    return f"{action}.{effect}"


def limit_unread(procedure: Procedure, clock: Clock, pack: RulePack) -> bool:
    """Tell whether nobody has read the figure of a limit."""
    known = {**pack.basis, **procedure.basis}
    return not clock.verified or not any(known[name].verified for name in clock.basis if name in known)


def limits_to_confirm(law: Library) -> Iterator[tuple[Procedure, str, Clock]]:
    """Yield every limit whose figure nobody has read and by which a letter names a day: of an office, that a receipt or an acceptance
    promises; of the subject, that the notice of what is lacking sets (`SET_BY`)."""
    for procedure in law.procedures.values():
        promising = [(action.letter, action.to or "") for action in procedure.action.values()]
        promising.append((procedure.filing_letter, procedure.initial))
        states = {state for letter, state in promising if letter is not None and SAYS.get(letter) == "taken_up"}
        states |= {one for letter, _ in promising if letter == "objection_accepted" for one in procedure.state}
        for name, clock in procedure.clock.items():
            office = role_side(clock.owner) == "office" and clock.days is not None
            promised = office and bool(states & set(clock.runs_in))
            if (promised or sets(procedure, name)) and any(
                limit_unread(procedure, clock, pack) for pack in law.packs.values()
            ):  # fmt: skip
                yield procedure, name, clock


def sets(procedure: Procedure, clock: str) -> bool:
    """Tell whether some letter of the procedure sets this limit of the subject, which no step is confirmed for."""
    return any(action.letter == SET_BY.get(clock, "") for action in procedure.action.values())


def of_limit(clock: str) -> str:
    """Return what an office confirms of a limit, in the place of a step's name."""
    return f"{LIMIT}{clock}"


def document_of_limit(tx: Connection, at: Situation, clock: str) -> str | None:
    """Return the own document by which the deciding office keeps this limit; None where it has confirmed none."""
    rule = Rule(at.procedure.procedure, at.procedure.version, of_limit(clock))
    return document_for(tx, at.case.deciding_id, rule, own_rule_ranks.ANY)


def remedy_rule(pack: RulePack, name: str) -> Rule:
    """Return what an office confirms of a remedy that no law gives (复核): its words, and the term within which it may be asked."""
    remedy, term = pack.remedy[name], pack.term.get(name + FILING)
    worded = {"label": remedy.label, "text": remedy.text, "term": length(term.days) if term is not None else ""}
    return Rule("remedies", meaning_digest(worded).removeprefix("sha256:")[:16], name)


def remedies_to_confirm(law: Library) -> Iterator[tuple[Rule, str, tuple[str, ...]]]:
    """Yield each remedy that some pack words and no article carries: the rule, its name with its term, and what nobody has read."""
    found: dict[Rule, tuple[Rule, str, tuple[str, ...]]] = {}
    for pack in law.packs.values():
        for name, remedy in pack.remedy.items():
            if remedy.basis:
                continue
            rule, term = remedy_rule(pack, name), pack.term.get(name + FILING)
            label = f"{remedy.label}（{term.label}：{length(term.days)}）" if term is not None else remedy.label
            cites = tuple(
                pack.basis[one].citation for one in (term.basis if term is not None else ()) if one in pack.basis
            )
            found.setdefault(rule, (rule, label, cites))
    yield from found.values()


def document_of_remedy(tx: Connection, office_id: int, pack: RulePack, name: str) -> str | None:
    """Return the own document by which an office gives a remedy that no law gives; None where it has confirmed none."""
    return document_for(tx, office_id, remedy_rule(pack, name), own_rule_ranks.ANY)


def rules_to_confirm(law: Library) -> tuple[Rule, ...]:
    """Return every step, effect and ground that an office has to confirm before it may issue a letter by it."""
    steps = (Rule(procedure.procedure, procedure.version, name) for procedure, name, _ in to_confirm(law))
    effects = (Rule(p.procedure, p.version, of_effect(name, effect)) for p, name, effect in effects_to_confirm(law))
    limits = (Rule(p.procedure, p.version, of_limit(name)) for p, name, _ in limits_to_confirm(law))
    return (
        *steps,
        *effects,
        *limits,
        *(one[0] for one in remedies_to_confirm(law)),
        *(Rule(*name) for name, _, _ in own_list_kinds.to_confirm(law)),
        *(one.rule for one in grounds_to_confirm(law)),
        *(Rule(*one.key) for one in (*confirmable_periods.every(law), *confirmable_measures.every(law))),
    )


def demanded(law: Library, rule: Rule) -> frozenset[str]:
    """Of which rank a document must be by which an office confirms a rule."""
    if rule.procedure in OF_FIGURES:
        return OF_FIGURES[rule.procedure]
    procedure = law.procedures.get((rule.procedure, rule.version))
    if procedure is None or rule.action.startswith(LIMIT):
        return own_rule_ranks.ANY  # a ground or a remedy, whose step is confirmed apart; a limit binds the office alone
    action = procedure.action.get(rule.action)
    return own_rule_ranks.LONGER if action is None else own_rule_ranks.demanded(action)


def confirmed(tx: Connection, law: Library, office_id: int) -> Mapping[Rule, str]:
    """Return what an office has confirmed by a document of the rank that is demanded, as each letter then cites it."""
    rows = all_rows(tx.execute(select(own_rule).where(own_rule.c.office_id == office_id)), OwnRuleRow)
    least = confirmable_measures.least_sources(law)
    return {r: cited(row) for row in rows if carries(row, demanded(law, r := named_by(row)), least.get(r, ""))}


def document_of(tx: Connection, at: Situation, name: str) -> str | None:
    """Return the own document of the office that issues this action's letter; None where it has confirmed none of the rank demanded."""
    return document_by(tx, at, name, answers_for(at, name))


def document_by(tx: Connection, at: Situation, name: str, office_id: int) -> str | None:
    """Return the own document by which this office confirmed an action; None where it has confirmed none of the rank demanded."""
    action = at.procedure.action.get(name)
    ranks = own_rule_ranks.ANY if action is None else own_rule_ranks.demanded(action)
    return document_for(tx, office_id, Rule(at.procedure.procedure, at.procedure.version, name), ranks)


def document_of_effect(tx: Connection, at: Situation, name: str, effect: str) -> str | None:
    """Return the own document by which the office lets an action have this effect; None where it has confirmed none."""
    rule = Rule(at.procedure.procedure, at.procedure.version, of_effect(name, effect))
    return document_for(tx, answers_for(at, name), rule, own_rule_ranks.LONGER)


def document_of_list(tx: Connection, at: Situation, name: str) -> str | None:
    """Return the document that the issuing office has named for the kind of list an action's letter is about; None without one."""
    action = at.procedure.action.get(name)
    found = own_list_kinds.asked(at, action) if action is not None else None
    if found is None:
        return None
    rule = Rule(*name_of(*found, at.pack))
    return document_for(tx, answers_for(at, name), rule, own_rule_ranks.LISTING)


def founded(tx: Connection, at: Situation, name: str, action: Action) -> Action:
    """Return the action without those of its effects that nothing carries: an effect with articles of its own happens where somebody
    has read one, or the office has confirmed it as its own rule."""
    open_ = {
        effect for effect in action.effect_basis
        if effect_unread(at.procedure, action, at.pack, effect) and document_of_effect(tx, at, name, effect) is None
    }  # fmt: skip
    kept = tuple(effect for effect in action.effects if effect not in open_)
    return action.model_copy(update={"effects": kept}) if open_ else action


def effect_documents(tx: Connection, at: Situation, name: str, action: Action) -> list[str]:
    """Return the office's own documents that carry effects of this action."""
    names = (one for one in action.effect_basis if one in action.effects)
    return [*filter(None, (document_of_effect(tx, at, name, one) for one in names))]


def document_of_ground(tx: Connection, at: Situation, name: str, code: str | None) -> str | None:
    """Return the issuing office's own document that carries the ground an action chose; None where it has confirmed none."""
    listed = at.procedure.ground_list(name)
    ground = at.pack.lists.get(listed, {}).get(code or "")
    if ground is None:
        return None
    return document_for(tx, answers_for(at, name), ground_rule(listed, str(code), ground), own_rule_ranks.ANY)


def answers_for(at: Situation, name: str) -> int:
    """Return the office that answers for an action towards the subject: the one that issues its letter (实施措施的单位), else the
    one that decides."""
    action = at.procedure.action.get(name)  # none where a case is filed
    return at.case.deciding_id if action is None or action.letter is None else issuer_of(at, action.letter)


def ground_unconfirmed(tx: Connection, at: Situation, name: str, code: str | None) -> list[Refusal]:
    """Return why the letter of an action may not rest on the ground it chose: nobody has read what the ground rests on."""
    action = at.procedure.action[name]
    ground = at.pack.lists.get(at.procedure.ground_list(name), {}).get(code or "")
    if ground is None or not adverse(at.procedure, action) or not ground_unread(at.pack, ground):
        return []
    if document_of_ground(tx, at, name, code) is not None:
        return []
    text = (
        f"事由“{ground.label}”所依据的条文没有核对过原文，本单位也没有确认为本单位规则，不能据此制发文书；"
        "请选择其他事由，或者请法制审核人员在“本单位规则”页面确认"
    )
    return [Refusal("ground_unconfirmed", text)]


def unconfirmed(tx: Connection, at: Situation, name: str, action: Action) -> list[Refusal]:
    """Return why the letter of this action may not be issued yet: nothing it could rest on."""
    listed = own_list_kinds.asked(at, action)
    open_ = listed is not None and document_of_list(tx, at, name) is None
    return [*step_unconfirmed(tx, at, name, action), *(own_list_kinds.refusals(listed[1]) if listed and open_ else ())]


def step_unconfirmed(tx: Connection, at: Situation, name: str, action: Action) -> list[Refusal]:
    """Return why no decision may be taken by this action yet: nobody has read its articles, and its office has not confirmed it."""
    if not unread(at.procedure, action, at.pack) or document_of(tx, at, name) is not None:
        return []
    ranks = own_rule_ranks.in_words(own_rule_ranks.demanded(action))
    text = f"“{action.label}”所依据的条文没有核对过原文，本单位也没有确认为本单位规则，不能制发文书；请法制审核人员在“本单位规则”页面确认"
    if ranks:
        text += f"；这一步骤须以{ranks}的条款确认，本单位自己的规定不能代替"
    return [Refusal("rule_unconfirmed", text)]
