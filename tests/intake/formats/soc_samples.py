"""What a firewall, a SIEM and a central anti-virus send; machines and addresses are invented."""

from __future__ import annotations

CEF = (
    "CEF:0|Vendor|Fire\\|wall|2.1|100|Quét cổng|8|src=203.0.113.9 dst=10.46.12.7 dhost=PC-KETOAN-03 suser=nguyen.van.a "
    "externalId=4711 act=alert start=1795231800000 rt=1795231860000 msg=a b\\=c d"
)
MODERN = f'<134>1 2026-11-21T10:31:00.5+07:00 fw-hue fw 12 ID47 [x@1 a="q\\"\\]"][y] \ufeff{CEF}'.encode()
LEGACY = f"<134>Nov 21 10:31:00 fw-hue {CEF}".encode()
PLAIN = "<11>1 2026-11-21T10:31:00+07:00 may-chu sshd - - - Đăng nhập sai".encode()

MACHINES = (("10.46.12.7", "PC-KETOAN-03"), ("10.46.12.8", "PC-VANTHU-01"), ("10.46.0.5", "SV-MAIL"))


def machine(ip: str, name: str, inside: str) -> str:
    """A machine of one part of a report."""
    return f'<Machine ip="{ip}" name="{name}">{inside}</Machine>'


def malware(*infected: tuple[str, str]) -> str:
    """The part of infected machines; a machine with two finds stands twice."""
    find = "<MalwareInfo><MalwareName>W32.Test</MalwareName><NumberFile>2</NumberFile></MalwareInfo>"
    return f"<Malware>{''.join(machine(ip, name, find) for ip, name in infected)}</Malware>"


def guarded(on: str = "1") -> str:
    """The part that lists every machine with its protection; the last is off."""
    states = (on, on, "0")
    inside = "<AutoProtect>{}</AutoProtect><EnableFirewall>1</EnableFirewall>"
    found = (machine(ip, name, inside.format(state)) for (ip, name), state in zip(MACHINES, states, strict=True))
    return f"<QualityFeature>{''.join(found)}</QualityFeature>"


STALE = "<Update><NumberMachineNotUpdateOn15Day>1</NumberMachineNotUpdateOn15Day></Update>"


def report(parts: str = "", code: str = "H57", office: str = "UBND tỉnh", at: str = "1795231860") -> bytes:
    """A report in its envelope."""
    body = parts or malware(MACHINES[0], MACHINES[0], MACHINES[2]) + guarded() + STALE
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML:edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope><edXML:edXMLHeader>
<edXML:MessageHeader><edXML:From><edXML:OrganId>000.00.00.{code}</edXML:OrganId>
<edXML:OrganName>{office}</edXML:OrganName></edXML:From></edXML:MessageHeader></edXML:edXMLHeader>
</edXML:edXMLEnvelope><edXML:edXMLBody><AVReport name="AV"><Datetime>{at}</Datetime>{body}</AVReport>
</edXML:edXMLBody></edXML:edXML>""".encode()
