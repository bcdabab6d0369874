"""The words of a letter: dated templates, a closed list of placeholders, and the frozen text that is signed for.

A template is `templates/letters/<kind>/<version>.txt.j2`: a TOML head between two `+++` lines (title, form, required and
optional placeholders), then the body. A blank line ends a paragraph; a paragraph that begins with 一、 or （一） is a
heading of the first or second level (GB/T 9704-2012, 7.3.3); `| a | b |` is a table line, `|= a | b |` its heading.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Template
from pydantic import BaseModel, ConfigDict

from repairflow.errors import DefinitionError, Invalid, NotFound, Problem
from repairflow.law import letter_kinds
from repairflow.letters.text import own_texts
from repairflow.letters.text.printable import (
    BREAK,
    CLOSE,
    OPEN,
    UnprintableText,
    cells,
    clean_fields,
    outside,
    unmark,
)
from repairflow.letters.text.template_file import SAYS_MISSING, environment, read_template
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.settings import asset

Level = Literal["body", "heading1", "heading2", "row", "row_head"]
LONGEST_LETTER = 100_000  # characters; about 160 pages
MOST_LINES = 3_000  # paragraphs; short ones cost the press more than their characters say
MOST_ROWS = 1_000  # lines of tables, whose cells cost more still
TOO_LONG = "请缩短所填的内容，或者分几次办理，把详细的清单作为材料另附。没有制发，没有占用文号。"
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_HEADING1 = re.compile(r"[一二三四五六七八九十]+、")
_HEADING2 = re.compile(r"（[一二三四五六七八九十]+）")
# Numbered by the template, which counts or writes the number: a value's own number has no mark right behind it.
_ITEM = re.compile(rf"(?:{OPEN}(?=[0-9]+{CLOSE}))?([0-9]+){CLOSE}?\. ")

WHAT_TO_DO = "请在本步骤或者以前的步骤补填；办理程序没有询问的，请系统管理员在程序文件相应动作的 inputs 中加上。"


class MissingFields(Invalid):
    """A letter cannot be composed: `missing` names every required placeholder without a value."""

    code = "missing_fields"

    def __init__(self, kind: str, missing: tuple[str, ...]) -> None:
        labels = [label_of(kind, name) for name in missing]
        super().__init__(
            f"文书缺少必填内容，没有制发，没有占用文号：{'、'.join(labels)}。{WHAT_TO_DO}",
            [Problem(name, label) for name, label in zip(missing, labels, strict=True)],
        )
        self.kind = kind
        self.missing = missing


class Paragraph(BaseModel):
    """A paragraph and its level; the cells of a table line are divided by tabs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    level: Level
    text: str


class FrozenText(BaseModel):
    """The words of one letter as they will stand for ever. `digest` is the SHA-256, in hex, of all the rest as JSON
    with sorted keys and no spaces (UTF-8)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    kind: str
    version: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    fields: dict[str, object]
    digest: str


def _folder() -> Path:
    return asset("templates") / "letters"


@cache
def kinds() -> tuple[str, ...]:
    """Return every kind of letter there is a text for, sorted."""
    own = {kind for kind, _ in own_texts.texts()}
    return tuple(sorted({kind for kind, _ in _shipped_texts()} | own))


@cache
def versions(kind: str) -> tuple[str, ...]:
    """Return the versions of a kind's text, oldest first; empty for an unknown kind."""
    own = {version for of, version in own_texts.texts() if of == kind}
    return tuple(sorted(_shipped_versions(kind) | own))


def _shipped_versions(kind: str) -> set[str]:
    return {version for of, version in _shipped_texts() if of == kind}


@cache
def _shipped_texts() -> frozenset[tuple[str, str]]:
    """Kind and version of every text that comes with the program."""
    return frozenset((path.parent.name, path.name.removesuffix(".txt.j2")) for path in _folder().glob("*/*.txt.j2"))


