"""The files that people would write: the ARS its register, the gestionnaire its configuration and a filled-in form."""

from datetime import date
from pathlib import Path

from temoin_editor_sample.etablissements import EJ, SIREN, Etablissement, etablissements_at
from temoin_sdk.vocabulary import Secteur
from temoin_sdk.windows import months_before

__all__ = ["EJ", "ORIGINE", "write_configuration", "write_form", "write_register"]

ORIGINE = "demonstration.exemple/temoin"
PROJET = "horizons-2025"
PROJET_PJM = "boussole-2025"
"""A project wholly of the PJM sector: it has no duty on MSS and DMP."""

CAMSP = ("699990032", "CAMSP La Marelle Supposée")
"""An establishment whose editor has no plugin yet: its figures are declared by hand, with a file as proof."""


def write_register(sortie: Path, fin: date) -> None:
    """The register as the ARS would write it."""
    parts = [f'[[organismes]]\nej = "{EJ}"\nnom = "Les Horizons Fictifs"\nsiren = "{SIREN}"\n']
    known = [(e.finess, e.nom, e.secteur.value) for e in etablissements_at(fin)] + [(*CAMSP, Secteur.PH.value)]
    parts += [
        f'[[etablissements]]\nfiness = "{finess}"\nnom = "{nom}"\nsecteur = "{secteur}"\nej = "{EJ}"\n'
        for finess, nom, secteur in known
    ]
    for projet in (PROJET, PROJET_PJM):
        numbers = [e.finess for e in etablissements_at(fin) if _projet(e) == projet]
        numbers += [CAMSP[0]] if projet == PROJET else []
        parts.append(
            f'[[projets]]\ncode = "{projet}"\ncampagne = "generalisation-2025"\n'
            f'organismes = ["{EJ}"]\netablissements = {numbers}\n'.replace("'", '"')
        )
    (sortie / "registre.toml").write_text("\n".join(parts), encoding="utf-8")


def write_configuration(sortie: Path, fin: date, address: str) -> Path:
    """The gestionnaire's one file: two projects, a DUI, and declared figures for one establishment."""
    public, ledger = sortie / "recepteur" / "cle-recus.jwk", sortie / "recepteur" / "cle-registre.txt"
    parts = [
        f'[gestionnaire]\nnom = "Les Horizons Fictifs"\nej = "{EJ}"\nsiren = "{SIREN}"\n',
        f'[[recepteurs]]\ncode = "ars"\nurl = "{address}"\norigine = "{ORIGINE}"\n'
        f'cle = "{public}"\nregistre = "{ledger}"\n',
    ]
    parts += [
        f'[[projets]]\ncode = "{projet}"\ncampagne = "generalisation-2025"\nrecepteur = "ars"\n'
        for projet in (PROJET, PROJET_PJM)
    ]
    parts += [
        f'[[etablissements]]\nfiness = "{e.finess}"\nnom = "{e.nom}"\nprojet = "{_projet(e)}"\n'
        f'secteur = "{e.secteur}"\nmise_en_service = {e.mise_en_service}\n'
        for e in etablissements_at(fin)
    ]
    parts.append(
        f'[[etablissements]]\nfiness = "{CAMSP[0]}"\nnom = "{CAMSP[1]}"\nprojet = "{PROJET}"\nsecteur = "PH"\n'
    )
    sites = "\n".join(f'"{e.code}" = "{e.finess}"' for e in etablissements_at(fin))
    base = sortie / "residia.db"
    parts.append(
        f'[[sources]]\nnom = "dui"\nplugin = "residia"\n\n[sources.reglages]\nurl = "sqlite:///{base}"\n\n'
        f"[sources.sites]\n{sites}\n"
    )
    folder = sortie / "gestionnaire"
    parts.append(
        f'[[sources]]\nnom = "saisie"\nplugin = "saisie"\netablissements = ["{CAMSP[0]}"]\n\n[sources.reglages]\n'
        f'dossier = "{folder / "saisie"}"\nlogiciel = "Marelle"\n'
    )
    folder.mkdir()
    config = folder / "temoin.toml"
    config.write_text("\n".join(parts), encoding="utf-8")
    return config


def write_form(sortie: Path, fin: date) -> Path:
    """The form of `temoin-saisie`, filled in for the default window, and the document its figures come from."""
    debut = months_before(fin.replace(day=1), 2)
    folder = sortie / "gestionnaire"
    form = folder / "formulaire.csv"
    form.write_text(
        "FINESS;Établissement;Du;Au (inclus);Personnes accompagnées;Personnes éligibles;Dossiers actifs;"
        "Pièces (chemins séparés par |)\n"
        f"{CAMSP[0]};{CAMSP[1]};{debut:%d/%m/%Y};{fin:%d/%m/%Y};62;62;57;extraction.csv\n",
        encoding="utf-8-sig",
    )
    (folder / "extraction.csv").write_text("indicateur;valeur\nfile active;62\ndossiers ouverts;57\n", encoding="utf-8")
    return form


def _projet(etablissement: Etablissement) -> str:
    return PROJET_PJM if etablissement.secteur is Secteur.PJM else PROJET
