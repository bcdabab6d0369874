"""The store that the settings name."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from repairflow import modes
from repairflow.errors import ConfigurationError
from repairflow.file_store.bucket import Access, BucketFiles
from repairflow.file_store.folder import FolderFiles
from repairflow.file_store.port import FileStore
from repairflow.settings import Settings

KEPT = ("materials", "letters", "imports", "anchors")
"""What lies in it: 申请材料, 文书, 导入的文件, 检查点."""


def store_of(settings: Settings) -> FileStore:
    """Return where the installation's files lie; nothing is asked yet.

    ConfigurationError where a bucket is named and boto3 or a key is missing.
    """
    if not settings.files:
        return FolderFiles(settings.home)
    parts = urlsplit(settings.files)
    prefix = parts.path.strip("/")
    access_key, secret_key = _keys(settings)
    access = Access(
        parts.netloc, settings.files_endpoint, settings.files_region, access_key, secret_key, settings.web_threads + 4
    )
    return BucketFiles.at(access, f"{prefix}/" if prefix else "", settings.work)


def demand_right(store: FileStore) -> None:
    """Raise ConfigurationError where the store is a bucket that is not there or that the keys do not open."""
    if isinstance(store, BucketFiles):
        store.demand_right()


def _keys(settings: Settings) -> tuple[str, str]:
    """Return the two keys, from the settings or the two lines of the file they name."""
    if settings.files_access_key and settings.files_secret_key:
        return settings.files_access_key, settings.files_secret_key
    file = Path(settings.files_keys)
    try:
        if modes.open_to_others(file) and modes.open_to_others(file.parent):
            raise ConfigurationError(
                f"REPAIRFLOW_FILES_KEYS={file}：本机其他用户可以读取这个密钥文件，未启动。"
                f"请先执行 chmod 600 {file}，并更换可能已经泄露的密钥。"
            )
        lines = file.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        lines = []
    if len(lines) != 2:
        raise ConfigurationError(
            f"REPAIRFLOW_FILES_KEYS={file}：应为可以读取的文件，两行，依次为访问密钥（access key）和私有密钥（secret key），未启动。"
        )
    return lines[0], lines[1]
