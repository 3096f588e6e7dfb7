"""Measure windows: civil dates, half open inside, shown to people with both days included (domain decision 1)."""

import calendar
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from temoin_sdk.errors import WindowError

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def _jour(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def jour_en_lettres(day: date) -> str:
    """A civil date as a person reads it: « 1er août 2026 »."""
    return f"{_jour(day)} {MOIS[day.month - 1]} {day.year}"


class Fenetre(BaseModel):
    """The civil days from `debut` to the eve of `fin`: `fin` itself is out."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    debut: date
    fin: date

    @model_validator(mode="after")
    def _holds_at_least_a_day(self) -> Self:
        if self.debut >= self.fin:
            raise ValueError(
                f"une fenêtre commence avant sa fin, le jour de fin étant exclu (début {self.debut}, fin {self.fin})"
            )
        return self

    @property
    def dernier_jour(self) -> date:
        """The last day that counts."""
        return self.fin - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """True for every day from `debut` to `dernier_jour`."""
        return self.debut <= day < self.fin

    def libelle(self) -> str:
        """« du 1er août au 31 octobre 2026 inclus »: month and year are said once where both days share them."""
        premier, dernier = self.debut, self.dernier_jour
        if premier == dernier:
            return f"le {jour_en_lettres(premier)}"
        if premier.year != dernier.year:
            debut = jour_en_lettres(premier)
        elif premier.month != dernier.month:
            debut = f"{_jour(premier)} {MOIS[premier.month - 1]}"
        else:
            debut = _jour(premier)
        return f"du {debut} au {jour_en_lettres(dernier)} inclus"


def months_before(day: date, n: int) -> date:
    """The same day of the month, `n` months earlier, or that month's last day: 31 May less 3 months is 28/29 February.

    Raises WindowError (`date_hors_calendrier`) before year 1, for a date that is a slip of the keyboard.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 - n, 12)
    if year < 1:
        raise WindowError(
            f"La date {day.isoformat()} est trop ancienne pour y compter {n} mois en arrière.",
            remede="Vérifier la date de mesure (année-mois-jour, par exemple 2026-11-01).",
            code="date_hors_calendrier",
        )
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def fenetre_before(day: date, mois: int) -> Fenetre:
    """The `mois` months that end with the eve of `day`."""
    return Fenetre(debut=months_before(day, mois), fin=day)


def mois_civils_before(day: date, n: int) -> Fenetre:
    """The last `n` complete calendar months before `day`, whose own month is never in."""
    return fenetre_before(day.replace(day=1), n)


def annee_glissante(fenetre: Fenetre) -> Fenetre:
    """The twelve months that end with the window: the basis of persons under the setting `annee`."""
    return fenetre_before(fenetre.fin, 12)
