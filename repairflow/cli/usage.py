"""What is wrong with how a command was written, in Chinese: click says it in English."""

from __future__ import annotations

import re
from collections.abc import Callable

import click
from click.exceptions import MissingParameter, NoSuchOption

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


def told(error: click.ClickException) -> str:
    """Return a fault of the command line as people read it: what is wrong, how the command is written, where its help is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return _said(error)
    usage = (
        context.get_usage().removeprefix("Usage: ").replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令")
    )
    return f"错误：{_said(error)}\n用法：{usage}\n说明：{context.command_path} --help"


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
