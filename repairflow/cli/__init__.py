"""The command `repairflow`. Each family of commands has a file, imported when it is used: `due` must not load the web."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from repairflow import __version__
from repairflow.errors import DefinitionError, Invalid, RepairFlowError

# name → module and attribute in it, and what the list of commands says; a test holds the words to each command's own help.
COMMANDS = {
    "audit": ("audit:audit", "审计：核验办理留痕。"),
    "calendar": ("time:calendar", "工作日历：检查、载入、列出各年度的放假安排。"),
    "client": ("client:client", "从命令行使用网站的接口：查信息、提申请、办步骤。令牌由 repairflow user token 生成。"),
    "database": ("database:database", "数据库：建立 PostgreSQL 的四种角色；补齐检索用的片段。"),
    "deadlines": ("time:limits", "到期事项：列出、逐日说明、重建。"),
    "demo": ("run:demo", "一次运行全部：建立演示数据，启动网站、后台和模拟平台。按 Ctrl-C 停止。"),
    "due": ("due:due", "自某日起若干个工作日何时届满，逐日说明。当日不计。"),
    "exchange": ("exchange:exchange", "与其他平台的交换：推送签名密钥，推送证明。"),
    "files": ("files:files", "文件存储：把数据目录中的材料、文书、导入文件和检查点移到 S3 存储桶，逐个核对。"),
    "id": ("identify:identify", "核对统一社会信用代码。"),
    "import": ("import_file:take", "导入行政处罚信息文件（CSV 或 XLSX）。"),
    "init": ("run:init", "建立数据库和密钥。可以重复运行；旧版本的数据库用 upgrade 升级。"),
    "law": ("watch:law", "法律依据：逐条落实情况；用较新的法律文本核对已读的条文。"),
    "office": ("offices:office", "单位：信用办、认定单位、信息提供单位、行业主管部门。"),
    "platform": ("run:platform", "运行模拟公共信用平台（演示用，只在本机）。"),
    "procedures": ("law:procedures", "办理程序：检查、列出、查看、审核、画图、试算、迁移、勘误。"),
    "readiness": (
        "readiness:readiness",
        "核对本节点能否制发不利决定：哪些单位没有填写复议机关、管辖法院和互联网渠道。",
    ),
    "records": ("records:records", "失信信息：按写明的罚款界线和过渡规则重新分类、计算公示期。"),
    "replay": (
        "replay:replay",
        "用现在的规则重演全部办件：环节、届满日、条件的答复、文书文字与当时是否一致。不改动任何数据。",
    ),
    "sample": ("samples:sample", "在空数据库中填入任意数量的虚构办件，用于试用和测速。不能填入已有单位的数据库。"),
    "seal": ("seal:seal", "单位电子签名密钥。密钥在 <REPAIRFLOW_HOME>/keys/offices/<单位编码>.p12。"),
    "serve": ("run:serve", "运行网站（gunicorn，多进程多线程，共用一个端口）。"),
    "target": ("targets:target", "推送平台：公示网站、上级平台、单位系统。"),
    "upgrade": ("upgrade:upgrade", "升级数据库：先列出将要改动的内容并备份，中断后可以再次运行。"),
    "user": ("people:user", "账号、岗位、代理和接口令牌。"),
    "vectors": ("vectors:vectors", "规则的案例：输出为 JSON，由办件起草。procedures check 运行全部案例。"),
    "witness": ("audit:witness", "在审计方的机器上保存 ADDRESS 的最新检查点到 FILE，并核对它与上次保存的是否一致。"),
    "witness-serve": (
        "witness_serve:witness_serve",
        "在审计方的机器上运行见证人（C2SP tlog-witness）：日志证明只增不改的，共签其检查点；密钥和记录在 FOLDER。",
    ),
    "worker": ("run:worker", "运行后台工作进程：推送、制作文书、到期处理、提醒、审计日志。"),
}

LIGHT = {"client", "due", "identify"}
"""Files that write no log lines: even the set-up of logs costs them more than their own work."""


class LazyGroup(click.Group):
    """A group that imports a command's file when the command is asked for, and lists commands without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the alphabet."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name; None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        if module not in LIGHT:
            from repairflow import logs

            logs.configure(as_json=False)
        found: object = getattr(import_module(f"{__name__}.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="repairflow")
def group() -> None:
    """信用修复与异议办理。数据在 REPAIRFLOW_HOME（默认 ./var），数据库由 REPAIRFLOW_DATABASE_URL 指定。"""


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; a RepairFlowError becomes its Chinese text and exit code 2, a failing database or disk exit code 3."""
    from repairflow.cli.usage import ChineseHelp

    click.Context.formatter_class = ChineseHelp
    try:
        code = group(args=args, prog_name="repairflow", standalone_mode=False)
    except RepairFlowError as error:
        click.echo(str(error), err=True)
        if isinstance(error, Invalid) and not isinstance(error, DefinitionError):  # which says its problems itself
            for problem in error.problems:
                click.echo(f"  {problem.text}", err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        from repairflow.cli.usage import told

        click.echo(told(error), err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001  a traceback would show what somebody typed, and the settings
        sys.exit(_failed(error))
    sys.exit(code if isinstance(code, int) else 0)


def _failed(error: Exception) -> int:
    """Say what failed without statements or values; give the exit code."""
    import structlog
    from sqlalchemy.exc import SQLAlchemyError

    from repairflow import logs
    from repairflow.trouble import trouble_of

    if isinstance(error, (SQLAlchemyError, OSError)):
        from repairflow.cli.database_words import of_database

        if said := of_database(error):
            click.echo(said, err=True)
            return 3
        trouble = trouble_of(error)
        click.echo(f"{trouble.message if trouble else '操作没有完成。'}（{logs.words(error)}）", err=True)
        return 3
    logs.configure(as_json=False)
    structlog.get_logger("repairflow.cli").error("command failed", exc_info=error)
    return 1
