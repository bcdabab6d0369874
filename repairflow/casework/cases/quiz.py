"""The quiz (信用知识学习测验): tried, failed and tried again, passed with a certificate that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection, func, insert, select

from repairflow import times
from repairflow.casework import event_log, means_catalogue
from repairflow.casework.changes import TakeQuiz
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.errors import Conflict, Invalid, NotFound, Problem
from repairflow.law.calendar.periods import add_months
from repairflow.letters.issue.compose import next_number
from repairflow.records import learning
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Result:
    """How a try went: right answers, questions answered wrongly (from 0), and the certificate; empty where it failed."""

    score: int
    wrong: tuple[int, ...]
    certificate: str


def take(tx: Connection, given: TakeQuiz, now: datetime) -> Result:
    """Ensure that the try is kept, with its certificate where it was passed.

    Raises NotFound for a subject of somebody else, Invalid for a question without answer, Conflict after the day's tries.
    """
    if given.subject_id not in given.actor.subjects or given.actor.id is None:
        raise NotFound("没有找到这个主体，或者您无权代它办理。")
    quiz, today = means_catalogue.catalogue().learning, local_day(now)
    problems = [
        Problem(f"q{at + 1}", f"请回答第 {at + 1} 题")
        for at, one in enumerate(quiz.question)
        if at >= len(given.answers) or not 1 <= given.answers[at] <= len(one.choices)
    ]
    if problems:
        raise Invalid("还有没有回答的题。", problems)
    tries = select(func.count()).select_from(learning).where(
        learning.c.subject_id == given.subject_id, learning.c.taken_at >= times.at(today, time())
    )  # fmt: skip
    if tx.execute(tries).scalar_one() >= quiz.tries_a_day:
        raise Conflict(f"今天已经测验 {quiz.tries_a_day} 次，请看过学习内容后明天再来。")
    wrong = quiz.wrong(given.answers)
    score = len(quiz.question) - len(wrong)
    passed = score >= quiz.pass_mark
    certificate = f"XX-{today.year}-{next_number(tx, 'learning', today.year):06d}" if passed else ""
    tx.execute(
        insert(learning).values(
            subject_id=given.subject_id, person_id=given.actor.id, version=quiz.version, answers=list(given.answers),
            score=score, passed=passed, taken_at=now, certificate=certificate or None,
            expires_on=add_months(today, quiz.valid_months) if passed else None,
        )
    )  # fmt: skip
    said = {"version": quiz.version, "score": score, "passed": passed, "certificate": certificate}
    new = NewEvent(action=EventName.TAKE_QUIZ, at=now, by=given.actor, role="applicant", content=said)
    event_log.append(tx, f"subject/{given.subject_id}", new)
    return Result(score, wrong, certificate)
