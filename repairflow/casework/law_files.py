"""The files of an installation's own law that a database keeps: what cases use, so that a lost folder stops nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, inspect, select

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.own_law import LETTERS, VOCABULARY, Kept, letter_key
from repairflow.law.procedure.packs import RulePack
from repairflow.letters.issue.kept_files import keep
from repairflow.records import law_draft, law_file


def kept(tx: Connection) -> list[Kept]:
    """Return every file this database keeps, the newest first, but for what was taken back before its day; none in a database older than
    the tables."""
    if not all(inspect(tx).has_table(table.name) for table in (law_file, law_draft)):
        return []
    rows = tx.execute(select(law_file.c.path, law_file.c.content, law_file.c.digest).order_by(law_file.c.id.desc()))
    gone = _taken_back(tx)
    return [Kept(row.path, row.content) for row in rows if (row.path, row.digest) not in gone]


def _taken_back(tx: Connection) -> set[tuple[str, str]]:
    """Path and digest of each file that two persons put in force and one took back, and that nobody put in force again."""
    query = select(law_draft.c.path, law_draft.c.digest, law_draft.c.state).order_by(law_draft.c.id)
    newest = {(row.path, row.digest): row.state for row in tx.execute(query) if row.state in {"in_force", "withdrawn"}}
    return {key for key, state in newest.items() if state == "withdrawn"}


def keep_used(tx: Connection, law: Library, procedure: Procedure, pack: RulePack, now: datetime) -> None:
    """Ensure that the database keeps every own file by which a case of this procedure and pack is handled."""
    if law.own.files:
        used = paths_of(law, procedure, pack)
        keep(tx, {path: law.own.files[path] for path in used if path not in law.own.kept}, now)


def paths_of(law: Library, procedure: Procedure, pack: RulePack) -> list[str]:
    """Return the own files a case of this procedure and pack follows: its definitions and what these are laid over, the texts of its
    letters, and the calendars, statutes and words they all count and speak with."""
    overlay = law.overlays.get((procedure.procedure, procedure.version))
    keys = [(procedure.procedure, procedure.version), (pack.pack, "")]
    keys += [(overlay.base, overlay.base_version)] if overlay is not None else []
    keys += [(pack.over, "")] if pack.over is not None else []
    found = [law.own_path[key] for key in keys if key in law.own_path]
    found += _letters(law, {a.letter for a in procedure.action.values() if a.letter} | {procedure.filing_letter or ""})
    found += [path for section in ("calendars", "statutes") for path, _ in law.own.section(section)]
    return [*found, *([VOCABULARY] if VOCABULARY in law.own.files else [])]


def _letters(law: Library, kinds: set[str]) -> list[str]:
    return [path for path, _ in law.own.section(LETTERS) if letter_key(path)[0] in kinds]
