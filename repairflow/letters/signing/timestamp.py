"""Time stamps (RFC 3161): a time stamp authority says when a signature was there, so that it holds when its certificate has ended."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

import httpx2
from asn1crypto import cms, tsp  # type: ignore[import-untyped]  # the library has no types
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator.errors import InvalidCertificateError

from repairflow.letters.signing.port import NoTimeStamp

MOST = 256 * 1024  # bytes of an answer; a stamp with its certificates takes some 8 KiB


class HttpTimeStamps(TimeStamper):
    """A time stamp authority spoken to over HTTP, as RFC 3161 says (3.4).

    Raises NoTimeStamp whatever is wrong: no answer, a refusal, an answer that is no stamp, stamps something else, or is signed
    by nobody who could: a certificate that had ended, is not for stamps, or did not make the signature.
    """

    def __init__(self, address: str, seconds: float, transport: httpx2.BaseTransport | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types here
        self._address = address
        self._client = httpx2.Client(timeout=seconds, transport=transport, follow_redirects=False)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for a stamp. The signer runs in a worker that waits for it anyway, so the call need not be asynchronous."""
        head = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            with self._client.stream("POST", self._address, content=req.dump(), headers=head) as answer:
                answer.raise_for_status()
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > MOST:
                        raise NoTimeStamp("应答过大")
            return tsp.TimeStampResp.load(body, strict=True)
        except httpx2.HTTPStatusError as wrong:
            raise NoTimeStamp(f"应答 {wrong.response.status_code}") from wrong
        except (httpx2.HTTPError, httpx2.InvalidURL) as wrong:
            raise NoTimeStamp(f"没有应答（{type(wrong).__name__}）") from wrong
        except (ValueError, TypeError) as wrong:
            raise NoTimeStamp("应答不是时间戳") from wrong

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> tsp.ContentInfo:
        """Give the stamp of a digest, after looking that it is of this digest and was made by a certificate that may make it."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            stamped = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            same = stamped["hashed_message"].native == message_digest
            fault = _fault(token["content"])
        except NoTimeStamp:
            raise
        except (OSError, ValueError, TypeError, KeyError) as wrong:
            raise NoTimeStamp(f"没有给出时间戳（{wrong}）") from wrong
        if not same:
            raise NoTimeStamp("时间戳不是所请求的内容的")
        if fault:
            raise NoTimeStamp(fault)
        return token


def stamped(authority: HttpTimeStamps, content: bytes) -> bytes:
    """Return the stamp of this content (SHA-256), DER. Raises NoTimeStamp."""
    token = asyncio.run(authority.async_timestamp(hashlib.sha256(content).digest(), "sha256"))
    return bytes(token.dump())


def made_at(token: bytes, content: bytes) -> datetime:
    """Return when a stamp of this content was made. Raises NoTimeStamp for one of something else, or that nobody who could has signed."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        said = signed["encap_content_info"]["content"].parsed
        imprint = said["message_imprint"]
        digest = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, content).digest()
        same, at, fault = imprint["hashed_message"].native == digest, said["gen_time"].native, _fault(signed)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise NoTimeStamp("不是时间戳") from wrong
    if not same:
        raise NoTimeStamp("时间戳不是该内容的")
    if fault:
        raise NoTimeStamp(fault)
    if not isinstance(at, datetime):
        raise NoTimeStamp("没有写明时间")
    return at


def _fault(signed: cms.SignedData) -> str:
    """Return why a stamp would prove nothing later; empty for a sound one. Whether its authority is trusted is for who verifies it to say:
    the roots of authorities are no setting here."""
    content = signed["encap_content_info"]["content"]
    try:
        authority = extract_certs_for_validation(signed).signer_cert
        TimestampSignatureStatus.default_usage_constraints().validate(authority)
    except SignatureValidationError:
        return "给出的时间戳没有附签发者的证书"
    except InvalidCertificateError:
        return "的证书不能用于签发时间戳"
    if not authority.not_valid_before <= content.parsed["gen_time"].native <= authority.not_valid_after:
        return "的证书在签发时间戳时不在有效期内"
    (info,) = signed["signer_infos"]
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    whole = validate_sig_integrity(info, authority, expected_content_type="tst_info", actual_digest=digest)
    return "" if all(whole) else "给出的时间戳签名不符"
