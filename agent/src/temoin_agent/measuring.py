"""One project measured on one date: the window, then the counts, then the report they make. Signs and sends nothing."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from temoin_agent.clock import civil_day
from temoin_agent.configuration import Configuration, Projet, SourceConfiguree
from temoin_agent.configuration.problems import Probleme, configuration_error
from temoin_agent.configuration.secrets import resolve_settings
from temoin_sdk.contract import CleIns
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.conventions import choose_mesure, default_day, fenetre_for
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.envelope import read_secret
from temoin_sdk.errors import KeyFileError, ReportError
from temoin_sdk.report.building import Correction, Entete, Site, build_rapport
from temoin_sdk.report.checking import check_rapport
from temoin_sdk.report.models import Rapport
from temoin_sdk.vocabulary import Mesure
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for: the measure date and the kind, None where the convention is to decide."""

    le: date | None
    mesure: Mesure | None


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """The keys that counting needs; the signing key is not among them. `ins` is None without a key of the site."""

    pseudonymes: bytes
    site: bytes
    ins: bytes | None


def throwaway_keys(configuration: Configuration) -> SiteKeys:
    """Keys for what is only shown, which must be linkable to nothing and needs no installation yet.

    Sources that keep hashes of INS know persons by the lasting one: it is what the site's key gives, None where there
    is none yet or where this account may not read it.
    """
    ins: bytes | None = None
    with suppress(KeyFileError):
        ins = CleIns.derivee(read_secret(configuration.cles.site)).octets
    return SiteKeys(secrets.token_bytes(32), secrets.token_bytes(32), ins)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted for a project, and when."""

    projet: Projet
    mesure: Mesure
    fenetre: Fenetre
    calcule_le: datetime
    resultat: Resultat


@dataclass(frozen=True, slots=True)
class Place:
    """What a report says besides its figures: its signer and its place in the chain."""

    installation: str
    numero: int
    precedent: str | None
    engagement_cle: str
    correction: Correction | None = None


UNSIGNED = Place("00000000-0000-4000-8000-000000000000", 1, None, "0" * 64)
"""For figures that are only shown: nothing of it is."""


def settle_window(projet: Projet, asked: Asked, now: datetime) -> tuple[Mesure, Fenetre]:
    """The kind of measure and its window. Raises WindowError."""
    today = _today(projet, now)
    campagne, convention = projet.campagne.campagne, projet.convention
    mesure = choose_mesure(campagne, convention, asked.le or default_day(today), asked.mesure)
    return mesure, fenetre_for(campagne, convention, mesure, asked.le, today)


def measure(
    configuration: Configuration,
    projet: Projet,
    asked: Asked,
    *,
    keys: SiteKeys,
    dossier: Path,
    now: datetime,
    catalogue: Catalogue,
) -> Measured:
    """Count one project; the evidence files go to `dossier`, an existing folder of this run alone.

    Raises WindowError, SecretError, ConfigurationError, SourceError, StorageError.
    """
    mesure, fenetre = settle_window(projet, asked, now)
    demande = request(configuration, projet, fenetre, keys, dossier)
    return Measured(projet, mesure, fenetre, now, count(demande, catalogue))


def request(configuration: Configuration, projet: Projet, fenetre: Fenetre, keys: SiteKeys, dossier: Path) -> Demande:
    """All that the sdk is asked about a project, secrets resolved. Raises SecretError, ConfigurationError."""
    sources = [source for source in configuration.sources if _sites(source, projet)]
    settings = _resolve_all(sources, configuration)
    return Demande(
        fenetre=fenetre,
        campagne=projet.campagne.campagne,
        ej=configuration.gestionnaire.ej,
        projet=projet.code,
        etablissements=tuple(
            EtablissementDemande(
                finess=each.finess,
                fuseau=each.fuseau,
                mise_en_service=each.mise_en_service,
                ouverture=each.ouverture,
                fermeture=each.fermeture,
            )
            for each in projet.etablissements
        ),
        fuseau_og=configuration.gestionnaire.fuseau,
        sources=tuple(
            SourceDemande(
                nom=source.nom,
                plugin=source.plugin,
                reglages=reglages,
                sites=_sites(source, projet),
                fournit=source.fournit,
                cumule=source.cumule,
            )
            for source, reglages in zip(sources, settings, strict=True)
        ),
        cle_pseudonyme=keys.pseudonymes,
        cle_site=keys.site,
        cle_ins=keys.ins,
        dossier=dossier,
    )


def build(configuration: Configuration, measured: Measured, place: Place) -> Rapport:
    """The report of these figures at this place, checked as the receiver will check it.

    Raises PluginError, ReportError (`rapport_incoherent`, with every problem).
    """
    projet, resultat = measured.projet, measured.resultat
    entete = Entete(
        destinataire=projet.recepteur.origine,
        ej=configuration.gestionnaire.ej,
        installation=place.installation,
        numero=place.numero,
        precedent=place.precedent,
        mesure=measured.mesure,
        fenetre=measured.fenetre,
        calcule_le=measured.calcule_le,
        engagement_cle=place.engagement_cle,
        correction=place.correction,
    )
    rapport = build_rapport(
        entete,
        sites={each.finess: Site(each.secteur, each.fuseau) for each in projet.etablissements},
        figures=resultat.etablissements,
        ecartes=resultat.ecartes,
        sources=resultat.sources,
        og=resultat.og,
        campagne=projet.campagne,
        convention=projet.convention,
    )
    problemes = check_rapport(rapport, projet.campagne, projet.convention, today=_today(projet, measured.calcule_le))
    if problemes:
        lines = [f"  - {each.finess + ' : ' if each.finess else ''}{each.message}" for each in problemes]
        raise ReportError(
            "\n".join(("Ce rapport serait refusé, il n'est donc pas signé :", *lines)),
            ou=f"projet {projet.code}",
            remede="Transmettez ce message avec la version de Témoin et des plugins à qui vous aide.",
            code="rapport_incoherent",
        )
    return rapport


def _today(projet: Projet, now: datetime) -> date:
    return civil_day(now, {each.fuseau for each in projet.etablissements})


def _sites(source: SourceConfiguree, projet: Projet) -> dict[str, str]:
    """The sites of a source that belong to this project: those of another one are none of its business."""
    finess = {each.finess for each in projet.etablissements}
    return {code: site for code, site in source.sites.items() if site in finess}


def _resolve_all(sources: Sequence[SourceConfiguree], configuration: Configuration) -> list[dict[str, Any]]:
    """Settings of every source with their secrets; the error names all absent secrets of all sources."""
    problemes: list[Probleme] = []
    dossier = configuration.fichier.parent
    resolved = [resolve_settings(source.reglages, dossier, source.ou, problemes) for source in sources]
    if problemes:
        raise configuration_error(problemes, configuration.fichier)
    return resolved
