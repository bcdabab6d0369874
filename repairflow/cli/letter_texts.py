"""The letter texts among the files that `procedures check` is given: read, tried, and held beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from repairflow.errors import DefinitionError
from repairflow.law import letter_kinds
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.written_lengths import written_out
from repairflow.law.toml_file import unreadable
from repairflow.letters.text import template_sense
from repairflow.letters.text.marks import shipped_marks
from repairflow.letters.text.template_file import SAYS_MISSING, read_template
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.letters.text.template_lines import TextFile
from repairflow.letters.text.templates import is_shipped


@dataclass
class Given:
    """The texts that can be used, by kind; the kinds of those that cannot, whose faults have been told."""

    heads: dict[str, list[LetterTemplate]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    files: dict[tuple[str, str], TextFile] = field(default_factory=dict)

    @property
    def required(self) -> Mapping[str, frozenset[str]]:
        """By kind, the words that some of its texts cannot do without."""
        return {kind: frozenset(word for one in heads for word in one.required) for kind, heads in self.heads.items()}

    @property
    def printed(self) -> Mapping[str, frozenset[str]]:
        """By kind, the words that some of its texts print."""
        return {
            kind: frozenset(word for one in heads for word in (*one.required, *one.optional))
            for kind, heads in self.heads.items()
        }

    @property
    def says(self) -> Mapping[str, letter_kinds.Says]:
        """What kinds of an installation's own tell their reader."""
        return {kind: one.says for kind, heads in self.heads.items() for one in heads if one.says is not None}

    @property
    def places(self) -> Mapping[str, str]:
        """By kind, where its newest text says what it requires."""
        return {kind: self.files[kind, heads[-1].version].key("required") for kind, heads in self.heads.items()}


def read(files: Sequence[Path], findings: list[Diagnostic]) -> Given:
    """Read every text; what is wrong with one, or between two, is noted."""
    given = Given()
    for path in files:
        kind, version = path.parent.name, path.name.removesuffix(".txt.j2")
        where = f"{kind}/{path.name}"
        try:
            source = path.read_text(encoding="utf-8")
            head = read_template(source, kind, version)
        except DefinitionError as error:
            given.broken.add(kind)
            findings += [Diagnostic("letter_text", one.where, one.text) for one in error.problems]
        except (OSError, UnicodeDecodeError):
            given.broken.add(kind)
            findings.append(Diagnostic("form", f"{where}:1", unreadable(where).text))
        else:
            given.heads.setdefault(kind, []).append(head)
            given.files[kind, version] = TextFile(where, source)
            findings += _senses(head, given.files[kind, version])
    findings += _marks(given)
    return given


def _senses(head: LetterTemplate, file: TextFile) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    if (length := written_out(template_sense.without_code(file.source))) is not None:
        told = f"文书文字直接写了“{length}”，照印而没有条文；请以占位符写出，或者删去数字"
        found.append(Diagnostic("figure_in_text", file.said(length), told))
    if head.says is None and not is_shipped(head.kind):
        found.append(Diagnostic("letter_text", file.key("says"), SAYS_MISSING))
    return [*found, *(Diagnostic(*fault) for fault in template_sense.check(head, file))]


def _marks(given: Given) -> list[Diagnostic]:
    """Two kinds that number their letters under one mark: a number would not tell which letter it is of."""
    owners = {mark: (kind, "") for kind, mark in shipped_marks().items()}
    found: list[Diagnostic] = []
    for kind, heads in given.heads.items():
        for head in heads:
            other = owners.setdefault(head.mark, (kind, head.name)) if head.mark else (kind, "")
            if other[0] != kind and shipped_marks().get(kind) != head.mark:
                text = f"文号用字“{head.mark}”已由文书“{other[1] or other[0]}”使用，两种文书的文号无法区分；请换一个 mark，或者不写"
                found.append(Diagnostic("letter_mark", given.files[kind, head.version].key("mark"), text))
    return found
