"""A definition file as TOML: on which line something stands, where a file that is no TOML breaks, the digest of what it means."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from repairflow.errors import Problem

BOM = "\ufeff"
"""What some editors write at the beginning of a file; no definition may begin so."""
BOM_TOLD = "文件开头有字节顺序标记（BOM）；请用编辑器另存为“UTF-8（无 BOM）”"


def read_toml(text: str) -> dict[str, Any]:
    """The content of a file; TOMLDecodeError also for one nested so deeply, or with a number so long, that no definition is."""
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise error if isinstance(error, tomllib.TOMLDecodeError) else tomllib.TOMLDecodeError("number") from None
    if _beyond(found):
        raise tomllib.TOMLDecodeError("number")
    return found


LARGEST = 2**63
"""What TOML calls a whole number lies within this, either way."""


def _beyond(value: object) -> bool:
    """Whether some number of the content is larger than TOML has them."""
    if isinstance(value, dict):
        return any(map(_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_beyond, value))
    return isinstance(value, int) and not -LARGEST <= value < LARGEST


def broken(error: tomllib.TOMLDecodeError, text: str, where: str, *, above: int = 0) -> Problem:
    """A file that is no TOML: where it breaks, and what to look at; `above` lines of `text` were not read as TOML."""
    if text.startswith(BOM):
        return Problem(f"{where}:1", BOM_TOLD)
    at = re.search(r"at line (\d+), column (\d+)", str(error))
    line = int(at[1]) + above if at else max(1, len(text.splitlines()))
    again = "twice" in str(error) or "overwrite" in str(error) or "mutate" in str(error)
    column = f"第 {at[2]} 列" if at else "末尾"
    what = "同一个名称写了两次；请删去其中之一" if again else "请检查引号、方括号、等号和日期的写法"
    return Problem(f"{where}:{line}", f"第 {line} 行{column}不是有效的 TOML：{what}")


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """The line (1-based) on which a dotted location stands in the file: the table first, then the key."""
    parts = [str(part) for part in location if not isinstance(part, int)]
    lines = text.splitlines()
    for depth in range(len(parts), 0, -1):
        header = "[" + ".".join(parts[:depth]) + "]"
        for number, line in enumerate(lines, start=1):
            if line.split("#")[0].strip() == header:
                return _key_line(lines, number, parts[depth:]) or number
    return _key_line(lines, 0, parts) or 1


def _key_line(lines: list[str], start: int, keys: list[str]) -> int | None:
    if not keys:
        return None
    for number, line in enumerate(lines[start:], start=start + 1):
        stripped = line.strip()
        if stripped.startswith("["):
            return None
        if stripped.split("=")[0].strip() == keys[0]:
            return number
    return None


def meaning_digest(data: Mapping[str, object]) -> str:
    """SHA-256 over the parsed content: comments and layout may change under a used version, meaning may not.

    The day from which no new case follows it (`until`) is no part: a used file must be ended when the law changes, and
    means nothing else for the cases that follow it.
    """
    meant = {name: value for name, value in data.items() if name != "until"}
    canonical = json.dumps(meant, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def unreadable(name: str) -> Problem:
    """The problem of a file that cannot be read as text."""
    return Problem(name, "文件无法读取，或者不是 UTF-8 编码；请核对路径、权限和编码")
