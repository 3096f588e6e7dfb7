"""A scenario from its seed: the same for the same seed, whatever the machine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random

from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.facts import Scenario, Site
from temoin_sdk.testing.scenario.frame import Trame
from temoin_sdk.testing.scenario.naming import Names
from temoin_sdk.testing.scenario.themes import THEMES
from temoin_sdk.testing.scenario.themes.theme import Theme
from temoin_sdk.testing.scenario.without import leave_out


@dataclass(frozen=True, slots=True)
class Jeu:
    """A scenario and the sites of each of its themes."""

    scenario: Scenario
    sites: Mapping[str, tuple[Site, ...]]

    @property
    def faits(self) -> int:
        """How many facts were told."""
        s = self.scenario
        of_persons = len(s.sejours) + len(s.ecritures) + len(s.projets) + len(s.rendez_vous) + len(s.depots)
        return of_persons + len(s.messages) + len(s.ordonnances) + len(s.echanges) + len(s.fusions)


def tellable(theme: Theme, sans: Mapping[Concept, str], usagers: str) -> str | None:
    """Why nothing of a theme can be told to this software, None if it can."""
    for concept in theme.besoins:
        if concept in sans:
            return f"le logiciel n'a pas de « {concept.value} » : {sans[concept]}"
    if theme.textes_seuls and usagers != "textes":
        return f"les identifiants de ce logiciel sont des {usagers}, aucun ne ressemble à un autre"
    return None


def build(
    graine: int,
    usagers: str,
    sans: Mapping[Concept, str],
    codes: str = "libres",
    themes: Collection[str] | None = None,
) -> Jeu:
    """Every theme that can be told, each in its own sites, whose codes are free or their FINESS (`finess`).

    `themes` tells these alone.
    """
    random = Random(graine)  # noqa: S311 - a scenario is drawn again from its seed, nothing is kept secret by it
    scenario = Scenario(graine=graine, secret=f"secret-canari-{random.getrandbits(64):016x}")
    trame = Trame(scenario, random, Names(random, usagers), codes)
    sites: dict[str, tuple[Site, ...]] = {}
    for theme in THEMES:
        wanted = themes is None or theme.code in themes
        if wanted and tellable(theme, sans, usagers) is None:
            before = len(scenario.sites)
            theme.raconte(trame)
            sites[theme.code] = tuple(scenario.sites[before:])
    leave_out(scenario, sans.keys())
    return Jeu(scenario, sites)