def is_shipped(kind: str) -> bool:
    """Tell whether the program has texts of this kind itself."""
    return bool(_shipped_versions(kind))


def lay_over(texts: Mapping[tuple[str, str], str], kept: Collection[tuple[str, str]] = ()) -> None:
    """Ensure that an installation's own texts of letters stand beside the shipped ones, by kind and version.

    Those in `kept` only the database has any more; they may repeat a shipped one. DefinitionError with every fault: a
    text that cannot be used, a kind and version that is shipped, a kind of its own that does not say what it tells.
    """
    problems: list[Problem] = []
    says: dict[str, letter_kinds.Says] = {}
    for (kind, version), text in texts.items():
        where = f"letters/{kind}/{version}.txt.j2"
        try:
            head = read_template(text, kind, version)
        except DefinitionError as error:
            problems += error.problems
            continue
        if version in _shipped_versions(kind) and (kind, version) not in kept:
            problems.append(Problem(where, "随程序已有这一天的文本；请以施行日期另建一个文件"))
        if head.says is not None:
            says[kind] = head.says
        elif not _shipped_versions(kind):
            problems.append(Problem(where, SAYS_MISSING))
    if problems:
        raise DefinitionError(f"自有文书模板有 {len(problems)} 处错误，未启动", problems)
    if own_texts.replace(texts):
        letter_kinds.declare(says)
        for one in (kinds, versions, needed_fields, printed_fields, template, _compiled, _compiled_title):
            one.cache_clear()


def label_of(kind: str, name: str) -> str:
    """Return what a placeholder is called, for messages: one of the closed list, or one that some version of the kind asks."""
    heads = (template(kind, version).vocabulary for version in versions(kind))
    return next((words[name].label for words in heads if name in words), name)


@cache
def needed_fields() -> dict[str, frozenset[str]]:
    """By kind of letter, the placeholders that some version of its text cannot do without."""
    return {kind: frozenset(word for v in versions(kind) for word in template(kind, v).required) for kind in kinds()}


@cache
def printed_fields() -> dict[str, frozenset[str]]:
    """By kind of letter, the placeholders that some version of its text prints where they are given."""
    texts = {kind: [template(kind, version) for version in versions(kind)] for kind in kinds()}
    return {
        kind: frozenset(w for one in heads for w in (*one.required, *one.optional)) for kind, heads in texts.items()
    }


def latest_version(kind: str, on: str = "9999") -> str:
    """Return the newest version dated on or before the ISO day `on`; NotFound when there is none."""
    fitting = [version for version in versions(kind) if version <= on]
    if not fitting:
        raise NotFound(f"没有“{kind}”的文书模板。")
    return fitting[-1]


@cache
def template(kind: str, version: str) -> LetterTemplate:
    """Return the template, its placeholders checked against the vocabulary. NotFound, or DefinitionError with every fault."""
    if version not in versions(kind):
        raise NotFound(f"没有“{kind}”的文书模板（版本{version}）。")
    own = own_texts.texts().get((kind, version))
    text = own if own is not None else (_folder() / kind / f"{version}.txt.j2").read_text("utf-8")
    return read_template(text, kind, version)


@cache
def _compiled(kind: str, version: str) -> Template:
    return environment().from_string(template(kind, version).body)


@cache
def _compiled_title(kind: str, version: str) -> Template:
    return environment().from_string(template(kind, version).title)


def required_fields(kind: str, version: str | None = None) -> tuple[str, ...]:
    """Return the placeholders without which a letter of this kind is not composed."""
    return template(kind, version or latest_version(kind)).required


