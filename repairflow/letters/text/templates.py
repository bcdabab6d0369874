"""The words of a letter: dated templates, a closed list of placeholders, and the frozen text that is signed for.

A template is `templates/letters/<kind>/<version>.txt.j2`: a TOML head between two `+++` lines (title, form, required and
optional placeholders), then the body. A blank line ends a paragraph; a paragraph that begins with 一、 or （一） is a
heading of the first or second level (GB/T 9704-2012, 7.3.3); `| a | b |` is a table line, `|= a | b |` its heading.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict

from repairflow.errors import DefinitionError, Invalid, NotFound, Problem
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.letters.text.printable import (
    BREAK,
    OPEN,
    UnprintableText,
    cells,
    clean_fields,
    mark,
    outside,
    unmark,
)
from repairflow.settings import asset

Level = Literal["body", "heading1", "heading2", "row", "row_head"]
LONGEST_LETTER = 100_000  # characters; about 160 pages
_HEADING1 = re.compile(r"[一二三四五六七八九十]+、")
_HEADING2 = re.compile(r"（[一二三四五六七八九十]+）")


WHAT_TO_DO = "请在本步骤或者以前的步骤补填；办理程序没有询问的，请系统管理员在程序文件相应动作的 inputs 中加上。"


class MissingFields(Invalid):
    """A letter cannot be composed: `missing` names every required placeholder without a value."""

    code = "missing_fields"

    def __init__(self, kind: str, missing: tuple[str, ...]) -> None:
        labels = "、".join(VOCABULARY[name].label for name in missing)
        super().__init__(
            f"文书缺少必填内容，没有制发，没有占用文号：{labels}。{WHAT_TO_DO}",
            [Problem(name, VOCABULARY[name].label) for name in missing],
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


class LetterTemplate(BaseModel):
    """The head of a template: what it is called, the form it is printed in, the seal, and the placeholders it needs.

    A title may name placeholders; `name` is the title without them, for lists and forms that know no case yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str
    version: str
    title: str
    form: Literal["letter", "standard", "plain"] = "letter"
    remedy: bool = False  # an adverse letter, which must tell the remedies
    seal: Literal["office", "repair", "objection"] = "office"  # where the procedure's definition names none
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    body: str

    @property
    def name(self) -> str:
        return re.sub(r"\{\{.*?\}\}", "", self.title)


def _environment() -> ImmutableSandboxedEnvironment:
    # Plain text: escaping belongs to the page, which escapes everything. A mark around each value keeps it data.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        lstrip_blocks=True,
        finalize=mark,
    )
    environment.filters["stem"] = _stem
    environment.filters["sentence"] = _sentence
    return environment


def _stem(value: str) -> str:
    """A value without its last full stop, for a sentence that goes on."""
    return value.rstrip("。；;.")


def _sentence(value: str) -> str:
    """A value as whole sentences: with a full stop at its end, unless it ends in a mark of its own."""
    return value if value.endswith(("。", "！", "？", "…", "……")) else f"{_stem(value)}。"


def _folder() -> Path:
    return asset("templates") / "letters"


@cache
def kinds() -> tuple[str, ...]:
    """Every kind of letter there is a text for, sorted."""
    return tuple(sorted({path.parent.name for path in _folder().glob("*/*.txt.j2")}))


@cache
def versions(kind: str) -> tuple[str, ...]:
    """The versions of a kind's text, oldest first; empty for an unknown kind."""
    return tuple(
        sorted(path.name.removesuffix(".txt.j2") for path in _folder().glob("*/*.txt.j2") if path.parent.name == kind)
    )


@cache
def needed_fields() -> dict[str, frozenset[str]]:
    """By kind of letter, the placeholders that some version of its text cannot do without."""
    return {kind: frozenset(word for v in versions(kind) for word in template(kind, v).required) for kind in kinds()}


def latest_version(kind: str, on: str = "9999") -> str:
    """The newest version dated on or before the ISO day `on`; NotFound when there is none."""
    fitting = [version for version in versions(kind) if version <= on]
    if not fitting:
        raise NotFound(f"没有“{kind}”的文书模板。")
    return fitting[-1]


@cache
def template(kind: str, version: str) -> LetterTemplate:
    """The template, its placeholders checked against the vocabulary. NotFound, or DefinitionError with every fault."""
    if version not in versions(kind):
        raise NotFound(f"没有“{kind}”的文书模板（版本{version}）。")
    return read_template((_folder() / kind / f"{version}.txt.j2").read_text("utf-8"), kind, version)


