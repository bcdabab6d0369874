"""What a rule pack says of a commitment, as it is said of a natural person: nobody is shown what a person promised."""

from __future__ import annotations


def said_of(text: str, *, of_person: bool) -> str:
    """Return a condition or ground of a rule pack as it is told; whose commitment stays private is not said to have made it public."""
    return text.replace("公开作出信用承诺", "作出信用承诺") if of_person else text
