"""The platform port for every kind of address: https and http over the network, `folder:` and `sftp:` by files, `database:`
by a front-end database. The outbox, its order, tries and receipts are the same for all."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from repairflow.gateway import folder_platform, front_database, sftp_files
from repairflow.gateway.folder_platform import FolderPlatform
from repairflow.gateway.front_database import FrontDatabase
from repairflow.gateway.http import HttpPlatform, may_send
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Page, Platform, Receipt
from repairflow.gateway.sftp_files import SftpPlatform


class AnyPlatform:
    """`Platform` that looks at the address; `folder` is where files are exchanged and mappings lie, `sftp` reaches servers."""

    def __init__(self, http: HttpPlatform, folder: Path, sftp: SftpPlatform) -> None:
        self.http = http
        self._others: dict[str, Platform] = {
            folder_platform.SCHEME: FolderPlatform(folder),
            sftp_files.SCHEME: sftp,
            front_database.SCHEME: FrontDatabase(folder),
        }

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`."""
        return self._of(target).push(target, message)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        """See `Platform.pull`."""
        return self._of(target).pull(target, since, cursor)

    def _of(self, target: Address) -> Platform:
        return next((one for scheme, one in self._others.items() if target.url.startswith(scheme)), self.http)


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""Of a folder or a file of ours: no path leads out of it."""
_NO_ADDRESS = "须以 https:// 开头（本机地址可用 http://）；文件交换写 folder:名称或者 sftp:名称，前置库写 database:名称"


def fault_of(url: str) -> str:
    """Return why nothing can be sent to this address, in Chinese; empty where it can."""
    for scheme in (folder_platform.SCHEME, sftp_files.SCHEME, front_database.SCHEME):
        if url.startswith(scheme):
            return (
                ""
                if _NAME.fullmatch(url.removeprefix(scheme))
                else f"{scheme} 之后应为名称，只用小写字母、数字和连字符"
            )
    return "" if may_send(url) else _NO_ADDRESS
