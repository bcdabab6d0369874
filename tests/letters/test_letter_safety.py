"""Hostile text in every field: printed as it stands or refused; no socket, no file beyond fonts and code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pypdf
import pytest

from repairflow.errors import Invalid
from repairflow.letters.model import Annex, LetterData, Pressed
from repairflow.letters.pdf.render import press_here
from repairflow.letters.pdf.weasyprint_adapter import ClosedFetcher
from repairflow.letters.renderer.pool import Press
from repairflow.letters.text import templates
from repairflow.letters.text.placeholders import VOCABULARY
from tests.letters.letter_samples import fields, letter

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=file:///etc/passwd>", "<img src=http://127.0.0.1:9/x.png>", "<b>粗</b>",
    "<link rel=attachment href=file:///etc/passwd>", "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<style>*{display:none}</style>", "</style><style>@import url(file:///etc/passwd)</style>", "</p></body></html>",
    "<iframe src=file:///etc/shadow></iframe>", "<object data=file:///etc/passwd></object>", "<embed src=/etc/passwd>",
    "<svg><image href=file:///etc/passwd /></svg>", "<svg onload=x><use href=http://127.0.0.1:9/a.svg#a /></svg>",
    "<base href=http://127.0.0.1:9/>", "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>",
    "<a href=javascript:x>链</a>", "<input autofocus>", "<table><tr><td>格</td></tr></table>", "<!-- 注 -->", "<![CDATA[x]]>",
    "&lt;b&gt;", "&#60;b&#62;", "&amp;amp;", "&nbsp;&shy;", "%3Cscript%3E", '" onmouseover="x', "' style='display:none",
    "{{ 7*7 }}", "{% for x in range(9**9) %}{% endfor %}", "{{ ''.__class__.__mro__ }}", "{# 注 #}", "{{ cycler.__init__ }}",
    "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "$body $$", "<%= 7*7 %>", "url(file:///etc/passwd)", "}*{color:red}",
    "expression(alert(1))", "@import 'file:///etc/passwd';", "content:attr(x)", "file:///etc/passwd", "http://127.0.0.1:9/",
    "asset:qr", "data:text/html,<b>x</b>", "//127.0.0.1:9/x", "\\..\\..\\etc\\passwd", "=cmd|' /C calc'!A0", "%PDF-1.7 /JS",
    "(\\) Tj ET", "<rdf:RDF>", "]]>--></title>", "+++", "| a | b |", "一、假标题",
]  # fmt: skip
REFUSED = ["\x00", "\x1b[2J", "\u202e反", "\u2066x\u2069", "\ue000x", "\ufdd0", "\U000f0000"]


def printed(pressed: Pressed) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pressed.pdf)).pages))


def squeezed(value: str) -> str:
    return "".join(value.split())


def everywhere(payload: str) -> LetterData:
    """A letter with the payload in every place that takes text."""
    shapes = {
        "text": payload, "texts": [payload, payload], "notes": [(payload, payload)],
        "changes": [(payload, payload, payload, payload)], "rows": [(payload,) * 5],
    }  # fmt: skip
    values = {name: shapes[word.shape] for name, word in VOCABULARY.items()}
    words = templates.compose_text("objection_result", "2026-04-01", values)
    return letter(
        paragraphs=words.paragraphs, title=payload, number=payload, office_mark=payload, signer=payload, addressee=payload,
        addressee_code=payload, seal_purpose=payload, case_number=payload, qr_url=payload, chain_head=payload[:16],
        cc=(payload,), annexes=(Annex(title=payload, paragraphs=words.paragraphs[:3]),),
    )  # fmt: skip


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 4))
def test_hostile_text_is_printed_as_it_stands(first: int) -> None:
    """Four in each place, one behind the other: a letter takes a third of a second."""
    payloads = PAYLOADS[first : first + 4]
    pressed = press_here(everywhere("　".join(payloads)))
    said = printed(pressed)
    assert [payload for payload in payloads if said.count(squeezed(payload)) < 8] == []
    document = pypdf.PdfReader(io.BytesIO(pressed.pdf))
    root = document.trailer["/Root"]
    assert not {"/Names", "/AcroForm", "/OpenAction", "/AF"} & set(root)
    assert not any("/Annots" in page for page in document.pages)


@pytest.mark.parametrize("payload", REFUSED)
@pytest.mark.parametrize("name", ["reason", "gaps", "conditions", "corrections", "rows"])
def test_what_cannot_be_printed_is_refused_in_every_shape(payload: str, name: str) -> None:
    shapes = {
        "text": payload, "texts": [payload], "notes": [("名", payload)], "changes": [("a", "b", payload, "c")],
        "rows": [("1", payload, "x", "y", "z")],
    }  # fmt: skip
    with pytest.raises(Invalid):
        templates.compose_text("repair_denied", "2026-04-01", fields(**{name: shapes[VOCABULARY[name].shape]}))


def test_a_huge_table_and_deep_nesting_end_in_a_letter_or_a_refusal(press: Press) -> None:
    rows = [("f", "<td>" * 50, "[" * 500, "(" * 500) for _ in range(60)]
    pressed = press.press(letter(paragraphs=templates.compose_text(
        "objection_result", "2026-04-01", fields(corrections=rows)
    ).paragraphs))  # fmt: skip
    assert pressed.pages > 10
    with pytest.raises(Invalid, match="上限"):
        templates.compose_text("objection_result", "2026-04-01", fields(corrections=rows * 2))


@pytest.mark.parametrize("wish", ["file:///etc/passwd", "http://127.0.0.1:9/", "data:,x", "asset:other", "/etc/passwd"])
def test_any_wish_beyond_the_assets_stops_the_letter(wish: str) -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{wish}">', base_url="file:///", url_fetcher=ClosedFetcher({"asset:qr": b""})).render()


_WATCHED = """
import json, sys
events = []
from repairflow.letters.renderer.child import warm_up
from repairflow.letters.fonts.families import FontFamilies
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.pdf.weasyprint_adapter import ClosedFetcher
warm_up(FontFamilies())
letters = [LetterData.model_validate(one) for one in json.load(sys.stdin)]
def watch(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        events.append(str(arguments[0]))
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "urllib.", "http.")):
        events.append(event)
