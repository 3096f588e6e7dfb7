"""What each page shows, as plain data: the templates decide nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from temoin_receiver.audits import AuditGarde, read_audits
from temoin_receiver.certificates.reading import Certificats, read_certificats
from temoin_receiver.pages.judging import Bilan, judge
from temoin_receiver.pages.reading import (
    Mesure,
    Rattachements,
    read_in_force,
    read_mesures,
    read_projets,
    reserve_on,
)
from temoin_receiver.pages.sources import VueSource, view_sources
from temoin_receiver.pages.words import RESERVES, instant_en_lettres
from temoin_receiver.register.reading import Projet, Rattachement, read_rattachements
from temoin_receiver.storage.tables import organismes
from temoin_sdk.archive.words import VERDICTS, say_equal
from temoin_sdk.report import (
    LIBELLES_VERDICTS,
    PHRASES_ANOMALIES,
    Anomalie,
    Recu,
    VerdictEtablissement,
    read_instant,
)
from temoin_sdk.wording import DRAPEAUX, MESURES, MOTIFS_CORRECTION, MOTIFS_ECART

INCONNU = "Établissement inconnu du registre"


@dataclass(frozen=True, slots=True)
class LigneAccueil:
    """One establishment in the list. `etat` says in words what its last measure gave."""

    finess: str
    nom: str
    organisme: str
    secteur: str
    fenetre: str
    recu_le: str
    etat: str


@dataclass(frozen=True, slots=True)
class VueRecomptage:
    """The last recounting of a report, as far as one establishment goes. `differences` are sentences."""

    fait_le: str
    verdict: str
    code: str
    egaux: str
    differences: tuple[str, ...]
    ecarts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VueMesure:
    """One report, as far as one establishment goes. `bilan` is None when it was set aside, `ecart` then says why.

    `organisme` is the one that spoke; `reserve` says why this is no measure of the establishment, None when it is."""

    empreinte: str
    projet: str
    fenetre: str
    mesure: str
    version: int
    correction: str | None
    remplacee: bool
    recu_le: str
    reception: int
    organisme: str
    reserve: str | None
    verdict: str | None
    anomalies: tuple[str, ...]
    drapeaux: tuple[str, ...]
    bilan: Bilan | None
    ecart: str | None
    sources: tuple[VueSource, ...]
    recomptage: VueRecomptage | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What this receiver knows, read once for a page: names are those of the organismes by EJ."""

    projets: dict[str, Projet]
    rattachements: Rattachements
    names: dict[str, str]
    certificats: Certificats
    audits: dict[str, AuditGarde]


@dataclass(frozen=True, slots=True)
class VueEtablissement:
    """An establishment: of each project the measure in force whose window ends last, then everything received."""

    finess: str
    nom: str
    organisme: str
    secteur: str
    dernieres: tuple[VueMesure, ...]
    historique: tuple[VueMesure, ...]


def view_all(connection: Connection) -> list[LigneAccueil]:
    """Every establishment of the register or of a report, by FINESS."""
    rattachements = read_rattachements(connection, None)
    last = read_in_force(connection, rattachements)
    projets = read_projets(connection, [mesure.rapport.projet for mesure in last.values() if mesure])
    names = _organismes(connection)
    known = _Known(projets, rattachements, names, {}, {})  # the list shows no source and no audit
    lines = []
    for finess in sorted({*rattachements, *last}):
        mesure = last.get(finess)
        view = _view(mesure, finess, known) if mesure else None
        silent = "reçu, sans mesure en vigueur" if finess in last else "aucun rapport reçu"
        lines.append(_ligne(finess, _last(rattachements.get(finess, ())), view, names, silent))
    return lines