def compose_text(kind: str, version: str, fields: Mapping[str, object]) -> FrozenText:
    """Return the frozen words of a letter.

    Placeholders the template does not use are left out, so callers may pass all they know. Dates may be `date` objects.
    Raises MissingFields (all of them named), UnprintableText, Invalid for a name outside the vocabulary, NotFound.
    """
    head = template(kind, version)
    wanted = (*head.required, *head.optional)
    known = clean_fields(fields, head.vocabulary)
    missing = tuple(name for name in head.required if not known.get(name))
    if missing:
        raise MissingFields(kind, missing)
    values = {name: known.get(name, "" if head.vocabulary[name].shape == "text" else ()) for name in wanted}
    title = unmark(_compiled_title(kind, version).render(values)).replace(BREAK, " ")
    paragraphs = tuple(_paragraphs(_compiled(kind, version).render(values)))
    _refuse_long(kind, paragraphs)
    frozen: dict[str, object] = json.loads(json.dumps(values, ensure_ascii=False))
    return FrozenText(
        kind=kind, version=version, title=title, paragraphs=paragraphs, fields=frozen,
        digest=digest_of(kind, version, title, paragraphs, frozen),
    )  # fmt: skip


def _refuse_long(kind: str, paragraphs: tuple[Paragraph, ...]) -> None:
    """Refuse what would take the press near its limit of time."""
    rows = sum(p.level in {"row", "row_head"} for p in paragraphs)
    for count, most, of in (
        (sum(len(p.text) for p in paragraphs), LONGEST_LETTER, "正文共{}字"),
        (rows, MOST_ROWS, "表格共{}行"),
        (len(paragraphs), MOST_LINES, "正文共{}段（行）"),
    ):
        if count > most:
            text = f"文书{of.format(count)}，超过{most}的上限。{TOO_LONG}"
            raise UnprintableText(text, [Problem(kind, "篇幅过长")])


def with_closing(text: FrozenText, sentence: str) -> FrozenText:
    """Return the same words and a last paragraph, which the digest covers."""
    paragraphs = (*text.paragraphs, Paragraph(level="body", text=sentence))
    digest = digest_of(text.kind, text.version, text.title, paragraphs, text.fields)
    return text.model_copy(update={"paragraphs": paragraphs, "digest": digest})


def digest_holds(text: FrozenText) -> bool:
    """Tell whether a stored text is still the one that was frozen."""
    return text.digest == digest_of(text.kind, text.version, text.title, text.paragraphs, text.fields)


def digest_of(kind: str, version: str, title: str, paragraphs: tuple[Paragraph, ...], fields: dict[str, object]) -> str:
    content = {
        "kind": kind, "version": version, "title": title, "fields": fields,
        "paragraphs": [[p.level, p.text] for p in paragraphs],
    }  # fmt: skip
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _paragraphs(rendered: str) -> list[Paragraph]:
    found: list[Paragraph] = []
    lists: list[list[int]] = []  # of each numbered list of the template's own, where its items stand
    for block in _BLANK_LINE.split(rendered):
        own = outside(block).strip()
        if own.startswith("|"):
            found += [_row(line) for line in block.strip().splitlines()]
            continue
        joined = "".join(line.strip() for line in block.strip().splitlines())
        if not unmark(joined).strip():
            continue
        if item := _ITEM.match(joined):
            if item[1] == "1" or not lists:
                lists.append([])
            lists[-1].append(len(found))
        # A value's own line ends divide it; what follows one is body text whatever it begins with.
        first, *rest = [unmark(part).strip() for part in joined.split(BREAK)]
        found.append(Paragraph(level=_level(joined), text=first))
        found += [Paragraph(level="body", text=part) for part in rest if part]
    for only in (places[0] for places in lists if len(places) == 1):  # a list of one item has no numbers
        found[only] = Paragraph(level="body", text=found[only].text.removeprefix("1. "))
    return [p for p in found if p.text]


def _level(block: str) -> Level:
    if block.startswith(OPEN):
        return "body"
    if _HEADING1.match(block):
        return "heading1"
    return "heading2" if _HEADING2.match(block) else "body"


def _row(line: str) -> Paragraph:
    line = line.strip()
    head = line.startswith("|=")
    return Paragraph(level="row_head" if head else "row", text="\t".join(cells("|" + line[2:] if head else line)))
