#!/bin/sh
# Write one letter of every kind, issued by driven cases, as PDF and as pictures into a folder, to be looked at page by page.
#   scripts/letters_to_look_at.sh /tmp/letters-all
set -eu
folder=$1
mkdir -p "$folder"
LETTERS_TO_LOOK_AT=$folder python -m pytest -q -p no:cacheprovider tests/casework/test_every_letter_driven.py
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
