"""What one convention alone knows, and the window that follows from it and from its campaign.

The same model stands in a gestionnaire's configuration and in the ARS's register. First measure, maintenance and solde
are dated facts of the convention, never inferred from local history (domain decisions 1 and 2).
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Strict, model_validator

from temoin_sdk.campaigns import Campagne, Cible
from temoin_sdk.campaigns.models import Code, CodeIndicateur
from temoin_sdk.errors import CampaignError, WindowError
from temoin_sdk.vocabulary import Mesure
from temoin_sdk.windows import Fenetre, fenetre_before, jour_en_lettres, mois_civils_before


class Convention(BaseModel):
    """The convention of one project with its ARS, as far as measuring needs it.

    `cibles` replaces the campaign's targets. `indicateurs` names those the project keeps where the campaign leaves a
    choice. `premiere_mesure` is the date of the first measure; maintenance runs from `maintenance_depuis`; `solde` is
    the window of the balance, fixed beforehand so that nobody picks the best of thirty. `decision` says whether the
    targets must be reached by each establishment or by the project as a whole (domain decision 12).
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    code: Code
    campagne: str
    cibles: dict[CodeIndicateur, Cible] = {}
    # A TOML file gives lists: only the container is converted, its elements stay strict.
    indicateurs: Annotated[tuple[CodeIndicateur, ...], Strict(False)] | None = None
    premiere_mesure: date | None = None
    maintenance_depuis: date | None = None
    solde: Fenetre | None = None
    decision: Literal["chaque_etablissement", "ensemble"] = "chaque_etablissement"

    @model_validator(mode="after")
    def _facts_in_order(self) -> Self:
        if self.premiere_mesure and self.maintenance_depuis and self.maintenance_depuis <= self.premiere_mesure:
            raise ValueError("la maintenance (maintenance_depuis) vient après la première mesure (premiere_mesure)")
        return self


def check_convention(campagne: Campagne, convention: Convention) -> None:
    """Refuses, with CampaignError, a convention that names what its campaign does not know or chooses too little.

    Codes: `convention_indicateur_inconnu`, `convention_choix`.
    """
    chosen = convention.indicateurs or ()
    if unknown := sorted({*convention.cibles, *chosen} - set(campagne.codes)):
        raise CampaignError(
            f"La convention {convention.code} nomme des indicateurs inconnus de la campagne {campagne.code} : "
            f"{', '.join(unknown)}.",
            remede=f"Indicateurs de cette campagne : {', '.join(campagne.codes)}.",
            ou=f"convention {convention.code}",
            code="convention_indicateur_inconnu",
        )
    for choix in campagne.choix:
        kept = set(chosen) & set(choix.parmi)
        if len(kept) < choix.minimum:
            raise CampaignError(
                f"La convention {convention.code} retient {len(kept)} indicateur(s) parmi les {choix.libelle} : "
                f"il en faut au moins {choix.minimum}.",
                remede=f"Écrire dans « indicateurs » de la convention au moins {choix.minimum} de : "
                f"{', '.join(choix.parmi)}.",
                ou=f"convention {convention.code}",
                code="convention_choix",
            )


def default_day(today: date) -> date:
    """The measure date when nobody gives one: months before it are then complete calendar months, in every campaign."""
    return today.replace(day=1)


def choose_mesure(campagne: Campagne, convention: Convention, day: date, demanded: Mesure | None) -> Mesure:
    """The kind of measure taken on `day` (`default_day` of today when none was asked): the convention's dates decide.

    A kind that a person demanded is kept: `fenetre_for` then refuses it if the convention does not know it on that day.
    """
    if demanded is not None:
        return demanded
    if convention.solde is not None and day == convention.solde.fin:
        return Mesure.SOLDE
    if convention.premiere_mesure is not None and _is_day_of(campagne, day, convention.premiere_mesure):
        return Mesure.INITIALE
    return Mesure.INTERMEDIAIRE


def fenetre_for(campagne: Campagne, convention: Convention, mesure: Mesure, day: date | None, today: date) -> Fenetre:
    """The window of a measure taken on `day`; without a day, the last complete calendar months before `today`.

    `today` is the civil date at the establishment. Raises WindowError: `solde_sans_fenetre`, `solde_jour_different`,
    `premiere_mesure_absente`, `premiere_mesure_differente`, `fenetre_non_terminee`.
    """
    match mesure:
        case Mesure.SOLDE:
            fenetre = _solde(convention, day)
        case Mesure.INITIALE:
            fenetre = _initiale(campagne, convention, day)
        case Mesure.INTERMEDIAIRE:
            fenetre = _intermediaire(campagne, convention, day or default_day(today))
    _check_over(fenetre, today)
    return fenetre