def read_template(source: str, kind: str, version: str) -> LetterTemplate:
    """A template from its source text; DefinitionError names everything wrong with it."""
    where = f"{kind}/{version}.txt.j2"
    try:
        _, head, body = source.split("+++\n", 2)
        found = LetterTemplate(kind=kind, version=version, body=body.strip("\n"), **tomllib.loads(head))
        used = meta.find_undeclared_variables(_environment().parse(found.title + found.body))
    except (ValueError, TypeError, TemplateError) as wrong:
        raise DefinitionError(f"文书模板 {where} 不能使用。", [Problem(where, str(wrong))]) from wrong
    declared = {*found.required, *found.optional}
    problems = [Problem(where, f"占位项 {name} 不在清单内") for name in sorted((declared | used) - set(VOCABULARY))]
    problems += [Problem(where, f"占位项 {name} 使用了但未声明") for name in sorted(used - declared)]
    problems += [Problem(where, f"占位项 {name} 声明了但未使用") for name in sorted(declared - used)]
    if found.remedy and "remedy_paragraphs" not in found.required:
        problems.append(Problem(where, "对当事人不利的文书必须写明救济途径"))
    if problems:
        raise DefinitionError(f"文书模板 {where} 不能使用。", problems)
    return found


@cache
def _compiled(kind: str, version: str) -> Template:
    return _environment().from_string(template(kind, version).body)


@cache
def _compiled_title(kind: str, version: str) -> Template:
    return _environment().from_string(template(kind, version).title)


def required_fields(kind: str, version: str | None = None) -> tuple[str, ...]:
    """The placeholders without which a letter of this kind is not composed."""
    return template(kind, version or latest_version(kind)).required


def compose_text(kind: str, version: str, fields: Mapping[str, object]) -> FrozenText:
    """The frozen words of a letter.

    Placeholders the template does not use are left out, so callers may pass all they know. Dates may be `date` objects.
    Raises MissingFields (all of them named), UnprintableText, Invalid for a name outside the vocabulary, NotFound.
    """
    head = template(kind, version)
    wanted = (*head.required, *head.optional)
    known = clean_fields(fields)
    missing = tuple(name for name in head.required if not known.get(name))
    if missing:
        raise MissingFields(kind, missing)
    values = {name: known.get(name, "" if VOCABULARY[name].shape == "text" else ()) for name in wanted}
    title = unmark(_compiled_title(kind, version).render(values)).replace(BREAK, " ")
    paragraphs = tuple(_paragraphs(_compiled(kind, version).render(values)))
    length = sum(len(p.text) for p in paragraphs)
    if length > LONGEST_LETTER:
        raise UnprintableText(f"文书正文共{length}字，超过{LONGEST_LETTER}字的上限。", [Problem(kind, "篇幅过长")])
    frozen: dict[str, object] = json.loads(json.dumps(values, ensure_ascii=False))
    return FrozenText(
        kind=kind, version=version, title=title, paragraphs=paragraphs, fields=frozen,
        digest=_digest(kind, version, title, paragraphs, frozen),
    )  # fmt: skip


def with_closing(text: FrozenText, sentence: str) -> FrozenText:
    """The same words and a last paragraph, which the digest covers."""
    paragraphs = (*text.paragraphs, Paragraph(level="body", text=sentence))
    digest = _digest(text.kind, text.version, text.title, paragraphs, text.fields)
    return text.model_copy(update={"paragraphs": paragraphs, "digest": digest})


def digest_holds(text: FrozenText) -> bool:
    """Whether a stored text is still the one that was frozen."""
    return text.digest == _digest(text.kind, text.version, text.title, text.paragraphs, text.fields)


def _digest(kind: str, version: str, title: str, paragraphs: tuple[Paragraph, ...], fields: dict[str, object]) -> str:
    content = {
        "kind": kind, "version": version, "title": title, "fields": fields,
        "paragraphs": [[p.level, p.text] for p in paragraphs],
    }  # fmt: skip
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _paragraphs(rendered: str) -> list[Paragraph]:
    found: list[Paragraph] = []
    for block in re.split(r"\n[ \t]*\n", rendered):
        own = outside(block).strip()
        if own.startswith("|"):
            found += [_row(line) for line in block.strip().splitlines()]
            continue
        joined = "".join(line.strip() for line in block.strip().splitlines())
        if not unmark(joined).strip():
            continue
        # A value's own line ends divide it; what follows one is body text whatever it begins with.
        first, *rest = [unmark(part).strip() for part in joined.split(BREAK)]
        found.append(Paragraph(level=_level(joined), text=first))
        found += [Paragraph(level="body", text=part) for part in rest if part]
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
