"""What is written in the records: transmissions, care, journal; by people, and by machines that must not count."""

from datetime import date, timedelta

from temoin_editor_sample.calendrier import Periode, spell, working_hour
from temoin_editor_sample.profils import CIBLES, TEXTES
from temoin_editor_sample.registre import Accompagnement, Site, ramp

_MOIS = 30.4
_FACTURATION = 10_920
_NUIT = 7_500


def write_dossiers(site: Site) -> None:
    """Two years of entries. A quarter in which nobody keeps a record still has readings, invoices and batches."""
    _resume(site)
    for age, quarter in site.quarters():
        for accompagnement in site.accompagnements:
            presence = accompagnement.presence(quarter)
            if not presence:
                continue
            if site.rng.random() < site.profil.tenue * ramp(age):
                _keep(site, accompagnement, presence)
            _only_look(site, accompagnement, presence)
    _invoice(site)
    _batches(site)
    _log_in(site)


def add_transmission(site: Site, resident: int, jour: date, secondes: int, compte: int | None = None) -> None:
    """One note, on the wall clock of the workstation."""
    rng = site.rng
    site.registre.add(
        "transmission",
        site.id,
        resident,
        compte or site.any_account(),
        spell(jour, secondes),
        CIBLES[int(rng.random() * len(CIBLES))],
        TEXTES[int(rng.random() * len(TEXTES))],
    )


def add_journal(
    site: Site, jour: date, secondes: int, compte: int, resident: int | None, action: str, objet: str
) -> None:
    """One line of the audit journal."""
    site.registre.add("journal", spell(jour, secondes, "T"), compte, site.id, resident, action, objet)


def _keep(site: Site, accompagnement: Accompagnement, presence: list[Periode]) -> None:
    rng = site.rng
    mois = sum(periode.days() for periode in presence) / _MOIS
    for _ in range(max(1, round(site.profil.ecrits * mois * (0.5 + rng.random())))):
        jour = presence[int(rng.random() * len(presence))].pick(rng)
        resident = accompagnement.residents[int(rng.random() * len(accompagnement.residents))]
        if rng.random() < 0.8:
            add_transmission(site, resident, jour, working_hour(rng))
        else:
            objet = "évaluation" if rng.random() < 0.5 else "coordonnées"
            add_journal(site, jour, working_hour(rng), site.any_account(), resident, "MODIFICATION", objet)
    _care(site, accompagnement, presence)


def _care(site: Site, accompagnement: Accompagnement, presence: list[Periode]) -> None:
    """Planned care; what was not validated was planned by the software alone."""
    rng = site.rng
    for periode in presence:
        sejour = next(s for s in accompagnement.sejours if s.periode.common(periode) is not None)
        for _ in range(round(site.profil.soins * periode.days() / _MOIS)):
            jour = periode.pick(rng)
            prevu = jour.isoformat()
            if rng.random() < 0.9:
                etat = "FAIT" if rng.random() < 0.95 else "REFUSE"
                valide = spell(jour, working_hour(rng), "T")
                site.registre.add("soin", sejour.id, "Toilette", prevu, valide, site.any_account(), etat)
            else:
                site.registre.add("soin", sejour.id, "Pansement", prevu, None, None, "PREVU")


def _only_look(site: Site, accompagnement: Accompagnement, presence: list[Periode]) -> None:
    rng = site.rng
    for periode in presence:
        if rng.random() < 0.6:
            compte, resident = site.any_account(), accompagnement.residents[0]
            add_journal(site, periode.pick(rng), working_hour(rng), compte, resident, "LECTURE", "dossier")


def _resume(site: Site) -> None:
    """The migration at go-live: a machine writes in every record of that day."""
    jour = site.en_service.premier
    for accompagnement in site.accompagnements:
        if accompagnement.presence(Periode(jour, jour)):
            resident = accompagnement.residents[0]
            add_transmission(site, resident, jour, 3_600, site.automates.reprise)
            add_journal(site, jour, 3_600, site.automates.reprise, resident, "IMPORT", "dossier")


def _invoice(site: Site) -> None:
    """Monthly invoices; where the secretary starts them by hand they are still no use of the record."""
    a_la_main = site.fiche.code in {"RES-BRU", "SAD-LUN"}
    compte = site.comptes[0] if a_la_main else site.automates.facturation
    secondes = 33_000 if a_la_main else _FACTURATION
    for mois in site.calendrier.months():
        periode = mois.common(site.en_service)
        if periode is None:
            continue
        for accompagnement in site.accompagnements:
            for presence in accompagnement.presence(periode):
                add_journal(
                    site, presence.dernier, secondes, compte, accompagnement.residents[0], "FACTURATION", "facture"
                )


def _batches(site: Site) -> None:
    """A nightly job that recomputes a score in every open record, once a quarter."""
    for _, quarter in site.quarters():
        jour = min(quarter.premier + timedelta(days=14), quarter.dernier)
        for accompagnement in site.accompagnements:
            if accompagnement.presence(Periode(jour, jour)):
                add_journal(site, jour, _NUIT, site.automates.nuit, accompagnement.residents[0], "TRAITEMENT", "score")


def _log_in(site: Site) -> None:
    rng, vie = site.rng, site.en_service
    for compte in site.comptes:
        for _ in range(vie.days() // 12):
            add_journal(site, vie.pick(rng), working_hour(rng), compte, None, "CONNEXION", "poste")
