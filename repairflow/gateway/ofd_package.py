"""The parts of an OFD package (GB/T 33190): its pages, the pictures it names, and where its seals stand with what they look like."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import abc
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

MOST_XML = 8 * 1024 * 1024
MOST_PICTURE = 16 * 1024 * 1024
MOST_PAGES = 1_000
MOST_SEALS = 50
MOST_NODES = 2_000
A4 = (210.0, 297.0)
"""Millimetres of a page that names no size."""
Box = tuple[float, float, float, float]
"""Left, top, width and height on the page, in millimetres."""


class Seal(NamedTuple):
    """A seal on a page: where, and its picture as the signature's file has it; None where that cannot be read."""

    box: Box
    kind: str  # png, jpg, bmp, gif, or ofd: a package of its own
    picture: bytes | None


class Package:
    """A package, read part by part. ValueError and KeyError for what is none."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._first = self._xml("OFD.xml")
        self._where = text_of(self._first, "DocRoot").lstrip("/")
        self._document = self._xml(self._where)
        self._pictures: dict[str, str] | None = None

    def pages(self) -> list[tuple[str, str]]:
        """Id and content of each page, the content by its path."""
        found = [one for one in self._document.iter() if name_of(one) == "Page" and "BaseLoc" in one.attrib]
        if not found:
            raise ValueError("no pages")
        return [(one.get("ID", ""), _beside(self._where, one.attrib["BaseLoc"])) for one in found[:MOST_PAGES]]

    def page(self, where: str) -> tuple[list[Element], tuple[float, float]]:
        """Return the trees of a page, its templates first, and its size."""
        own = self._xml(where)
        forms = {one.get("ID"): one for one in self._document.iter() if name_of(one) == "TemplatePage"}
        used = [
            forms[one.get("TemplateID")]
            for one in own.iter()
            if name_of(one) == "Template" and one.get("TemplateID") in forms
        ]
        layers = [self._xml(_beside(self._where, one.attrib["BaseLoc"])) for one in used]
        box = figures(text_of(own, "PhysicalBox") or text_of(self._document, "PhysicalBox"))
        size = (box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else A4
        return [*layers, own], size

    def picture(self, resource: str) -> bytes | None:
        """Return the file of a picture that a page names; None where the package has none."""
        if self._pictures is None:
            self._pictures = dict(self._named())
        where = self._pictures.get(resource)
        return None if where is None else self._bytes(where)

    def seals(self, page: str) -> list[Seal]:
        """Return the seals on the page with this id."""
        where = text_of(self._first, "Signatures")
        if not where or page == "":
            return []
        where = where.lstrip("/")
        found: list[Seal] = []
        for one in self._read(where):
            if name_of(one) == "Signature" and one.get("BaseLoc"):
                found += self._stamps(_beside(where, one.attrib["BaseLoc"]), page)
        return found[:MOST_SEALS]

    def _stamps(self, where: str, page: str) -> Iterator[Seal]:
        parts = list(self._read(where))
        boxes = [
            box
            for one in parts
            if name_of(one) == "StampAnnot" and one.get("PageRef") == page and (box := box_of(one)) is not None
        ]
        if boxes:
            said = next(((one.text or "").strip() for one in parts if name_of(one) == "SignedValue"), "")
            kind, picture = seal_picture(self._bytes(_beside(where, said)) if said else None)
            yield from (Seal(box, kind, picture) for box in boxes)

    def _named(self) -> Iterator[tuple[str, str]]:
        """Yield each picture of the package's lists: its id and its path."""
        lists = [one for one in self._document.iter() if name_of(one) in ("PublicRes", "DocumentRes")]
        for one in lists:
            where = _beside(self._where, (one.text or "").strip())
            tree = list(self._read(where))
            folder = tree[0].get("BaseLoc", "") if tree else ""
            for media in tree:
                if name_of(media) == "MultiMedia" and media.get("Type") == "Image" and media.get("ID"):
                    path = posixpath.join(folder, text_of(media, "MediaFile"))
                    yield media.attrib["ID"], _beside(where, path)

    def _read(self, path: str) -> Iterator[Element]:
        """Return every element of a part that may be missing or broken: a page is drawn without it."""
        try:
            return self._xml(path).iter()
        except (KeyError, ValueError, ParseError):
            return iter(())

    def _bytes(self, path: str) -> bytes | None:
        """Return a file of the package; None where it is missing or larger than a picture is."""
        try:
            with self._package.open(path) as part:
                content = part.read(MOST_PICTURE + 1)
        except KeyError:
            return None
        return content if len(content) <= MOST_PICTURE else None

    def _xml(self, path: str) -> Element:
        with self._package.open(path) as part:
            said = part.read(MOST_XML + 1)
        if len(said) > MOST_XML or b"<!DOCTYPE" in said or b"<!ENTITY" in said or b"\0" in said:
            raise ValueError(path)
        return fromstring(said)  # noqa: S314 - without a document type nothing multiplies, and the process has limits


def seal_picture(signature: bytes | None) -> tuple[str, bytes | None]:
    """Kind and bytes of the picture in a signature of GB/T 38540 or GM/T 0031; None where there is none to be read.

    Both keep it as a sequence of a kind (text), the picture (octets), and two whole numbers: that is looked for, and nothing
    of the signature is checked.
    """
    from asn1crypto.core import (  # type: ignore[import-untyped]  # the library has no types
        Asn1Value,
        IA5String,
        Integer,
        OctetString,
        Sequence,
        load,
    )

    if signature is None:
        return "", None
    try:
        waiting: list[Asn1Value] = [load(signature)]
        for _ in range(MOST_NODES):
            if not waiting:
                break
            one = waiting.pop(0)
            if not isinstance(one, Sequence):
                continue
            parts = [one[place] for place in range(len(one))]
            if [type(part) for part in parts] == [IA5String, OctetString, Integer, Integer]:
                return str(parts[0].native).lower(), bytes(parts[1].native)
            waiting += parts
    except (ValueError, TypeError, IndexError):
        return "", None
    return "", None


def box_of(one: Element) -> Box | None:
    """Return where an element says that it stands; None where it does not."""
    box = figures(one.get("Boundary") or "")
    return (box[0], box[1], box[2], box[3]) if len(box) == 4 else None


def figures(said: str) -> abc.Sequence[float]:
    """Return the numbers of a text, which spaces or commas part. ValueError for what is none."""
    return [float(word) for word in re.split(r"[\s,]+", said.strip()) if word]


def text_of(tree: Element, name: str) -> str:
    """Return what the first element of this name says; '' where there is none."""
    return next((one.text or "" for one in tree.iter() if name_of(one) == name), "").strip()


def name_of(one: Element) -> str:
    """Return an element's name, without its namespace."""
    return one.tag.rpartition("}")[2]


def _beside(of: str, path: str) -> str:
    """Return a path as a part of the package says it, from the package's root."""
    if path.startswith("/"):
        return path.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(of), path))
