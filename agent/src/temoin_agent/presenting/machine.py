"""The same figures for programs: one JSON object, or one CSV row per establishment and indicator."""

import csv
import io
import json
from typing import Any, Final

from temoin_agent.presenting.table import View
from temoin_sdk.counting import Resultat
from temoin_sdk.wording import ETATS

_ETABLISSEMENT: Final = {"finess", "secteur", "comptes", "etats", "niveaux", "drapeaux", "indicateurs"}
_SOURCE: Final = {"source", "plugin", "plugin_version", "certificat", "logiciel", "logiciel_version", "niveau"}
_COLUMNS: Final = (
    "projet",
    "debut",
    "fin_incluse",
    "mesure",
    "finess",
    "nom",
    "secteur",
    "indicateur",
    "numerateur",
    "denominateur",
    "taux",
    "cible",
    "etat",
    "niveau",
)


def to_json(view: View, resultat: Resultat) -> str:
    """One object; `fenetre.fin` is the first day out, rates are decimal text, a count that is not supplied is null."""
    rapport = view.rapport
    content: dict[str, Any] = {
        "projet": rapport.projet,
        "campagne": rapport.campagne.code,
        "mesure": rapport.mesure.value,
        "fenetre": rapport.fenetre.model_dump(mode="json"),
        "etablissements": [each.model_dump(mode="json", include=_ETABLISSEMENT) for each in rapport.etablissements],
        "ensemble": [line.model_dump(mode="json") for line in view.ensemble()],
        "ecartes": [each.model_dump(mode="json") for each in resultat.ecartes],
        "og": None if rapport.og is None else rapport.og.model_dump(mode="json", include={"messages_mss"}),
        "sources": [each.model_dump(mode="json", include=_SOURCE) for each in rapport.sources],
        "avertissements": [each.model_dump(mode="json") for each in resultat.avertissements],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def to_csv(view: View) -> str:
    """Semicolons and decimal commas, as French spreadsheets read them; an establishment without figures has one row."""
    rapport = view.rapport
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(_COLUMNS)
    head = [rapport.projet, rapport.fenetre.debut, rapport.fenetre.dernier_jour, rapport.mesure.value]
    for each in rapport.etablissements:
        for line in each.indicateurs:
            writer.writerow(
                [
                    *head,
                    each.finess,
                    _plain(view.noms.get(each.finess, "")),
                    each.secteur,
                    line.code,
                    line.numerateur,
                    line.denominateur,
                    _comma(line.taux),
                    _comma(line.cible),
                    ETATS[line.etat],
                    view.niveau(each, line.code) or "",
                ]
            )
    for ecarte in rapport.ecartes:
        nom = _plain(view.noms.get(ecarte.finess, ""))
        writer.writerow(
            [*head, ecarte.finess, nom, ecarte.secteur, *[""] * 5, f"sans chiffres : {ecarte.motif.value}", ""]
        )
    return text.getvalue()


def _comma(decimal: str | None) -> str:
    return "" if decimal is None else decimal.replace(".", ",")


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
