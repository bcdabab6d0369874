"""Definition files of all sorts together: each known for what it is, read, and checked against the others.

What is given is laid over the installed law, file for file; a set that holds the record's own life and a general pack
is a whole law and stands alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from repairflow.errors import DefinitionError
from repairflow.law import checks
from repairflow.law.calendar.year_file import parse_year
from repairflow.law.checks import (
    across_files,
    changed_in_use,
    law_in_use,
    letter_subjects,
    overlay_burdens,
    overlay_names,
    overlay_scope,
    pack_burdens,
    pack_contradictions,
    pack_entries,
    pack_fields,
    pack_followed,
    pack_graver,
    pack_meanings,
    pack_names,
    pack_printed,
    previous_unread,
    reading_days,
    remedies_elsewhere,
    unread_bases,
    vocabulary_words,
    written_sentences,
    written_words,
)
from repairflow.law.checks import overlays as overlay_sense
from repairflow.law.checks import packs as pack_sense
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.label_days import other_days
from repairflow.law.checks.report import RECORD, Diagnostic, Names
from repairflow.law.checks.usable_files import content
from repairflow.law.procedure import roles
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import Procedure, parse
from repairflow.law.procedure.overlay import laid_over_base, parse_overlay
from repairflow.law.procedure.packs import RulePack, laid_over, parse_pack
from repairflow.law.procedure.statutes import parse_statute
from repairflow.law.procedure.vocabulary import Vocabulary, parse_own, parse_vocabulary, shipped
from repairflow.law.toml_file import read_toml

SORTS: Mapping[str, str] = {
    "overlay": "本地细化",
    "pack": "规则包",
    "procedure": "办理程序",
    "statute": "法律依据",
    "vocabulary": "词表",
    "year": "日历",
}
"""The key that shows what a file is; overlays come first, because they name a base."""


@dataclass(frozen=True, slots=True)
class Source:
    """One definition file: how messages call it, and its text."""

    where: str
    text: str


def check(sources: Sequence[Source], around: Around) -> Checked:
    """Read all files and check each alone and with the others; never raises for what a file says.

    A vocabulary among them counts while they are checked, in place of the one in use.
    """
    words = _words(sources)
    if words is None:
        return _check(sources, around)
    with roles.using(words):
        return _check(sources, around)


def _words(sources: Sequence[Source]) -> Vocabulary | None:
    """Return the own vocabulary among the files, if there is one that can be used; its faults are told where files are read."""
    for source in sources:
        try:
            if "vocabulary" in read_toml(source.text) and parse_vocabulary(source.text, source.where) != shipped():
                return parse_own(source.text, source.where)
        except (tomllib.TOMLDecodeError, DefinitionError):
            continue
    return None


def _check(sources: Sequence[Source], around: Around) -> Checked:
    checked = Checked(texts={source.where: source.text for source in sources})
    for source in sources:
        _read(checked, source)
    return judged(checked, around)


def judged(checked: Checked, around: Around) -> Checked:
    """Return what was read, checked file by file and together, with every finding in the order of the files."""
    for where in checked.texts:
        reading_days.check(checked, around, where)
    _vocabularies(checked)
    life = any(p.procedure == RECORD for p in checked.procedures.values())
    alone = life and any(pack.over is None for pack in checked.packs.values())
    packs = _packs(checked, around, alone)
    bases = _bases(checked, around, alone)
    _overlays(checked, around, bases)
    versions = [*bases.values(), *checked.results.values()]
    if not alone:
        versions += [p for key, p in around.installed.procedures.items() if key in around.installed.overlays]
    remedies_elsewhere.check(checked, packs)
    names = Names.known(versions, packs, around.letters, around.fields)
    names = names.beside(around.installed.procedures.values()).printing(around.prints)
    _procedures(checked, names)
    if not alone:
        law_in_use.check(checked, around, names)
        changed_in_use.check(checked, around, packs)
    across_files.check(checked, around, bases, alone)
    once = dict.fromkeys(checked.findings)
    checked.findings = sorted(once, key=lambda f: (f.where.rpartition(":")[0], f.severity, _line(f)))
    return checked


def _line(finding: Diagnostic) -> int:
    return int(tail) if (tail := finding.where.rpartition(":")[2]).isdigit() else 0


def _vocabularies(checked: Checked) -> None:
    """Check that an installation has one vocabulary: of two nobody could say which counts."""
    first: str | None = None
    for where in sorted(checked.vocabularies):
        if first is not None:
            text = f"词表已由 {first} 给出，一个单位只有一份自有词表，本文件不会被采用；请合并到一个 vocabulary.toml"
            checked.add("version_twice", where, ("vocabulary",), text)
        first = first or where


def _read(checked: Checked, source: Source) -> None:
    where, text = source.where, source.text
    data = content(checked, where, text)
    if data is None:
        return
    sort = next((key for key in SORTS if key in data), None)
    own = sort in {"procedure", "vocabulary"} and str(data.get("procedure")) not in letter_subjects.shipped()
    own = own and (
        sort == "vocabulary" or data.get("subject", "record") != "record"
    )  # what is done about records is free
    for code, at, said in (*written_words.check(data), *written_sentences.check(data)):
        checked.add(code, where, at, said, error=code != "fee_asked" or not own)  # other fields may have lawful fees
    try:
        if sort == "overlay":
            checked.overlays[where] = parse_overlay(text, where)
        elif sort == "pack":
            checked.packs[where] = parse_pack(text, where)
        elif sort == "procedure":
            checked.procedures[where] = parse(text, where)
        elif sort == "vocabulary":
            if parse_vocabulary(text, where) != shipped():
                checked.vocabularies.add(where)
                for code, at, said in vocabulary_words.check(parse_own(text, where)):
                    checked.add(code, where, at, said)
        elif sort == "year":
            checked.calendars[where] = parse_year(text, where)
        elif sort == "statute":
            checked.statutes[where] = parse_statute(text, where)
        else:
            kinds = "、".join(f"{label}（{key}）" for key, label in SORTS.items())
            why = "看不出是什么文件" if data else "文件是空的"
            checked.add("file_unknown", where, (), f"{why}；首先须写明其中之一：{kinds}")
    except DefinitionError as error:
        checked.refused(error.problems, where)
        _read_on(checked, source, sort)


def _read_on(checked: Checked, source: Source, sort: str | None) -> None:
    """Find what else is wrong with a file whose only fault of form is that nobody is named who read its bases."""
    try:
        if sort == "procedure":
            checked.procedures[source.where] = unread_bases.procedure(source.text)
        elif sort == "overlay":
            checked.overlays[source.where] = unread_bases.overlay(source.text)
        elif sort == "pack":
            checked.packs[source.where] = unread_bases.pack(source.text)
    except ValidationError:
        return  # refused for more than that


def _articles(checked: Checked, around: Around) -> dict[str, Basis]:
    """Return the articles of all statutes, those given in place of those in use."""
    replaced = tuple(f"{statute.statute}." for statute in checked.statutes.values())
    found = {name: basis for name, basis in around.installed.statutes.items() if not name.startswith(replaced or "-")}
    for statute in checked.statutes.values():
        found |= statute.bases()
    return found


def _packs(checked: Checked, around: Around, alone: bool) -> list[RulePack]:
    """Return every pack there is, whole; faults of those given are noted."""
    articles = _articles(checked, around)
    given = {pack.pack: pack for pack in checked.packs.values()}
    known = {} if alone else dict(around.installed.packs)
    whole: dict[str, RulePack] = {**known, **{name: pack for name, pack in given.items() if pack.over is None}}
    for where, pack in checked.packs.items():
        if pack.over is not None:
            base = whole.get(pack.over)
            if base is None or given.get(pack.over, base).over is not None:
                text = f"所依附的规则包 {pack.over} 没有定义，或者自身也依附于他包；请改正 over"
                checked.add("pack_name", where, ("over",), text)
                continue
            unknown = list(pack_fields.unknown_lists(pack, base))
            for code, at, text in unknown:
                checked.add(code, where, at, text)
            if unknown:
                continue
            try:
                whole[pack.pack] = laid_over(pack, base)
            except DefinitionError as error:
                for problem in error.problems:
                    checked.add("dates", where, ("effective",), problem.text)
                continue
        said = _Said(pack, whole[pack.pack].citing(articles), whole, around)
        for code, at, text in said.wrong(articles):
            checked.add(code, where, at, text)
        for code, at, text in said.to_look_at(articles):
            checked.add(code, where, at, text, error=False)
    return [pack.citing(articles) for pack in whole.values()]


@dataclass(frozen=True)
class _Said:
    """What one rule pack says, beside its base, the one before it, and the one of its name in use."""

    pack: RulePack
    entire: RulePack  # whole, with the articles it cites
    whole: Mapping[str, RulePack]
    around: Around

    def wrong(self, articles: Mapping[str, Basis]) -> list[pack_fields.Fault]:
        """Return every fault of the pack."""
        pack, entire, in_use = self.pack, self.entire, self.around.installed.packs.get(self.pack.pack)
        found = [*pack_sense.check(pack, entire, in_use), *pack_entries.check(pack, entire, self.around.domains)]
        found += pack_fields.check(pack, entire)
        found += pack_meanings.check(pack, entire, self._others)
        found += pack_names.check(pack, entire, self._others)
        found += pack_printed.check(pack)
        found += [
            *pack_contradictions.check(pack, entire, self._others),
            *pack_contradictions.shadowed(pack.basis, articles),
        ]
        found += pack_contradictions.names_a_field(pack, self.whole.values())
        if pack.over is not None:
            found += pack_entries.longer_in_field(pack, self.whole[pack.over])
        if self._before is not None:
            found += pack_followed.check(entire, self._before.citing(articles))
            found += previous_unread.pack(entire, self._before.citing(articles))
        known = [*self._gentler, *([in_use] if in_use is not None else [])]
        found += pack_burdens.check(pack, entire, [one.citing(articles) for one in known])
        for old in self._gentler:
            found += pack_graver.check(pack, entire, old.citing(articles))
        return found

    def to_look_at(self, articles: Mapping[str, Basis]) -> list[pack_fields.Fault]:
        """Return what a person is to look at before the pack is put in force."""
        found = list(pack_names.renamed(self.pack, self._others))
        if self._before is not None:
            old = self._before.citing(articles)
            found += pack_followed.switched(self.entire, old)
            found += pack_graver.shown(self.pack, self.entire, old)
        return found

    @cached_property
    def _before(self) -> RulePack | None:
        """The pack before it, or the general one that a place's own stands in the stead of."""
        packs = self.whole.values()
        return pack_followed.before(self.pack, packs) or pack_followed.of_the_country(self.pack, packs)

    @property
    def _gentler(self) -> list[RulePack]:
        """What may not grow harsher by articles that nobody read: the pack before it, and its base."""
        return [one for one in (self._before, self.whole.get(self.pack.over or "")) if one is not None]

    @property
    def _others(self) -> list[RulePack]:
        """The packs that say what its codes have stood for: itself in use, the one it is laid over, the one before it."""
        in_use = self.around.installed.packs.get(self.pack.pack)
        found = (in_use, self.whole.get(self.pack.over or ""), self._before)
        return [one for one in found if one is not None and one.digest != self.pack.digest]


