"""Invents what a bank says of N payments, in each format that is read; the same seed makes the same bytes.

python benchmarks/make_statements.py --format camt.053 --lines 300000
"""

import argparse
import csv
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import xlsxwriter
from make_data import SETTLEMENT, Maker, Row

FORMATS = {"camt.053": "xml", "mt940": "sta", "csv": "csv", "xlsx": "xlsx"}
BICS = {"VBA": "VBAAVNVX", "MB": "MSCBVNVX", "BIDV": "BIDVVNVX", "VCB": "BFTVVNVX"}
A_STATEMENT = 25_000  # movements of one statement
A_BATCH = 500  # payments of one entry of a camt.053
OPENING = 10**14


def payments(lines: int, seed: int = 1) -> Iterator[Row]:
    """Invent payments, each settled in full under its reference."""
    maker = Maker(random.Random(seed))
    for _ in range(lines):
        yield maker.told(maker.owed()) | {"amount": str(maker.rng.randrange(500_000, 3_000_000, 1_000))}


def _pieces(lines: int, size: int) -> Iterator[list[Row]]:
    every = payments(lines)
    while piece := list(islice(every, size)):
        yield piece


def write_camt(lines: int, path: Path) -> None:
    """Write a camt.053.001.08 whose entries are batches of payments."""
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><BkToCstmrStmt>\n')
        out.write("<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-20T18:00:00+07:00</CreDtTm></GrpHdr>\n")
        for number, piece in enumerate(_pieces(lines, A_STATEMENT), start=1):
            out.write(f"<Stmt><Id>{number}</Id><Acct><Id><Othr><Id>0011000000001</Id></Othr></Id><Svcr>")
            out.write("<FinInstnId><BICFI>BFTVVNVX</BICFI></FinInstnId></Svcr></Acct>\n")
            moved = sum(int(row["amount"]) for row in piece)
            for kind, amount in (("OPBD", OPENING), ("CLBD", OPENING - moved)):
                out.write(f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>")
                out.write(f'<Amt Ccy="VND">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n')
            for start in range(0, len(piece), A_BATCH):
                out.writelines(_entry(piece[start : start + A_BATCH]))
            out.write("</Stmt>\n")
        out.write("</BkToCstmrStmt></Document>\n")


def _entry(rows: list[Row]) -> Iterator[str]:
    moved = sum(int(row["amount"]) for row in rows)
    yield f'<Ntry><Amt Ccy="VND">{moved}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    yield "<BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls>\n"
    for row in rows:
        yield (
            f"<TxDtls><Refs><AcctSvcrRef>{row['bank_ref']}</AcctSvcrRef>"
            f"<EndToEndId>{row['end_to_end_id']}</EndToEndId></Refs>"
            f'<Amt Ccy="VND">{row["amount"]}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
            f"<RltdPties><Cdtr><Pty><Nm>{row['account_name']}</Nm></Pty></Cdtr>"
            f"<CdtrAcct><Id><Othr><Id>{row['account_no']}</Id></Othr></Id></CdtrAcct></RltdPties>"
            f"<RltdAgts><CdtrAgt><FinInstnId><BICFI>{BICS[row['bank_code']]}</BICFI></FinInstnId></CdtrAgt>"
            f"</RltdAgts><RmtInf><Ustrd>TRO CAP T11/2026 {row['end_to_end_id']}</Ustrd></RmtInf></TxDtls>\n"
        )
    yield "</NtryDtls></Ntry>\n"


def write_mt940(lines: int, path: Path) -> None:
    """Write statements of several thousand movements, field 86 in its slashes over two lines."""
    with path.open("w", encoding="ascii", newline="\r\n") as out:
        for number, piece in enumerate(_pieces(lines, A_STATEMENT), start=1):
            moved = sum(int(row["amount"]) for row in piece)
            out.write(f":20:SAOKE{number}\n:25:BFTVVNVX/0011000000001\n:28C:{number}/1\n")
            out.write(f":60F:C261119VND{OPENING},\n")
            for row in piece:
                out.write(
                    f":61:2611201120D{row['amount']},NTRF{row['end_to_end_id']}//{row['bank_ref']}\n"
                    f":86:/BENM//NAME/{row['account_name']}/ACCT/{row['account_no']}\n"
                    f"/BIC/{BICS[row['bank_code']]}/REMI/TRO CAP THANG 11 2026\n"
                )
            out.write(f":62F:C261120VND{OPENING - moved},\n-\n")


def write_csv(lines: int, path: Path) -> None:
    """Write the service's own layout."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, SETTLEMENT, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(payments(lines))


def write_xlsx(lines: int, path: Path) -> None:
    """Write the service's own layout as a workbook, amounts as numbers."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, SETTLEMENT)
        for at, row in enumerate(payments(lines), start=1):
            cells = [int(row[name]) if name == "amount" else row.get(name) for name in SETTLEMENT]
            sheet.write_row(at, 0, cells)


_WRITERS = {"camt.053": write_camt, "mt940": write_mt940, "csv": write_csv, "xlsx": write_xlsx}


def at(name: str, lines: int) -> Path:
    """Give the file of a format and size, made now where it is not there yet."""
    path = Path(__file__).parent / "out" / f"statement-{lines}.{FORMATS[name]}"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_name(f"unfinished-{path.name}")
        _WRITERS[name](lines, unfinished)
        unfinished.rename(path)
    return path


def main() -> None:
    """Make one file, as asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--lines", type=int, default=300_000)
    asked = parser.parse_args()
    print(at(asked.format, asked.lines))


if __name__ == "__main__":
    main()
