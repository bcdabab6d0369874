"""What people sign has words for each who may sign it, each under a version of its own."""

from __future__ import annotations

import pytest

from repairflow.law.procedure.commitments import BY_KIND, PERSONAL, SIGNERS
from tests.support.shipped import edited, library, source, together

GUARDIAN = 'version = "2026-04-监护人"\ntext = """\n本人是承诺主体的监护人'
BAD = [  # what the message names, and what is edited in CN-2026
    ("版本相同（2026-04-自然人）", (GUARDIAN, GUARDIAN.replace("-监护人", "-自然人"))),
    ("版本相同（2026-04）", (GUARDIAN, GUARDIAN.replace("2026-04-监护人", "2026-04"))),
    ("自然人本人签署的一份写了“本单位”", ("本人郑重承诺：\n", "本单位郑重承诺：\n本人：\n")),
    ("自然人本人签署的一份没有写明由谁作出（本人）", ("本人郑重承诺：\n", "郑重承诺：\n")),
    ("监护人签署的一份没有写明由谁作出", ("的监护人，作为其法定代理人郑重承诺：\n", "的父亲，郑重承诺：\n"), ("被监护人已经", "孩子已经"),
     ("履行监护职责，教育、督促被监护人", "教育、督促孩子")),
    ("自然人本人签署的一份写了“予以公示”", ("本人郑重承诺：\n", "本人郑重承诺，同意予以公示：\n")),
    ("没有监护人各自的文字", ("[commitment_by.guardian]", "[commitment_by.organisation]"), ("监护人，作为其法定代理人郑", "人，郑")),
    ("由监护人签署的一份没有内容或者版本", ('version = "2026-04-监护人"\ntext = """\n本人是承诺', 'version = " "\ntext = """\n本人是承诺')),
]  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=[str(case[0]) for case in BAD])
def test_words_that_do_not_fit_their_signer_are_found_with_their_line(
    case: tuple[str, *tuple[tuple[str, str], ...]],
) -> None:
    said, *edits = case
    text = edited(source("CN-2026", "packs"), *edits)
    found = [one for one in together(pack=text) if said in one.text and one.code in ("commitment_signer", "text_empty")]
    assert [one.severity for one in found] == ["error"]
    file, line = found[0].where.split(":")
    at = text.split("\n")[int(line) - 1]
    assert (file, at.startswith(("[commitment_by.", "commitment_text"))) == ("pack.toml", True), at


def test_an_own_text_without_signers_is_found() -> None:
    own = (
        source("BROADCAST-2026", "packs")
        .replace('pack = "BROADCAST-2026"', 'pack = "OWN-2026"')
        .replace('"broadcast', '"own_field')
    )
    own = own.replace("\n\n", '\ncommitment_version = "1"\ncommitment_text = "本单位承诺材料真实。"\n\n', 1)
    told = [one.text for one in together(pack=own) if one.code == "commitment_signer"]
    who = "自然人本人、监护人、单位、个体工商户的代理人、自然人的代理人"
    assert told == [f"信用承诺书没有{who}各自的文字，他们签的是单位的话；请在 commitment_by 各写一份"]


@pytest.mark.parametrize("procedure", ["repair", "objection"])
def test_every_signer_has_words_of_its_own_as_shipped(procedure: str) -> None:
    one = library().packs["CN-2026"].commitment(procedure)
    signed = {signer: one.signed_by(signer) for signer in SIGNERS}
    assert len({said.version for said in signed.values()}) == len(SIGNERS)
    assert len({said.lines for said in signed.values()}) == len(SIGNERS) - (
        procedure == "objection"
    )  # agents say the same
    assert {signer for signer, said in signed.items() if "本单位" in "".join(said.lines)} == {"organisation"}
    assert {signer for signer, said in signed.items() if said.public} == (
        set(SIGNERS) - PERSONAL if procedure == "repair" else set()
    )
    assert {one.signer_of(said.version) for said in signed.values()} == {None, *SIGNERS} - {"organisation"}


@pytest.mark.parametrize(
    ("kind", "word"), [("organisation", "本单位"), ("sole_trader", "本户"), ("natural_person", "本人")]
)
def test_what_was_signed_before_reads_as_it_was_signed(kind: str, word: str) -> None:
    """Until signers had words of their own, all signed the common text, each called as it calls itself."""
    old = library().packs["CN-2026"].commitment("repair").of_version("2026-04", kind)
    assert old is not None
    assert (old.version, old.lines[0], "今后依法诚信经营" in "".join(old.lines)) == (
        "2026-04",
        f"{word}郑重承诺：",
        True,
    )
    assert (
        library().packs["CN-2026"].commitment("repair").of_version("2025-01", kind) is None
    )  # never another version's words
    assert kind in BY_KIND
