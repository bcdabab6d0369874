"""Once a version is released, no law file and no letter template it went out with is edited."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from repairflow import __version__
from repairflow.errors import DefinitionError
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import Manifest, digests_now, edited, manifests, repinned
from repairflow.settings import asset

WORKFLOWS, LETTERS = asset("workflows"), asset("templates") / "letters"


def now(workflows: Path = WORKFLOWS, letters: Path = LETTERS) -> dict[str, dict[str, str]]:
    return digests_now(Library.read(workflows), workflows, letters)


def test_released_files_are_as_they_were_released() -> None:
    there = now()
    assert {one.version: edited(one, there) for one in manifests(WORKFLOWS) if edited(one, there)} == {}


def test_the_version_of_the_program_is_released_with_a_manifest() -> None:
    """Cutting 0.2.0 without filling its manifest fails here."""
    numbers = tuple(int(part) for part in __version__.split("."))
    unreleased = [one.version for one in manifests(WORKFLOWS) if one.released is False]
    assert [v for v in unreleased if tuple(int(part) for part in v.split(".")) <= numbers] == []


def test_an_edit_after_the_release_is_found(tmp_path: Path) -> None:
    """Every kind of file, edited in turn; a changed comment of a law file is no edit, a changed word of a letter is."""
    workflows, letters = tmp_path / "workflows", tmp_path / "letters"
    shutil.copytree(WORKFLOWS, workflows)
    shutil.copytree(LETTERS, letters)
    manifest = Manifest(version="9.9.9", released=date(2026, 6, 1), **now(workflows, letters))
    assert edited(manifest, now(workflows, letters)) == []
    table = {
        "procedure repair 2026-04": (
            workflows / "procedures/repair-2026-04.toml",
            'label = "受理期限"',
            'label = "受理"',
        ),
        "pack CN-2026": (workflows / "packs/CN-2026.toml", 'label = "全国', 'label = "全中国'),
        "calendar 2026": (workflows / "calendars/2026.toml", "\n", "\n\n"),
        "statute chufa": (workflows / "statutes/chufa.toml", "verified = true", "verified = false"),
        "letter repair_granted 2026-04-01": (letters / "repair_granted/2026-04-01.txt.j2", "。", "！"),
    }
    for name, (path, before, after) in table.items():
        text = path.read_text("utf-8")
        assert before in text, name
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        assert name in edited(manifest, now(workflows, letters)), name
        path.write_text(text, encoding="utf-8")
    commented = workflows / "procedures/repair-2026-04.toml"
    commented.write_text("# a comment\n" + commented.read_text("utf-8"), encoding="utf-8")
    assert edited(manifest, now(workflows, letters)) == []
    unreleased = manifest.model_copy(update={"released": False, "letter": {"none 2026-04-01": "sha256:1"}})
    assert edited(unreleased, now(workflows, letters)) == []


def test_former_digests_are_not_those_of_today_and_say_why() -> None:
    known = repinned(WORKFLOWS)
    law = Library.read(WORKFLOWS)
    today = {("procedure", n, v): p.digest for (n, v), p in law.procedures.items()}
    today |= {("pack", n, ""): p.digest for n, p in law.packs.items()}
    assert known
    for (key, digest), mapped in known.items():
        assert key in today, key
        assert mapped.release == "0.2.0"
        assert digest != today[key], key


@pytest.mark.parametrize("text", ["version = 1", "[[repinned]]\nkind = 'law'", "version = "])
def test_a_faulty_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases/0.3.0.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"0\.3\.0\.toml"):
        manifests(tmp_path)
