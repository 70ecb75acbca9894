"""Times a bank's upload of a large camt.053, from its first byte to the receipt `accepted`, and its memory.

    python benchmarks/upload_speed.py --lines 290000 [--database postgresql://...] [--gzip]

The closest peer (OpenG2P's bridge, which reads one format, a line at a time) was measured at 376 to 554 lines
a second on a machine of this size; the ratio printed is against the faster of the two.
"""

import argparse
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "out"
PEER = (376, 554)  # lines a second
LOOK_SECONDS = 0.05
CHITRA = [sys.executable, "-c", "from payouts.cli.main import run; run()"]
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
OPENING = 10**14
NAMES = ("NGUYEN THI HOA", "TRAN VAN BINH", "LE THI LAN", "PHAM MINH DUC", "HOANG VAN NAM")


def write_statement(lines: int, path: Path) -> None:
    """Write a camt.053 of one statement, each payment an entry of its own, about 760 bytes a line."""
    amount = [500_000 + (number * 7919) % 900 * 1000 for number in range(lines)]
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{SPACE}">\n <BkToCstmrStmt>\n')
        out.write("  <GrpHdr><MsgId>KQ202611</MsgId><CreDtTm>2026-11-20T18:00:00+07:00</CreDtTm></GrpHdr>\n")
        out.write("  <Stmt><Id>1</Id><Acct><Id><Othr><Id>0011000000001</Id></Othr></Id><Ccy>VND</Ccy><Svcr>")
        out.write("<FinInstnId><BICFI>BFTVVNVX</BICFI></FinInstnId></Svcr></Acct>\n")
        for kind, balance in (("OPBD", OPENING), ("CLBD", OPENING - sum(amount))):
            out.write(f"  <Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>")
            out.write(f'<Amt Ccy="VND">{balance}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n')
        for number, money in enumerate(amount):
            out.write(_entry(number, money))
        out.write("  </Stmt>\n </BkToCstmrStmt>\n</Document>\n")


def _entry(number: int, money: int) -> str:
    return (
        f'  <Ntry>\n   <Amt Ccy="VND">{money}</Amt>\n   <CdtDbtInd>DBIT</CdtDbtInd>\n'
        f"   <Sts><Cd>BOOK</Cd></Sts>\n"
        f"   <BookgDt><Dt>2026-11-20</Dt></BookgDt>\n   <NtryDtls>\n    <TxDtls>\n     <Refs>\n"
        f"      <AcctSvcrRef>FT26324{number:09d}</AcctSvcrRef>\n"
        f"      <EndToEndId>BTXH{number:09d}</EndToEndId>\n"
        f'     </Refs>\n     <Amt Ccy="VND">{money}</Amt>\n     <CdtDbtInd>DBIT</CdtDbtInd>\n'
        f"     <RltdPties>\n"
        f"      <Cdtr><Pty><Nm>{NAMES[number % len(NAMES)]}</Nm></Pty></Cdtr>\n"
        f"      <CdtrAcct><Id><Othr><Id>15{number:011d}</Id></Othr></Id></CdtrAcct>\n     </RltdPties>\n"
        f"     <RltdAgts><CdtrAgt><FinInstnId><BICFI>MSCBVNVX</BICFI></FinInstnId></CdtrAgt></RltdAgts>\n"
        f"     <RmtInf><Ustrd>TRO CAP BTXH THANG 11/2026 BTXH{number:09d}</Ustrd></RmtInf>\n"
        f"    </TxDtls>\n   </NtryDtls>\n  </Ntry>\n"
    )


class Memory:
    """The most that a process and its children hold, looked at every LOOK_SECONDS; in MB.

    `together` counts pages that both have mapped, such as libraries, once (the system's PSS).
    """

    def __init__(self, process: int) -> None:
        self.server = self.child = self.together = 0.0
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            each = [held(one) for one in (self._process, *_children(self._process))]
            self.server = max(self.server, each[0][0])
            self.child = max(self.child, *(resident for resident, _ in each[1:]), 0)
            self.together = max(self.together, sum(share for _, share in each))

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()


