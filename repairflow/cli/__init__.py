"""The command `repairflow`. Each family of commands has a file; all answer errors in Chinese and with an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

import repairflow.cli.audit as audit
import repairflow.cli.identify as identify
import repairflow.cli.law as law
import repairflow.cli.offices as offices
import repairflow.cli.people as people
import repairflow.cli.run as run
import repairflow.cli.seal as seal
import repairflow.cli.take as take
import repairflow.cli.targets as targets
import repairflow.cli.time as time
from repairflow import __version__, logs
from repairflow.errors import DefinitionError, Invalid, RepairFlowError
from repairflow.logs import words
from repairflow.trouble import trouble_of


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="repairflow")
def group() -> None:
    """信用修复与异议办理。数据在 REPAIRFLOW_HOME（默认 ./var），数据库由 REPAIRFLOW_DATABASE_URL 指定。"""


for module in (run, take, law, identify, audit, offices, people, targets, seal, time):
    for command in module.COMMANDS:
        group.add_command(command)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; a RepairFlowError becomes its Chinese text and exit code 2, a failing database or disk exit code 3."""
    logs.configure(as_json=False)
    try:
        code = group(args=args, standalone_mode=False)
    except RepairFlowError as error:
        click.echo(str(error), err=True)
        if isinstance(error, Invalid) and not isinstance(error, DefinitionError):  # which says its problems itself
            for problem in error.problems:
                click.echo(f"  {problem.text}", err=True)
        sys.exit(2)
    except (SQLAlchemyError, OSError) as error:
        click.echo(_told(error), err=True)
        sys.exit(3)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001  # a traceback would show what somebody typed, and the settings
        structlog.get_logger("repairflow.cli").error("command failed", exc_info=error)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: Exception) -> str:
    """What failed, in words: a traceback would show statements and addresses."""
    trouble = trouble_of(error)
    return f"{trouble.message if trouble else '操作没有完成。'}（{words(error)}）"
