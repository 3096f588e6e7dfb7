"""Figures found elsewhere: what each organisation must have, and how that is named here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from stdnum import luhn

from temoin_sdk.finess import verify_finess
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

ELIGIBLES: Final = "reel-eligibles"
SANS_CONDITION: Final = "reel-sans-condition"

_COMMUNS: Final[Mapping[str, Compte]] = {
    "a_accompanied": Compte.PERSONNES_ACCOMPAGNEES,
    "b_active_records": Compte.DOSSIERS_ACTIFS,
    "c_active_with_care_plan": Compte.DOSSIERS_ACTIFS_PROJET,
    "d_active_with_agenda_event": Compte.DOSSIERS_ACTIFS_AGENDA,
    "e_secure_messages_sent": Compte.MESSAGES_MSS,
    "g_eprescriptions_imported": Compte.PRESCRIPTIONS_IMPORTEES,
}
MEMBRES: Final[Mapping[str, Mapping[str, Compte]]] = {
    ELIGIBLES: {**_COMMUNS, "dmp_alimentes_parmi_accompagnees": Compte.DMP_ALIMENTES},
    SANS_CONDITION: {**_COMMUNS, "f_dmp_accounts_fed": Compte.DMP_ALIMENTES},
}
"""Per project, the seven counts of an organisation: the two projects differ by whose DMP counts."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`expected.json`, and the FINESS invented for each organisation, which has none."""

    fenetre: Fenetre
    noms: Mapping[str, str]
    comptes: Mapping[str, Mapping[str, int]]
    finess: Mapping[str, str]
    ressources: Mapping[str, int]

    def compare(self, projet: str, found: Mapping[str, Mapping[Compte, int | None]]) -> tuple[int, list[str]]:
        """How many counts of a project were compared, and each difference; `found` is by FINESS."""
        compared, differences = 0, []
        for code, finess in self.finess.items():
            for member, compte in MEMBRES[projet].items():
                compared += 1
                wanted, got = self.comptes[code][member], found.get(finess, {}).get(compte)
                if got != wanted:
                    differences.append(f"{self.noms[code]} ({code}), {member} : {wanted} attendu, {got} compté")
        return compared, differences


def load_expected(folder: Path) -> Expected:
    """Read the figures of `folder`. The window's bounds are instants at midnight: their civil days are the window."""
    data = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    debut, fin = (date.fromisoformat(data["window"][name][:10]) for name in ("start", "end_exclusive"))
    organisations = data["per_organization"]
    return Expected(
        fenetre=Fenetre(debut=debut, fin=fin),
        noms={code: each["name"] for code, each in organisations.items()},
        comptes={code: {k: v for k, v in each.items() if k != "name"} for code, each in organisations.items()},
        finess=invent_finess(organisations),
        ressources=data["resources"],
    )


def invent_finess(codes: Iterable[str]) -> dict[str, str]:
    """A number of its own for each code, in a département of métropole, with the key that goes with it."""
    bodies = {code: f"01{99_0000 + rang:06d}" for rang, code in enumerate(sorted(codes))}
    return {code: verify_finess(body + luhn.calc_check_digit(body)) for code, body in bodies.items()}