def held(process: int) -> tuple[float, float]:
    """Return what a process has resident, and the same with its share only of pages that others have too."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0, 0.0
    kilobytes = {name: int(value) for name, value in re.findall(r"^(Rss|Pss): +([0-9]+)", told, re.MULTILINE)}
    return kilobytes["Rss"] * 1024 / 1e6, kilobytes["Pss"] * 1024 / 1e6


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            found += [int(each) for each in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


@dataclass(frozen=True)
class Uploaded:
    """How an upload went: seconds until the bytes were safe, until they were read, and the slowest answer."""

    safe: float
    seconds: float
    slowest: float
    receipt: dict[str, Any]


def processor_seconds(process: int) -> float:
    """Return what a process and its children that have ended took of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def upload(port: int, key: str, body: Path, *, zipped: bool) -> Uploaded:
    """Send a file, and ask for its receipt again and again until it is read."""
    headers = {"Authorization": f"Bearer {key}", "Content-Length": str(body.stat().st_size)}
    headers |= {"Content-Encoding": "gzip"} if zipped else {}
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600, blocksize=1 << 18)
    with body.open("rb") as file:
        line.request("POST", "/v1/settlement-files?filename=kq.xml", file, headers)
    receipt = json.load(line.getresponse())
    safe = time.perf_counter() - began
    slowest = 0.0
    while receipt["state"] == "received":
        time.sleep(LOOK_SECONDS)
        asked = time.perf_counter()
        line.request(
            "GET", f"/v1/settlement-files/{receipt['id']}", headers={"Authorization": f"Bearer {key}"}
        )
        receipt = json.load(line.getresponse())
        slowest = max(slowest, time.perf_counter() - asked)
    return Uploaded(safe, time.perf_counter() - began, slowest, receipt)


def _wait_for(port: int) -> None:
    while True:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def once(body: Path, lines: int, database: str | None, *, zipped: bool) -> float:
    """Upload to a fresh server and print how it went."""
    folder = Path(tempfile.mkdtemp(prefix="chitra-upload-", dir=OUT))
    environment = {**os.environ, "CHITRA_DATA_DIR": str(folder), "CHITRA_LOG_LEVEL": "error"}
    environment |= {"CHITRA_DATABASE_URL": database} if database else {}
    made = subprocess.run(
        [*CHITRA, "banks", "add-client", "--bank", "VCB", "--json"],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*CHITRA, "serve", "--port", str(port)], env=environment, stdout=subprocess.PIPE
    )
    try:
        _wait_for(port)
        before, _ = held(server.pid)
        worked = processor_seconds(server.pid)
        memory = Memory(server.pid)
        sent = upload(port, json.loads(made.stdout)["key"], body, zipped=zipped)
        worked = processor_seconds(server.pid) - worked
        memory.stop()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        shutil.rmtree(folder)
    receipt = sent.receipt
    if (receipt["state"], receipt["good_lines"]) != ("accepted", lines):
        sys.exit(
            f"not accepted: {receipt['state']}, {receipt['good_lines']} lines, {receipt['problems'][:3]}"
        )
    print(
        f"safe after {sent.safe:.2f} s, accepted after {sent.seconds:.2f} s "
        f"({worked:.1f} s of processor); "
        f"slowest answer meanwhile {sent.slowest * 1000:.0f} ms; memory: server {before:.0f} MB at rest, "
        f"{memory.server:.0f} MB at most; its reading child {memory.child:.0f} MB; "
        f"together {memory.together:.0f} MB"
    )
    return sent.seconds


def main() -> None:
    """Measure, and compare with the peer."""
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=290_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--database", help="an empty PostgreSQL; a new SQLite file by default")
    options.add_argument("--gzip", action="store_true", help="send it as gzip")
    given = options.parse_args()
    OUT.mkdir(exist_ok=True)
    body = OUT / f"upload-{given.lines}.xml"
    if not body.exists():
        write_statement(given.lines, body)
    print(f"{given.lines} lines, {body.stat().st_size / 1e6:.0f} MB")
    if given.gzip:
        zipped = body.with_suffix(".xml.gz")
        zipped.write_bytes(gzip.compress(body.read_bytes(), 6))
        body = zipped
        print(f"as gzip {body.stat().st_size / 1e6:.0f} MB")
    seconds = [
        once(body, given.lines, given.database, zipped=given.gzip)
        for _ in range(1 if given.database else given.rounds)
    ]
    rate = given.lines / statistics.median(seconds)
    print(f"median {statistics.median(seconds):.2f} s, {rate:,.0f} lines a second")
    print(f"ratio to the peer ({PEER[0]} to {PEER[1]} lines a second): {rate / PEER[1]:.1f} times its best")


if __name__ == "__main__":
    main()
