"""The one reader of what a request brings: nothing of an address, a form or a file name is read in another way.

Whatever comes in has been looked at before any view sees it. A mark that no keyboard writes and no database holds (NUL, half a
surrogate pair) makes the whole request an Unreadable (400); in a path it names nothing that is ours (404). What an
address asks (`?after=12`) is read by type: `text`, `texts`, `flag`, `number`.
"""

from __future__ import annotations

from contextlib import suppress

import flask
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.utils import cached_property

from repairflow import plain
from repairflow.errors import Invalid, Unreadable

LONGEST = 200
"""Characters of one thing an address asks, and of one part of a path."""
LONGEST_ADDRESS = 2000
"""Characters of an address within an address: where to go back to."""
LONGEST_NAME = 200
"""Characters of the name of a field."""
URLENCODED = "application/x-www-form-urlencoded"
LAYOUT = "\t\n\r"
"""Control characters that come along when somebody pastes from a table."""


NOTHING = "\ufffd"
"""What a view gets for a part of a path that is no name: it names nothing, so the answer is that for anything unknown."""


class Request(flask.Request):
    """A request whose query, form and file names hold nothing that could not be kept."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return what the address asks. Raises Unreadable, and is empty from then on: the error's page reads it again."""
        arguments: MultiDict[str, str] = super().args
        if not all(_fits(name, value) for name, value in arguments.items(multi=True)):
            self.__dict__["args"] = MultiDict()
            raise Unreadable
        return arguments

    def _load_form_data(self) -> None:
        """Ensure that `form` and `files` are there. Raises Unreadable, and they are empty from then on; and
        RequestEntityTooLarge for a form that is longer or has more fields than any of ours."""
        if "form" not in self.__dict__ and self.mimetype == URLENCODED:
            self._bound()
        super()._load_form_data()
        form, files = self.__dict__["form"], self.__dict__["files"]
        fields = all(_fits(name, value) for name, value in form.items(multi=True))
        if not (fields and all(_fits(name, file.filename or "") for name, file in files.items(multi=True))):
            self.close()  # a large file lies on the disk
            self.__dict__["form"], self.__dict__["files"] = ImmutableMultiDict(), ImmutableMultiDict()
            raise Unreadable

    def _bound(self) -> None:
        """Flask bounds fields and sizes of multipart forms alone; one of the other kind is taken apart whole."""
        most, fields = self.max_form_memory_size, self.max_form_parts
        if most is not None and (self.content_length or 0) > most:
            raise RequestEntityTooLarge
        if fields is not None and self.get_data(parse_form_data=False).count(b"&") >= fields:
            raise RequestEntityTooLarge


class Key(BaseConverter):
    """The key of a row in a path: ASCII digits, 1 to what a column holds; anything else leads nowhere (404)."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        try:
            return plain.whole(value, 1)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: int) -> str:
        return str(value)


def install(app: Flask) -> None:
    """Ensure that `app` reads requests in this way; for the start, before any route is added."""
    app.request_class = Request
    app.url_map.converters.update({"int": Key})

    @app.before_request
    def look_at_all() -> None:
        """Ensure that what no view reads is looked at, too: a page may carry it on in its links."""
        parts = flask.request.view_args or {}
        for name, part in parts.items():
            if isinstance(part, str) and (len(part) > LONGEST or not part.isprintable()):
                parts[name] = NOTHING
        _ = flask.request.args


def text(name: str, most: int = LONGEST) -> str:
    """Return what the address asks under this name, without spaces around it; "" when nothing.

    Raises Unreadable when it is longer than `most`, holds a control character, or is given twice.
    """
    found = texts(name, most, 2)
    if len(set(found)) > 1:
        raise Unreadable("网址中同一项内容出现了不止一次，无法确定以哪个为准。请从页面上的链接或按钮重新进入。")
    return found[0] if found else ""


def texts(name: str, most: int = LONGEST, count: int = 100) -> list[str]:
    """Return all that the address asks under this name, the first `count`. Raises Unreadable as `text` does."""
    found = [value.strip() for value in flask.request.args.getlist(name)[:count]]
    for value in found:
        if len(value) > most:
            raise Unreadable(f"网址中有一项内容过长，最多 {most} 字。请缩短后重试。")
        if any((ord(mark) < 32 and mark not in LAYOUT) or ord(mark) == 127 for mark in value):
            raise Unreadable
    return found


def address(name: str) -> str | None:
    """Return the address within the address (`?next=/desk/`): where to go back to; None when nothing. It is still to be checked."""
    return text(name, LONGEST_ADDRESS) or None


def flag(name: str) -> bool:
    """Tell whether the address says yes to this (`?own=1`)."""
    return text(name) == "1"


def number(name: str, wrong: str = "翻页标记无效，请从第一页重新查看。") -> int | None:
    """Return the whole number the address asks under this name; None when nothing.

    Raises Invalid, saying `wrong`, for what is none and for one that no row could have.
    """
    given = text(name)
    if not given:
        return None
    try:
        return plain.whole(given)
    except ValueError:
        raise Invalid(wrong) from None


def ticked(name: str) -> list[int]:
    """Return the keys of the rows that were ticked in a form, each once; what is no key names no row and is left out."""
    found: dict[int, None] = {}
    for given in flask.request.form.getlist(name):
        with suppress(ValueError):
            found[plain.whole(given, 1)] = None
    return list(found)


def _fits(name: str | None, value: str) -> bool:
    """Tell whether a field can be kept; one without a name cannot."""
    return name is not None and len(name) <= LONGEST_NAME and plain.storable(name) and plain.storable(value)
