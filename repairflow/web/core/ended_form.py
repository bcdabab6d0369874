"""What was written in a form whose session had ended: it comes back on the page that says so, for whom no script keeps it.

Only words, and only to who sent a form of ours: a number of a person does not come back in an answer.
"""

from __future__ import annotations

import re

from flask import request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

WORDS = re.compile(r"[\u3400-\u9fff]")
LONG_NUMBER = re.compile(r"\d{11}")
MOST = 30


def texts() -> tuple[str, ...]:
    """Return what the form that was sent says in words, each text once; nothing where it is none of ours."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return ()
    said = (value.strip() for value in request.form.values() if WORDS.search(value) and not LONG_NUMBER.search(value))
    return tuple(dict.fromkeys(said))[:MOST]
