"""The law of a node: the shipped files, the installation's own folder laid over them, and what only the database has of it."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from repairflow.casework import law_files
from repairflow.casework.admin.offices import DOMAINS
from repairflow.db import Database
from repairflow.errors import ConfigurationError, DefinitionError
from repairflow.law.checks import at_start
from repairflow.law.procedure import roles
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.own_law import LETTERS, VOCABULARY, Kept, OwnLaw, read_own_law
from repairflow.law.procedure.vocabulary import parse_own
from repairflow.letters.text import templates
from repairflow.settings import Settings, asset, load

log = structlog.get_logger(__name__)


def read_law(settings: Settings, db: Database | None = None) -> Library:
    """Read the law, and adopt its words and texts of letters for this process.

    ConfigurationError when the own folder is not there and `db` keeps nothing of it; DefinitionError with every fault.
    """
    own = own_law(settings, _kept(db))
    words = own.files.get(VOCABULARY)
    roles.use(parse_own(words, VOCABULARY) if words is not None else None)
    law = Library.read(asset("workflows"), own=own)
    found = faults_of(law)
    if found.refused:
        raise DefinitionError("本单位自有的规则有误，没有启用，请改正后再启动。", found.refused)
    if found.told:
        log.warning("own law has errors", found=[f"{one.where} {one.text}" for one in found.told])
    folder = [key for key, path in own.letter_paths.items() if path not in own.kept]
    templates.lay_over(own.letters, [key for key in own.letters if key not in folder])
    return law


def faults_of(law: Library) -> at_start.Examined:
    """Return what is wrong with the installation's own files of this law."""
    return at_start.examined(law, law.own, DOMAINS, templates.kinds())


def installed_law() -> Library:
    """Return the law of this node for a command that needs no database: with what it keeps, where there is one."""
    settings = load()
    file = settings.database_url.partition(":///")[2]
    if settings.database_url.startswith("sqlite") and not Path(file).is_file():
        return read_law(settings)
    db = Database(settings.direct_url)
    try:
        return read_law(settings, db)
    finally:
        db.dispose()


NOUNS = {
    "procedures": "办理程序", "overlays": "本地细化", "packs": "规则包", "statutes": "法律依据", "calendars": "日历",
    LETTERS: "文书模板",
}  # fmt: skip


def described(own: OwnLaw) -> str:
    """Return what an own law holds, as commands say it; empty without one."""
    counts = {noun: len(list(own.section(section))) for section, noun in NOUNS.items()}
    held = [f"{noun} {count} 个" for noun, count in counts.items() if count]
    held += ["词表"] if VOCABULARY in own.files else []
    return f"自有规则：{'、'.join(held)}" if held else ""


def lost(own: OwnLaw) -> list[str]:
    """Files that only the database has any more, as the folder called them."""
    return sorted(own.kept)


def own_law(settings: Settings, kept: list[Kept]) -> OwnLaw:
    """Return the own folder with what the database keeps besides. ConfigurationError when there is neither."""
    folder = settings.law_folder
    if folder is not None and folder.is_dir():
        return read_own_law(folder).with_kept(kept)
    if folder is not None and not kept:
        raise ConfigurationError(
            f"REPAIRFLOW_LAW={settings.law}：没有这个文件夹。请改正设置，或者建立这个文件夹（procedures、overlays、packs、"
            "statutes、calendars、letters）。"
        )
    return OwnLaw().with_kept(kept)


def _kept(db: Database | None) -> list[Kept]:
    if db is None:
        return []
    try:
        with db.read() as tx:
            return law_files.kept(tx)
    except SQLAlchemyError:  # not made yet: what opens it says so
        return []
