"""The table to be signed: every line of a version under one rule pack, its limits beside the law's, and the digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256

from repairflow.law.coverage import Coverage, not_expressed_articles
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.reviewing import limits, pack_rows, steps
from repairflow.law.reviewing.missing import Missing, missing
from repairflow.law.reviewing.rows import Cited, Row, Sheet


@dataclass(frozen=True, slots=True)
class Review:
    """All of it, with the digests over which one signs."""

    procedure: Procedure
    pack: RulePack
    place: str  # where, in which field or office this version applies; empty for the general one
    rows: tuple[Row, ...]
    limits: limits.Comparison
    missing: tuple[Missing, ...] = ()  # the texts to be read, with the lines that claim them

    def number_of(self, row: Row) -> int:
        """Return the number of one of its lines, from 1, as other tables name it; the printed table asks for it."""
        return next(number for number, one in enumerate(self.rows, 1) if one is row)

    @property
    def open_rows(self) -> int:
        return sum(row.open for row in self.rows)

    @property
    def waiting_rows(self) -> int:
        """Lines by which no letter is issued before an office has confirmed them."""
        return sum(row.open and row.confirm for row in self.rows)

    @property
    def digest(self) -> str:
        """SHA-256 over what every line says and cites, and over the comparison: it changes with the articles too, which the
        digests of the files do not cover. Whether a line is open depends on the day and is left out."""
        said = [_kept(asdict(row)) for row in self.rows], asdict(self.limits)
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return f"sha256:{sha256(text.encode()).hexdigest()}"


def review(sheet: Sheet, place: str = "", coverage: Iterable[Coverage] = ()) -> Review:
    """Return the table of one version under one pack; `coverage` says which articles no rule could be written for."""
    known = tuple(coverage)
    rows = (*steps.rows(sheet), *pack_rows.rows(sheet), *_unwritten(sheet, known))
    compared = limits.compared(sheet.procedure, sheet.pack)
    return Review(sheet.procedure, sheet.pack, place, rows, compared, missing(rows, known))


def _unwritten(sheet: Sheet, coverage: tuple[Coverage, ...]) -> Iterator[Row]:
    """Articles that touch a step and that no rule says: whoever takes the step has to mind them."""
    for name, action in sheet.procedure.action.items():
        for citation, why in not_expressed_articles(coverage, sheet.procedure, name):
            cited = (Cited(citation, "", "", "", "", True),)
            yield Row("没有写成规则的条文", action.label, condition=why, effect="由办理人员把握", cited=cited)


def _kept(row: dict[str, object]) -> dict[str, object]:
    cited = row["cited"]
    assert isinstance(cited, tuple | list)
    return {**row, "cited": [{key: value for key, value in one.items() if key != "open"} for one in cited]}
