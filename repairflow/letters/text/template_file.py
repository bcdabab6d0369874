"""One text of a letter as its file has it: the head, the body, and everything that can be wrong with them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from tomllib import TOMLDecodeError

from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law import letter_kinds
from repairflow.law.procedure.form_faults import faults, refuse_reserved
from repairflow.law.toml_file import BOM, BOM_TOLD, broken, read_toml
from repairflow.letters.text import template_size, template_trial
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.letters.text.printable import mark
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.letters.text.template_lines import FENCE, TextFile


@cache
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
    """Return a value without its last full stop, for a sentence that goes on."""
    return value.rstrip("。；;.")


def _found(value: str) -> str:
    """Return what was found, without 经核查 and its like at its beginning, where the sentence begins so itself."""
    return re.sub(r"^经(?:核查|核实|查|审查|复核|复查|调查)，", "", value)


def _sentence(value: str) -> str:
    """Return a value as whole sentences: with a full stop at its end, unless it ends in a mark of its own."""
    return value if value.endswith(("。", "！", "？", "…", "……")) else f"{_stem(value)}。"


@lru_cache(maxsize=1024)
def read_template(source: str, kind: str, version: str) -> LetterTemplate:
    """Return a template from its source text; DefinitionError names everything wrong with it, each with its line."""
    file = TextFile(f"{kind}/{version}.txt.j2", source)
    found = _form(source, kind, version, file)
    try:
        if (large := template_size.fault(environment(), found.title)) is not None:
            raise _unusable(file, [Problem(file.key("title"), large[1])])
        if (large := template_size.fault(environment(), found.body)) is not None:
            raise _unusable(file, [Problem(file.body(large[0]), large[1])])
        used = meta.find_undeclared_variables(environment().parse(found.title + found.body))
    except TemplateError as wrong:
        raise _unusable(
            file, [Problem(_broken_at(wrong, file), f"正文或者标题的占位写法有误{_broken(wrong)}")]
        ) from wrong
    declared = {*found.required, *found.optional}
    unknown = sorted((declared | used) - set(found.vocabulary))
    problems = [Problem(file.word(name), f"占位项 {name} 不在清单内，也没有在 asked 中写明") for name in unknown]
    problems += _asked(found, declared, file)
    problems += [Problem(file.word(name), f"占位项 {name} 使用了但未声明") for name in sorted(used - declared)]
    problems += [Problem(file.word(name), f"占位项 {name} 声明了但未使用") for name in sorted(declared - used)]
    either = letter_kinds.SAYS.get(kind) == "either"  # its favourable results tell of none
    if found.remedy and "remedy_paragraphs" not in (declared if either else found.required):
        problems.append(Problem(file.key("required"), "对当事人不利的文书必须写明救济途径"))
    if not problems:
        problems += [Problem(at, text) for at, text in template_trial.faults(found, environment(), file)]
    if problems:
        raise _unusable(file, problems)
    return found


def _form(source: str, kind: str, version: str, file: TextFile) -> LetterTemplate:
    """Return the head and body of a text; DefinitionError in Chinese, each fault with its line."""
    if source.startswith(BOM):
        raise _unusable(file, [Problem(f"{file.where}:1", BOM_TOLD)])
    parts = source.split(FENCE, 2)
    if len(parts) != 3:
        text = "须以两行 +++ 之间的 TOML 开头，写明 title 和 required，其后是正文"
        raise _unusable(file, [Problem(f"{file.where}:1", text)])
    _, head, body = parts
    try:
        data = read_toml(head)
        refuse_reserved(data, ("kind", "version", "body"), f"{FENCE}{head}", file.where)
        return LetterTemplate.model_validate({**data, "kind": kind, "version": version, "body": body.strip("\n")})
    except TOMLDecodeError as wrong:
        raise _unusable(file, [broken(wrong, f"{FENCE}{head}", file.where, above=1)]) from wrong
    except ValidationError as wrong:
        raise _unusable(file, faults(wrong, f"{FENCE}{head}", file.where, LetterTemplate)) from wrong


def _broken_at(wrong: TemplateError, file: TextFile) -> str:
    return file.body(getattr(wrong, "lineno", None) or 1)


def _broken(wrong: TemplateError) -> str:
    """Return what to look at where the writing of a text breaks."""
    word = re.search(r"No (?:filter|test) named '(\w+)'", str(wrong))
    what = f"没有名为 {word[1]} 的写法" if word else "{{ }}、{% %} 须成对，if、for 须有 endif、endfor"
    return f"：{what}"


def _unusable(file: TextFile, problems: list[Problem]) -> DefinitionError:
    return DefinitionError(f"文书模板 {file.where} 不能使用。", problems)


SAYS_MISSING = "自有文书种类须写明 says：" + "、".join(
    f"{code}（{label}）" for code, label in letter_kinds.SAYS_LABEL.items()
)


def _asked(head: LetterTemplate, declared: set[str], file: TextFile) -> list[Problem]:
    """Return what is wrong with the placeholders a text brings along, and with what a kind of an installation's own must say."""
    problems = [
        Problem(file.key(name), f"占位项 {name} 已在清单内（{VOCABULARY[name].label}），不得在 asked 中另作说明")
        for name in sorted(set(head.asked) & set(VOCABULARY))
    ]
    every = (*head.required, *head.optional)
    problems += [
        Problem(file.word(name), f"占位项 {name} 在 required、optional 中写了两次；请删去一处")
        for name in sorted({name for name in every if every.count(name) > 1})
    ]
    problems += [
        Problem(file.key(name), f"asked 中的 {name} 没有列入 required 或者 optional")
        for name in sorted(set(head.asked) - declared)
    ]
    problems += [
        Problem(file.key(name), f"asked 中的 {name} 须为小写字母、数字和下划线，并写明中文名称")
        for name, label in head.asked.items()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not label.strip()
    ]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", head.kind):
        problems.append(Problem(f"{file.where}:1", "种类（文件夹名）须为小写字母、数字和下划线"))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", head.version):
        problems.append(Problem(f"{file.where}:1", "文件名须为开始使用的日期，如 2026-04-01.txt.j2"))
    if head.says is not None and head.kind in letter_kinds.SHIPPED:
        problems.append(Problem(file.key("says"), f"{head.kind} 是随程序的文书种类，不得另写 says"))
    return problems
