"""The register of what will go: since which release it is announced, until when it stays, what takes its place."""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from downstream import DOSSIER
from downstream.releases import Release, rank_of

REGISTRE: Final = DOSSIER / "deprecations.toml"
MOIS: Final = 18
"""How long what is announced stays: a campaign and the next one."""


class Abandon(BaseModel):
    """One name that will go, with all that it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nom: str = Field(min_length=3)
    depuis: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    jusqu_au: date
    remplacement: str = Field(min_length=15)

    def covers(self, nom: str) -> bool:
        """Whether this is the name, or holds it."""
        return nom == self.nom or nom.startswith(tuple(f"{self.nom}{mark}" for mark in "./:("))


class RegisterError(Exception):
    """The register itself is wrong; the message is a French sentence per fault."""


def read_register(path: Path = REGISTRE) -> list[Abandon]:
    """Every entry. Raises RegisterError."""
    given = tomllib.loads(path.read_text("utf-8"))
    entries = given.pop("abandons", [])
    faults = [f"{path.name} : « {key} » n'est pas connu ; seules des tables [[abandons]] le sont." for key in given]
    found = []
    for rank, entry in enumerate(entries, start=1):
        try:
            found.append(Abandon.model_validate(entry))
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, one['loc']))} : {one['msg']}" for one in error.errors())
            faults.append(f"{path.name}, abandon n° {rank} : {told}.")
    if faults:
        raise RegisterError("\n".join(faults))
    return found


def check_register(entries: Iterable[Abandon], releases: list[Release], known: Iterable[str]) -> list[str]:
    """What is wrong with the entries, in French: names that nothing bears, announcements that are too short."""
    names, faults = list(known), []
    for one in entries:
        if not any(one.covers(name) for name in names):
            faults.append(f"« {one.nom} » n'est le nom de rien : ni ici, ni dans la dernière version publiée.")
        since = announced(one, releases)
        if since is None:
            if releases and rank_of(one.depuis) < releases[0].rank:
                faults.append(f"« {one.nom} » : depuis = « {one.depuis} », qui n'a jamais été publiée.")
        elif one.jusqu_au < months_after(since, MOIS):
            limit = months_after(since, MOIS)
            faults.append(
                f"« {one.nom} » : annoncé le {since:%d/%m/%Y} ({one.depuis}), il reste {MOIS} mois au moins : "
                f"jusqu_au = {limit} ou plus tard."
            )
    return faults


def announced(one: Abandon, releases: Iterable[Release]) -> date | None:
    """The day on which the release that announces it came out; None when it has not."""
    return next((release.jour for release in releases if release.version == one.depuis), None)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - date.resolution).day))
