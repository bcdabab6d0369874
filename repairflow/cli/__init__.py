"""The command `repairflow`. Each family of commands has a file; all answer errors in Chinese and with an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

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
from repairflow import __version__
from repairflow.errors import DefinitionError, Invalid, RepairFlowError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="repairflow")
def group() -> None:
    """信用修复与异议办理。数据在 REPAIRFLOW_HOME（默认 ./var），数据库由 REPAIRFLOW_DATABASE_URL 指定。"""


for module in (run, take, law, identify, audit, offices, people, targets, seal, time):
    for command in module.COMMANDS:
        group.add_command(command)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; a RepairFlowError becomes its Chinese text and exit code 2."""
    try:
        code = group(args=args, standalone_mode=False)
    except RepairFlowError as error:
        click.echo(str(error), err=True)
        if isinstance(error, Invalid) and not isinstance(error, DefinitionError):  # which says its problems itself
            for problem in error.problems:
                click.echo(f"  {problem.text}", err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)
