"""A figure of a released file that proves wrong: mended by a file of its own, told before, with an event in each case it moves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from repairflow import cli, times
from repairflow.app.program import check_definitions
from repairflow.auditing import chain
from repairflow.auditing.walk import walk
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import deadline_recount, errata
from repairflow.casework.cases.errata import ApplyErratum, Mending
from repairflow.casework.definitions_in_use import pins
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.cli.check import around_of
from repairflow.cli.letter_texts import Given
from repairflow.errors import ConfigurationError, DefinitionError, Invalid
from repairflow.law.checks import errata as checks
from repairflow.law.procedure.errata import Erratum, parse_erratum
from repairflow.law.procedure.library import Library
from repairflow.records import deadline, event, notice, rung_fired
from repairflow.settings import asset
from tests.support.building import Town

pytestmark = pytest.mark.either_database

WORKFLOWS = asset("workflows")
HEAD = 'erratum = 1\nprocedure = "repair"\nversion = "2026-04"\nreason = "受理期限抄写有误"\nread_by = "试验核对人"\nread_on = 2026-06-01\n'
LONGER = HEAD + "[set.clock.acceptance]\ndays = { working = 5 }\n"
PACK = (
    'erratum = 1\npack = "CN-2026"\nreason = "严重信息的最长公示期抄写有误"\nread_by = "试验核对人"\nread_on = 2026-06-01\n'
    "[set.period.serious]\nmaximum = { months = 35 }\n"
)


SHORTER = LONGER.replace("working = 5", "working = 2")


def faults(text: str) -> list[tuple[str, str]]:
    """Place and sentence of all that the checks have against it."""
    try:
        it = of(text)
        found = [one.problem for one in checks.check(WORKFLOWS, it.before, it.erratum, around_of(it.before, Given()))]
    except DefinitionError as error:
        found = list(error.problems)
    return [(one.where, one.text) for one in found]


def of(text: str, installed: tuple[Erratum, ...] = ()) -> Mending:
    return errata.mending(WORKFLOWS, parse_erratum(text, "one.toml"), installed)


def test_it_changes_the_figure_and_what_is_laid_over_the_file() -> None:
    it = of(LONGER)
    key = ("repair", "2026-04")
    before, after = it.before.procedures[key], it.after.procedures[key]
    assert before.clock["acceptance"].days != after.clock["acceptance"].days
    assert after.model_copy(update={"clock": before.clock, "digest": before.digest}) == before
    changed = {name for kind, *name in it.keys if kind == "procedure" for name in [tuple(name)]}
    assert key in changed
    assert {
        key for key, overlay in it.before.overlays.items() if (overlay.base, overlay.base_version) == key
    } <= changed
    assert all(name[0] == "repair" for name in changed)
    over = of(PACK)
    laid = {name for name, pack in over.before.packs.items() if name == "CN-2026" or pack.over == "CN-2026"}
    assert {name for _, name, _ in over.keys} == laid


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "[set.clock.none]\ndays = { working = 5 }\n", "没有 clock.none"),
        (HEAD + "[set.clock.acceptance]\nextra = 1\n", "没有 clock.acceptance.extra"),
        (HEAD + "[set.clock]\nacceptance = 5\n", "没有 clock.acceptance"),
        (HEAD + "[set.clock.acceptance]\ndays = { working = 0 }\n", ""),
        (HEAD + "[set]\ninitial = 'accepted'\n", "不能以勘误改动 initial"),
        (LONGER.replace('"repair"', '"none"'), "none 2026-04 没有定义"),
        (LONGER.replace("erratum = 1", "erratum = 0"), ""),
        (LONGER.replace('version = "2026-04"\n', ""), "须写明"),
        (LONGER.replace('reason = "受理期限抄写有误"\n', ""), "reason"),
        (LONGER.replace('read_by = "试验核对人"\n', ""), "read_by"),
        ("erratum = ", "不是有效的 TOML"),
        (
            HEAD + "[set.clock.acceptance]\ndays = { working = 3 }\n",
            "clock.acceptance.days 与 repair 2026-04 现有的相同",
        ),
        (HEAD + '[set.clock.acceptance]\nowner = "acceptor"\n', "clock.acceptance.owner 与 repair 2026-04 现有的相同"),
        (LONGER + "remind = [1]\n", "clock.acceptance.remind 与 repair 2026-04 现有的相同"),
        (LONGER.replace("erratum = 1", 'digest = "sha256:0"\nerratum = 1'), "digest 由系统得出"),
        (LONGER.replace("erratum = 1", 'reasn = "抄写有误"\nerratum = 1'), "是不是“reason”"),
        (LONGER.replace('procedure = "repair"', 'procedure = "erratum"'), "erratum 2026-04 没有定义"),
    ],
)
def test_a_faulty_file_is_refused(text: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        of(text)
    told = "\n".join([str(refused.value), *(problem.text for problem in refused.value.problems)])
    assert said in told


LAID_OVER = "惩戒措施“限制承揽水利建设项目”"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (PACK.replace("2026-06-01", "2099-06-01"), 5, "核对日期 2099-06-01 晚于今天"),
        (PACK, 6, "WATER-2026.toml：" + LAID_OVER),
        (PACK.replace("maximum = { months = 35 }", "minimum = { months = 37 }"), 6, "最短公示期长于最长公示期"),
        (PACK.replace("months = 35", "months = -3"), 7, "不能小于 1"),
        (PACK.replace("maximum = { months = 35 }", "basis = []"), 6, "没有写依据的条文"),
        (PACK.replace("maximum = { months = 35 }", 'basis = ["none"]'), 6, "依据“none”没有定义"),
        (PACK.split("[set")[0] + '[set.remedy.review]\ntext = ""\n', 6, ""),
        (PACK.split("[set")[0] + "[set.remedy.reconsideration]\nlimit = { calendar = 30 }\n", 6, "短于法律规定的 60 日"),
        (PACK.split("[set")[0] + '[set]\njurisdiction = "999999"\n', 7, "不能以勘误改动 jurisdiction"),
        (PACK.split("[set")[0] + "[set.simple_procedure]\nperson_wan = -1\n", 7, "须大于 0"),
        (LONGER, 8, "记载的是 3 个工作日；机关的期限不能更长"),
        (LONGER.replace("working = 5", "working = -3"), 8, "不能小于 1"),
        (LONGER.replace("days = { working = 5 }", 'label = ""'), 7, "没有名称"),
        (LONGER.replace("days = { working = 5 }", 'basis = ["gone"]'), 8, "依据“gone”没有定义"),
        (HEAD + "[set.action.grant]\nguards = []\n", 8, ""),
        (HEAD + "[set.action.grant]\ndistinct_from = []\n", 8, ""),
    ],
)  # fmt: skip
def test_what_the_file_would_be_refused_for_the_erratum_is_refused_for(text: str, line: int, said: str) -> None:
    """Each with the erratum's own file and line, and a reason."""
    assert [one for one in faults(text) if one[0] == f"one.toml:{line}" and said in one[1]], faults(text)


