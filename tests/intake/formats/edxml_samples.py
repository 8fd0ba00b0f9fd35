"""Messages of the exchange axis, in both namespaces; offices are real, everything else is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import SignatureConstructionMethod

QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
EDOC = "http://www.go.vn/eDoc"
SENDER, FIRST, SECOND = "000.00.00.H26", "000.00.04.H22", "000.00.00.G18"
IDENTITY = "000.00.00.H26,2026/11/20,123/UBND-VP"


def document(space: str = QCVN, prefix: str = "edXML", more: str = "", traces: str = "") -> bytes:
    """A document from Hà Nội to an office of Hà Giang and to a ministry."""
    p = f"{prefix}:" if prefix else ""
    to = "".join(f"<{p}To><{p}OrganId>{code}</{p}OrganId></{p}To>" for code in (FIRST, SECOND))
    traces = traces or (
        f"<{p}TraceHeader><{p}OrganId>{SENDER}</{p}OrganId><{p}Timestamp>2026/11/20 09:30:00</{p}Timestamp>"
        f"</{p}TraceHeader>"
    )
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{p}edXML {name}="{space}"><{p}edXMLEnvelope><{p}edXMLHeader><{p}MessageHeader>
<{p}From><{p}OrganId>{SENDER}</{p}OrganId><{p}OrganName>UBND thành phố Hà Nội</{p}OrganName></{p}From>{to}
<{p}DocumentId>{IDENTITY}</{p}DocumentId>
<{p}Code><{p}CodeNumber>123</{p}CodeNumber><{p}CodeNotation>UBND-VP</{p}CodeNotation></{p}Code>
<{p}PromulgationInfo><{p}PromulgationDate>2026/11/20</{p}PromulgationDate></{p}PromulgationInfo>
<{p}DocumentType><{p}Type>2</{p}Type><{p}TypeName>Công văn</{p}TypeName></{p}DocumentType>
<{p}Subject>Về việc bí mật</{p}Subject><{p}SignerInfo><{p}FullName>Ngô Thị Ký</{p}FullName></{p}SignerInfo>
<{p}OtherInfo><{p}Priority>1</{p}Priority></{p}OtherInfo>{more}
</{p}MessageHeader><{p}TraceHeaderList>{traces}</{p}TraceHeaderList></{p}edXMLHeader></{p}edXMLEnvelope>
<{p}AttachmentEncoded><{p}Attachment><{p}AttachmentName>mat.pdf</{p}AttachmentName></{p}Attachment></{p}AttachmentEncoded>
</{p}edXML>""".encode()


def status(code: str = "03", stamp: str = "2026/11/20 09:50:00", identity: str = IDENTITY) -> bytes:
    """What the office of Hà Giang says of it."""
    return f"""<edXML:edXML xmlns:edXML="{EDOC}"><edXML:edXMLEnvelope><edXML:edXMLHeader><edXML:Status>
<edXML:ResponseFor><edXML:OrganId>{SENDER}</edXML:OrganId><edXML:DocumentId>{identity}</edXML:DocumentId>
</edXML:ResponseFor><edXML:From><edXML:OrganId>{FIRST}</edXML:OrganId></edXML:From>
<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Timestamp>{stamp}</edXML:Timestamp>
<edXML:StaffInfo><edXML:Staff>Đỗ Văn Nhận</edXML:Staff></edXML:StaffInfo>
</edXML:Status></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML:edXML>""".encode()


def keys(name: str = "UBND Ha Noi") -> tuple[bytes, bytes]:
    """A private key and its certificate, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=30))
    certificate = made.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return plain, certificate.public_bytes(pem)


def sign(raw: bytes, key: bytes, certificate: bytes) -> bytes:
    """The message with an enveloped signature over all of it."""
    signer = XMLSigner(method=SignatureConstructionMethod.enveloped)
    found: bytes = etree.tostring(signer.sign(etree.fromstring(raw), key=key, cert=certificate.decode()))
    return found
