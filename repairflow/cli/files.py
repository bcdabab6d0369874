"""The command `files`: move an installation's files from its folder into the bucket that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

import click

from repairflow import settings as settings_module
from repairflow.errors import Unavailable
from repairflow.file_store.folder import FolderFiles
from repairflow.file_store.moving import Moved, move
from repairflow.file_store.opening import KEPT, demand_right, store_of
from repairflow.file_store.port import FileStore

SAID_EVERY = 1_000


@click.group()
def files() -> None:
    """文件存储：把数据目录中的材料、文书、导入文件和检查点移到 S3 存储桶，逐个核对。"""


@files.command("move")
@click.option("--remove", is_flag=True, help="逐个核对无误后，删除数据目录中的原文件；不写则保留")
def move_files(remove: bool) -> None:
    """把数据目录中的文件移到 REPAIRFLOW_FILES 所指的存储桶。

    先停下网站和后台。每个文件写入后读回，比对摘要；中断后再次运行即可接着移。
    退出码：0 全部移完；1 有文件不符或者存储不能使用，已停止；2 没有设置 REPAIRFLOW_FILES，或者设置有误。
    """
    settings = settings_module.load()
    if not settings.files:
        raise click.UsageError("没有设置 REPAIRFLOW_FILES，文件就在数据目录里，不用移动。")
    target = store_of(settings)
    demand_right(target)
    count = size = before = 0
    for folder in KEPT:
        for one in _moved(FolderFiles(settings.home / folder), target.within(folder), remove=remove):
            count, size, before = count + 1, size + one.size, before + one.was_there
            if count % SAID_EVERY == 0:
                click.echo(f"已移 {count} 个……")
    stays = "原文件已删除" if remove else "原文件仍在数据目录里，核对后可以删除"
    click.echo(
        f"已移 {count} 个文件，共 {size:,} 字节，其中 {before} 个此前已经移过；逐个读回核对，内容相同。{stays}。"
    )


def _moved(source: FileStore, target: FileStore, *, remove: bool) -> Iterator[Moved]:
    try:
        yield from move(source, target, leave=not remove)
    except Unavailable as error:
        raise click.ClickException(error.message) from None
