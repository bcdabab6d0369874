"""The command `database`: who may do what in PostgreSQL, and parts for the search that are made again."""

from __future__ import annotations

import click
from sqlalchemy.exc import DBAPIError

from repairflow import settings as settings_module
from repairflow.db import Database
from repairflow.records import roles as database_roles
from repairflow.records import search_triggers


@click.group()
def database() -> None:
    """数据库：建立 PostgreSQL 的四种角色；补齐检索用的片段。"""


@database.command()
@click.option("--prefix", default="repairflow", show_default=True, help="角色名前缀")
@click.option("--print", "only_print", is_flag=True, help="只列出语句，不执行")
def roles(prefix: str, only_print: bool) -> None:
    """建立迁移、应用、审计、主体四种角色：应用不能修改、删除留痕，审计只能读取，主体只能读取自己的数据。

    以数据库管理员的身份运行（REPAIRFLOW_DATABASE_URL 写管理员的地址）；升级之后再运行一次。
    退出码：0 完成；1 数据库拒绝；2 不是 PostgreSQL，或前缀不是名称。
    """
    db = Database(settings_module.load().direct_url)
    try:
        if only_print:
            with db.read() as tx:
                said = database_roles.statements(tx, prefix)
        else:
            with db.begin() as tx:
                said = database_roles.make(tx, prefix)
    except DBAPIError as error:
        raise click.ClickException(f"数据库没有执行，没有改动：{error.orig}") from None
    finally:
        db.dispose()
    if only_print:
        click.echo(";\n".join(said) + ";")
    else:
        click.echo(
            f"已建立角色 {prefix}_migration、{prefix}_application、{prefix}_auditor、{prefix}_subject。"
            "请把登录角色分别加入（GRANT 角色 TO 登录角色），网站和后台使用 application，升级和备份使用 migration。"
            f"设置 REPAIRFLOW_DATABASE_SUBJECT_ROLE={prefix}_subject 后，企业和个人的页面只能读到自己的数据。"
        )


@database.command("mend-search")
def mend_search() -> None:
    """补齐检索用的片段：audit verify 指出有信用主体、信息或文书可能查不到时，核实之后执行；可以反复执行，不改动其他数据。"""
    db = Database(settings_module.load().direct_url)
    try:
        with db.begin() as tx:
            missing = search_triggers.fill(tx)
    finally:
        db.dispose()
    click.echo(f"已补齐 {missing} 段。" if missing else "没有缺少的片段。")
