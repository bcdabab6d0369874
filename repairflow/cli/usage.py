"""Help and faults of the command line in Chinese: click says both in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click
from click.exceptions import MissingParameter, NoArgsIsHelpError, NoSuchOption

Said = Callable[[re.Match[str]], str]

TOLD: tuple[tuple[str, Said], ...] = (
    (r"File '(.+)' does not exist", lambda m: f"没有文件 {m[1]}"),
    (r"Directory '(.+)' does not exist", lambda m: f"没有文件夹 {m[1]}"),
    (r"Path '(.+)' does not exist", lambda m: f"没有 {m[1]} 这个文件或者文件夹"),
    (r"File '(.+)' is a directory", lambda m: f"{m[1]} 是文件夹，须写文件"),
    (r"Directory '(.+)' is a file", lambda m: f"{m[1]} 是文件，须写文件夹"),
    (r"\w+ '(.+)' is not (?:readable|writable)", lambda m: f"{m[1]} 无法读写，请核对权限"),
    (r"(.+) is not in the range (.+?)\.?$", lambda m: f"{m[1]} 不在范围 {m[2]}"),
    (r"'(.+)' is not a valid (?:integer|float)", lambda m: f"{m[1]} 不是数"),
    (r"'(.+)' is not one of (.+?)\.?$", lambda m: f"{m[1]} 不是可以写的值，可以写 {m[2]}"),
    (r"'(.+)' does not match the formats? (.+?)\.?$", lambda m: f"{m[1]} 的写法不对，须写成 {m[2]}"),
    (r"No such command '(.+)'", lambda m: f"没有命令 {m[1]}"),
    (r"Got unexpected extra arguments? \((.+)\)", lambda m: f"多写了 {m[1]}"),
    (r"Option '(.+)' requires an argument", lambda m: f"选项 {m[1]} 后面须写值"),
)
"""What click says, and how it is told."""

HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
WORDS: tuple[tuple[str, str], ...] = (
    (r"^Show this message and exit\.$", "显示本说明。"),
    (r"^Show the version and exit\.$", "显示版本。"),
    (r"\[required\]", "[必填]"),
    (r"\[default: (.+?)\]", r"[默认：\1]"),
    (r"; required\]", "；必填]"),
    (r"\[default: (.+?)；", r"[默认：\1；"),
)
"""What click adds to the help of options by itself."""


class ChineseHelp(click.HelpFormatter):
    """The help of a command, with click's own words in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is written."""
        said = (
            args.replace("[OPTIONS]", "[选项]")
            .replace("COMMAND [ARGS]...", "命令 [参数]...")
            .replace("%Y-%m-%d", "年-月-日")
        )
        super().write_usage(prog, said, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a part."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a part of the help under its heading."""
        with super().section(HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands, each with what it does."""
        super().write_dl([(name, _in_chinese(text)) for name, text in rows], col_max, col_spacing)


def _in_chinese(text: str) -> str:
    for pattern, said in WORDS:
        text = re.sub(pattern, said, text)
    return text


def told(error: click.ClickException) -> str:
    """Return a fault of the command line as people read it: what is wrong, how the command is written, where its help is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return _said(error)
    if isinstance(error, NoArgsIsHelpError):
        return context.get_help()
    return f"错误：{_said(error)}\n{context.get_usage()}\n说明：{context.command_path} --help"


def _said(error: click.ClickException) -> str:
    if isinstance(error, MissingParameter) and error.param is not None:
        option = isinstance(error.param, click.Option)
        return (
            f"缺少{'选项' if option else '参数'} {error.param.opts[0] if option else error.param.human_readable_name}"
        )
    if isinstance(error, NoSuchOption):
        near = f"；是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    found = ((say, re.search(pattern, error.message)) for pattern, say in TOLD)
    message = next((say(match) for say, match in found if match is not None), error.message)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{error.param.human_readable_name}：{message}"
    return message
