"""`law watch`: an article that changed names the open cases that follow it, and no closed one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from repairflow.app.program import Program
from repairflow.cli import watch
from tests.support.building import Town

FUYI = "# 中华人民共和国行政复议法\n\n第二十条 改动以后的文字。\n"


def test_the_command_names_rules_letters_and_open_cases(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, case = town.ended(), town.file_repair()
    monkeypatch.setattr(Program, "at", lambda settings: Program(town.settings, town.db, town.services))
    empty, folder = tmp_path / "empty", tmp_path / "texts"
    for path in (empty, folder):
        path.mkdir()
    (folder / "fuyi.md").write_text(FUYI, encoding="utf-8")
    run = CliRunner().invoke
    said = run(watch.law, ["watch", str(folder)])
    assert said.exit_code == 1
    for words in ("第二十条：fuyi.md 的文字与所读的不同", "第十一条：fuyi.md 里没有这一条", "救济“行政复议”",
                  "文书　不予信用修复决定书", f"在办　{case}"):  # fmt: skip
        assert words in said.output
    assert closed not in said.output
    found = json.loads(run(watch.law, ["watch", str(folder), "--json"]).output)
    article = next(one for one in found["changed"] if one["article"] == "第二十条")
    assert (article["gone"], article["cases"]) == (False, [case])
    assert "中华人民共和国行政处罚法" in found["no_text"]
    refused = run(watch.law, ["watch", str(empty)])
    assert "没有法律文本" in getattr(refused.exception, "problems", ())[0].text
