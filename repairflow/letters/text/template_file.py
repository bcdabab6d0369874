"""One text of a letter as its file has it: the head, the body, and everything that can be wrong with them."""

from __future__ import annotations

import re
from tomllib import TOMLDecodeError

from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law import letter_kinds
from repairflow.law.procedure.form_faults import faults
from repairflow.law.toml_file import broken, read_toml
from repairflow.letters.text import template_trial
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.letters.text.printable import mark
from repairflow.letters.text.template_head import LetterTemplate


def environment() -> ImmutableSandboxedEnvironment:
    # Plain text: escaping belongs to the page, which escapes everything. A mark around each value keeps it data.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        lstrip_blocks=True,
        finalize=mark,
    )
    environment.filters["stem"] = _stem
    environment.filters["sentence"] = _sentence
    environment.filters["found"] = _found
    return environment


def _stem(value: str) -> str:
    """A value without its last full stop, for a sentence that goes on."""
    return value.rstrip("。；;.")


def _found(value: str) -> str:
    """What was found, without 经核查 and its like at its beginning, where the sentence begins so itself."""
    return re.sub(r"^经(?:核查|核实|查|审查|复核|复查|调查)，", "", value)


def _sentence(value: str) -> str:
    """A value as whole sentences: with a full stop at its end, unless it ends in a mark of its own."""
    return value if value.endswith(("。", "！", "？", "…", "……")) else f"{_stem(value)}。"


def read_template(source: str, kind: str, version: str) -> LetterTemplate:
    """A template from its source text; DefinitionError names everything wrong with it."""
    where = f"{kind}/{version}.txt.j2"
    found = _form(source, kind, version, where)
    try:
        used = meta.find_undeclared_variables(environment().parse(found.title + found.body))
    except TemplateError as wrong:
        raise _unusable(
            where,
            [Problem(where, f"正文或者标题的占位写法有误{_broken(wrong)}")],
        ) from wrong
    declared = {*found.required, *found.optional}
    unknown = sorted((declared | used) - set(found.vocabulary))
    problems = [Problem(where, f"占位项 {name} 不在清单内，也没有在 asked 中写明") for name in unknown]
    problems += _asked(found, declared, where)
    problems += [Problem(where, f"占位项 {name} 使用了但未声明") for name in sorted(used - declared)]
    problems += [Problem(where, f"占位项 {name} 声明了但未使用") for name in sorted(declared - used)]
    if found.remedy and "remedy_paragraphs" not in found.required:
        problems.append(Problem(where, "对当事人不利的文书必须写明救济途径"))
    if not problems:
        problems += [Problem(where, text) for text in template_trial.faults(found, environment())]
    if problems:
        raise _unusable(where, problems)
    return found


def _form(source: str, kind: str, version: str, where: str) -> LetterTemplate:
    """The head and body of a text; DefinitionError in Chinese, each fault with its line."""
    parts = source.split("+++\n", 2)
    if len(parts) != 3:
        raise _unusable(where, [Problem(where, "须以两行 +++ 之间的 TOML 开头，写明 title 和 required，其后是正文")])
    _, head, body = parts
    text = f"+++\n{head}"
    try:
        return LetterTemplate.model_validate(
            {"kind": kind, "version": version, "body": body.strip("\n"), **read_toml(head)}
        )
    except TOMLDecodeError as wrong:
        raise _unusable(where, [broken(wrong, head, where)]) from wrong
    except ValidationError as wrong:
        raise _unusable(where, faults(wrong, text, where)) from wrong


def _broken(wrong: TemplateError) -> str:
    """Where in the body a text breaks, and what to look at."""
    line = getattr(wrong, "lineno", None)
    word = re.search(r"No (?:filter|test) named '(\w+)'", str(wrong))
    what = f"没有名为 {word[1]} 的写法" if word else "{{ }}、{% %} 须成对，if、for 须有 endif、endfor"
    return f"（第 {line} 行）：{what}" if line else f"：{what}"


def _unusable(where: str, problems: list[Problem]) -> DefinitionError:
    return DefinitionError(f"文书模板 {where} 不能使用。", problems)


SAYS_MISSING = "自有文书种类须写明 says：" + "、".join(
    f"{code}（{label}）" for code, label in letter_kinds.SAYS_LABEL.items()
)


def _asked(head: LetterTemplate, declared: set[str], where: str) -> list[Problem]:
    """What is wrong with the placeholders a text brings along, and with what a kind of an installation's own must say."""
    problems = [
        Problem(where, f"占位项 {name} 已在清单内（{VOCABULARY[name].label}），不得在 asked 中另作说明")
        for name in sorted(set(head.asked) & set(VOCABULARY))
    ]
    problems += [
        Problem(where, f"asked 中的 {name} 没有列入 required 或者 optional")
        for name in sorted(set(head.asked) - declared)
    ]
    problems += [
        Problem(where, f"asked 中的 {name} 须为小写字母、数字和下划线，并写明中文名称")
        for name, label in head.asked.items()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not label.strip()
    ]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", head.kind):
        problems.append(Problem(where, "种类（文件夹名）须为小写字母、数字和下划线"))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", head.version):
        problems.append(Problem(where, "文件名须为开始使用的日期，如 2026-04-01.txt.j2"))
    if head.says is not None and head.kind in letter_kinds.SHIPPED:
        problems.append(Problem(where, f"{head.kind} 是随程序的文书种类，不得另写 says"))
    return problems