@pytest.mark.parametrize("text", [SHORTER, HEAD + '[set.clock.acceptance]\nlabel = "受理的期限"\n'])
def test_a_sound_erratum_has_no_fault(text: str) -> None:
    """A figure that was copied wrong may be set: that another one stood there on the same basis is no fault."""
    assert faults(text) == []


def test_errata_are_numbered_without_a_gap(tmp_path: Path) -> None:
    first = parse_erratum(LONGER, "one.toml")
    with pytest.raises(Invalid, match="应为第 1 号"):
        of(LONGER.replace("erratum = 1", "erratum = 2"))
    second = LONGER.replace("erratum = 1", "erratum = 2").replace("working = 5", "working = 6")
    it = of(second, (first,))
    days = it.after.procedures["repair", "2026-04"].clock["acceptance"].days
    assert days is not None
    assert days.count == 6
    with pytest.raises(Invalid, match="应为第 2 号"):
        of(LONGER.replace("working = 5", "working = 7"), (first,))
    copy = Path(shutil.copytree(WORKFLOWS, tmp_path / "workflows"))
    (copy / "errata").mkdir(exist_ok=True)
    (copy / "errata/two.toml").write_text(second, encoding="utf-8")
    with pytest.raises(DefinitionError):
        Library.read(copy)


def test_a_dry_run_lists_what_would_move_and_writes_nothing(town: Town) -> None:
    number = town.file_repair()
    with town.db.read() as tx:  # which refuses every write
        (moved,) = errata.plan(tx, of(LONGER), times.today())
    assert (moved.case, moved.clock) == (number, "acceptance")
    assert moved.after > moved.before


def test_applied_it_stands_in_each_case_it_moves_and_the_node_starts(town: Town) -> None:
    number, closed = town.file_repair(), town.file_repair()
    town.do(closed, "withdraw")
    it = of(LONGER)
    with pytest.raises(ConfigurationError, match="repair 2026-04"):
        check_definitions(town.db, it.after)
    told_before = town.dues(number)["acceptance"]
    with town.db.begin() as tx:  # a reminder that fired for the day of before is no difference afterwards
        tx.execute(
            sa.insert(rung_fired).values(
                case_id=told_before.case_id, clock="acceptance", started_on=told_before.started_on,
                due_day=told_before.due_day, rung="yellow", fired_at=town.now, late=0,
            )
        )  # fmt: skip
        moved = errata.apply(tx, it, times.now())
    check_definitions(town.db, it.after)
    with pytest.raises(ConfigurationError, match="repair 2026-04"):
        check_definitions(town.db, it.before)  # a node without the file counts otherwise
    assert [one.case for one in moved] == [number]
    with town.db.read() as tx:
        assert errata.applied(tx, it)
        noted = tx.execute(sa.select(event).where(event.c.action == "erratum")).all()
        day = tx.scalar(sa.select(deadline.c.due_day).where(deadline.c.clock == "acceptance"))
        assert pins(tx)["procedure", "repair", "2026-04"] == it.after.procedures["repair", "2026-04"].digest
        assert replay(tx, it.after).differences == []
    (one,) = noted
    assert "受理期限抄写有误" in one.reason
    (said,) = chain.content(one.body)["due_days"]
    assert (said["clock"], said["before"], said["after"]) == (
        "acceptance", moved[0].before.isoformat(), moved[0].after.isoformat(),
    )  # fmt: skip
    assert day == moved[0].after
    with town.db.read() as tx:
        assert walk(tx).findings == []


