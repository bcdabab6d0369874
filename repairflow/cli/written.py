"""Writing what a command was asked to put into a file."""

from __future__ import annotations

from pathlib import Path

from repairflow.errors import Invalid


def written(path: Path, content: str | bytes) -> None:
    """Write a file; Invalid where its folder is not there or may not be written to."""
    try:
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise Invalid(f"无法写入 {path}：请核对上级文件夹是否存在、能否写入。") from error