sys.addaudithook(watch)
for one in letters:
    press_here(one, FontFamilies())
seen = sorted(set(events))
print(json.dumps(seen))
sys.stdout.flush()
import os
os._exit(0)
"""


def test_no_socket_and_no_foreign_file_while_hostile_letters_are_pressed() -> None:
    together = ["　".join(PAYLOADS[start::6]) for start in range(6)]
    body = json.dumps([json.loads(everywhere(payload).model_dump_json()) for payload in together])
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED], input=body, capture_output=True, text=True, check=True, timeout=120,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    seen = json.loads(done.stdout)
    # The colour profile, faces cut for the letter, and late imports of the standard library.
    library = sysconfig.get_paths()["stdlib"]
    foreign = [
        n for n in seen if not n.endswith("sRGB2014.icc") and "/weasyprint-" not in n and not n.startswith(library)
    ]
    assert foreign == []


_TRESPASS = """
import json, socket, subprocess, sys, tempfile
from pathlib import Path
from repairflow.letters.renderer.child import restrict
folder = Path(tempfile.mkdtemp())
restrict(folder, (folder,))
wishes = {
    "read": lambda: open("/etc/passwd"), "write": lambda: open("/tmp/repairflow-trespass", "w"),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)), "resolve": lambda: socket.getaddrinfo("example.org", 80),
    "start": lambda: subprocess.run(["/bin/true"]), "own": lambda: open(folder / "own", "w"),
}
answers = {}
for name, wish in wishes.items():
    try:
        wish()
        answers[name] = "done"
    except PermissionError:
        answers[name] = "refused"
print(json.dumps(answers))
sys.stdout.flush()
import os
os._exit(0)
"""


def test_a_child_is_restricted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRESPASS],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout) == {
        "read": "refused", "write": "refused", "connect": "refused", "resolve": "refused", "start": "refused", "own": "done",
    }  # fmt: skip
