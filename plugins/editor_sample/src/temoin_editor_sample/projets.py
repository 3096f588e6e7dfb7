"""Projets personnalisés: versions that follow one another, each through its states."""

from datetime import date, timedelta
from typing import Final

from temoin_editor_sample.calendrier import JOUR, Periode
from temoin_editor_sample.registre import Accompagnement, Site

_OUBLIS: Final = (None, None, "CLOS", "SUSPENDU", "ABANDONNE")
_REDACTION: Final = timedelta(days=30)
_VALIDITE: Final = timedelta(days=365)


def write_projets(site: Site) -> None:
    """Most have one that stands today; the others have none, or one that stands no more."""
    for accompagnement in site.accompagnements:
        periode = _followed(site, accompagnement)
        if periode is None:
            continue
        if site.rng.random() < site.profil.projet:
            _renew(site, accompagnement, periode)
        else:
            _forget(site, accompagnement, periode)


def open_projet(site: Site, resident: int) -> int:
    """A projet, still without any version."""
    return site.registre.add(
        "projet_personnalise", resident, site.id, "Projet personnalisé", site.rng.choice(site.personnels)
    )


def add_version(site: Site, projet: int, numero: int, etats: list[tuple[str, date, date | None]]) -> None:
    """A version with its states; each lasts to its last day included, or still stands."""
    version = site.registre.add("projet_version", projet, numero)
    for statut, depuis, jusqu_au in etats:
        site.registre.add(
            "projet_etat", version, statut, depuis.isoformat(), None if jusqu_au is None else jusqu_au.isoformat()
        )


def _followed(site: Site, accompagnement: Accompagnement) -> Periode | None:
    """From the first day the software could know of this person to the last of the stay."""
    presence = accompagnement.presence(site.en_service)
    return Periode(presence[0].premier, presence[-1].dernier) if presence else None


def _renew(site: Site, accompagnement: Accompagnement, periode: Periode) -> None:
    """A version a year: drafted, sometimes waiting for a signature, then valid until the next one or the exit."""
    rng = site.rng
    projet = open_projet(site, accompagnement.residents[0])
    ouvert = accompagnement.sejours[-1].ouvert
    debut = min(periode.premier + timedelta(days=int(rng.random() * 20)), periode.dernier)
    numero = 1
    while True:
        valide = debut + _REDACTION + timedelta(days=int(rng.random() * 30))
        fin = valide + _VALIDITE
        if valide > periode.dernier:
            statut = "BROUILLON" if rng.random() < 0.7 else "A_SIGNER"
            add_version(site, projet, numero, [(statut, debut, None if ouvert else periode.dernier)])
            return
        derniere = fin >= periode.dernier
        fin_valide = None if derniere and ouvert else min(fin, periode.dernier)
        etats: list[tuple[str, date, date | None]] = [
            ("BROUILLON", debut, valide - JOUR),
            ("VALIDE", valide, fin_valide),
        ]
        if fin_valide is not None:
            etats.append(("CLOS", fin_valide + JOUR, None))
        add_version(site, projet, numero, etats)
        if derniere:
            return
        debut, numero = fin + JOUR, numero + 1


def _forget(site: Site, accompagnement: Accompagnement, periode: Periode) -> None:
    statut = site.rng.choice(_OUBLIS)
    if statut is None or periode.days() < 15:
        return
    debut = periode.premier
    arret = debut + timedelta(days=periode.days() // 2)
    projet = open_projet(site, accompagnement.residents[0])
    add_version(site, projet, 1, [("VALIDE", debut, arret - JOUR), (statut, arret, None)])