def _bases(checked: Checked, around: Around, alone: bool) -> dict[tuple[str, str], Procedure]:
    """Return every version of every procedure but those that overlays make."""
    own = around.installed.overlays
    known = {} if alone else {key: p for key, p in around.installed.procedures.items() if key not in own}
    for where, p in checked.procedures.items():
        twin = next((w for w, q in checked.procedures.items() if w < where and _key(q) == _key(p)), None)
        if twin is not None:
            checked.add(
                "version_twice", where, ("version",), f"{p.procedure} {p.version} 已由 {twin} 定义；请换一个版本号"
            )
        known[_key(p)] = p
    return known


def _key(p: Procedure) -> tuple[str, str]:
    return p.procedure, p.version


def _overlays(checked: Checked, around: Around, bases: Mapping[tuple[str, str], Procedure]) -> None:
    fields = {*around.domains, *(pack.domain for pack in checked.packs.values() if pack.field)}
    for where, overlay in checked.overlays.items():
        base = bases.get((overlay.base, overlay.base_version))
        if base is None:
            text = f"基础程序 {overlay.base} {overlay.base_version} 没有定义；请改正 base 或者 base_version"
            checked.add("overlay_base", where, ("base",), text)
            continue
        found = [*overlay_sense.check(overlay, base, fields, around.offices)]
        found += overlay_burdens.check(overlay, base, _articles(checked, around))
        found += [*overlay_names.check(overlay, base), *overlay_scope.check(overlay, base, bases)]
        found += pack_contradictions.shadowed(overlay.basis, _articles(checked, around))
        for code, at, text in found:
            checked.add(code, where, at, text)
        for told in other_days(overlay.label, overlay.effective, overlay.until):
            checked.add("label_day", where, ("label",), told, error=False)
        try:
            checked.results[where] = laid_over_base(overlay, base, checked.texts[where], where)
        except DefinitionError as error:
            checked.refused(error.problems, where)


def _procedures(checked: Checked, names: Names) -> None:
    for where, p in checked.procedures.items():
        checked.findings += checks.problems(p, names=names, text=checked.texts[where], where=where)
    of_bases: dict[tuple[str, str], set[tuple[str, str]]] = {}  # several lie over one
    for where, p in checked.results.items():
        key = checked.overlays[where].base, checked.overlays[where].base_version
        if key not in of_bases:
            bases = (b for b in names.files if _key(b) == key)
            of_bases[key] = {(f.code, f.text) for base in bases for f in checks.problems(base, names=names)}
        found = checks.problems(p, names=names, text=checked.texts[where], where=where)
        checked.findings += [f for f in found if (f.code, f.text) not in of_bases[key]]  # the rest is told of the base
