"""修复方式 of a record, and the quiz on what one should know."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow import plain
from repairflow.casework import means_catalogue
from repairflow.casework.cases.means_entry import LABELS
from repairflow.casework.changes import DeclareMeans, TakeQuiz
from repairflow.casework.queries.records import evidence
from repairflow.casework.queries.records import means as queries
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.law.means import STATES
from repairflow.web.core import acting, arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.portal.credit_file import spoken_for
from repairflow.web.ui.forms import Question, errors_from, wrong_of

HINTS = {
    "hours": "其余不填", "issuer": "学习测验不填", "certificate": "学习测验填写学习证明编号",
    "done_on": "学习测验不填", "material": "从证明材料库中选，没有的可以不选",
}  # fmt: skip

WHEN = {"hours": "培训、公益服务必填", "issuer": "学习测验以外必填", "done_on": "学习测验以外必填"}
NEEDED = frozenset({"code", "certificate"})


def means(number: str) -> str:
    """Show what counts for a record, what was declared, and the form."""
    return _page(number, {"code": arguments.text("code"), "certificate": arguments.text("certificate")})


def declare_means(number: str) -> Answer:
    """Declare one."""
    typed = request.form.to_dict()
    try:
        change(DeclareMeans(current().actor, number, typed))
    except Invalid as error:
        return make_response(_page(number, typed, error.problems), 422)
    flash("已登记。", "success")
    return redirect(url_for("portal.means", number=number), 303)


def learning() -> str:
    """Show the quiz and the tries of one subject."""
    return _quiz(arguments.number("subject"))


def take_quiz() -> Answer:
    """Answer the quiz."""
    form, quiz = request.form, means_catalogue.catalogue().learning
    answers = tuple(_number(form.get(f"q{at + 1}", "")) for at in range(len(quiz.question)))
    subject_id = _number(form.get("subject", ""))
    try:
        result = change(TakeQuiz(current().actor, subject_id, answers))
    except Invalid as error:
        return make_response(_quiz(subject_id, error.problems), 422)
    except Conflict as error:
        return make_response(_quiz(subject_id, (Problem("", error.message),)), 409)
    if result.certificate:
        flash(f"已通过，答对 {result.score} 题。学习证明编号 {result.certificate}。", "success")
    else:
        missed = "、".join(str(at + 1) for at in result.wrong)
        flash(
            f"没有通过：答对 {result.score} 题，须答对 {quiz.pass_mark} 题。第 {missed} 题请再看学习内容。", "warning"
        )
    return redirect(url_for("portal.learning", subject=subject_id), 303)


def _number(text: str) -> int:
    """Return the whole number; 0 for what is none."""
    try:
        return plain.whole(text, least=0)
    except ValueError:
        return 0


def _quiz(subject_id: int | None, problems: tuple[Problem, ...] = ()) -> str:
    here, quiz = current(), means_catalogue.catalogue().learning
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor, subject_id)
        tries = queries.tries(tx, here.actor, holder.id)
    return render_template(
        "portal/learning.html", most=queries.TRIES, holder=holder, quiz=quiz, tries=tries, errors=errors_from(problems), today=here.today,
        wrong=wrong_of(problems), typed=request.form,
    )  # fmt: skip


def _page(number: str, typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        row, offered = queries.for_record(tx, here.law, here.actor, number)
        declared = queries.of_record(tx, here.law, row.id)
        library = evidence.library(tx, here.law, here.actor, row.subject_id)
    acting.keep(here.actor, row.subject_id)
    choices = {
        "code": [(code, one.label) for code, one in offered.items()],
        "material": [(one.token, f"{one.label}：{one.file_name}") for one in library],
    }
    return render_template(
        "portal/means.html", row=row, offered=offered, declared=declared, states=STATES,
        errors=errors_from(problems),
        fields=[one.answered(typed, wrong_of(problems)) for one in _questions(choices) if one.name != "material" or library],
    )  # fmt: skip


def _questions(choices: Mapping[str, list[tuple[str, str]]]) -> list[Question]:
    """Return what is asked of a means; `choices` of those that are chosen from."""
    kinds = {**dict.fromkeys(choices, "choice"), "done_on": "date"}
    return [
        Question(
            name,
            label,
            kinds.get(name, "text"),
            name in NEEDED,
            HINTS.get(name, ""),
            choices=choices.get(name, ()),
            when=WHEN.get(name, ""),
        )
        for name, label in LABELS.items()
    ]
