"""Composing (制作): number, frozen text, digest and token of a letter, inside the transaction of the step it belongs to.

A number is drawn from a series that rolls back with the transaction, so numbers have no gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from repairflow import vault
from repairflow.law.procedure.letter_form import Seal
from repairflow.letters.issue.kept_files import keep
from repairflow.letters.model import Imprint, LetterData
from repairflow.letters.text import own_texts
from repairflow.letters.text.marks import mark_of
from repairflow.letters.text.printable import name_in_head
from repairflow.letters.text.templates import compose_text, latest_version, template, with_closing
from repairflow.prepared import Prepared, inserting
from repairflow.records import letter, number_series
from repairflow.records.rows import OfficeRow
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a letter goes to, with copies to whom, under which seal, and the sentences that close it."""

    addressee: str
    addressee_code: str = ""
    copies: tuple[str, ...] = ()
    seal: Seal | None = None  # none: the seal its text asks for
    closing: tuple[str, ...] = ()


def seal_text(office: OfficeRow, seal: Seal) -> str:
    """Return the line inside a seal: an office that keeps no seal of its own for these letters uses its 单位公章, which has none."""
    return {"office": "", "repair": office.repair_seal, "objection": office.objection_seal}[seal]


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready to be written beside its event; `title` is what lists call it."""

    kind: str
    round: int
    number: str
    title: str
    token: str
    template_version: str
    text_digest: str
    data: LetterData
    office_id: int

    @property
    def said(self) -> dict[str, str]:
        """What the event that issues it says of it."""
        return {"kind": self.kind, "number": self.number, "digest": self.text_digest}


class _Drawn(NamedTuple):
    last: int


_DRAW = Prepared(
    update(number_series)
    .where(number_series.c.series == bindparam("of"), number_series.c.year == bindparam("when"))
    .values(last=number_series.c.last + 1)
    .returning(number_series.c.last),
    _Drawn,
)


class _Key(NamedTuple):
    id: int


_WRITE = Prepared(
    inserting(
        letter, "case_id", "record_id", "subject_id", "event_seq", "kind", "round", "number", "office_id", "title", "template_version",
        "content", "text_digest", "chain_head", "token", "state", "issued_at",
    ).returning(letter.c.id),
    _Key,
)  # fmt: skip


def next_number(tx: Connection, series: str, year: int) -> int:
    """Return the next number of a series in a year: 1, 2, 3 … without gaps; waits for a rival transaction."""
    drawn = _DRAW.run(tx, of=series, when=year).first
    if drawn is not None:
        return drawn.last
    # A rival may begin the series between our two statements: then there is one to draw from.
    begun = _begin(tx).values(series=series, year=year, last=1).on_conflict_do_nothing().returning(number_series.c.last)
    return 1 if tx.execute(begun).scalar() == 1 else next_number(tx, series, year)


def _begin(tx: Connection) -> postgresql.Insert | sqlite.Insert:
    if tx.dialect.name == "sqlite":
        return sqlite.insert(number_series)
    return postgresql.insert(number_series)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is composed: its kind and addressee, what fills its text, and its place among others."""

    kind: str
    to: Envelope
    fields: Mapping[str, object]
    case_number: str = ""
    previous: int = 0  # letters of this kind in the case so far
    version: str | None = None  # of the text; today's where none is named


class About(NamedTuple):
    """What a letter belongs to: a case, a record, both, or a subject alone."""

    case_id: int | None
    record_id: int | None
    subject_id: int | None = None


def compose(
    tx: Connection, draft: Draft, *, office: OfficeRow, public_url: str, sealed: bool, now: datetime
) -> Composed:
    """Freeze a letter: draw its number and fix its words.

    Raises MissingFields naming every required placeholder without a value, Invalid for an addressee without a name.
    """
    day: date = local_day(now)
    kind, to, fields = draft.kind, draft.to, draft.fields
    version = draft.version or latest_version(kind, day.isoformat())
    text = compose_text(kind, version, {**fields, "legal_bases": cited(fields.get("legal_bases"))})
    for sentence in to.closing:
        text = with_closing(text, sentence)
    head = template(kind, version)
    mark = mark_of(kind, version)
    # a credit office's own mark may end with the 信 that kinds begin with
    number = f"{office.mark.removesuffix('信')}{mark}〔{day.year}〕{next_number(tx, f'letter:{office.id}:{mark}', day.year)}号"
    token = vault.token()
    form = head.form
    sealed = sealed and form != "plain"  # what people sign by hand bears no seal
    data = LetterData.of(
        text,
        number=number,
        office_mark=office.name,
        signer=office.name,
        day=day,
        form=form,
        imprint=Imprint(office=office.name, day=day) if form == "standard" else None,
        addressee=name_in_head(to.addressee),
        addressee_code=to.addressee_code,
        cc=tuple(map(name_in_head, to.copies)) if form != "plain" else (),
        sealed=sealed,
        seal_purpose=seal_text(office, to.seal or head.seal) if sealed else "",
        case_number=draft.case_number,
        qr_url=f"{public_url}/verify/{token}",
    )
    listed = head.listed or text.title
    return Composed(kind, draft.previous + 1, number, listed, token, version, "sha256:" + text.digest, data, office.id)


def cited(bases: object) -> list[str]:
    """Bases as a letter cites them: each law once, in title marks (《》) where its name lacks them."""
    listed = [str(base) for base in bases] if isinstance(bases, Iterable) and not isinstance(bases, str) else []
    named = [base if "《" in base else re.sub(r"^([^（]+)", r"《\1》", base) for base in listed]
    return together(dict.fromkeys(named))


def together(cites: Iterable[str]) -> list[str]:
    """Citations with the name of an act said once, its number with it: 《…法》第二十条第一款、第二十二条第二款."""
    found: list[str] = []
    last = ""
    for cite in cites:
        parts = _ACT.fullmatch(cite)
        act = parts["act"] if parts is not None else ""
        found.append(parts["article"] if parts is not None and act == last else cite)
        last = act
    return found


_ACT = re.compile(r"(?P<act>《.*》(?:（[^（）]*〔[^（）]*）)?)(?P<article>第.*)", re.DOTALL)


def previous_rounds(tx: Connection, case_id: int, kind: str) -> int:
    """Return how many letters of this kind the case has."""
    return tx.execute(
        select(func.count()).select_from(letter).where(letter.c.case_id == case_id, letter.c.kind == kind)
    ).scalar_one()


def write(
    tx: Connection,
    composed: Composed,
    about: About,
    *,
    office_id: int,
    event_seq: int,
    chain_head: str,
    now: datetime,
) -> int:
    """Store a composed letter beside its event; gives its id. It never changes afterwards but for press and state."""
    keep(tx, own_texts.file_of(composed.kind, composed.template_version), now)
    data = composed.data.model_copy(update={"chain_head": chain_head.removeprefix("sha256:")})
    made = _WRITE.run(
        tx,
        case_id=about.case_id,
        record_id=about.record_id,
        subject_id=about.subject_id,
        event_seq=event_seq,
        kind=composed.kind,
        round=composed.round,
        number=composed.number,
        office_id=office_id,
        title=composed.title,
        template_version=composed.template_version,
        content=data.model_dump(mode="json"),
        text_digest=composed.text_digest,
        chain_head=chain_head,
        token=composed.token,
        state="in_force",
        issued_at=now,
    ).first
    assert made is not None  # an insert that returns its key
    return made.id
