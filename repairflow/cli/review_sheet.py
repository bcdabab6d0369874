"""The table for the lawyer as a PDF: a table for each kind of row, with the columns that kind fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from repairflow import settings as settings_module
from repairflow.law.reviewing.rows import Row
from repairflow.law.reviewing.table import Review
from repairflow.letters.pdf.sheet import press_sheet


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field of a row it shows, its heading, its share of the width in per cent."""

    name: str
    label: str
    width: float


SHARES = (
    Column("number", "行", 4), Column("what", "步骤或者事项", 13), Column("who", "由谁办理", 9), Column("way", "环节", 13),
    Column("condition", "条件或者文字", 27), Column("figure", "数字", 9), Column("letter", "文书", 9),
    Column("effect", "效果", 13), Column("cited", "条文", 30), Column("state", "待核", 5),
)  # fmt: skip
ALWAYS = ("number", "what", "cited", "state")


def as_pdf(found: Review, today: date) -> bytes:
    """Return the table as a PDF to be printed and signed; MissingGlyphs where no font has one of its characters."""
    folder = settings_module.asset("templates") / "files"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("procedure_review_print.html").render(
        it=found, sections=sections(found), today=today
    )
    return press_sheet(page, "review.css")


def sections(found: Review) -> list[tuple[str, list[Column], list[Row]]]:
    """Return the rows by kind, in their order, each kind with the columns that any of its rows fills."""
    titles = dict.fromkeys(row.section for row in found.rows)
    return [_section(title, [row for row in found.rows if row.section == title]) for title in titles]


def _section(title: str, rows: list[Row]) -> tuple[str, list[Column], list[Row]]:
    filled = [one for one in SHARES if one.name in ALWAYS or any(getattr(row, one.name) for row in rows)]
    whole = sum(one.width for one in filled)
    columns = [Column(one.name, one.label, round(100 * one.width / whole, 2)) for one in filled]
    return title, columns, rows
