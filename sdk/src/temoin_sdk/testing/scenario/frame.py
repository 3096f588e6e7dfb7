"""The frame in which themes tell their cases: it draws sites, persons and moments, and keeps every fact told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from temoin_sdk.testing.scenario.facts import (
    Depot,
    Dossier,
    Echange,
    Ecriture,
    Fusion,
    Identifiant,
    Message,
    Moment,
    Ordonnance,
    Personne,
    ProjetPersonnalise,
    RendezVous,
    Scenario,
    Sejour,
    Site,
)
from temoin_sdk.testing.scenario.naming import Names
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.windows import Fenetre

HIVER: Final = Fenetre(debut=date(2024, 1, 1), fin=date(2024, 4, 1))
"""Holds 29 February, and the change of hour on its very last day."""
AUTOMNE: Final = Fenetre(debut=date(2025, 8, 1), fin=date(2025, 11, 1))
"""Holds the other change of hour, and lies after the first window: what happened here must not hide what did there."""
FENETRES: Final = (HIVER, AUTOMNE)

JOUR: Final = timedelta(days=1)
PARIS: Final = "Europe/Paris"
PREMIERE: Final = time(0, 0, 0)
DERNIERE: Final = time(23, 59, 59)
MATIN: Final = time(9, 30)
LONGTEMPS: Final = date(2021, 5, 3)
"""When persons of no particular story entered."""


def moment(site: Site, jour: date, heure: time = MATIN) -> Moment:
    """The instant at which the clock of that site showed this."""
    local = datetime.combine(jour, heure, tzinfo=ZoneInfo(site.fuseau))
    return Moment(local.astimezone(UTC), site.fuseau)


@dataclass(slots=True)
class Trame:
    """What a theme is given. Every method that tells a fact takes why it is there and the rule it tries."""

    scenario: Scenario
    random: Random
    names: Names
    codes: str = "libres"

    def site(self, fuseau: str = PARIS, *, du_projet: bool = True) -> Site:
        """A new place, an establishment of the project unless told otherwise."""
        finess = self.names.finess(fuseau)
        code = finess if self.codes == "finess" else f"S{len(self.scenario.sites) + 1:03}"
        site = Site(code, f"Maison {code} (fictive)", finess if du_projet else None, fuseau)
        self.scenario.sites.append(site)
        return site

    def personne(self, ident: Identifiant | None = None, *, dossiers: int = 1, archivee: bool = False) -> Personne:
        """Somebody new, with as many records. Her record in use bears the identifier of the next person told."""
        nom, prenom = self.names.name()
        former = tuple(Dossier(self.names.identifier()) for _ in range(dossiers - 1))
        if ident is None:
            ident, current = self.names.person()
        else:
            current = self.names.identifier()
        one = Personne(ident, nom, prenom, (*former, Dossier(current)), archivee)
        self.scenario.personnes.append(one)
        return one

    def sejour(self, site: Site, personne: Personne, pourquoi: str, regle: Regle, **how: Any) -> Sejour:
        """A stay; it began long ago and goes on unless told otherwise."""
        entree = how.pop("entree", LONGTEMPS)
        stay = Sejour(site=site, personne=personne, entree=entree, pourquoi=pourquoi, regle=regle, **how)
        self.scenario.sejours.append(stay)
        return stay

    def presente(self, site: Site, ident: Identifiant | None = None, **how: Any) -> Personne:
        """Somebody who is simply there, for a story about something else."""
        personne = self.personne(ident, **how)
        self.sejour(site, personne, "séjour ordinaire, ouvert depuis longtemps", Regle.SEJOUR)
        return personne

    def ecrit(self, site: Site, personne: Personne, le: Moment, pourquoi: str, regle: Regle, **how: Any) -> None:
        """A trace in somebody's record, a person writing unless told otherwise."""
        self.scenario.ecritures.append(
            Ecriture(site=site, personne=personne, le=le, pourquoi=pourquoi, regle=regle, **how)
        )

    def actif(self, site: Site, personne: Personne, fenetres: tuple[Fenetre, ...] = FENETRES) -> None:
        """Make a record active in these windows, for a story about something else."""
        for fenetre in fenetres:
            day = fenetre.debut + JOUR * self.random.randrange(5, 80)
            self.ecrit(site, personne, moment(site, day), "écriture ordinaire dans la fenêtre", Regle.AUTEUR)

    def projet(
        self, site: Site, personne: Personne, statut: str, pourquoi: str, regle: Regle = Regle.PROJET, **how: Any
    ) -> None:
        """A state of somebody's project, open and begun long ago unless told otherwise."""
        debut = how.pop("debut", LONGTEMPS)
        self.scenario.projets.append(
            ProjetPersonnalise(
                site=site, personne=personne, statut=statut, debut=debut, pourquoi=pourquoi, regle=regle, **how
            )
        )

    def rendez_vous(
        self, site: Site, personnes: tuple[Personne, ...], le: Moment, pourquoi: str, regle: Regle, **how: Any
    ) -> None:
        """An agenda event, confirmed unless told otherwise."""
        statut = how.pop("statut", "valide")
        self.scenario.rendez_vous.append(
            RendezVous(site=site, personnes=personnes, le=le, statut=statut, pourquoi=pourquoi, regle=regle, **how)
        )

    def message(self, site: Site | None, le: Moment, pourquoi: str, regle: Regle, **how: Any) -> None:
        """A message, sent to a professional unless told otherwise."""
        cle = self.names.key()
        self.scenario.messages.append(Message(site=site, le=le, cle=cle, pourquoi=pourquoi, regle=regle, **how))

    def depot(self, site: Site, personne: Personne, le: Moment, pourquoi: str, regle: Regle, **how: Any) -> None:
        """A document sent to somebody's DMP, which succeeded unless told otherwise."""
        cle = self.names.key()
        self.scenario.depots.append(
            Depot(site=site, personne=personne, le=le, cle=cle, pourquoi=pourquoi, regle=regle, **how)
        )

    def ordonnance(self, site: Site, le: Moment, pourquoi: str, regle: Regle, **how: Any) -> None:
        """An electronic prescription, imported unless told otherwise."""
        cle = self.names.key()
        self.scenario.ordonnances.append(Ordonnance(site=site, le=le, cle=cle, pourquoi=pourquoi, regle=regle, **how))

    def echange(self, site: Site, le: Moment, pourquoi: str, regle: Regle, **how: Any) -> None:
        """An exchange with the platform, which succeeded unless told otherwise."""
        cle = self.names.key()
        self.scenario.echanges.append(Echange(site=site, le=le, cle=cle, pourquoi=pourquoi, regle=regle, **how))

    def fusion(self, ancienne: Personne, maitresse: Personne, pourquoi: str) -> None:
        """Two files found to be one person."""
        self.scenario.fusions.append(
            Fusion(ancienne=ancienne, maitresse=maitresse, pourquoi=pourquoi, regle=Regle.FUSION)
        )

    def everything(self, site: Site, personne: Personne, le: Moment, pourquoi: str, regle: Regle) -> None:
        """One fact of each dated kind at this instant: what bounds and clocks are tried with."""
        self.ecrit(site, personne, le, pourquoi, regle)
        self.rendez_vous(site, (personne,), le, pourquoi, regle)
        self.depot(site, personne, le, pourquoi, regle)
        self.message(site, le, pourquoi, regle)
        self.ordonnance(site, le, pourquoi, regle)
        self.echange(site, le, pourquoi, regle)
