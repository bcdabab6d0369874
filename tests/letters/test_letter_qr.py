"""The QR of a letter is read from its picture, as a telephone would read it from paper."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from tests.letters.letter_samples import letter

ADDRESS = "https://xinyong.yunxi.example/verify/q83vEjRWeJCrze8SNFZ4kA"


def scanned(data: LetterData, folder: Path, dots_per_inch: int) -> list[str]:
    """What a reader finds on the first page at this resolution."""
    (folder / "letter.pdf").write_bytes(press_here(data).pdf)
    subprocess.run(
        ["/usr/bin/pdftoppm", "-r", str(dots_per_inch), "-gray", "-png", "-singlefile", "letter.pdf", "page"],
        cwd=folder,
        check=True,
    )
    with Image.open(folder / "page.png") as page:
        return [code.text for code in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("form", ["letter", "standard", "plain"])
@pytest.mark.parametrize("dots_per_inch", [150, 300])
def test_the_qr_reads_from_a_scan(tmp_path: Path, form: str, dots_per_inch: int) -> None:
    data = letter(form=form, qr_url=ADDRESS).model_copy(update={"signature_field": True})
    assert scanned(data, tmp_path, dots_per_inch) == [ADDRESS]


def test_without_a_token_there_is_no_qr(tmp_path: Path) -> None:
    assert scanned(letter(qr_url=""), tmp_path, 150) == []
