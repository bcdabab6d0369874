"""A page as its reader sees it: text, links and forms; fields go by their labels, buttons by what stands on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

OPTIONAL = re.compile("（(?:选填|[^（）]*必填)）$")
NOTE = "：情况说明"
SILENT = frozenset({"script", "style", "svg", "template"})
NAMED = frozenset({"label", "legend", "option", "button", "a", "textarea"})


@dataclass
class Field:
    """One name of a form. `options` gives the value of each label of a choice."""

    name: str
    kind: str
    value: str = ""
    label: str = ""
    group: str = ""
    options: dict[str, str] = field(default_factory=dict)


@dataclass
class Form:
    """One form: where it goes, what it asks, what its buttons say (and where each goes instead, if elsewhere)."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)

    def filled(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Names and values as a browser sends them, with `answers` by label; AssertionError for a label nobody asks."""
        sent = {f.name: f.value for f in self.fields.values() if f.value or f.kind in {"hidden", "text"}}
        for label, answer in answers.items():
            asked = [f for f in self.fields.values() if label in (f.label, f.group)]
            if len(asked) > 1:
                asked = [f for f in asked if f.options]  # a word for a whole list: 具备 for every condition
            assert asked, f"nobody asks “{label}”, but {[f.label or f.group for f in self.fields.values()]}"
            for one in asked:
                if one.options:
                    assert answer in one.options, f"“{label}” offers {list(one.options)}, not “{answer}”"
                    sent[one.name] = one.options[answer]
                else:
                    sent[one.name] = answer
        return sent


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._words: list[str] = []
        self._labels: dict[str, str] = {}  # what stands on the label of an id
        self._ids: dict[str, tuple[Form, str, str]] = {}  # id → form, field, value
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._form: Form | None = None
        self._legend, self._select, self._silent = "", "", 0
        self.feed(html)
        self.close()
        self.text = " ".join("".join(self._words).split())
        self._name_fields()

    def form(self, button: str) -> Form | None:
        """The form with this button."""
        return next((form for form in self.forms if button in form.buttons), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self._silent += 1
        elif tag == "form":
            self._form = Form(known.get("action", ""))
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._legend = ""
        elif tag == "input":
            self._input(known)
        elif tag in {"textarea", "select"}:
            self._add(Field(known["name"], "text"), known.get("id", ""))
            self._select = known["name"] if tag == "select" else ""
        if tag in NAMED:
            self._open.append((tag, known, []))
        elif tag in {"p", "div", "li", "dd", "dt", "td", "th", "h1", "h2", "summary", "br"}:
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self._words.append(data)
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "form":
            self._form = None
        elif tag == "fieldset":
            self._legend = ""
        if tag in NAMED and self._open and self._open[-1][0] == tag:
            _, known, words = self._open.pop()
            self._named(tag, known, "".join(words))

    def _named(self, tag: str, known: dict[str, str], raw: str) -> None:
        said = OPTIONAL.sub("", " ".join(raw.split())).strip()
        if tag == "a":
            self.links.setdefault(said, known.get("href", ""))
        elif tag == "label":
            self._labels[known.get("for", "")] = said
        elif tag == "legend":
            self._legend = said
        elif self._form is None:
            return
        elif tag == "button" and known.get("type") == "submit":
            self._form.buttons[said] = known.get("formaction", "")
        elif tag == "option" and self._select:
            self._form.fields[self._select].options[said] = known.get("value", "")
            if "selected" in known:
                self._form.fields[self._select].value = known.get("value", "")
        elif tag == "textarea":
            self._form.fields[known["name"]].value = raw

    def _input(self, known: dict[str, str]) -> None:
        kind, name, value = known.get("type", "text"), known.get("name", ""), known.get("value", "")
        if not name or kind == "submit":
            return
        if kind in {"radio", "checkbox"}:
            self._add(Field(name, kind, value if "checked" in known else ""), "")
            if self._form is not None:
                self._ids[known.get("id", "")] = (self._form, name, value)
            return
        shown = "hidden" if kind == "hidden" else "file" if kind == "file" else "text"
        label = known.get("aria-label", "")
        self._add(Field(name, shown, value, label), known.get("id", ""))

    def _add(self, one: Field, id_: str) -> None:
        if self._form is None:
            return
        one.group = self._legend
        kept = self._form.fields.setdefault(one.name, one)
        if one.value and not kept.value:
            kept.value = one.value
        if id_:
            self._ids[id_] = (self._form, one.name, "")

    def _name_fields(self) -> None:
        for id_, said in self._labels.items():
            if id_ not in self._ids:
                continue
            form, name, value = self._ids[id_]
            one = form.fields[name]
            if one.kind in {"radio", "checkbox"}:
                one.options[said] = value
            else:
                one.label = said
        for form in self.forms:
            for one in form.fields.values():
                if one.kind == "radio" and (note := form.fields.get(one.name.removesuffix(".met") + ".note")):
                    one.label = note.label.removesuffix(NOTE)
                elif one.kind == "checkbox":
                    one.label = next(iter(one.options), "")
                    one.options = {"是": next(iter(one.options.values()), "yes")}
