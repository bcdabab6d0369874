"""The list of commands is written without importing them; it must say what each says of itself."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from repairflow.cli import COMMANDS, group, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_says_what_the_command_says(name: str) -> None:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    assert found.get_short_help_str(limit=200) == COMMANDS[name][1]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["due", "2026-12-18", "--working-days", "3"], ["id", "check", "91320830MA1XXXXX0X"]],
    ids=["help", "due", "id"],
)
def test_a_short_command_loads_neither_law_nor_web(arguments: list[str]) -> None:
    """Importing the whole program costs 1.8 seconds of processor time; these commands are typed often."""
    script = (
        "import sys, repairflow.cli\n"
        "try: repairflow.cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "loaded = {'flask', 'sqlalchemy', 'pydantic', 'weasyprint', 'repairflow.app'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("args", [["--help"], ["law", "--help"], ["due", "--help"], ["procedures", "simulate", "-h"]])
def test_help_is_told_in_chinese(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    said = capsys.readouterr().out
    assert (ended.value.code, said[:3]) == (0, "用法：")
    english = ("Usage", "Options", "Commands", "OPTIONS", "COMMAND", "ARGS", "Show ", "[required]", "[default", "%Y")
    assert [word for word in english if word in said] == [], said


WRITTEN_WRONG = [
    (["procedures", "simulate"], "缺少参数 DRAFT"),
    (["procedures", "simulate", "没有.toml"], "没有文件 没有.toml"),
    (["procedures", "simulate", "."], ". 是文件夹，须写文件"),
    (["procedures", "nosuch"], "没有命令 nosuch"),
    (["procedures", "show", "repair", "--versio", "x"], "没有选项 --versio；是不是 --version"),
    (["law", "watch", "没有的文件夹"], "没有文件夹 没有的文件夹"),
    (["due", "2026-04-01", "many"], "缺少选项 --working-days"),
]


@pytest.mark.parametrize(("args", "told"), WRITTEN_WRONG)
def test_what_is_wrong_with_a_command_line_is_told_in_chinese(
    args: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert [word for word in (told, "用法：repairflow") if word not in said] == [], said
