"""What the listener answers: transaction-response and OperationOutcome, as FHIR R4 spells them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from starlette.responses import Response

from temoin_tddui.bundle import Kept
from temoin_tddui.moments import spell

MEDIA_TYPE: Final = "application/fhir+json"


def transaction_response(kept: Iterable[Kept], version: str, now: datetime) -> Response:
    """One 201 per entry, in their order, with the id it is known by here: later Bundles may refer to it."""
    moment = spell(now)
    entries = [
        {
            "response": {
                "status": "201 Created",
                "location": f"{each.type}/{each.id}/_history/{version}",
                "etag": f'W/"{version}"',
                "lastModified": moment,
            }
        }
        for each in kept
    ]
    return _json(200, {"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


def outcome(
    status: int, code: str, diagnostics: str, place: str = "", headers: dict[str, str] | None = None
) -> Response:
    """An error. `code` is of the value set issue-type; `place` a FHIRPath of the Bundle, which holds no value."""
    issue: dict[str, object] = {"severity": "error", "code": code, "diagnostics": diagnostics}
    if place:
        issue["expression"] = [f"Bundle.{place}"]
    return _json(status, {"resourceType": "OperationOutcome", "issue": [issue]}, headers)


def _json(status: int, content: object, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)
