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


UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters that no TOML file may have."""
LONGEST_LINE = 20_000
"""Characters; the longest line of a shipped file has some six hundred."""
LONGEST_FILE = 2_000_000
"""Characters; the longest shipped file of law has some forty thousand."""
DEEPEST = 20
"""How many tables and lists may stand in each other."""


class Oversized(tomllib.TOMLDecodeError):
    """A file, a line or a value beyond what any definition needs: `said` tells it, from `line` on."""

    def __init__(self, line: int, said: str) -> None:
        super().__init__(said)
        self.line, self.said = line, said


def read_toml(text: str) -> dict[str, Any]:
    """Return the content of a file; TOMLDecodeError also for one that is longer, or nested more deeply, than any definition is."""
    if len(text) > LONGEST_FILE:
        raise Oversized(1, f"文件有 {len(text)} 个字符，最多 {LONGEST_FILE} 个；请检查是否选错了文件，或者分成几个文件")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise Oversized(number, f"这一行有 {len(line)} 个字符，最多 {LONGEST_LINE} 个；请缩短名称，或者分行书写")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Oversized(_crowded(text), f"表和列表套得太深，最多 {DEEPEST} 层；请检查括号") from None
    except ValueError as error:
        if isinstance(error, tomllib.TOMLDecodeError):
            raise
        # a number of thousands of digits is refused by the language itself
        raise Oversized(_longest_number(text), "数字太大，读不出来；请改正") from None
    if _deep(data):
        raise Oversized(_crowded(text), f"表和列表套得太深，最多 {DEEPEST} 层；请检查括号和名称中的点号")
    if _beyond(data):
        raise Oversized(_longest_number(text), "数字太大，读不出来；请改正")
    return data


def _deep(data: dict[str, Any]) -> bool:
    """Tell whether tables and lists stand in each other more than `DEEPEST` times."""
    layer: list[Any] = [data]
    for _ in range(DEEPEST):
        layer = [item for one in layer for item in (one.values() if isinstance(one, dict) else one)]
        layer = [item for item in layer if isinstance(item, dict | list)]
        if not layer:
            return False
    return True


def _crowded(text: str) -> int:
    """Return the line with the most brackets and dots."""
    lines = [sum(line.count(sign) for sign in "[{.") for line in text.split("\n")]
    return lines.index(max(lines)) + 1


def _longest_number(text: str) -> int:
    """Return the line with the longest number."""
    lines = [max(map(len, re.findall(r"[0-9_]+", line)), default=0) for line in text.split("\n")]
    return lines.index(max(lines)) + 1


LARGEST = 2**63
"""What TOML calls a whole number lies within this, either way."""


def _beyond(value: object) -> bool:
    """Tell whether some number of the content is larger than TOML has them."""
    if isinstance(value, dict):
        return any(map(_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_beyond, value))
    return isinstance(value, int) and not -LARGEST <= value < LARGEST


def broken(error: tomllib.TOMLDecodeError, text: str, where: str, *, above: int = 0) -> Problem:
    """Return a file that is no TOML: where it breaks, and what to look at; `above` lines of `text` were not read as TOML."""
    if text.startswith(BOM):
        return Problem(f"{where}:1", BOM_TOLD)
    if isinstance(error, Oversized):
        return Problem(f"{where}:{error.line + above}", error.said)
    at = re.search(r"at line (\d+), column (\d+)", str(error))
    line = int(at[1]) + above if at else max(1, len(text.splitlines()))
    again = "twice" in str(error) or "overwrite" in str(error) or "mutate" in str(error)
    column = f"第 {at[2]} 列" if at else "末尾"
    what = "同一个名称写了两次；请删去其中之一" if again else "请检查引号、方括号、等号和日期的写法"
    lines = text.split("\n")
    if unseen := UNSEEN.search(lines[line - 1] if line <= len(lines) else ""):
        what = f"有看不见的控制字符 U+{ord(unseen[0]):04X}；请删去"
    return Problem(f"{where}:{line}", f"第 {line} 行{column}不是有效的 TOML：{what}")


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """Return the line (1-based) on which a dotted location stands in the file: the table first, then the key."""
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
    """Return the problem of a file that cannot be read as text."""
    return Problem(name, "文件无法读取，或者不是 UTF-8 编码；请核对路径、权限和编码")
