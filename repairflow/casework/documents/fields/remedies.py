"""The remedy paragraphs of a letter (救济途径), and the settings of the issuing office without which there is none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields.voice import issuer_of
from repairflow.casework.documents.service import consent
from repairflow.casework.rows_by_id import office_of, subject_of
from repairflow.errors import Refusal, Refused
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.remedies_of_acts import COURT, IN_LAW, NO_REMEDY, REVIEW, contests, court_of, favours, refuses
from repairflow.letters.issue.compose import together
from repairflow.letters.text.templates import latest_version, template
from repairflow.records.rows import OfficeRow

SETTINGS: Mapping[str, tuple[str, str]] = {
    "organs": ("review_organs", "行政复议机关"),
    "court": ("court", "管辖法院"),
    "channel": ("review_channel", "行政复议互联网渠道"),
}
"""What a paragraph takes from the office: the column, and how the office's form calls it."""
FILLERS = "\u115f\u1160\u3164\uffa0"
"""Characters that count as letters and show nothing."""


CENTRE = "credit_office"
GIVEN_BY = "review_given_by"
"""The own rule of the deciding office by which a 复核 is told; empty where an article gives it."""


def reviewed_by(tx: Connection, deciding_id: int) -> int | None:
    """Return the office that reviews (复核) what an office decided: the one above it. None without one, and where that is a credit centre
    over an office that is none: no text read gives a centre the power to review what a bureau decided."""
    row = office_of(tx, deciding_id)
    if row.parent_id is None or (row.kind != CENTRE and office_of(tx, row.parent_id).kind == CENTRE):
        return None
    return row.parent_id


def reviewer_of(tx: Connection, pack: RulePack, deciding_id: int) -> Mapping[str, str] | None:
    """Return what a paragraph on 复核 takes from the office that takes it up (`reviewed_by`): its name, within what time it may be
    asked, and what gives it. None where nobody takes it up, and where neither an article that somebody has read nor the
    deciding office's own rule gives it: then no letter tells of it."""
    found = reviewed_by(tx, deciding_id)
    if found is None or REVIEW not in pack.remedy:
        return None
    read = pack.read(pack.remedy[REVIEW].basis)
    document = None if read else own_rules.document_of_remedy(tx, deciding_id, pack, REVIEW)
    if document is None and not read:
        return None
    name = office_of(tx, found).name
    term = pack.term.get(REVIEW + own_rules.FILING)
    told = term is not None and (document is not None or pack.read(term.basis))
    limit = f"自收到本文书之日起{length(term.days)}内" if told and term is not None else ""
    return {"reviewer": name, "review_limit": limit, GIVEN_BY: document or ""}


def paragraphs(
    procedure: Procedure, pack: RulePack, action: Action, office_row: OfficeRow, *, required: bool,
    reviewer: Mapping[str, str] | None,
) -> list[str]:  # fmt: skip
    """Return the paragraphs a letter prints, each with the articles it rests on: those the action declares, else review where
    the letter must name one; besides, why neither reconsideration nor a court is open where the action says so. Review is
    promised only where an office takes it up (`reviewer_of`), and names it; nothing is told that rests on what nobody has
    read."""
    given = {**settings_of(office_row), **(reviewer or {})}
    found = []
    for name in _names(procedure, pack, action, required=required, reviewed=reviewer is not None):
        one, basis = pack.remedy[name], pack.remedy[name].basis
        if name == COURT:
            one, basis = court_of(pack, refused=refuses(procedure, action))
        own = given.get(GIVEN_BY, "") if name == REVIEW else ""
        found.append(_cited(one.in_words(given), (*dict.fromkeys(pack.cites(basis)), *([own] if own else []))))
    why = pack.lists.get(NO_REMEDY, {}).get(action.no_remedy or "")
    if why is not None and pack.read(why.basis):
        found.append(_cited(why.text, pack.cites(why.basis)))
    return found


