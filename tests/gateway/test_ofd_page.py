"""Pictures and seals of an OFD receipt: drawn where they stand; one that cannot be drawn leaves a frame, and the page stays."""

from __future__ import annotations

import io
import zipfile

import pytest
from asn1crypto.core import IA5String, Integer, OctetString, SequenceOf
from PIL import Image

from repairflow.gateway import ofd_page

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
TEXT = '<ofd:TextObject Boundary="10 10 180 10" Size="4"><ofd:TextCode X="0" Y="5">电子凭证</ofd:TextCode></ofd:TextObject>'
PICTURE = '<ofd:ImageObject Boundary="100 60 20 20" CTM="20 0 0 20 0 0" ResourceID="7"/>'
SEAL_AT = (50.0, 60.0, 70.0, 80.0)
PICTURE_AT = (100.0, 60.0, 120.0, 80.0)
RED, GRAY = (200, 0, 0), (128, 128, 128)


def image(form: str = "PNG", colour: tuple[int, ...] = RED, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (30, 30), colour).save(out, form)
    return out.getvalue()


def sequence(*parts: object) -> SequenceOf:
    """A sequence of any parts, as DER has it."""

    class Any(SequenceOf):
        _child_spec = type(parts[0])

    made = Any()
    made.contents = b"".join(part.dump() for part in parts)  # type: ignore[attr-defined]  # each is a value of asn1crypto
    return made


def signature(picture: bytes, kind: str) -> bytes:
    """A signature as GB/T 38540 builds it, as far as its seal's picture: within the seal's information, within what is signed."""
    shown = sequence(IA5String(kind), OctetString(picture), Integer(40), Integer(40))
    seal = sequence(
        sequence(sequence(IA5String("ES"), Integer(4)), IA5String("id"), shown), OctetString(b"certificate")
    )
    return bytes(sequence(sequence(Integer(4), seal), OctetString(b"value")).dump())


def receipt(layer: str = TEXT, signed: bytes | None = None, page: str = "1", **files: bytes) -> bytes:
    """A receipt of one page; `signed` is the file of its signature, whose seal stands on `page`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        signs = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>" if signed is not None else ""
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/D.xml</ofd:DocRoot>{signs}</ofd:DocBody></ofd:OFD>",
        )
        package.writestr(
            "Doc_0/D.xml",
            f"<ofd:Document {SPACE}><ofd:CommonData><ofd:DocumentRes>R.xml</ofd:DocumentRes><ofd:PageArea>"
            "<ofd:PhysicalBox>0 0 200 100</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
            "<ofd:Pages><ofd:Page ID='1' BaseLoc='P.xml'/></ofd:Pages></ofd:Document>",
        )
        package.writestr(
            "Doc_0/P.xml", f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>"
        )
        package.writestr(
            "Doc_0/R.xml",
            f"<ofd:Res {SPACE} BaseLoc='Res'><ofd:MultiMedias><ofd:MultiMedia ID='7' Type='Image'>"
            "<ofd:MediaFile>seven.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        )
        for name, content in files.items():
            package.writestr(f"Doc_0/Res/{name}.png", content)
        if signed is not None:
            package.writestr(
                "Doc_0/Signs/Signatures.xml",
                f"<ofd:Signatures {SPACE}><ofd:Signature ID='1' BaseLoc='S0/S.xml'/></ofd:Signatures>",
            )
            package.writestr(
                "Doc_0/Signs/S0/S.xml",
                f"<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:StampAnnot ID='2' PageRef='{page}' Boundary='50 60 20 20'/>"
                "</ofd:SignedInfo><ofd:SignedValue>V.dat</ofd:SignedValue></ofd:Signature>",
            )
            package.writestr("Doc_0/Signs/S0/V.dat", signed)
    return out.getvalue()


def seen(content: bytes, box: tuple[float, float, float, float]) -> tuple[str, int]:
    """What fills a box of the page (red, blank, or a frame), and how many objects the page shows."""
    _, jpeg, shown = ofd_page.draw(content, 1, 800)
    with Image.open(io.BytesIO(jpeg)) as page:
        part = page.convert("RGB").crop(tuple(round(edge * 4) for edge in box))  # type: ignore[arg-type]  # four
    red, green, _ = part.getpixel((part.width // 2, part.height // 2))  # type: ignore[misc]  # of three bands
    if red - green > 100:
        return "red", shown
    return ("blank" if part.convert("L").getextrema()[0] > 200 else "frame"), shown  # type: ignore[operator]  # one band


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("content", "box", "found"),
    [
        (receipt(TEXT + PICTURE, seven=image()), PICTURE_AT, ("red", 2)),
        (receipt(TEXT + PICTURE, seven=image("BMP")), PICTURE_AT, ("red", 2)),
        (receipt(PICTURE, seven=image()), PICTURE_AT, ("red", 1)),  # a scanned receipt has no text
        (receipt(TEXT + PICTURE, seven=image(colour=(200, 0, 0, 0), mode="RGBA")), PICTURE_AT, ("blank", 2)),  # transparent
        (receipt(TEXT + PICTURE), PICTURE_AT, ("frame", 1)),  # the file is missing
        (receipt(TEXT + PICTURE, seven=b"no picture"), PICTURE_AT, ("frame", 1)),
        (receipt(TEXT + PICTURE.replace("20 0 0 20", "0 20 20 0"), seven=image()), PICTURE_AT, ("frame", 1)),  # turned
        (receipt(signed=signature(image(), "png")), SEAL_AT, ("red", 2)),
        (receipt(signed=signature(image("JPEG"), "jpg")), SEAL_AT, ("red", 2)),
        (receipt(signed=signature(receipt(PICTURE.replace("100 60 20 20", "0 0 200 100").replace("20 0 0 20", "200 0 0 100"),
                                          seven=image()), "ofd")), SEAL_AT, ("red", 2)),
        (receipt(signed=signature(image(), "png"), page="9"), SEAL_AT, ("blank", 1)),  # on another page
        (receipt(signed=b"no signature"), SEAL_AT, ("frame", 1)),
        (receipt(signed=signature(b"", "png")), SEAL_AT, ("frame", 1)),
        (receipt(signed=signature(receipt(""), "ofd")), SEAL_AT, ("frame", 1)),
    ],
)  # fmt: skip
def test_a_picture_or_seal_is_drawn_or_its_place_says_that_it_is_not(
    content: bytes, box: tuple[float, float, float, float], found: tuple[str, int]
) -> None:
    assert seen(content, box) == found


@pytest.mark.either_database
def test_what_a_seal_stands_on_can_be_read_through_it() -> None:
    over = receipt('<ofd:TextObject Boundary="52 64 20 10" Size="8"><ofd:TextCode X="0" Y="8">章</ofd:TextCode></ofd:TextObject>',
                   signed=signature(image(colour=(255, 80, 80)), "png"))  # fmt: skip
    _, jpeg, _ = ofd_page.draw(over, 1, 800)
    with Image.open(io.BytesIO(jpeg)) as page:
        assert page.convert("L").crop((204, 244, 276, 316)).getextrema()[0] < 60  # type: ignore[operator]  # one band
