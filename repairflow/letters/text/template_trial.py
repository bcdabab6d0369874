"""A letter text tried before it is used: it can be printed with all and with the least of its values, and says what it is for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from traceback import extract_tb

from jinja2 import Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from repairflow.law import letter_kinds
from repairflow.law.checks import written_sentences, written_words
from repairflow.law.checks.label_tone import HARSH, leaning
from repairflow.law.procedure.vocabulary import GRANTING, HARMFUL
from repairflow.law.toml_file import read_toml
from repairflow.letters.text import template_values
from repairflow.letters.text.placeholders import Change, Note, Row, Shape
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.letters.text.template_lines import TextFile
from repairflow.settings import asset

PARTS_OF_VALUES = frozenset({
    *Note._fields, *Change._fields, *Row._fields, "startswith", "endswith", "index", "index0", "first", "last", "length", "revindex",
})  # fmt: skip
"""What a text may read of a value: the columns of notes, changes and rows, how it begins, and the place in a loop."""
BROKEN = (
    TemplateError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
    RecursionError,
    MemoryError,
)
"""How a text fails that can be read and not be printed."""
AS_THEY_ARE = frozenset({"stem", "sentence", "found", "join", "length", "trim"})
"""What may be done to a value: nothing that leaves words out or puts others in their place."""
OTHER_WORDS = (
    nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Getitem, nodes.Block,
    nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends,
)  # fmt: skip
"""What gives a value another content, takes a part of it, or brings in another text."""
OTHER_ACTS = re.compile(r"行政处罚决定|处罚决定书|拘留|行政强制|催告书|罚款|判决|裁定书|行政许可决定")
"""Words of a title that name an act this program makes none of."""
SAMPLE: Mapping[Shape, object] = {
    "text": "甲",
    "texts": ("甲", "乙"),
    "notes": (Note("甲", "乙"), Note("丙", "丁")),
    "changes": (Change("name", "甲", "乙", "丙"),),
    "rows": (Row("1", "甲", "乙", "丙", "丁"),),
}
DECIDED = frozenset({"outcome_label", "reason", "ground_label"})
"""Words that tell what was decided and why."""
_CODE = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
YES = re.compile(r"决定(准予|同意|予以(修复|移出|批准))")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
NO = re.compile(r"决定(不予|不准|驳回|不同意)(?!" + "|".join(HARMFUL) + ")")


class Trial:
    """One text on trial: its title and body, read once and compiled once."""

    def __init__(self, head: LetterTemplate, environment: ImmutableSandboxedEnvironment, file: TextFile) -> None:
        self.head = head
        self.file = file
        self._environment = environment
        self.trees = (environment.parse(head.title), environment.parse(head.body))

    @cached_property
    def templates(self) -> tuple[Template, Template]:
        """Title and body, ready to be printed."""
        return self._environment.from_string(self.head.title), self._environment.from_string(self.head.body)

    def at(self, part: int, node: nodes.Node) -> str:
        """Return where something of the title (0) or the body (1) stands."""
        return self.file.body(node.lineno) if part else self.file.key("title")


def faults(head: LetterTemplate, environment: ImmutableSandboxedEnvironment, file: TextFile) -> list[tuple[str, str]]:
    """Return what is wrong with a text whose form is right, each as a sentence with its place."""
    trial = Trial(head, environment, file)
    found = [*_empty(trial), *_words(trial), *_attributes(trial), *_reckonings(trial)]
    return found or [*_printed(trial), *_said(trial), *_decided_by_text(trial), *_given_away(trial), *_left_out(trial)]


def _empty(trial: Trial) -> Iterator[tuple[str, str]]:
    if not trial.head.title.strip():
        yield trial.file.key("title"), "没有标题；请写 title"
    if not trial.head.body.strip():
        yield trial.file.body(), "没有正文；请在第二行 +++ 之后写明"


def _words(trial: Trial) -> Iterator[tuple[str, str]]:
    """Signs nobody sees, and a title that is none."""
    head = trial.head
    for number, line in enumerate(head.body.splitlines(), start=1):
        if (sign := written_words.hidden(line, name=True)) is not None:
            yield trial.file.body(number), f"正文写有{sign}，看到的和所写的不同；请删去"
    for key, text in (("title", head.title), ("listed", head.listed), *head.asked.items()):
        if (sign := written_words.hidden(text, name=True)) is not None:
            yield trial.file.key(key), f"{key} 写有{sign}，看到的和所写的不同；请删去"
        plain = _PLACEHOLDER.sub("文", text)
        if plain.strip() and (fault := written_words.unreadable(plain)) is not None:
            yield trial.file.key(key), f"{key} {fault}"


def _attributes(trial: Trial) -> Iterator[tuple[str, str]]:
    for part, tree in enumerate(trial.trees):
        for node in tree.find_all(nodes.Getattr):
            if node.attr not in PARTS_OF_VALUES:
                known = "、".join(sorted(PARTS_OF_VALUES))
                yield trial.at(part, node), f"占位项后面写了“.{node.attr}”，没有这一部分；可以写的有：{known}"


def _reckonings(trial: Trial) -> Iterator[tuple[str, str]]:
    """Find calls and changes: a letter prints what it is given, whole."""
    for part, tree in enumerate(trial.trees):
        for node in tree.find_all(OTHER_WORDS):
            text = "正文或者标题里另设、截取了内容，或者引入了别的文本；文书须照印各占位项，请删去"
            yield trial.at(part, node), text
        for used in tree.find_all(nodes.Filter):
            if used.name not in AS_THEY_ARE:
                known = "、".join(sorted(AS_THEY_ARE))
                yield trial.at(part, used), f"写了“|{used.name}”，会改动或者截去所印的内容；可以写的有：{known}"
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name):
                yield trial.at(part, call), f"写了“{call.node.name}(…)”，文书里不能这样写；请删去"


def _printed(trial: Trial) -> Iterator[tuple[str, str]]:
    """Print with all values, and with the required ones alone."""
    head = trial.head
    for names, which in (((*head.required, *head.optional), "各项都有值"), (head.required, "只有必填各项")):
        try:
            _title, body = (one.render(_values(head, names)) for one in trial.templates)
        except BROKEN as wrong:
            at = trial.file.body(_line_of(wrong))
            yield at, f"{which}时不能成文：某一项的写法与它的内容不符；请对照其他文书改正"
            return
        if not body.strip():
            yield trial.file.body(), f"{which}时正文是空的；请写上不随占位项省略的文字"
    render = template_values.printer(trial.templates, _values(head, head.required))
    for name in template_values.unguarded(head, trial.trees):
        text = (
            f"占位项 {name}（{head.vocabulary[name].label}）可以没有，却写在 if 之外，没有时文句有缺口；请写在 if 之内"
        )
        yield trial.file.word(name), text
    for name in template_values.unprinted(head, render):
        text = f"占位项 {name}（{head.vocabulary[name].label}）写为必需，只有必填各项时却没有印出来；请改正 if 的条件"
        yield trial.file.word(name), text
    told = "remedy_paragraphs" in (*head.required, *head.optional)
    if told and not template_values.told_remedies(render):
        text = "救济途径（remedy_paragraphs）有时也不印出来；请只以 remedy_paragraphs 自身为 if 的条件"
        yield trial.file.word("remedy_paragraphs"), text


def bodies(head: LetterTemplate, environment: ImmutableSandboxedEnvironment) -> Iterator[tuple[str, str]]:
    """Yield the body with all values and with the required ones alone: which it is, and how it reads. Of a text that can be printed."""
    body = environment.from_string(head.body)
    for names, which in (((*head.required, *head.optional), "各项都有值"), (head.required, "只有必填各项")):
        yield which, body.render(_values(head, names))


def _values(head: LetterTemplate, names: Collection[str]) -> dict[str, object]:
    return {
        name: SAMPLE[head.vocabulary[name].shape] if name in names else _nothing(head, name)
        for name in (*head.required, *head.optional)
    }


def _line_of(wrong: BaseException) -> int:
    """Return the line of the text on which printing broke."""
    frames = [frame for frame in extract_tb(wrong.__traceback__) if frame.filename == "<template>"]
    return (frames[-1].lineno or 1) if frames else 1


def _nothing(head: LetterTemplate, name: str) -> object:
    return "" if head.vocabulary[name].shape == "text" else ()


def _said(trial: Trial) -> Iterator[tuple[str, str]]:
    """Yield the title and the words of the decision say what the kind is for, and an adverse letter names the remedies."""
    head, at = trial.head, trial.file.key("title")
    says, before = head.says or letter_kinds.SAYS.get(head.kind), _shipped(head.kind)
    title = _PLACEHOLDER.sub("", head.title)
    tone = leaning(title)
    if (act := OTHER_ACTS.search(title)) is not None and (before is None or act[0] not in before[0]):
        yield at, f"标题“{head.title}”写了“{act[0]}”，本系统不作出这种行为；请改正 title"
    if before is not None:
        turned = leaning(before[0]) * tone < 0 or (leaning(before[0]) == -1) != (tone == -1)
        if turned and says in {"for", "against", "not_taken_up"}:
            yield at, f"标题“{head.title}”与本种文书（{before[0]}）意思相反；请改正 title，或者换一个种类"
    elif says == "against" and tone == 1:
        yield at, f"标题“{head.title}”说的是有利的事，says 却写 against；请改正其中之一"
    elif says == "for" and any(word in title for word in HARSH) and not any(word in title for word in HARMFUL):
        yield at, f"标题“{head.title}”说的是不利的事，says 却写 for；请改正其中之一"
    refuses = any(word in title for word in HARSH) and not any(word in title for word in HARMFUL)
    if says == "either" and head.kind not in letter_kinds.SHIPPED and (refuses or title.startswith(GRANTING)):
        yield at, f"标题“{head.title}”已经说了结果，本种文书却告知各种结果（either）；请改用不说结果的标题"
    plain = re.sub(r"\{[{%].*?[%}]\}", "", head.body)
    wrong = YES.search(plain) if says in {"against", "not_taken_up"} else NO.search(plain) if says == "for" else None
    if wrong is not None and says is not None:
        told = letter_kinds.SAYS_LABEL[says]
        yield trial.file.said(wrong[0]), f"正文写“{wrong[0]}”，与本种文书告知的（{told}）相反；请改正"
    yield from _remedies(trial, says, remedy=before is not None and before[1])


def _decided_by_text(trial: Trial) -> Iterator[tuple[str, str]]:
    """Yield a text that goes with several ends tells the one there is, and never one of its own."""
    head, tree = trial.head, trial.trees[1]
    says = head.says or letter_kinds.SAYS.get(head.kind)
    for compared in tree.find_all((nodes.Compare, nodes.Test)):
        names = {name.name for name in compared.find_all(nodes.Name)}
        if names & DECIDED and head.kind not in letter_kinds.SHIPPED:
            word = min(names & DECIDED)
            yield trial.at(1, compared), f"以 {word} 的内容为条件，文书会说出与决定不同的话；请照印 {word}"
    if says in {"either", "notice", "taken_up", "ended"}:
        for node in (part for one in tree.body if isinstance(one, nodes.Output) for part in one.nodes):
            text = node.data if isinstance(node, nodes.TemplateData) else ""
            if (wrong := YES.search(text) or NO.search(text)) is not None:
                told = letter_kinds.SAYS_LABEL[says]
                yield trial.file.said(wrong[0]), f"正文一律写“{wrong[0]}”，本种文书告知的却是{told}；请印 outcome_label"


def _given_away(trial: Trial) -> Iterator[tuple[str, str]]:
    """Markup that would be printed, rights a letter denies, and fees."""
    plain = _CODE.sub("", trial.head.body)
    asked = written_sentences.fee(plain) if trial.head.kind in letter_kinds.SHIPPED else None
    if asked is not None:
        yield trial.file.said(asked), f"正文写了“{asked}”，办理不得收取费用；请删去"
    for found, why in (
        (written_sentences.MARKUP.search(plain), "会照印出来；请删去"),
        (written_sentences.WAIVED.search(plain), "当事人的权利不能因此减少；请删去"),
    ):
        if found is not None:
            yield trial.file.said(found[0]), f"正文写了“{found[0]}”，{why}"


def _left_out(trial: Trial) -> Iterator[tuple[str, str]]:
    """Yield a newer text of a shipped kind tells what was decided, why, on which law and what one may do, as the shipped one does."""
    head = trial.head
    now = {*head.required, *head.optional}
    for name in sorted(_words_of_shipped(head.kind) & (DECIDED | {"legal_bases", "remedy_paragraphs"}) - now):
        label = head.vocabulary[name].label
        text = f"随程序的文本写明{label}（{name}），本文本没有了，当事人无从知道；请恢复"
        yield trial.file.key("required"), text


def _remedies(trial: Trial, says: letter_kinds.Says | None, *, remedy: bool) -> Iterator[tuple[str, str]]:
    """Letters that may tell something against their reader say where to go; `remedy` where the shipped text does."""
    head, at = trial.head, trial.file.key("required")
    if "remedy_paragraphs" not in (*head.required, *head.optional):
        if says == "against":
            yield at, "对当事人不利的文书必须写明救济途径（remedy_paragraphs）；请写入 required 和正文"
        elif says in {"either", "not_taken_up"}:
            what = letter_kinds.SAYS_LABEL[says]
            text = f"{what}的文书可能对当事人不利，须写明救济途径（remedy_paragraphs）；请写入 optional 和正文"
            yield at, text
    if says == "notice" and "outcome_label" in (*head.required, *head.optional):
        yield (
            trial.file.word("outcome_label"),
            "本种文书只是办理中的告知（notice），却印办理结果（outcome_label）；请改写 says",
        )
    if remedy and not head.remedy:
        yield at, "随程序的文本写明救济途径（remedy = true），本文本没有；请恢复"


@cache
def _words_of_shipped(kind: str) -> frozenset[str]:
    """Return the words that the newest shipped text of a kind prints; none for a kind of one's own."""
    texts = sorted((asset("templates") / "letters" / kind).glob("*.txt.j2"))
    if not texts:
        return frozenset()
    head = read_toml(texts[-1].read_text(encoding="utf-8").split("+++\n", 2)[1])
    return frozenset((*head.get("required", ()), *head.get("optional", ())))


@cache
def _shipped(kind: str) -> tuple[str, bool] | None:
    """Return the title of the newest shipped text of a kind, and whether it tells remedies; None for a kind of one's own."""
    texts = sorted((asset("templates") / "letters" / kind).glob("*.txt.j2"))
    if not texts:
        return None
    source = texts[-1].read_text(encoding="utf-8")
    head = source.split("+++\n", 2)[1]
    title = re.search(r'^title = "(.*)"$', head, re.MULTILINE)
    return _PLACEHOLDER.sub("", title[1]) if title else kind, "remedy = true" in head