def against_an_act(pack: RulePack, office_row: OfficeRow) -> list[str]:
    """Return the paragraphs on reconsideration and the court for an act that a notice tells and no letter. Refused where the office has
    not stated organ and court: an act that names neither may be contested for a year (复议法 20(3))."""
    given = settings_of(office_row)
    told = [pack.remedy[name] for name in IN_LAW if name in pack.remedy and pack.may_tell(pack.remedy[name])]
    missing = [SETTINGS[name][1] for name in SETTINGS if not given[name] and any(name in one.needs for one in told)]
    if missing:
        text = (
            f"{office_row.name}的单位设置中没有填写“{'”“'.join(missing)}”，不利决定不告知救济的机关和期限不能作出；"
            "请系统管理员在“单位”页面填写"
        )
        raise Refused([Refusal("remedy_settings", text, pack.cites(("fuyi_tiaoli.a17",)))])
    spoken = ((one, one.in_words(given).replace("本文书", "本告知")) for one in told)
    return [_cited(words, pack.cites(one.basis)) for one, words in spoken]


def must_tell(procedure: Procedure, action: Action, kind: str, day: str) -> bool:
    """Tell whether the letter of this action has to tell a remedy: its text does, unless what is decided is for the subject
    (执行生效裁判、准予修复、不予撤销、查证属实)."""
    return template(kind, latest_version(kind, day)).remedy and not favours(procedure, action)


def _names(procedure: Procedure, pack: RulePack, action: Action, *, required: bool, reviewed: bool) -> tuple[str, ...]:
    """Return the remedies a letter tells: those of the action that may be told; a letter that must tell one and has none left tells
    review, else reconsideration and the court, which are open against every act. A decision for the subject tells none of these."""
    won = favours(procedure, action)

    def told(names: tuple[str, ...]) -> tuple[str, ...]:
        there = (one for one in names if one in pack.remedy and not (won and contests(one)))
        return tuple(one for one in there if (reviewed if one == REVIEW else pack.may_tell(pack.remedy[one])))

    kept = told(action.remedy)
    return kept if kept or not required else told((REVIEW,)) or told(IN_LAW)


def _cited(sentence: str, cites: tuple[str, ...]) -> str:
    """Return the sentence with the articles it rests on, before its full stop."""
    return f"{sentence.removesuffix('。')}（{'、'.join(together(cites))}）。" if cites else sentence


def settings_of(office_row: OfficeRow) -> dict[str, str]:
    """Return what the office's settings say, by the names that paragraphs use; empty where only blanks or marks stand there."""
    return {name: stated(str(getattr(office_row, column) or "")) for name, (column, _) in SETTINGS.items()}


def stated(text: str) -> str:
    """Return the text without blanks around it, or nothing where no character of it names anything (全角空格、零宽字符、破折号)."""
    return text.strip() if any(one.isalnum() and one not in FILLERS for one in text) else ""


def lacking(tx: Connection, at: Situation, action: Action) -> list[Refusal]:
    """Return why the letter of this action may not be issued: 复议法实施条例 17 wants organ and limit in every adverse letter.

    复议法 22(2): who agreed to electronic service is also told where to apply online.
    """
    if action.letter is None:
        return []
    must = must_tell(at.procedure, action, action.letter, at.today.isoformat())
    reviewed = reviewer_of(tx, at.pack, at.case.deciding_id) is not None
    remedies = [
        at.pack.remedy[name] for name in _names(at.procedure, at.pack, action, required=must, reviewed=reviewed)
    ]
    needed = {name for one in remedies for name in one.needs}
    if any(one.online for one in remedies) and consent.of(tx, _reader(tx, at.case.subject_id)) is not None:
        needed.add("channel")
    row = office_of(tx, issuer_of(at, action.letter))
    missing = [SETTINGS[name][1] for name in SETTINGS if name in needed and not settings_of(row)[name]]
    if not missing:
        return []
    named = "”“".join(missing)
    text = (
        f"{row.name}的单位设置中没有填写“{named}”，不利决定不告知救济的机关和期限不能制发；请系统管理员在“单位”页面填写"
    )
    return [Refusal("remedy_settings", text, at.pack.cites(("fuyi_tiaoli.a17", "fuyi.a22_2")))]


def _reader(tx: Connection, subject_id: int) -> int:
    """Return whom letters to a subject go to: itself, or who succeeds it."""
    return subject_of(tx, subject_id).successor_id or subject_id
