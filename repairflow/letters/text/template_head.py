"""The head of a letter text, as its file has it, with the body it stands over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from repairflow.law import letter_kinds
from repairflow.law.procedure.strict import Strict
from repairflow.letters.text.placeholders import VOCABULARY, Placeholder


class LetterTemplate(Strict):
    """The head of a template: what it is called, the form it is printed in, the seal, and the placeholders it needs.

    A title may name placeholders; `name` is the title without them, for lists and forms that know no case yet. `listed` is
    what lists, messages and the public's page call a letter whose title names its subject.
    """

    kind: str
    version: str
    title: str
    listed: str = Field(default="", pattern=r"^[^{}]*$")
    form: Literal["letter", "standard", "plain"] = "letter"
    remedy: bool = False  # an adverse letter, which must tell the remedies
    seal: Literal["office", "repair", "objection"] = "office"  # where the procedure's definition names none
    # between 机关代字 and the year of a number
    mark: str = Field(default="", max_length=8, pattern=r"^[\u4e00-\u9fff]*$")
    says: letter_kinds.Says | None = None  # what a kind of an installation's own tells its reader
    asked: Mapping[str, str] = {}  # placeholders of its own: inputs that a form asks, by name, and how they are called
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    body: str

    @property
    def vocabulary(self) -> Mapping[str, Placeholder]:
        """Every placeholder it may name."""
        return {**VOCABULARY, **{name: Placeholder(label) for name, label in self.asked.items()}}

    @property
    def name(self) -> str:
        return self.listed or re.sub(r"\{\{.*?\}\}", "", self.title)
