"""A remedy (救济途径) as a rule pack words it, with its limits, and how a length is said."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from pydantic import Field, model_validator

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.strict import Strict
from repairflow.law.procedure.written_lengths import written_out


class Remedy(Strict):
    """A remedy paragraph (救济途径) as letters print it, and its limits.

    `text` names by {limit} and {after_review} its own figures, by {organs}, {court} and {channel} what the issuing
    office's settings say, by {reviewer} and {review_limit} who
    takes a 复核 up and in what time; `online` is added where that office states a
    channel. `untold` is how long the remedy stays open when a letter failed to tell its limit.
    """

    label: str
    text: str
    online: str = ""
    limit: Days | None = None
    after_review: Days | None = None
    untold: Days | None = None
    basis: tuple[str, ...] = ()
    untold_basis: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_what_it_has(self) -> Remedy:
        own = {"limit": self.limit, "after_review": self.after_review}
        for sentence in (self.text, self.online):
            try:
                named = placeholders(sentence)
            except ValueError:
                raise ValueError(f"救济途径的文字中花括号没有成对（“{sentence}”）；占位符写成 {{limit}} 这样") from None
            if written := written_out(sentence):
                raise ValueError(
                    f"救济途径的文字直接写了“{written}”；期限须写在 limit、after_review 中并注明依据，文字以 {{limit}} 写出"
                )
            if unknown := sorted(named - {*own, *REMEDY_SETTINGS}):
                raise ValueError(f"救济途径的文字写了不认识的占位符：{'、'.join(unknown)}")
            if empty := sorted(name for name in named & set(own) if own[name] is None):
                raise ValueError(f"文字写了占位符 {'、'.join(empty)}，却没有写它的天数")
        if self.limit is not None and "limit" not in placeholders(self.text):
            raise ValueError("写了期限 limit，文字中却没有 {limit}，当事人不知道期限")
        if self.untold is not None and not self.untold_basis:
            raise ValueError("写了没有告知时的期限 untold，须以 untold_basis 写明依据")
        return self

    @property
    def needs(self) -> frozenset[str]:
        """The settings of an office without which this paragraph cannot be printed."""
        return frozenset(placeholders(self.text) & set(REMEDY_SETTINGS))

    def in_words(self, settings: Mapping[str, str]) -> str:
        """Return the paragraph with these settings; what a setting lacks is named in general words."""
        known = {name: settings.get(name) or general for name, general in REMEDY_SETTINGS.items()}
        known |= {"limit": length(self.limit), "after_review": length(self.after_review)}
        online = self.online if settings.get("channel") else ""
        return (self.text + online).format_map(known)


class ReviewFirst(Strict):
    """What is said of the way to the court in a situation in which the law asks for reconsideration first, or may be read so
    (行政复议法 23): in place of the text of `remedy.litigation`, whose figures it names by {limit} and {after_review}.
    """

    label: str
    text: str
    basis: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_where_the_court_is(self) -> ReviewFirst:
        if unknown := sorted(placeholders(self.text) - {"limit", "after_review", "court"}):
            raise ValueError(f"是否先申请复议的文字写了不认识的占位符：{'、'.join(unknown)}")
        if not {"after_review", "court"} <= placeholders(self.text):
            raise ValueError(
                "是否先申请复议的文字须写明对复议决定不服的，在多长期限（{after_review}）内向哪个法院（{court}）起诉"
            )
        if written := written_out(self.text):
            raise ValueError(f"是否先申请复议的文字直接写了“{written}”；期限以 {{limit}}、{{after_review}} 写出")
        return self


class Term(Strict):
    """A length that the law gives outside of any procedure (公告送达的期间)."""

    label: str
    days: Days
    basis: tuple[str, ...] = Field(min_length=1)


REMEDY_SETTINGS: Mapping[str, str] = {
    "organs": "行政复议机关", "court": "有管辖权的人民法院", "channel": "互联网渠道", "reviewer": "上级单位或者信用中心",
    "review_limit": "",
}  # fmt: skip
"""What the paragraph of a remedy takes from the issuing office, and how it is called where no office is meant."""


def placeholders(text: str) -> set[str]:
    """Return the names in braces; ValueError for braces that do not close."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def length(days: Days | None) -> str:
    """Return a length as letters say it: 60日、6个月、5个工作日."""
    return f"{days.count}{UNIT_LABELS[days.unit]}" if days is not None else ""
