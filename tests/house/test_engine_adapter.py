"""The letters' engine stays behind one file, and what that file takes of its inside is named here, so that a new version of
WeasyPrint, pydyf or cssselect2 fails by the name of what it has lost and not by a letter that looks wrong."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pydyf
import pytest
import weasyprint
from weasyprint.css import ColorProfile
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream as Canvas
from weasyprint.text.ffi import pango
from weasyprint.text.line_break import Layout

from repairflow.letters.fonts.families import FontFamilies
from repairflow.letters.pdf import weasyprint_adapter
from repairflow.letters.pdf.font_embedding import TightFonts
from repairflow.letters.pdf.render import render
from tests.house.sources import imported, modules
from tests.letters.letter_samples import letter

ADAPTER = "repairflow/letters/pdf/weasyprint_adapter.py"
ENGINE = ("weasyprint", "pydyf", "cssselect2", "tinycss2", "tinyhtml5")


def test_one_file_imports_the_engine() -> None:
    found = [
        f"{m.path}:{line} {name}"
        for m in modules()
        for line, name in imported(m)
        if name.split(".")[0] in ENGINE and m.path != ADAPTER
    ]
    assert found == []


@pytest.fixture(scope="module")
def live() -> dict[str, Any]:
    """One of each object that the engine hands out, from a letter laid out."""
    document = render(letter(), FontFamilies())
    page = document.pages[0]
    fonts = TightFonts()
    objects = weasyprint_adapter.PdfObjects.of(document, fonts)
    return {
        "Document": document, "Page": page, "Box": page._page_box.children[0], "Font": next(iter(fonts.values())),
        "PDF": objects, "Object": objects.objects[1], "Stream": pydyf.Stream(), "pango": pango,
        "HTML": weasyprint.HTML(string="<p>x"), "ColorProfile": ColorProfile, "Canvas": Canvas, "Layout": Layout,
    }  # fmt: skip


TAKEN = {
    "HTML": ("base_url", "url_fetcher", "media_type", "wrapper_element", "etree_element", "_ua_stylesheets", "render"),
    "ColorProfile": ("content",),
    "Document": ("fonts", "pages", "font_config"),
    "Page": ("_page_box", "anchors", "height"),
    "Box": ("element", "element_tag", "is_table_wrapper", "position_y", "children"),
    "Font": (
        "tables", "missing", "family", "index", "file_content", "to_unicode", "widths", "name", "hash", "subset",
    ),
    "Canvas": (
        "add_font", "add_image", "draw_x_object", "stacked", "transform", "set_color", "set_font_size", "set_text_matrix",
        "show_text", "begin_text", "end_text", "stroke_and_close",
    ),
    "Layout": ("set_text", "get_first_line"),
    "pango": ("pango_font_get_glyph_extents",),
    "PDF": ("objects", "catalog", "info", "page_references", "add_object"),
    "Object": ("number", "reference", "data"),
    "Stream": ("stream", "extra", "compress"),
}  # fmt: skip


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in TAKEN.items() for name in names])
def test_the_engine_still_has_what_the_adapter_takes(owner: str, name: str, live: dict[str, Any]) -> None:
    assert hasattr(live[owner], name)


SIGNATURES = [
    (Font.subset, ["self", "to_unicode", "hinting"]),
    (weasyprint.HTML._ua_stylesheets, ["self", "forms"]),
    (weasyprint_adapter.generate_pdf, ["document", "target", "zoom"]),
    (ColorProfile.__init__, ["self", "file_object", "src", "rendering_intent", "components"]),
    (weasyprint_adapter.URLFetcher.fetch, ["self", "url", "headers"]),
    (Canvas.add_font, ["self", "pango_font"]),
]


@pytest.mark.parametrize(("function", "names"), SIGNATURES, ids=lambda value: getattr(value, "__qualname__", ""))
def test_what_the_adapter_overrides_or_calls_takes_what_it_took(function: Any, names: list[str]) -> None:
    assert list(inspect.signature(function).parameters)[: len(names)] == names


OUR_OWN = frozenset({
    # our own names
    "_data", "assets", "at", "shrink",
    # Python's
    "BytesIO", "__class__", "__init__", "encode", "fromstring", "get", "join", "pop", "read_bytes", "read_text", "setdefault", "split",
    "values",
})  # fmt: skip
CANVAS_RUNS = frozenset({  # of Pango, through cffi: they exist only while a line is laid out
    "analysis", "font", "glyph", "glyphs", "ink_rect", "item", "log_clusters", "logical_rect", "next", "num_glyphs", "offset",
    "runs", "width",
})  # fmt: skip
PUBLIC = frozenset({"ElementWrapper", "PDF", "from_html_root"})


def test_each_name_that_the_adapter_takes_is_named_here() -> None:
    tree = next(m.tree for m in modules() if m.path == ADAPTER)
    taken = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named = {name for names in TAKEN.values() for name in names}
    assert taken - named - OUR_OWN - CANVAS_RUNS - PUBLIC == set()


def test_a_seal_is_set_through_what_pango_shows_of_a_line(live: dict[str, Any]) -> None:
    """CANVAS_RUNS at work: without one of them the seal's characters would not be in its fonts."""
    shown = "".join(font.shown for font in live["Document"].fonts.values())
    assert set("信用修复专用章") <= set(shown)
