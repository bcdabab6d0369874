"""What is wrong with a form of administration, gathered so that all of it is shown at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from repairflow import plain
from repairflow.errors import Invalid, Problem


class Faults:
    """The faults of one form; `labels` are its fields' names in Chinese, each fault's text names its field."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._found: list[Problem] = []

    def add(self, field: str, text: str) -> None:
        """Add one thing to correct, worded so that it follows the field's name."""
        self._found.append(Problem(field, f"{self._labels[field]}{text}"))

    def text(self, field: str, value: str, most: int, *, needed: bool = True) -> str:
        """Return the value without blanks around it; a fault where it is missing, too long, or holds control characters."""
        value = unicodedata.normalize("NFC", value).strip()
        if needed and not value:
            self.add(field, "没有填写")
        elif len(value) > most:
            self.add(field, f"最多 {most} 个字，现为 {len(value)} 个")
        elif not all(map(plain.printed, value)) or plain.STACKED.search(value):
            self.add(field, "含有换行或不可见的字符，请重新输入")
        return value

    def name(self, field: str, value: str, most: int) -> str:
        """As `text`, of somebody or of an office: letters call them by it."""
        value = self.text(field, value, most)
        if value and not plain.named(value):
            self.add(field, "没有文字，请填写名称或者姓名")
        return value

    def choice(self, field: str, value: str, known: Mapping[str, str]) -> str:
        """Return the value, one of those known."""
        if value not in known:
            self.add(field, "没有选择" if not value else f"“{value}”不在可选范围：{'、'.join(known)}")
        return value

    def stop(self, message: str) -> None:
        """Invalid with every fault found; returns where there is none."""
        if self._found:
            raise Invalid(message, self._found)


def alone(tx: Connection, table: Table) -> None:
    """Until `tx` ends nobody else writes the table: what was found to be free stays free. On SQLite a writer is alone anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(text(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE'))