def check_fenetre(campagne: Campagne, convention: Convention, mesure: Mesure, fenetre: Fenetre, today: date) -> None:
    """Refuses a declared window that no legal measure date gives: the receiver's side of `fenetre_for`.

    A window that ends on the eve of D can only come from D (or, in months, from a day of the month D opens), so the
    end decides the whole. Raises the errors of `fenetre_for` and WindowError `fenetre_non_conforme`.
    """
    match mesure:
        case Mesure.SOLDE:
            expected = _solde(convention, None)
        case Mesure.INITIALE:
            expected = _initiale(campagne, convention, None)
        case Mesure.INTERMEDIAIRE:
            expected = _intermediaire(campagne, convention, fenetre.fin)
    if fenetre != expected:
        raise WindowError(
            f"La fenêtre {fenetre.libelle()} n'est pas celle d'une mesure {mesure.value} de la convention "
            f"{convention.code} : {expected.libelle()} est attendu.",
            remede="Recalculer la mesure avec les dates de la convention, ou faire corriger celles-ci par l'ARS.",
            code="fenetre_non_conforme",
        )
    _check_over(fenetre, today)


def _is_day_of(campagne: Campagne, day: date, fact: date) -> bool:
    """True when `day` is the dated fact, as precisely as the campaign measures: that day, or that month."""
    if campagne.fenetre.regle == "mois_civils":
        return (day.year, day.month) == (fact.year, fact.month)
    return day == fact


def _window(campagne: Campagne, day: date, mois: int) -> Fenetre:
    if campagne.fenetre.regle == "mois_civils":
        return mois_civils_before(day, mois)
    return fenetre_before(day, mois)


def _intermediaire(campagne: Campagne, convention: Convention, day: date) -> Fenetre:
    """In maintenance once the window's last day is: a measure on its very first day still looks at the project."""
    regle = campagne.fenetre
    usual = _window(campagne, day, regle.mois)
    since = convention.maintenance_depuis
    if regle.mois_maintenance is not None and since is not None and usual.dernier_jour >= since:
        return _window(campagne, day, regle.mois_maintenance)
    return usual


def _initiale(campagne: Campagne, convention: Convention, day: date | None) -> Fenetre:
    first = convention.premiere_mesure
    if first is None:
        raise WindowError(
            f"La convention {convention.code} ne donne pas la date de sa première mesure.",
            remede="Écrire premiere_mesure = année-mois-jour dans la convention, ou demander une mesure intermédiaire.",
            ou=f"convention {convention.code}",
            code="premiere_mesure_absente",
        )
    if day is not None and not _is_day_of(campagne, day, first):
        raise WindowError(
            f"La première mesure de la convention {convention.code} est datée du {jour_en_lettres(first)}, pas du "
            f"{jour_en_lettres(day)}.",
            remede=f"Demander la mesure initiale à la date du {first.isoformat()}, ou une mesure intermédiaire.",
            ou=f"convention {convention.code}",
            code="premiere_mesure_differente",
        )
    return _window(campagne, first, campagne.fenetre.mois_premiere_mesure or campagne.fenetre.mois)


def _solde(convention: Convention, day: date | None) -> Fenetre:
    if convention.solde is None:
        raise WindowError(
            f"La convention {convention.code} ne donne pas la fenêtre de sa mesure de solde.",
            remede=(
                "Écrire solde = { debut = année-mois-jour, fin = année-mois-jour } dans la convention (le jour de fin "
                "est exclu), telle que convenue avec l'ARS."
            ),
            ou=f"convention {convention.code}",
            code="solde_sans_fenetre",
        )
    if day is not None and day != convention.solde.fin:
        raise WindowError(
            f"La mesure de solde de la convention {convention.code} porte sur la fenêtre "
            f"{convention.solde.libelle()} : la date du {jour_en_lettres(day)} n'est pas la sienne.",
            remede=f"Ne pas donner de date, ou donner le {convention.solde.fin.isoformat()}.",
            ou=f"convention {convention.code}",
            code="solde_jour_different",
        )
    return convention.solde


def _check_over(fenetre: Fenetre, today: date) -> None:
    if fenetre.fin > today:
        raise WindowError(
            f"La fenêtre {fenetre.libelle()} n'est pas terminée à l'établissement, où nous sommes le "
            f"{jour_en_lettres(today)}.",
            remede=f"Attendre le {jour_en_lettres(fenetre.fin)}, ou choisir une date de mesure plus ancienne.",
            code="fenetre_non_terminee",
        )
