"""Letters: whether the text composed today from the values a letter was made of is the text that was issued."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from repairflow.casework.documents.closing import CLOSING
from repairflow.casework.queries.audit.replay.difference import Difference
from repairflow.errors import RepairFlowError
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import FrozenText, compose_text, digest_of, with_closing
from repairflow.records import cases, letter


def differences(tx: Connection) -> Iterator[tuple[str, Difference | None]]:
    """Yield the number of each letter, oldest first, and how its text comes out otherwise (None: as it was issued)."""
    rows = tx.execute(
        select(
            letter.c.number, letter.c.event_seq, letter.c.content, letter.c.text_digest, cases.c.number.label("case")
        )
        .outerjoin(cases, cases.c.id == letter.c.case_id)
        .order_by(letter.c.id)
    )
    for row in rows.all():
        data = LetterData.model_validate(row.content)
        then, now = _texts(data)
        if now is not None and "sha256:" + _digest(now, data) == row.text_digest:
            yield row.number, None
            continue
        name = f"letter {data.kind} {data.template_version}"
        where = row.case or row.number
        yield row.number, Difference("letter", name, where, row.event_seq, *_first_apart(then, now))


def _texts(data: LetterData) -> tuple[list[str], FrozenText | None]:
    """Return the paragraphs as issued, and the text as it is composed today; None where it cannot be composed."""
    then = [paragraph.text for paragraph in data.paragraphs]
    try:
        now = compose_text(data.kind, data.template_version, data.fields)
    except RepairFlowError:
        return then, None
    for sentence in then[len(now.paragraphs) :]:
        if CLOSING.match(sentence):  # not the template's words: what the office adds at the end
            now = with_closing(now, sentence)
    return then, now


def _digest(now: FrozenText, data: LetterData) -> str:
    """Return its digest, without the placeholders that its text gained since and that are empty in this letter: they print nothing."""
    fields = {name: value for name, value in now.fields.items() if value or name in data.fields}
    return digest_of(now.kind, now.version, now.title, now.paragraphs, fields)


def _first_apart(then: list[str], now: FrozenText | None) -> tuple[str, str]:
    if now is None:
        return then[0] if then else "", "不能制作"
    today = [paragraph.text for paragraph in now.paragraphs]
    for index in range(max(len(then), len(today))):
        one, other = (texts[index] if index < len(texts) else "（没有）" for texts in (then, today))
        if one != other:
            return _short(one), _short(other)
    return "文字相同，记载的数据不同", "文字相同"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
