"""The outbox of the secured mail: what was really sent, and all that only looks like it."""

from datetime import date
from typing import Final

from temoin_editor_sample.calendrier import Periode, dst_days, unix_seconds, working_hour
from temoin_editor_sample.registre import Registre, Site, ramp

PARTAGE: Final = ("RES-BRU", "SAD-LUN")
"""The two establishments that send through one mailbox: nobody can say which of them wrote."""

_ADRESSE_PS: Final = "cabinet-fictif@exemple.mssante.invalid"
_ADRESSE_PATIENT: Final = "usager-fictif@patient.mssante.invalid"
_PARTAGES_PAR_TRIMESTRE: Final = 24


def send_all(sites: dict[str, Site]) -> None:
    """Every mailbox's two years, the shared one last."""
    for site in sites.values():
        if site.profil.boite:
            boite = _open_box(site.registre, site.fiche.code.lower(), site)
            for age, quarter in site.quarters():
                nombre = round(site.profil.mss * _present(site, quarter) * ramp(age))
                _fill(site, boite, quarter, nombre)
                _change_of_clocks(site, boite, quarter)
    partageurs = [sites[code] for code in PARTAGE]
    boite = _open_box(partageurs[0].registre, "contact-commun", *partageurs)
    for age, quarter in partageurs[0].quarters():
        _fill(partageurs[0], boite, quarter, round(_PARTAGES_PAR_TRIMESTRE * ramp(age)))


def add_message(
    site: Site,
    boite: int,
    jour: date,
    secondes: int,
    *,
    nature: str = "MESSAGE",
    etat: str = "ENVOYE",
    destinataires: tuple[str, ...] = ("PS",),
    message_id: str | None = None,
    fold: int = 0,
) -> int:
    """One line of the outbox, whatever became of it; a draft has no moment of sending."""
    registre = site.registre
    moment = unix_seconds(jour, secondes, site.fuseau, fold=fold)
    rang = len(registre.tables["message_mss"]) + 1
    identifiant = message_id or f"<{rang:07}@residia.invalid>"
    envoye = None if etat in {"BROUILLON", "EN_FILE"} else moment
    cree = moment if nature != "MESSAGE" else moment - 240
    message = registre.add("message_mss", boite, nature, etat, identifiant, None, cree, envoye)
    for type_ in destinataires:
        registre.add("message_destinataire", message, _ADRESSE_PATIENT if type_ == "PATIENT" else _ADRESSE_PS, type_)
    return message


def _open_box(registre: Registre, nom: str, *sites: Site) -> int:
    boite = registre.add("boite_mss", f"{nom}@residia.mssante.invalid")
    for site in sites:
        registre.add("boite_etablissement", boite, site.id)
    return boite


def _present(site: Site, quarter: Periode) -> int:
    return sum(1 for personne in site.accompagnements if personne.presence(quarter) and not personne.hors_projet)


def _fill(site: Site, boite: int, quarter: Periode, nombre: int) -> None:
    rng = site.rng
    for _ in range(nombre):
        jour, secondes = quarter.pick(rng), working_hour(rng)
        tirage = rng.random()
        destinataires = (
            ("PATIENT",) if tirage < 0.15 else ("PS",) * (1 + int(rng.random() * 4)) if tirage < 0.5 else ("PS",)
        )
        message = add_message(site, boite, jour, secondes, destinataires=destinataires)
        if rng.random() < 0.05:
            _replay(site, boite, jour, secondes, message)
        if rng.random() < 0.35:
            _noise(site, boite, jour, secondes)


def _replay(site: Site, boite: int, jour: date, secondes: int, message: int) -> None:
    """The operator's answer was lost: the same message went into the outbox again, under its own identifier."""
    identifiant = str(site.registre.tables["message_mss"][message - 1][4])
    add_message(site, boite, jour, min(secondes + 90, 86_399), message_id=identifiant)


def _noise(site: Site, boite: int, jour: date, secondes: int) -> None:
    tirage = site.rng.random()
    if tirage < 0.2:
        add_message(site, boite, jour, secondes, etat="BROUILLON")
    elif tirage < 0.45:
        add_message(site, boite, jour, secondes, etat="ECHEC")
    elif tirage < 0.5:
        add_message(site, boite, jour, secondes, etat="EN_FILE")
    else:
        nature = site.rng.choice(("ACCUSE_RECEPTION", "ACCUSE_LECTURE", "REPONSE_AUTO"))
        add_message(site, boite, jour, secondes, nature=nature)


def _change_of_clocks(site: Site, boite: int, quarter: Periode) -> None:
    """Messages around the hour that France skips in March and lives twice in October."""
    for jour in dst_days(quarter):
        for secondes, fold in ((7_199, 0), (9_000, 0), (9_000, 1), (10_800, 0)):
            add_message(site, boite, jour, secondes, fold=fold)