def test_it_is_applied_whole_or_not_at_all_and_people_are_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops in the middle changes nothing and is done by the next run; a run after that does nothing."""
    first, second, closed = (town.file_repair() for _ in range(3))
    town.do(closed, "withdraw")
    command = ApplyErratum(SYSTEM, of(SHORTER))

    def run() -> object:
        with town.db.begin() as tx:
            return dispatch(tx, town.services, command, town.now)

    before, told, one_case = town.counts(), 0, deadline_recount._one

    def stopped(*given: object) -> object:
        nonlocal told
        told += 1
        if told == 2:
            raise KeyboardInterrupt
        return one_case(*given)

    monkeypatch.setattr(deadline_recount, "_one", stopped)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(deadline_recount, "_one", one_case)
    assert (town.counts(), told) == (before, 2)
    moved = run()
    assert isinstance(moved, tuple)
    assert sorted(one.case for one in moved) == sorted([first, second])
    for who in ("yunxi", "acceptor@ENV"):
        to_one = notice.c.person_id == town.people[who]
        notes = [row.body for row in town.all(sa.select(notice).where(to_one, notice.c.kind == "due_day_moved"))]
        assert len(notes) == 2
        assert all("受理期限抄写有误，受理期限的届满日由" in one and "期限按勘误以后的规则计算" in one for one in notes)
    after = town.counts()
    assert run() is None
    assert town.counts() == after
    town.sound()


def test_over_something_else_than_the_released_file_it_is_refused(town: Town) -> None:
    town.file_repair()
    with town.db.begin() as tx:
        errata.apply(tx, of(LONGER), times.now())
    other = of(LONGER.replace("working = 5", "working = 8"))
    with town.db.read() as tx, pytest.raises(ConfigurationError, match="所记的内容不同"):
        errata.applied(tx, other)


def test_the_command(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = town.file_repair()
    file = tmp_path / "longer.toml"
    file.write_text(LONGER, encoding="utf-8")
    monkeypatch.setenv("REPAIRFLOW_HOME", str(town.settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", town.settings.database_url)
    for words in (["erratum"], ["check"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(["procedures", *words, str(file)])
        printed = capsys.readouterr()
        assert ended.value.code in (1, 2)
        assert "longer.toml:8" in printed.out + printed.err
    file.write_text(SHORTER, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        cli.main(["procedures", "erratum", str(file)])
    said = capsys.readouterr().out
    assert (ended.value.code or 0) == 0
    assert f"{number}　受理期限　" in said
    assert "试运行，没有改动" in said
    with pytest.raises(SystemExit) as ended:
        cli.main(["procedures", "erratum", str(file), "--apply"])
    assert ended.value.code == 2
    assert "还没有安装" in capsys.readouterr().err
    installed = _installed(tmp_path, file)

    def run(*words: str) -> tuple[int, str]:
        surroundings = {**os.environ, "PYTHONPATH": str(installed)}
        done = subprocess.run(
            [sys.executable, "-m", "repairflow", *words], cwd=installed, env=surroundings, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    code, told = run("init")
    assert (code, "勘误尚未施行" in told) == (2, True), told
    code, told = run("procedures", "erratum", str(file), "--apply")
    assert (code, "1 件在办办件的 1 个届满日变动（已施行）" in told) == (0, True), told
    code, told = run("procedures", "erratum", str(file), "--apply")
    assert (code, "已经施行，没有改动" in told) == (0, True), told
    assert run("init")[0] == 0


def _installed(tmp_path: Path, file: Path) -> Path:
    """This checkout with the erratum among its law files."""
    root = WORKFLOWS.parent
    there = tmp_path / "installed"
    shutil.copytree(root / "repairflow", there / "repairflow")  # compiled as it is: four programs need not do it again
    shutil.copytree(WORKFLOWS, there / "workflows")
    for name in ("templates", "migrations"):
        (there / name).symlink_to(root / name)
    (there / "workflows/errata").mkdir(exist_ok=True)
    shutil.copy(file, there / "workflows/errata")
    return there
