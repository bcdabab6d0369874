"""程序与规则: what the legal reviewer sees of the law, two versions beside each other, and drafts checked and put in force."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import law_drafts
from repairflow.casework.case_state.record_life import life
from repairflow.casework.changes import DecideLaw, ProposeLaw
from repairflow.casework.queries import law_overview
from repairflow.casework.queries.cases.closed import closed
from repairflow.errors import Conflict, Invalid, NotFound, Problem
from repairflow.law.checks import pack_followed
from repairflow.law.checks.report import CASE_EFFECT_LABELS
from repairflow.law.comparison import Change, differences, pack_differences
from repairflow.law.comparison_lines import Titles
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.packs import RulePack, laid_over
from repairflow.law.simulate import Difference, simulate
from repairflow.letters.text.templates import kinds, latest_version, template
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current

TRIED, SHOWN = 200, 200
"""Closed cases a draft is tried on; differences shown."""


def library() -> AnyResponse:
    """Show every version and pack, and the drafts."""
    return _page()


def compare(name: str, old: str, new: str) -> str:
    """Show what differs between two versions of a procedure, in labels."""
    law = current().law
    before, after = law.procedures.get((name, old)), law.procedures.get((name, new))
    if before is None or after is None:
        raise NotFound("没有这个程序或者版本。")
    title = f"{after.label}：{old} 版与 {new} 版"
    return _compared(title, f"{old} 版", f"{new} 版", differences(before, after, _titles()))


def compare_packs(old: str, new: str) -> str:
    """Show what differs between two rule packs, in labels."""
    law = current().law
    before, after = law.packs.get(old), law.packs.get(new)
    if before is None or after is None:
        raise NotFound("没有这个规则包。")
    return _compared(f"规则包：{old} 与 {new}", old, new, pack_differences(before, after))


def _compared(title: str, was: str, now: str, changes: Sequence[Change]) -> str:
    """Show the changes of substance, or all of them where the address asks for them: citations are most, and change nothing."""
    whole = arguments.text("show") == "all"
    substance = [one for one in changes if not one.of_citations]
    return render_template(
        "admin/law_compare.html", title=title, was=was, now=now, changes=changes if whole else substance, whole=whole,
        counts=(len(substance), len(changes)),
    )  # fmt: skip


def check_draft() -> AnyResponse:
    """Show what the checks say of a draft, and what it would have made of closed cases; nothing is written."""
    here = current()
    waiting = request.form.get("draft", type=int)
    try:
        content = _given() if waiting is None else ""
    except Invalid as error:
        return _page(error, status=422)
    with here.read() as tx:
        if waiting is not None:
            content = law_drafts.content_of(tx, waiting)
        reviewed = law_drafts.examine(tx, here.law, content)
        draft = reviewed.procedure if not reviewed.errors else None
        local = reviewed.definition if isinstance(reviewed.definition, Overlay) else None
        past = [] if draft is None else list(closed(tx, here.law, draft.procedure, concerning=local, limit=TRIED))
    found = simulate(draft, past, local=local is not None) if draft is not None else []
    shown = found[:SHOWN]
    text = render_template(
        "admin/law_check.html", reviewed=reviewed, content=content, tried=len(past), differing=len({d.case for d in found}),
        differences=_by_case(shown), more=len(found) - len(shown), waiting=waiting, changes=_changes(reviewed),
        title=_title(reviewed), today=here.today,
    )  # fmt: skip
    return make_response(text, 422 if reviewed.errors else 200)


def _by_case(found: Sequence[Difference]) -> list[tuple[str, list[str]]]:
    """Return what would be otherwise, case by case in their order."""
    return [(case, [one.text for one in those]) for case, those in groupby(found, key=lambda one: one.case)]


def propose_draft() -> AnyResponse:
    """Propose a checked draft, or show what is wrong."""
    here = current()
    content = request.form.get("content", "").replace("\r\n", "\n").removeprefix("\n")
    try:
        change(ProposeLaw(here.actor, content))
    except (Invalid, Conflict) as error:
        return _page(error, status=422)
    flash("已提请，等待另一位法制审核人员决定施行。", "success")
    return redirect(url_for("admin.library"), 303)


def decide_draft(draft_id: int) -> AnyResponse:
    """Put a draft in force or drop it, or take back one before its day."""
    here = current()
    step = request.form.get("step")
    if step not in DONE:
        return _page(Invalid("请选择“决定施行”“作废”或者“施行前撤回”。"), status=422)
    try:
        change(DecideLaw(here.actor, draft_id, step == "enforce", withdrawn=step == "withdraw"))
    except (Invalid, Conflict) as error:
        return _page(error, status=409 if isinstance(error, Conflict) else 422)
    flash(DONE[step], "success")
    return redirect(url_for("admin.library"), 303)


DONE = {
    "enforce": "已决定施行，自草案写明的日期起适用于新的办件。", "drop": "草案已作废。", "withdraw": "已撤回，届时不施行。",
}  # fmt: skip
"""What may be done with a draft, and how its page says that it is done."""


def _page(error: Invalid | Conflict | None = None, status: int = 200) -> AnyResponse:
    here = current()
    problems = list(error.problems) if isinstance(error, Invalid) else []
    with here.read() as tx:
        text = render_template(
            "admin/law.html", versions=law_overview.versions(here.law, here.today), packs=law_overview.packs(here.law, here.today),
            drafts=law_overview.drafts(tx), others=law_overview.other_reviewers(tx, here.actor.id), me=here.actor.id,
            today=here.today, problems=problems, message=error.message if error is not None else "",
        )  # fmt: skip
    return make_response(text, status)


def _given() -> str:
    """Return the text of the file that was handed in. Invalid when there is none, or it is no text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("请选择文件。", [Problem("file", "请选择一个规则文件（.toml）")])
    data = file.read(law_drafts.LONGEST + 1)
    if len(data) > law_drafts.LONGEST:
        raise Invalid("文件太大，规则文件不会超过 256 KB。")
    try:
        return str(data, "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再上传。") from None


def _title(reviewed: law_drafts.Reviewed) -> str:
    definition = reviewed.definition
    return "规则草案" if definition is None else str(law_drafts.title_of(definition))


def _changes(reviewed: law_drafts.Reviewed) -> list[Change]:
    """Return what the draft changes against the newest version, or pack of its field and place, before it."""
    law, draft = current().law, reviewed.procedure
    if isinstance(reviewed.definition, RulePack) and not reviewed.errors:
        pack = reviewed.definition
        whole = pack if pack.over is None else laid_over(pack, law.packs[pack.over])
        pack = whole.citing(law.statutes)
        old = pack_followed.before(pack, law.packs.values())
        return pack_differences(old, pack) if old is not None else []
    if draft is None or reviewed.errors or draft.procedure not in law.names():
        return []
    before = [p for p in law.versions(draft.procedure) if p.effective <= draft.effective and p.version != draft.version]
    return differences(before[-1], draft, _titles()) if before else []


def _titles() -> Titles:
    """Return what letters, effects, remedies and procedures are called."""
    law = current().law
    reasons = {code: one.label for pack in law.packs.values() for code, one in pack.lists.get("no_remedy", {}).items()}
    remedies = reasons | {code: one.label for pack in law.packs.values() for code, one in pack.remedy.items()}
    effects = {**CASE_EFFECT_LABELS, **{code: step.label for code, step in life(law).action.items()}}
    letters = {kind: template(kind, latest_version(kind)).name for kind in kinds()}
    return Titles(letters, effects, remedies, {name: law.versions(name)[-1].label for name in law.names()})
