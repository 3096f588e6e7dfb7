"""Documents sent to the DMP with their errors and retries, prescriptions, and the cahier de liaison."""

from datetime import date

from temoin_editor_sample.calendrier import Periode, paris_clock, unix_seconds, working_hour
from temoin_editor_sample.registre import Accompagnement, Site, ramp


def deposit_documents(site: Site) -> None:
    """Documents of everybody; for some they enter the DMP, for others they never get past the error."""
    rng = site.rng
    if not site.profil.dmp:
        return
    for age, quarter in site.quarters():
        for personne in site.accompagnements:
            presence = personne.presence(quarter)
            if not presence:
                continue
            jour = rng.choice(presence).pick(rng)
            if rng.random() < site.profil.dmp * ramp(age) and not personne.hors_projet:
                for _ in range(1 + int(rng.random() * 1.3)):
                    _try_until_done(site, personne, jour)
            elif rng.random() < 0.15:
                document = add_document(site, personne.residents[0])
                add_depot(site, document, jour, working_hour(rng), etat="ERREUR")


def add_document(site: Site, resident: int) -> int:
    """A document of the record, not yet sent anywhere."""
    type_ = site.rng.choice(("LIAISON", "COMPTE_RENDU", "VOLET_MEDICAL"))
    return site.registre.add("document", resident, site.id, type_)


def add_depot(
    site: Site, document: int, jour: date, secondes: int, *, etat: str = "DEPOSE", tentative: int = 1
) -> None:
    """One attempt, stamped by the central gateway."""
    erreur = "DMP-0207" if etat == "ERREUR" else None
    horodatage = paris_clock(jour, secondes, site.fuseau)
    site.registre.add("depot_dmp", document, tentative, etat, horodatage, erreur, f"2.999.704.{document}")


def _try_until_done(site: Site, personne: Accompagnement, jour: date) -> None:
    """An error first, now and then; a lost answer makes the software replay what the DMP had already accepted."""
    rng = site.rng
    document = add_document(site, personne.residents[0])
    secondes = min(working_hour(rng), 84_000)
    tentative = 1
    while rng.random() < 0.15:
        add_depot(site, document, jour, secondes, etat="ERREUR", tentative=tentative)
        secondes, tentative = min(secondes + 300, 85_800), tentative + 1
    add_depot(site, document, jour, secondes, tentative=tentative)
    if rng.random() < 0.06:
        add_depot(site, document, jour, secondes + 120, tentative=tentative + 1)


def import_prescriptions(site: Site) -> None:
    """Electronic prescriptions imported or rejected, and paper that somebody scanned."""
    rng = site.rng
    for rang, mois in enumerate(site.calendrier.months()):
        periode = mois.common(site.en_service)
        presents = _present(site, periode)
        if periode is None or not presents:
            continue
        for _ in range(round(site.profil.ordonnances * (0.4 + 0.6 * rang / 23))):
            papier = rng.random() < 0.3
            etat = "NUMERISEE" if papier else "IMPORTEE" if rng.random() < 0.94 else "REJETEE"
            recue = unix_seconds(periode.pick(rng), working_hour(rng), site.fuseau)
            numero = f"ORD{len(site.registre.tables['ordonnance']) + 1:07}"
            resident = rng.choice(presents).residents[0]
            site.registre.add(
                "ordonnance", resident, site.id, "PAPIER" if papier else "ELECTRONIQUE", etat, numero, recue
            )


def exchange_liaison(site: Site) -> None:
    """The cahier de liaison: notes that stay inside, and exchanges with the regional platform."""
    rng = site.rng
    for mois in site.calendrier.months():
        periode = mois.common(site.en_service)
        presents = _present(site, periode)
        if periode is None or not presents:
            continue
        for _ in range(site.profil.eparcours * 2):
            sens = rng.choice(("INTERNE", "VERS_PLATEFORME", "DE_PLATEFORME"))
            etat = "ECHANGE" if sens == "INTERNE" or rng.random() < 0.95 else "ECHEC"
            moment = unix_seconds(periode.pick(rng), working_hour(rng), site.fuseau)
            milli = moment * 1000 + int(rng.random() * 1000)
            site.registre.add("cahier_liaison", rng.choice(presents).residents[0], site.id, sens, etat, milli)


def _present(site: Site, periode: Periode | None) -> list[Accompagnement]:
    return [] if periode is None else [personne for personne in site.accompagnements if personne.presence(periode)]
