"""The files that a gestionnaire and an ARS would write: campaign of their own, configuration, register."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reel.expected import ELIGIBLES, SANS_CONDITION, Expected
from temoin_sdk.campaigns import load_campaign

EJ: Final = "010000024"
ORIGINE: Final = "essai.ars.exemple/reel"
CAMPAGNE: Final = "generalisation-2025"
CAMPAGNE_SANS_CONDITION: Final = "sans-condition.toml"

_CAMPAGNES: Final[Mapping[str, str]] = {ELIGIBLES: CAMPAGNE, SANS_CONDITION: CAMPAGNE_SANS_CONDITION}


def write_campaign(folder: Path) -> None:
    """The packaged campaign with one decision taken the other way, as a file of the user's own."""
    text = load_campaign(CAMPAGNE).octets.decode()
    for before, after in (
        ('dmp = "accompagnees_eligibles"', 'dmp = "sans_condition"'),
        (f'code = "{CAMPAGNE}"', f'code = "{CAMPAGNE}-sans-condition"'),
    ):
        if text.count(before) != 1:
            raise ValueError(before)
        text = text.replace(before, after)
    (folder / CAMPAGNE_SANS_CONDITION).write_text(text, encoding="utf-8")


def write_register(path: Path, expected: Expected) -> None:
    """The ARS's register: one organisme, its establishments, both projects."""
    numeros = sorted(expected.finess.values())
    tables = [_table("organismes", ej=EJ, nom="Association du Jeu d'Essai")]
    for code, finess in expected.finess.items():
        tables.append(_table("etablissements", finess=finess, nom=expected.noms[code], secteur="PA", ej=EJ))
    for projet, campagne in _CAMPAGNES.items():
        tables.append(_table("projets", code=projet, campagne=campagne, organismes=[EJ], etablissements=numeros))
    path.write_text("\n".join(tables), encoding="utf-8")


def write_configuration(
    path: Path, expected: Expected, *, url: str, cles: Path, pseudonymes: Path, plugin: str, reglages: Mapping[str, str]
) -> None:
    """A gestionnaire's file with one source that serves every establishment of both projects.

    What this installation writes goes to a folder beside it, of the same name. Two installations given one file of
    `pseudonymes` make the same leaves out of the same facts.
    """
    tables = [
        f"dossier = {json.dumps(path.stem)}\n",
        _table("gestionnaire", single=True, nom="Association du Jeu d'Essai", ej=EJ),
        _table("cles", single=True, pseudonymes=str(pseudonymes)),
        _table(
            "recepteurs",
            code="ars",
            url=url,
            origine=ORIGINE,
            cle=str(cles / "cle-recus.jwk"),
            registre=str(cles / "cle-registre.txt"),
        ),
    ]
    for projet, campagne in _CAMPAGNES.items():
        tables.append(_table("projets", code=projet, campagne=campagne, recepteur="ars"))
    for code, finess in expected.finess.items():
        tables.append(
            _table("etablissements", finess=finess, nom=expected.noms[code], projet=list(_CAMPAGNES), secteur="PA")
        )
    tables.append(_table("sources", nom=plugin, plugin=plugin))
    tables.append(_table("sources.reglages", single=True, **reglages))
    tables.append(_table("sources.sites", single=True, **expected.finess))
    path.write_text("\n".join(tables), encoding="utf-8")


def _table(name: str, /, *, single: bool = False, **members: str | list[str]) -> str:
    """A TOML table; a JSON string or list of strings is spelt alike in TOML."""
    head = f"[{name}]" if single else f"[[{name}]]"
    lines = [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in members.items()]
    return "\n".join((head, *lines, ""))
