"""Verdicts of recounting in the store: each one kept, none replaced, the last one shown beside the figures.

The exported file itself is not kept: its digest is, and whoever handed it over can hand it over again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from temoin_receiver.audits.recounting import Audit
from temoin_receiver.storage.tables import audits, receptions
from temoin_sdk.archive import Difference, SiteRecompte, VerdictComptes
from temoin_sdk.vocabulary import Compte

MAX_ECARTS = 200


@dataclass(frozen=True, slots=True)
class AuditGarde:
    """A verdict as it was kept. `sites` are by FINESS, the EJ's for counts of the organisme itself."""

    numero: int
    fait_le: str
    empreinte_export: str
    verdict: VerdictComptes
    sites: dict[str, SiteRecompte]
    ecarts: tuple[str, ...]


def keep(connection: Connection, audit: Audit, instant: str) -> int:
    """Keep a verdict; its number. The work of one writer item."""
    last = connection.execute(select(func.max(audits.c.audit))).scalar()
    numero = 1 if last is None else int(last) + 1
    values = {
        "audit": numero,
        "reception": audit.reception,
        "fait_le": instant,
        "empreinte_export": audit.empreinte_export,
        "verdict": audit.recompte.verdict.value,
        "constats": json.dumps(
            {
                "sites": [asdict(site) for site in audit.recompte.sites],
                "ecarts": list(audit.ecarts[:MAX_ECARTS]),
            },
            ensure_ascii=False,
            sort_keys=True,
        ),
    }
    connection.execute(insert(audits).values(values))
    return numero


def read_audits(connection: Connection, empreintes: Iterable[str]) -> dict[str, AuditGarde]:
    """The last verdict on each of these reports, by `empreinte_rapport`; reports nobody recounted are absent."""
    query = (
        select(receptions.c.empreinte_rapport, audits)
        .join(audits, audits.c.reception == receptions.c.reception)
        .where(receptions.c.empreinte_rapport.in_(sorted(set(empreintes))))
        .order_by(audits.c.audit)
    )
    found = {}
    for row in connection.execute(query):
        constats = json.loads(row.constats)
        sites = [_site(one) for one in constats["sites"]]
        found[row.empreinte_rapport] = AuditGarde(
            row.audit,
            row.fait_le,
            row.empreinte_export,
            VerdictComptes(row.verdict),
            {site.finess: site for site in sites},
            tuple(constats["ecarts"]),
        )
    return found


def _site(one: dict[str, Any]) -> SiteRecompte:
    return SiteRecompte(
        finess=one["finess"],
        egaux=one["egaux"],
        differences=tuple(Difference(**each) for each in one["differences"]),
        sans_feuille=tuple(Compte(each) for each in one["sans_feuille"]),
    )