def view_one(connection: Connection, finess: str) -> VueEtablissement | None:
    """One establishment, or None when neither the register nor any report knows it."""
    rattachements = read_rattachements(connection, None)
    mesures = read_mesures(connection, finess)
    if finess not in rattachements and not mesures:
        return None
    projets = read_projets(connection, [mesure.rapport.projet for mesure in mesures])
    names = _organismes(connection)
    audits = read_audits(connection, [mesure.empreinte for mesure in mesures])
    known = _Known(projets, rattachements, names, read_certificats(connection), audits)
    views = [_view(mesure, finess, known) for mesure in mesures]
    in_force: dict[str, VueMesure] = {}
    for view in views:
        if not view.remplacee and view.reserve is None:
            in_force.setdefault(view.projet, view)
    one = _last(rattachements.get(finess, ()))
    return VueEtablissement(
        finess=finess,
        nom=one.nom if one else INCONNU,
        organisme=names[one.ej] if one else "organisme inconnu",
        secteur=one.secteur.value if one else "inconnu",
        dernieres=tuple(in_force.values()),
        historique=tuple(views),
    )


def _ligne(
    finess: str,
    one: Rattachement | None,
    view: VueMesure | None,
    names: dict[str, str],
    silent: str,
) -> LigneAccueil:
    return LigneAccueil(
        finess=finess,
        nom=one.nom if one else INCONNU,
        organisme=names[one.ej] if one else "",
        secteur=one.secteur.value if one else "",
        fenetre=view.fenetre if view else "",
        recu_le=view.recu_le if view else "",
        etat=_state(view) if view else silent,
    )


def _state(view: VueMesure) -> str:
    if view.bilan is None:
        return "sans chiffres"
    return f"cibles atteintes : {view.bilan.atteints} sur {view.bilan.vises}"


def _view(mesure: Mesure, finess: str, known: _Known) -> VueMesure:
    rapport, recu = mesure.rapport, mesure.recu
    site = next((one for one in rapport.etablissements if one.finess == finess), None)
    ecart = next((one for one in rapport.ecartes if one.finess == finess), None)
    verdict = next((one for one in recu.verdicts if one.finess == finess), None)
    reserve = reserve_on(mesure, finess, known.rattachements)
    return VueMesure(
        empreinte=mesure.empreinte,
        projet=rapport.projet,
        fenetre=rapport.fenetre.libelle(),
        mesure=MESURES[rapport.mesure],
        version=rapport.version,
        correction=MOTIFS_CORRECTION[rapport.motif] if rapport.motif else None,
        remplacee=mesure.remplacee_par is not None,
        recu_le=instant_en_lettres(read_instant(recu.recu_le)),
        reception=recu.reception,
        organisme=known.names[rapport.ej],
        reserve=RESERVES[reserve] if reserve else None,
        verdict=LIBELLES_VERDICTS[verdict.verdict] if verdict else None,
        anomalies=tuple(PHRASES_ANOMALIES[code] for code in _anomalies(recu, verdict, finess)),
        drapeaux=tuple(DRAPEAUX[drapeau] for drapeau in site.drapeaux) if site else (),
        bilan=judge(mesure, site, known.projets[rapport.projet], known.rattachements) if site else None,
        ecart=MOTIFS_ECART[ecart.motif] if ecart else None,
        sources=view_sources(rapport, known.certificats),
        recomptage=_recomptage(known.audits.get(mesure.empreinte), finess),
    )


def _recomptage(audit: AuditGarde | None, finess: str) -> VueRecomptage | None:
    site = audit.sites.get(finess) if audit else None
    if audit is None or site is None:
        return None
    return VueRecomptage(
        fait_le=instant_en_lettres(read_instant(audit.fait_le)),
        verdict=VERDICTS[site.verdict],
        code=site.verdict.value,
        egaux=say_equal(site),
        differences=tuple(each.phrase() for each in site.differences),
        ecarts=audit.ecarts,
    )


def _anomalies(recu: Recu, verdict: VerdictEtablissement | None, finess: str) -> Sequence[Anomalie]:
    """Those of this establishment, then those of the report as a whole."""
    mine = verdict.anomalies if verdict else ()
    return [*mine, *(found.code for found in recu.anomalies if found.finess in (finess, None))]


def _organismes(connection: Connection) -> dict[str, str]:
    return {row.ej: row.nom for row in connection.execute(select(organismes.c.ej, organismes.c.nom))}


def _last(periods: Sequence[Rattachement]) -> Rattachement | None:
    return periods[-1] if periods else None
