"""新建办件: what this officer may file, on what, and the form: for somebody at the window, or by the office's own motion."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.actor import Actor
from repairflow.casework.cases import subject_entry, tracking_code
from repairflow.casework.cases.filing import kinds_for
from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.queries.filing import basis_papers
from repairflow.casework.queries.filing.for_officers import Filable, about, candidates, filable, handed_to
from repairflow.casework.queries.filing.same_open import all_doubled
from repairflow.errors import NotFound
from repairflow.law.acts import ABOUT_ACTS
from repairflow.law.only_bad_lists import BASIS
from repairflow.law.procedure.channels import EX_OFFICIO, WINDOW
from repairflow.law.procedure.model import Procedure
from repairflow.web.core import arguments
from repairflow.web.core.context import RequestContext, current
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse

CHANNELS: Mapping[str, tuple[str, str]] = {
    WINDOW: ("窗口代办", "当事人到窗口、来电或者来信提出的，由您代为录入"),
    EX_OFFICIO: ("依职权启动", "由本单位提出的程序"),
}
SUBJECT_FIELDS: Mapping[str, tuple[str, str]] = {
    "record": ("失信信息", "信息编号、决定书文号、企业名称或者统一社会信用代码"),
    "subject": ("信用主体", "企业名称或者统一社会信用代码"),
    "case": ("原办件", "办件编号、决定书文号、企业名称或者统一社会信用代码"),
}
"""By what a procedure is about: what is looked for, and by what it is found."""


def new() -> str:
    """Show what this officer may file."""
    here = current()
    known = filable(here.law, here.actor, here.today)
    groups = [
        {"channel": channel, "label": label, "text": text, "procedures": [f for f in known if f.channel == channel]}
        for channel, (label, text) in CHANNELS.items()
    ]
    return render_template(
        "desk/new.html", groups=[group for group in groups if group["procedures"]], subjects=SUBJECT_FIELDS
    )


def new_about(channel: str, procedure: str) -> str:
    """Show what a case of this procedure may be about, to choose from."""
    here = current()
    actor, found = here.actor, _filable(channel, procedure)
    text = arguments.text("q")
    with here.read() as tx:
        met = candidates(tx, actor, found.procedure, text, channel)
        ways = [(hit, _kinds(found, actor, hit.subject.id)) for hit in met]
        hits = list(zip(met, all_doubled(tx, here.law, actor, found.procedure, ways), strict=True))
    what, by = SUBJECT_FIELDS[found.procedure.subject]
    if found.procedure.procedure in ABOUT_ACTS:
        what = f"{what}、行政许可等信息"
    return render_template(
        "desk/new_about.html", found=found, channel=CHANNELS[channel][0], text=text, hits=hits, what=what, by=by,
        title=title(found.procedure, channel),
        enters=found.procedure.subject == "subject" and subject_entry.enters_as(actor) is not None,
    )  # fmt: skip


def _kinds(found: Filable, actor: Actor, subject_id: int) -> list[str]:
    return [kind for kind, _ in kinds_for(found.procedure, actor, subject_id, found.channel)]


def new_form(channel: str, procedure: str, key: str) -> AnyResponse:
    """Return one turn of the form, and the case it made."""
    here = current()
    found = _filable(channel, procedure)
    papers = _papers(here, found, key)
    asked = arguments.text("basis")

    def done(made: Event) -> AnyResponse:
        flash("此前已经提交，没有重复建立办件。" if made.replayed else f"已建立办件 {made.case}。", "success")
        if found.procedure.confidential:
            code = tracking_code.code(here.services.vault, made.case)
            flash(f"请告知反映人：凭办件编号 {made.case} 和查询码 {code} 可以查询办理进展。", "info")
        with here.read() as tx:
            elsewhere = handed_to(tx, here.actor, made.case)
        if elsewhere.hidden:
            flash(f"{made.case} 由{elsewhere.offices[0]}受理，您的单位不办理，不能查看。", "info")
            return redirect(url_for("desk.new"), 303)
        if elsewhere.offices:
            places = "或者".join(elsewhere.offices)
            flash(
                f"{made.case} 由{places}办理。以后补正、陈述申辩、撤回的材料，可以交本窗口，也可以交{places}的窗口。",
                "info",
            )
        return redirect(url_for("desk.case", number=made.case), 303)

    frame = Frame(
        actor=here.actor,
        channel=channel,
        back=url_for("desk.new_about", channel=channel, procedure=procedure),
        back_text=f"重新选择{SUBJECT_FIELDS[found.procedure.subject][0]}",
        title=title(found.procedure, channel),
        entry=Entry.DESK,
        case_page="desk.case",
        note=Markup("{}。{}").format(CHANNELS[channel][1], _unknown_age(here, found, key)) if channel == WINDOW else "",
        promise="提交后立即建立办件，期限从次日起算。",
        papers=papers,
        chosen=next((one for one in papers if one.record == asked), None),
    )
    return converse(found.procedure, key, frame, done)


def _papers(here: RequestContext, found: Filable, key: str) -> tuple[basis_papers.Paper, ...]:
    """Return the documents on file that the form may be filled from; none where it asks for no document."""
    if not set(BASIS) <= found.procedure.inputs.keys():
        return ()
    with here.read() as tx:
        whose = about(tx, here.actor, found.procedure, key, found.channel)
        return basis_papers.papers(tx, here.actor, whose.subject.id)


def _unknown_age(here: RequestContext, found: Filable, key: str) -> str:
    """Return what to do first where the filing's person has no birthday, with the way to its form: the receipt is written to the person
    or a guardian at once."""
    if found.procedure.subject != "record":
        return ""
    with here.read() as tx:
        whose = about(tx, here.actor, found.procedure, key, found.channel).subject
        known = birthday_statement.standing(tx, here.services.vault, here.actor, whose.id, here.today)
        may = known is not None and known.may and birthday_statement.reaches(tx, here.actor, key)
    if known is None or known.stated:
        return ""
    first: str = "请先由本人、监护人填写，或者由认定单位的办理人员登记出生日期"
    if may:
        form = url_for("desk.record", number=key, _anchor="birthday")
        first = Markup('请先在信息 {} 的页面<a href="{}">登记出生日期</a>').format(key, form)
    return Markup("当事人的证件号码不含出生日期，回执等文书将写给“本人或者其监护人”：{}。").format(first)


def _filable(channel: str, procedure: str) -> Filable:
    here = current()
    for found in filable(here.law, here.actor, here.today):
        if (found.channel, found.procedure.procedure) == (channel, procedure):
            return found
    raise NotFound("没有这个程序，或者您的岗位不能提出。")


def title(procedure: Procedure, channel: str) -> str:
    """Return what the pages of a new case are called."""
    return f"{CHANNELS[channel][0]}：{procedure.label}"
