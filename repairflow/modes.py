"""Who may read what lies in <home>: this account alone. Made so by the umask, mended at start where it is not.

What cannot be mended (a Windows drive in WSL, a volume that belongs to another account) stays as it is, with a line in the
log; only for keys that others can read is there no start.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import make_url

from repairflow.errors import ConfigurationError
from repairflow.settings import Settings

OTHERS = 0o077
FOLDERS = ("keys", "materials", "letters", "imports", "work", "sms", "anchors")
FILES = ("repairflow.toml", "platform.db")
Chmod = Callable[[Path, int], None]

log = structlog.get_logger("repairflow.modes")


def secure(settings: Settings, chmod: Chmod = os.chmod) -> None:
    """Ensure that new files are for this account alone, and so are those that are there, as far as the disk can do it.

    Raises ConfigurationError when others can read a key and that cannot be changed.
    """
    os.umask(OTHERS)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_ours(settings.home):
        _close(settings.home, chmod)
    for path in _databases(settings):
        _close(path, chmod)
    for name in FOLDERS:
        folder = settings.home / name
        if not open_to_others(folder):
            continue
        for path in (folder, *folder.rglob("*")):  # once: a folder that is closed keeps what is in it
            _close(path, chmod)
    keys = [path for path in (settings.keys, *settings.keys.rglob("*")) if open_to_others(path)]
    left = [path for path in keys if not _close(path, chmod)]
    if left and not _shut(settings.keys):
        listed = "\n".join(f"  {path}" for path in left)
        raise ConfigurationError(
            f"本机其他账号可以读取密钥，且无法改正权限，未启动：\n{listed}\n"
            "请由文件的所有者执行 chmod -R go-rwx，或者把数据目录（REPAIRFLOW_HOME）移到支持权限的磁盘。"
        )


def _is_ours(home: Path) -> bool:
    """Tell whether the folder is there for us alone: somebody may have named a shared one such as /tmp, which stays open."""
    names = {path.name for path in home.iterdir()}
    shared = bool(home.stat().st_mode & stat.S_ISVTX) or home == Path(home.anchor)
    return not shared and (not names or bool(names & {"keys", "repairflow.db", "repairflow.toml"}))


def _databases(settings: Settings) -> Iterator[Path]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith(("file:", ":")):
        yield from (Path(url.database + suffix) for suffix in ("", "-wal", "-shm", "-journal"))
    yield from (settings.home / name for name in FILES)


def open_to_others(path: Path) -> bool:
    """Tell whether others may do anything with it; what is not there is not open, and a link is what it leads to."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except FileNotFoundError:
        return False


def _shut(folder: Path) -> bool:
    """Tell whether a folder above keeps others out, whatever the modes of its files."""
    return not open_to_others(folder)


def _close(path: Path, chmod: Chmod) -> bool:
    """Tell whether nobody else may do anything with it now."""
    if not open_to_others(path):
        return True
    with suppress(OSError):
        chmod(path, stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    if not open_to_others(path):
        return True
    log.warning("others may read this", path=str(path))
    return False
