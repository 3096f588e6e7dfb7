"""Residents and their stays: arrivals, exits, re-admissions, absences, duplicate records that were merged."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from temoin_editor_sample.calendrier import JOUR, Periode
from temoin_editor_sample.registre import Accompagnement, Registre, Sejour, Site, Valeur

_NOMS: Final = (
    "Fictif", "Factice", "Exemplaire", "Imaginot", "Inventet", "Prétendu", "Chimérin", "Fabulard", "Supposé",
    "Légendier", "Nébuleuse", "Trompe-l'Œil", "Faux-Semblant", "Mirage", "Songe-Creux", "Postiche", "Simulacre",
)  # fmt: skip
_PRENOMS: Final = (
    "Anis", "Basilic", "Cerfeuil", "Estragon", "Romarin", "Sauge", "Thym", "Verveine", "Mélisse", "Origan", "Sarriette",
    "Coriandre", "Curcuma", "Gingembre", "Muscade", "Paprika", "Safran", "Vanille", "Cannelle", "Réglisse",
)  # fmt: skip
_EXITS: Final = ("RETOUR_DOMICILE", "TRANSFERT", "DECES", "FIN_DE_PRISE_EN_CHARGE")


def create_resident(registre: Registre, site: Site, nom: str | None = None, prenom: str | None = None) -> int:
    """A record for one person."""
    rng = site.rng
    debut, fin = site.profil.naissances
    naissance = f"{rng.randint(debut, fin)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    statut = "QUALIFIEE" if rng.random() < 0.85 else rng.choice(("VALIDEE", "PROVISOIRE"))
    return registre.add(
        "resident", nom or rng.choice(_NOMS), prenom or rng.choice(_PRENOMS), naissance, rng.choice("FM"), statut
    )


def open_sejour(site: Site, resident: int, periode: Periode, *, ouvert: bool, motif: str | None = None) -> Sejour:
    """A stay; an open one has no exit date yet."""
    sortie = None if ouvert else periode.dernier.isoformat()
    rang = site.registre.add(
        "sejour",
        resident,
        site.id,
        periode.premier.isoformat(),
        sortie,
        None if ouvert else site.rng.choice(_EXITS),
        site.profil.mode,
        "EN_COURS" if ouvert else "CLOS",
        motif,
    )
    if site.chambres:
        site.registre.add(
            "occupation_chambre", site.rng.choice(site.chambres), rang, periode.premier.isoformat(), sortie
        )
    return Sejour(rang, resident, periode, ouvert)


def admit_all(site: Site, sites: Mapping[str, Site]) -> None:
    """Everybody this establishment accompanied over the two years, some of them shared with its neighbours."""
    voisins = [accompagnement for code in site.profil.voisins for accompagnement in sites[code].accompagnements]
    partages = site.rng.sample(voisins, k=len(voisins) // 20)
    residents = list(dict.fromkeys(accompagnement.residents[0] for accompagnement in partages))
    while len(residents) < site.profil.personnes:
        residents.append(create_resident(site.registre, site))
    for resident in residents:
        _admit(site, resident)
    for _ in range(site.profil.personnes // 25):
        _never_came(site)


def _admit(site: Site, resident: int) -> None:
    rng = site.rng
    hors_projet = rng.random() < site.profil.part_hors_projet
    motif = rng.choice(site.profil.hors_projet) if hors_projet else None
    residents: tuple[int, ...] = (resident,)
    if rng.random() < 0.02:
        residents = (resident, _duplicate(site, resident))
    sejours = []
    for rang, (periode, ouvert) in enumerate(_stays(site)):
        numero = residents[rang % len(residents)]
        sejours.append(open_sejour(site, numero, periode, ouvert=ouvert, motif=motif))
        _absences(site, sejours[-1])
    site.accompagnements.append(Accompagnement(residents, sejours, hors_projet))


def _stays(site: Site) -> list[tuple[Periode, bool]]:
    """One or two stays, none of which ended before go-live: a migration brings over those who are still there."""
    rng, vie = site.rng, site.en_service
    if site.profil.court:
        entree = vie.premier + timedelta(days=int(rng.random() * (vie.days() + 90)) - 90)
        sortie = entree + timedelta(days=5 + int(rng.expovariate(1 / 260)))
        sortie = max(sortie, vie.premier + timedelta(days=int(rng.random() * 20)))
    else:
        ancien = rng.random() < 0.6
        entree = vie.premier - timedelta(days=int(rng.random() * 1500)) if ancien else vie.pick(rng)
        parti = rng.random() < 0.24
        sortie = Periode(max(entree, vie.premier), vie.dernier).pick(rng) if parti else vie.dernier + JOUR
    entree = min(entree, vie.dernier)
    if sortie > vie.dernier:
        return [(Periode(entree, vie.dernier), True)]
    stays = [(Periode(entree, sortie), False)]
    retour = sortie + timedelta(days=2 + int(rng.random() * 90))
    if rng.random() < 0.3 and retour <= vie.dernier:
        stays.append((Periode(retour, vie.dernier), True))
    return stays


def _absences(site: Site, sejour: Sejour) -> None:
    """A hospital stay or holidays: the room is kept, nobody has left."""
    rng = site.rng
    if rng.random() > 0.25 or sejour.periode.days() < 10:
        return
    depart = sejour.periode.pick(rng)
    retour = depart + timedelta(days=1 + int(rng.random() * 25))
    revenu: Valeur = retour.isoformat() if retour <= sejour.periode.dernier else None
    motif = "HOSPITALISATION" if rng.random() < 0.7 else "VACANCES"
    site.registre.add("absence", sejour.id, depart.isoformat(), revenu, motif)


def _duplicate(site: Site, resident: int) -> int:
    """A second record opened by mistake for the same person, absorbed later by the first."""
    _, nom, prenom, *suite = site.registre.tables["resident"][resident - 1]
    double = site.registre.add("resident", nom, prenom, *suite)
    site.registre.add("fusion_dossier", double, resident, spell_merge(site), None)
    return double


def spell_merge(site: Site) -> str:
    """Day on which two records became one: once the second was in use."""
    return site.calendrier.fenetre.pick(site.rng).isoformat()


def _never_came(site: Site) -> None:
    """A waiting list and stays entered by mistake: both look like stays, nobody was accompanied."""
    rng = site.rng
    resident = create_resident(site.registre, site)
    attente = rng.random() < 0.7
    jour = site.calendrier.fenetre.pick(rng) if attente else site.en_service.pick(rng)
    etat = "PREADMISSION" if attente else "ANNULE"
    site.registre.add("sejour", resident, site.id, jour.isoformat(), None, None, site.profil.mode, etat, None)
