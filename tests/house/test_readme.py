"""What the README and docs/ tell people to type exists."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

PAGES = sorted([*ROOT.glob("README.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(page: Path) -> list[str]:
    """Lines of the page's fenced blocks, without prompts."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [line.strip().removeprefix("$ ") for block in fenced for line in block.splitlines()]


COMMANDS = sorted(
    {
        line.removeprefix(".venv/bin/")
        for page in PAGES
        for line in blocks(page)
        if re.match(r"(\.venv/bin/)?repairflow\s+[a-z]", line)
    }
)
TARGETS = sorted({line.split()[1] for page in PAGES for line in blocks(page) if re.match(r"make\s+[a-z]", line)})


def test_the_readme_shows_commands() -> None:
    assert "demo" in TARGETS
    assert COMMANDS


def _help(named: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What `--help` says of a command that exists."""
    from repairflow import cli

    with pytest.raises(SystemExit) as ended:
        cli.main([*named, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command, comments=True)[1:]
    named = words[:1]
    shown = _help(named, capsys)
    rest = words[1:]
    while rest and rest[0].startswith("--as"):  # the option of a group stands before the command
        rest = rest[2:]
    for word in rest:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        named.append(word)
    shown += _help(named, capsys)
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert option in shown


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_of_the_pages_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_transcript_is_of_the_commands_that_its_script_types() -> None:
    """`scripts/transcript.sh` writes it anew; between the marks stands nothing else."""
    script = ROOT / "scripts" / "transcript.sh"
    typed = subprocess.run([script, "--commands"], check=True, capture_output=True, text=True).stdout.splitlines()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    between = readme.split("<!-- transcript: scripts/transcript.sh -->")[1].split("<!-- end of transcript -->")[0]
    shown = [line.removeprefix("$ ") for line in between.splitlines() if line.startswith("$ ")]
    assert shown == typed
    for said in ("新导入 12", "同步中，已制发", "由批准人办理", "此信息已终止公示", "exit code 3"):
        assert said in between
    for trouble in ("command not found", "null", "Traceback", "parse error"):
        assert trouble not in between.replace("/dev/null", "").replace("|nulls", "")
