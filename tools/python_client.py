"""Writes docs/clients/chitra_client.py out of the OpenAPI document: a method for each call of CALLS.

    .venv/bin/python tools/python_client.py

The head of the client is tools/python_client_head.py, which is Python as it stands.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

from payouts.api.app import create_app
from payouts.core.settings import Settings

HERE = Path(__file__).parent
CLIENT = HERE.parent / "docs" / "clients" / "chitra_client.py"
CALLS = {
    "send_settlement_file": ("post", "/v1/settlement-files"),
    "check_settlement_file": ("post", "/v1/settlement-files/check"),
    "settlement_files": ("get", "/v1/settlement-files"),
    "settlement_file": ("get", "/v1/settlement-files/{file_id}"),
    "settlement_lines": ("get", "/v1/settlement-files/{file_id}/lines"),
    "send_payout_list": ("post", "/v1/payout-lists"),
    "payout_list": ("get", "/v1/payout-lists/{list_id}"),
    "cycles": ("get", "/v1/cycles"),
    "cycle": ("get", "/v1/cycles/{programme}/{cycle}"),
    "start_run": ("post", "/v1/cycles/{programme}/{cycle}/runs"),
    "runs": ("get", "/v1/cycles/{programme}/{cycle}/runs"),
    "verdicts": ("get", "/v1/cycles/{programme}/{cycle}/verdicts"),
    "changes": ("get", "/v1/cycles/{programme}/{cycle}/runs/{number}/changes"),
    "order_payments": ("post", "/v1/cycles/{programme}/{cycle}/payment-orders"),
    "cases": ("get", "/v1/cases"),
    "case": ("get", "/v1/cases/{case_id}"),
    "change_case": ("patch", "/v1/cases/{case_id}"),
    "note_case": ("post", "/v1/cases/{case_id}/notes"),
    "coverage": ("get", "/v1/coverage"),
    "quality": ("get", "/v1/quality"),
    "expected_files": ("get", "/v1/expected-files"),
    "add_webhook": ("post", "/v1/webhooks"),
    "webhook_messages": ("get", "/v1/webhooks/{webhook_id}/messages"),
    "disburse": ("post", "/v1/g2p/disburse"),
    "disbursement_status": ("post", "/v1/g2p/disburse/txn/status"),
}
KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list[str]"}
OWN = {"from": "from_"}  # parameters whose names Python keeps for itself


def client() -> str:
    """Return the client as Python."""
    with tempfile.TemporaryDirectory() as folder:
        document = create_app(Settings(data_dir=Path(folder))).openapi()
    methods = [
        _method(name, verb, path, document["paths"][path][verb]) for name, (verb, path) in CALLS.items()
    ]
    head = (HERE / "python_client_head.py").read_text(encoding="utf-8")
    return head.rstrip() + "\n\n" + "\n\n".join(methods) + "\n"


def _method(name: str, verb: str, path: str, call: dict[str, Any]) -> str:
    """Write one call as a method: what stands in the path by place, all else by name."""
    parameters = [each for each in call.get("parameters", ()) if each["in"] in {"path", "query"}]
    in_path = [each for each in parameters if each["in"] == "path"]
    in_query = [each for each in parameters if each["in"] == "query"]
    media = next(iter(call.get("requestBody", {}).get("content", {})), None)
    raw = media == "application/octet-stream"
    takes = ["self", *(f"{each['name']}: {_kind(each)}" for each in in_path)]
    if media:
        needed = call["requestBody"].get("required", False)
        takes.append("content: bytes" if raw else "body: Any" if needed else "body: Any = None")
    named = [_named(each) for each in sorted(in_query, key=lambda each: not each.get("required"))]
    named += ["if_match: str"] if verb == "patch" else []
    named += ["wait: int = 0"] if raw or name == "start_run" else []
    takes += ["*", *named] if named else []
    address = re.sub(r"\{(\w+)\}", r"{_part(\1)}", path)
    sent = [f'"{verb.upper()}"', f'f"{address}"' if in_path else f'"{address}"']
    if in_query:
        pairs = ", ".join(f'"{each["name"]}": {OWN.get(each["name"], each["name"])}' for each in in_query)
        sent.append(f"query={{{pairs}}}")
    sent += [f"{'content=content' if raw else 'body=body'}"] if media else []
    sent += [f"{word}={word}" for word in ("if_match", "wait") if any(n.startswith(word) for n in named)]
    said = re.split(r"[;:.](?:\s|$)", " ".join(call["description"].split()))[0] + "."
    lines = [
        f"    def {name}(",
        *(f"        {each}," for each in takes),
        "    ) -> Any:",
        f'        """{said}"""',
        "        return self._call(",
        *(f"            {each}," for each in sent),
        "        )",
    ]
    return "\n".join(lines)


def _kind(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    choices = schema.get("anyOf", [schema])
    return KINDS.get(
        next(each.get("type", "string") for each in choices if each.get("type") != "null"), "str"
    )


def _named(parameter: dict[str, Any]) -> str:
    name, kind = OWN.get(parameter["name"], parameter["name"]), _kind(parameter)
    return f"{name}: {kind}" if parameter.get("required") else f"{name}: {kind} | None = None"


if __name__ == "__main__":
    CLIENT.write_text(client(), encoding="utf-8")
