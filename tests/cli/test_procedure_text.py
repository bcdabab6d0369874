"""`procedures show` says of each step what a lawyer asks for: conditions, letter, extension, grounds, remedies, basis."""

from __future__ import annotations

from datetime import date

import pytest

from repairflow.cli.procedure_text import lines, pack_for
from tests.support.shipped import library

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def shown() -> list[str]:
    procedure = library().procedure("repair", "2026-04")
    return list(lines(procedure, pack_for(library(), procedure, "general", TODAY), library().newest))


def step(shown: list[str], name: str) -> dict[str, str]:
    """What stands below the first line of a step, by its word."""
    start = next(n for n, line in enumerate(shown) if f"[{name}]" in line)
    below: dict[str, str] = {}
    for line in shown[start + 1 :]:
        if not line.startswith("    "):
            break
        word, _, text = line.strip().partition("：")
        below[word] = text
    return below


@pytest.mark.parametrize(
    ("name", "word", "text"),
    [
        ("deny", "文书", "不予信用修复决定书"),
        ("deny", "事由", "义务未全部履行（不符合“行为已纠正、义务已全部履行”的条件）（待核实）"),
        ("deny", "救济", "行政复议 60日；行政诉讼 6个月"),
        ("deny", "依据", "（待核实）"),
        ("accept", "条件", "最短公示期已满"),
        ("extend_handling", "延长", "办理期限 10 个工作日（待核实）"),
    ],
)
def test_a_step_is_shown_with_what_it_rests_on(shown: list[str], name: str, word: str, text: str) -> None:
    assert text in step(shown, name)[word]


def test_what_a_step_lacks_has_no_line(shown: list[str]) -> None:
    assert "事由" not in step(shown, "accept")
    assert "文书" not in step(shown, "report_verification")


@pytest.mark.parametrize("key", sorted(library().procedures), ids="-".join)
def test_every_version_finds_its_pack_and_is_shown(key: tuple[str, str]) -> None:
    procedure = library().procedures[key]
    pack = pack_for(library(), procedure, "general", TODAY)
    assert len(list(lines(procedure, pack, library().newest))) > len(procedure.state)
    assert procedure.until is None or pack.effective < procedure.until


def test_a_version_that_ended_is_shown_under_the_pack_of_its_days() -> None:
    assert pack_for(library(), library().procedure("repair", "2023-05"), "general", TODAY).pack == "CN-2023"
