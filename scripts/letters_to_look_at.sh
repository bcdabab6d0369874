#!/bin/sh
# Write one letter of every kind, issued by driven cases, as PDF and as pictures into a folder, to be looked at page by page.
#   scripts/letters_to_look_at.sh /tmp/letters-all
set -eu
folder=$1
mkdir -p "$folder"
export LETTERS_TO_LOOK_AT="$folder"
python -m pytest -q -p no:cacheprovider tests/casework/test_every_letter_driven.py
# kinds that no case of the table leads to, from the tests that lead to them
python -m pytest -q -p no:cacheprovider -p tests.support.kept_letters \
  tests/web/test_platform_letters.py::test_a_copy_is_reported_written_about_chased_refused_and_mended \
  tests/stories/test_deficient_filings.py::test_what_was_promised_and_not_brought_ends_the_filing_with_a_letter \
  tests/law_stories/test_provider_decides_story.py::test_the_decision_is_the_providers_and_the_notice_has_no_remedies_of_its_own \
  tests/casework/test_letters_after_issue.py::test_a_second_correction_corrects_the_first
python - "$folder" <<'PRESS'
import sys
from pathlib import Path

from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here

for file in sorted(Path(sys.argv[1]).glob("*.json")):
    data = LetterData.model_validate_json(file.read_text("utf-8"))
    file.with_suffix(".pdf").write_bytes(press_here(data).pdf)
PRESS
for file in "$folder"/*.pdf; do pdftoppm -r 60 -png "$file" "${file%.pdf}"; done
