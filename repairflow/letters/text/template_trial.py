"""A letter text tried before it is used: it can be printed with all and with the least of its values, and says what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from repairflow.law import letter_kinds
from repairflow.law.checks.label_tone import HARSH, leaning
from repairflow.law.procedure.vocabulary import HARMFUL
from repairflow.letters.text.placeholders import Change, Note, Row, Shape
from repairflow.letters.text.template_head import LetterTemplate
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
NO_WORDS = (nodes.Pow, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Sub)
"""What reckons: a letter's figures are counted by the program, and a reckoning may take for ever."""
SAMPLE: Mapping[Shape, object] = {
    "text": "甲",
    "texts": ("甲", "乙"),
    "notes": (Note("甲", "乙"), Note("丙", "丁")),
    "changes": (Change("name", "甲", "乙", "丙"),),
    "rows": (Row("1", "甲", "乙", "丙", "丁"),),
}
YES = re.compile(r"决定(准予|同意|予以(修复|移出|批准))")
NO = re.compile(r"决定(不予|不准|驳回|不同意)(?!" + "|".join(HARMFUL) + ")")


def faults(head: LetterTemplate, environment: ImmutableSandboxedEnvironment) -> list[str]:
    """What is wrong with a text whose form is right, each as a sentence."""
    found = [*_empty(head), *_attributes(head, environment), *_reckonings(head, environment)]
    return found or [*_printed(head, environment), *_said(head)]


def _empty(head: LetterTemplate) -> Iterator[str]:
    if not head.title.strip():
        yield "没有标题；请写 title"
    if not head.body.strip():
        yield "没有正文；请在第二行 +++ 之后写明"


def _attributes(head: LetterTemplate, environment: ImmutableSandboxedEnvironment) -> Iterator[str]:
    for text in (head.title, head.body):
        for node in environment.parse(text).find_all(nodes.Getattr):
            if node.attr not in PARTS_OF_VALUES:
                known = "、".join(sorted(PARTS_OF_VALUES))
                yield f"占位项后面写了“.{node.attr}”，没有这一部分；可以写的有：{known}"


def _reckonings(head: LetterTemplate, environment: ImmutableSandboxedEnvironment) -> Iterator[str]:
    """Sums and calls: a letter prints what it is given."""
    for text in (head.title, head.body):
        tree = environment.parse(text)
        if any(True for _ in tree.find_all(NO_WORDS)):
            yield "正文或者标题里写了算式；文书只印已经算好的内容，请删去"
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name):
                yield f"写了“{call.node.name}(…)”，文书里不能这样写；请删去"


def _printed(head: LetterTemplate, environment: ImmutableSandboxedEnvironment) -> Iterator[str]:
    """Print with all values, and with the required ones alone."""
    for names, which in (((*head.required, *head.optional), "各项都有值"), (head.required, "只有必填各项")):
        values = {
            name: SAMPLE[head.vocabulary[name].shape] if name in names else _nothing(head, name)
            for name in (*head.required, *head.optional)
        }
        try:
            body = environment.from_string(head.body).render(values)
            environment.from_string(head.title).render(values)
        except BROKEN:
            yield f"{which}时不能成文：某一项的写法与它的内容不符；请对照其他文书改正"
            return
        if not body.strip():
            yield f"{which}时正文是空的；请写上不随占位项省略的文字"


def _nothing(head: LetterTemplate, name: str) -> object:
    return "" if head.vocabulary[name].shape == "text" else ()


def _said(head: LetterTemplate) -> Iterator[str]:
    """The title and the words of the decision say what the kind is for, and an adverse letter names the remedies."""
    says, before = head.says or letter_kinds.SAYS.get(head.kind), _shipped(head.kind)
    title = re.sub(r"\{\{.*?\}\}", "", head.title)
    tone = leaning(title)
    if before is not None:
        turned = leaning(before[0]) * tone < 0 or (leaning(before[0]) == -1) != (tone == -1)
        if turned and says in {"for", "against", "not_taken_up"}:
            yield f"标题“{head.title}”与本种文书（{before[0]}）意思相反；请改正 title，或者换一个种类"
    elif says == "against" and tone == 1:
        yield f"标题“{head.title}”说的是有利的事，says 却写 against；请改正其中之一"
    elif says == "for" and any(word in title for word in HARSH) and not any(word in title for word in HARMFUL):
        yield f"标题“{head.title}”说的是不利的事，says 却写 for；请改正其中之一"
    plain = re.sub(r"\{[{%].*?[%}]\}", "", head.body)
    wrong = YES.search(plain) if says in {"against", "not_taken_up"} else NO.search(plain) if says == "for" else None
    if wrong is not None and says is not None:
        yield f"正文写“{wrong[0]}”，与本种文书告知的（{letter_kinds.SAYS_LABEL[says]}）相反；请改正"
    told = "remedy_paragraphs" in (*head.required, *head.optional)
    if says == "against" and not told:
        yield "对当事人不利的文书必须写明救济途径（remedy_paragraphs）；请写入 required 和正文"
    if before is not None and before[1] and not head.remedy:
        yield "随程序的文本写明救济途径（remedy = true），本文本没有；请恢复"


@cache
def _shipped(kind: str) -> tuple[str, bool] | None:
    """The title of the newest shipped text of a kind, and whether it tells remedies; None for a kind of one's own."""
    texts = sorted((asset("templates") / "letters" / kind).glob("*.txt.j2"))
    if not texts:
        return None
    source = texts[-1].read_text(encoding="utf-8")
    head = source.split("+++\n", 2)[1]
    title = re.search(r'^title = "(.*)"$', head, re.MULTILINE)
    return re.sub(r"\{\{.*?\}\}", "", title[1]) if title else kind, "remedy = true" in head
