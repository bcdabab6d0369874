"""What to do about a database that cannot be used, for whoever types a command: which one, why, and the next step."""

from __future__ import annotations

import sqlite3

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from repairflow import settings as settings_module
from repairflow.errors import ConfigurationError
from repairflow.trouble import DOWN, of_postgresql, trouble_of

_RESTORE = "请停止网站和后台，从备份恢复（docs/operations.md），或者改正 REPAIRFLOW_HOME、REPAIRFLOW_DATABASE_URL。"
_FILE = {
    sqlite3.SQLITE_CANTOPEN: (
        "打不开数据库文件 {}：没有这个文件夹，或者没有权限。请核对 REPAIRFLOW_HOME、REPAIRFLOW_DATABASE_URL 和文件夹的权限。"
    ),
    sqlite3.SQLITE_NOTADB: "{} 不是数据库，或者已经损坏。" + _RESTORE,
    sqlite3.SQLITE_CORRUPT: "数据库文件 {} 已经损坏。" + _RESTORE,
    sqlite3.SQLITE_IOERR: "不能读写数据库文件 {}。请检查磁盘，再试一次。",
}
_STATES = {
    "28": "数据库 {} 不接受这个账号或者密码。请改正 REPAIRFLOW_DATABASE_URL，或者请数据库管理员准许这个账号登录。",
    "3D": "没有数据库 {}。请数据库管理员建立（CREATE DATABASE），或者改正 REPAIRFLOW_DATABASE_URL。",
}
_SILENT = (
    "连接不上数据库 {}：服务没有运行，网络不通，地址或者端口不对，没有这个数据库，或者账号、密码不对。"
    "请核对 REPAIRFLOW_DATABASE_URL 和数据库服务，再试一次。"
)
"""While a connection is made the driver tells no state, only words that change with language and version."""


def of_database(error: Exception) -> str | None:
    """Return what to do about a database that cannot be opened or read; None for any other error."""
    if not isinstance(error, DBAPIError) or trouble_of(error) is not DOWN:
        return None
    try:
        url = make_url(settings_module.load().database_url).set(query={})
    except ConfigurationError:
        return None
    if isinstance(error.orig, sqlite3.Error):
        words = _FILE.get(error.orig.sqlite_errorcode & 0xFF, _FILE[sqlite3.SQLITE_IOERR])
        return words.format(url.database)
    refused = of_postgresql(error.orig) if error.orig is not None else None
    state = refused.sqlstate if refused is not None else None
    said = _STATES.get((state or "")[:2], _SILENT)
    return said.format(url.render_as_string(hide_password=True))
