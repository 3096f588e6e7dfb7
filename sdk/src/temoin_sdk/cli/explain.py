"""`temoin-sdk explain`: for an editor, how a figure of one site of a base comes about, from the rows to the rate."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.cli.explained import (
    Format,
    FormatOption,
    OffScreenOption,
    PersonsOption,
    check_persons,
    show,
)
from temoin_sdk.cli.given import (
    PARIS,
    DateOption,
    EndDayOption,
    FirstDayOption,
    PasswordOption,
    SecretOption,
    SettingOption,
    ZoneOption,
    read_password,
    read_settings,
    read_window,
    read_zone,
)
from temoin_sdk.contract.loading import Catalogue, FoundSource, load_plugins
from temoin_sdk.conventions import Convention
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande
from temoin_sdk.errors import ConfigurationError
from temoin_sdk.explaining import explain as explain_indicateur
from temoin_sdk.mapping import build_source, read_mapping
from temoin_sdk.mapping.models import TypeReglage

_FINESS: Final = "010780054"
"""Stands for the establishment: an editor speaks of his site codes, and nothing shows this number."""

_EJ: Final = "010000024"


def explain(
    indicateur: Annotated[str, typer.Argument(help="Code de l'indicateur, par exemple taux_projet_personnalise.")],
    site: Annotated[
        list[str], typer.Option("--site", help="Code du site dans le logiciel ; répétable s'ils n'en font qu'un.")
    ],
    plugin: Annotated[str | None, typer.Option("--plugin", help="Nom de la source d'un plugin installé.")] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="Ou un fichier de mapping (.toml).")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Base ou API à lire.")] = None,
    mot_de_passe_env: PasswordOption = None,
    reglage: SettingOption = None,
    reglage_env: SecretOption = None,
    campagne: Annotated[
        str, typer.Option("--campagne", help="Campagne dont les règles s'appliquent.")
    ] = "generalisation-2025",
    debut: FirstDayOption = None,
    fin: EndDayOption = None,
    on: DateOption = None,
    fuseau: ZoneOption = PARIS,
    format_: FormatOption = Format.TABLE,
    personnes: PersonsOption = False,
    hors_terminal: OffScreenOption = False,
) -> int:
    """Explique un indicateur d'un site : lignes rendues par relation, écartées par règle, numérateur, dénominateur.

    Lit la base en lecture seule et compare au calcul. Finit par 1 si les deux diffèrent, 5 si le calcul bloque.
    """
    check_persons(persons=personnes, off_screen=hors_terminal, format_=format_)
    fenetre = read_window(debut, fin, on, datetime.now(ZoneInfo(PARIS)).date())
    chosen = _chosen(plugin, mapping)
    given, name = chosen.given | read_settings(chosen.kinds, reglage, reglage_env), chosen.nom
    if url is not None:
        given["url"] = url
        if (password := read_password(url, mot_de_passe_env)) is not None:
            given["mot_de_passe"] = password
    with TemporaryDirectory(prefix="temoin-") as dossier:
        demande = Demande(
            fenetre=fenetre,
            campagne=load_campaign(campagne).campagne,
            ej=_EJ,
            projet="explication",
            etablissements=(EtablissementDemande(finess=_FINESS, fuseau=read_zone(fuseau)),),
            fuseau_og=fuseau,
            sources=(SourceDemande(nom=name, plugin=name, reglages=given, sites=dict.fromkeys(site, _FINESS)),),
            cle_pseudonyme=secrets.token_bytes(32),
            cle_site=secrets.token_bytes(32),
            dossier=Path(dossier),
        )
        convention = Convention(code="explication", campagne=campagne)
        found = explain_indicateur(demande, _FINESS, indicateur, convention, frozenset(), chosen.catalogue)
    logiciel = chosen.catalogue.source(name).classe.logiciel.nom
    heading = f"{logiciel}, site {', '.join(site)} (source {name}, campagne {campagne})"
    return show(heading, found, persons=personnes, format_=format_)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The source to read: its name in a catalogue, the settings its file gives, and which settings are no texts."""

    catalogue: Catalogue
    nom: str
    given: dict[str, Any]
    kinds: Mapping[str, TypeReglage]


def _chosen(plugin: str | None, mapping: Path | None) -> _Chosen:
    if mapping is not None and plugin is None:
        declared = read_mapping(mapping)
        found = FoundSource(build_source(declared), mapping.name, declared.version)
        kinds = {name: each.type for name, each in declared.reglages.items()}
        return _Chosen(Catalogue({declared.nom: found}, {}), declared.nom, {"fichier": str(mapping.absolute())}, kinds)
    if plugin is not None and mapping is None:
        catalogue = load_plugins()
        fields = catalogue.source(plugin).classe.Reglages.model_fields
        secret = {name for name, field in fields.items() if "Secret" in repr(field.annotation)}
        return _Chosen(catalogue, plugin, {}, dict.fromkeys(secret, TypeReglage.SECRET))
    raise ConfigurationError(
        "Il faut dire quelle source lire : un plugin installé, ou un fichier de mapping, et un seul des deux.",
        remede="Écrire --plugin NOM ou --mapping FICHIER.",
        code="source_a_choisir",
    )
