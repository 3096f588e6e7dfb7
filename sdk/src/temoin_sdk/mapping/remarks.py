"""What looks wrong in what was seen of a source: each remark says where, what, and how to mend it.

Words that a person did not choose from a closed list may be a name: only those that look like a code are quoted, and
never from a column that tells who wrote or to whom.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from typing import Final

from temoin_sdk.contract.natures import Instant, Jour
from temoin_sdk.contract.relations import PERSON_RELATIONS, SHAPES
from temoin_sdk.contract.sources import SqlSource
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.identities import resolve_identities
from temoin_sdk.mapping.observing import ColonneVue, Regard, RelationVue
from temoin_sdk.rates import format_nombre
from temoin_sdk.tally.signs import ALL_MATTERS_FROM, ORANGE
from temoin_sdk.vocabulary import (
    Auteur,
    Destinataire,
    Drapeau,
    MotifNonEligible,
    Relation,
    StatutEvenement,
    StatutProjet,
)
from temoin_sdk.windows import jour_en_lettres

ADMITTED: Final[Mapping[tuple[Relation, str], tuple[str, ...]]] = {
    (Relation.SEJOURS, "motif_non_eligible"): tuple(m.name.lower() for m in MotifNonEligible),
    (Relation.MISES_A_JOUR, "auteur"): tuple(Auteur),
    (Relation.PROJETS, "statut"): tuple(s.name.lower() for s in StatutProjet),
    (Relation.EVENEMENTS, "statut"): tuple(StatutEvenement),
    (Relation.MESSAGES_MSS, "destinataire"): tuple(Destinataire),
}
"""Words that the contract knows, by column."""

_NEVER_QUOTED: Final = ("auteur", "destinataire")
_PAST: Final = frozenset(
    {
        Relation.MISES_A_JOUR,
        Relation.MESSAGES_MSS,
        Relation.DEPOTS_DMP,
        Relation.PRESCRIPTIONS,
        Relation.ECHANGES_EPARCOURS,
    }
)
"""Facts that have happened: dated after today they are a slip of a clock, a unit or a column."""
_CODE: Final = re.compile(r"[^\W\d_]?[\w.-]{0,23}")
_QUOTED: Final = 10
_TELLING: Final = 20
"""Fewer rows than this tell nothing of a habit."""


class Gravite(StrEnum):
    """An error keeps figures from being true; a remark is for somebody to look at."""

    ERREUR = "erreur"
    A_REVOIR = "à revoir"


@dataclass(frozen=True, slots=True)
class Remarque:
    """One thing that looks wrong."""

    relation: Relation | None
    gravite: Gravite
    code: str
    message: str
    remede: str


def quotable(words: Iterable[str | None]) -> list[str]:
    """Those words if they all look like codes and are few; else none of them."""
    named = sorted(word for word in words if word)
    return named if len(named) <= _QUOTED and all(_looks_like_code(word) for word in named) else []


def _looks_like_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word)) and not re.search(r"\d{5}", word)


def find_remarks(source: SqlSource, vues: Mapping[Relation, RelationVue], regard: Regard) -> list[Remarque]:
    """Every remark on what was seen."""
    remarques: list[Remarque] = []
    for vue in vues.values():
        remarques += [*_columns(vue), *_rows(vue, regard), *_words(vue), *_sites(vue, vues)]
    return [*remarques, *_persons(source, vues), *_last_update(source, vues)]


def _columns(vue: RelationVue) -> Iterator[Remarque]:
    shape = SHAPES[vue.relation]
    absent = [name for name in shape.columns if name not in vue.colonnes]
    for other in vue.autres:
        if near := get_close_matches(other.lower(), absent, n=1):
            yield _remark(
                vue,
                "colonne_inconnue",
                f"La colonne « {other} » n'est pas lue ; vouliez-vous dire « {near[0]} » ?",
                f"La nommer AS {near[0]} si c'est elle.",
            )
    for colonne in vue.colonnes.values():
        needed = colonne.nom in shape.required and (vue.relation, colonne.nom) != (Relation.MESSAGES_MSS, "code")
        if needed and colonne.vides:
            all_of_them = colonne.vides == colonne.lues
            yield _remark(
                vue,
                "colonne_vide",
                f"La colonne « {colonne.nom} » est vide dans {_share(colonne.vides, colonne.lues)}.",
                "Cette colonne est nécessaire : écarter ces lignes ou corriger l'expression du SELECT.",
                blocking=all_of_them and colonne.lues >= ALL_MATTERS_FROM,
            )
        if len(colonne.types) > 1:
            kinds = ", ".join(sorted(colonne.types))
            yield _remark(
                vue,
                "types_meles",
                f"La colonne « {colonne.nom} » mêle plusieurs types ({kinds}).",
                "Convertir dans le SELECT : une même valeur écrite de deux façons serait deux valeurs.",
            )
        yield from _dates(vue, colonne)


def _dates(vue: RelationVue, colonne: ColonneVue) -> Iterator[Remarque]:
    read = colonne.lues - colonne.vides
    if colonne.illisibles:
        yield _remark(
            vue,
            "dates_illisibles",
            f"La colonne « {colonne.nom} » a une date illisible dans {_share(colonne.illisibles, read)}.",
            "Déclarer la nature réelle de la colonne, ou convertir les dates en AAAA-MM-JJ dans le SELECT.",
            blocking=colonne.illisibles == read and read >= ALL_MATTERS_FROM,
        )
    elif isinstance(colonne.nature, Jour) and colonne.heures:
        yield _remark(
            vue,
            "heure_ignoree",
            f"La colonne « {colonne.nom} » est déclarée « jour », mais des valeurs ont une heure.",
            "Déclarer « instant » avec son fuseau, sauf si l'heure ne veut rien dire.",
        )
    elif isinstance(colonne.nature, Instant) and not colonne.heures and read >= _TELLING:
        yield _remark(
            vue,
            "heure_absente",
            f"La colonne « {colonne.nom} » est déclarée « instant », mais aucune valeur n'a d'heure.",
            "Déclarer « jour » : minuit, lu dans un autre fuseau, tomberait la veille.",
        )


def _rows(vue: RelationVue, regard: Regard) -> Iterator[Remarque]:
    if vue.vide:
        message = "La relation ne rend aucune ligne."
        yield _remark(
            vue, "aucune_ligne", message, "Vérifier les jointures et les filtres du SELECT, ou la base donnée."
        )
    elif not vue.lignes:
        yield _remark(
            vue,
            "aucune_ligne_fenetre",
            f"Aucune ligne {regard.fenetre.libelle()}{_known_until(vue)}.",
            "Vérifier la nature et l'unité des dates, ou regarder une autre période (--debut, --fin).",
        )
    if vue.futures and vue.relation in _PAST:
        last = vue.colonnes["date_fait"].derniere
        until = f", jusqu'au {jour_en_lettres(last)}" if last else ""
        yield _remark(
            vue,
            "dates_futures",
            f"{_number(vue.futures, 'ligne datée', 'lignes datées')} d'après aujourd'hui{until}.",
            "Un fait n'est pas daté d'avance : vérifier la colonne, son unité (epoch_s, epoch_ms) et son fuseau.",
        )


def _known_until(vue: RelationVue) -> str:
    days = [day for colonne in vue.colonnes.values() for day in (colonne.premiere, colonne.derniere) if day]
    return f" (dates du {jour_en_lettres(min(days))} au {jour_en_lettres(max(days))})" if days else ""


def _words(vue: RelationVue) -> Iterator[Remarque]:
    for name, tally in vue.mots.items():
        known = ADMITTED[vue.relation, name]
        needed = name in SHAPES[vue.relation].required
        unknown = {w: n for w, n in tally.items() if (needed if w is None else w not in known)}
        if not unknown:
            continue
        quoted = quotable(unknown) if name not in _NEVER_QUOTED else []
        said = f" ({', '.join(quoted)})" if quoted else ""
        number = sum(unknown.values())
        yield _remark(
            vue,
            "mot_inconnu",
            f"La colonne « {name} » a un mot inconnu ou absent{said} dans {_share(number, vue.lignes)}.",
            f"Les traduire par un CASE ; mots admis : {', '.join(known)}.",
            blocking=number == vue.lignes and number >= ALL_MATTERS_FROM,
        )


def _sites(vue: RelationVue, vues: Mapping[Relation, RelationVue]) -> Iterator[Remarque]:
    listed = vues.get(Relation.ETABLISSEMENTS)
    if listed is None or listed.vide or vue.relation is Relation.ETABLISSEMENTS:
        return
    stray = {code: number for code, number in vue.sites.items() if code is not None and code not in listed.sites}
    if stray:
        quoted = quotable(stray)
        said = (
            f" ({', '.join(quoted)})" if quoted else f" ({_number(len(stray), 'code différent', 'codes différents')})"
        )
        number = sum(stray.values())
        yield _remark(
            vue,
            "sites_inconnus",
            f"La colonne « code » a un site que la relation etablissements ne liste pas{said} dans "
            f"{_share(number, vue.lignes)}.",
            "Rendre le même code que la relation etablissements.",
            blocking=number == vue.lignes and number >= ALL_MATTERS_FROM,
        )


def _persons(source: SqlSource, vues: Mapping[Relation, RelationVue]) -> Iterator[Remarque]:
    """Persons of each relation that no stay knows: identifiers of records in place of persons show here."""
    stays = vues.get(Relation.SEJOURS)
    if stays is None or stays.plafond or not stays.personnes:
        return
    pairs = vues[Relation.IDENTITES].identites if Relation.IDENTITES in vues else []
    try:
        masters = resolve_identities(pairs)
    except MappingError as error:
        yield Remarque(Relation.IDENTITES, Gravite.ERREUR, error.code, error.message, error.remede)
        return
    space = source.espace_usagers
    if pairs and not any(space in (one[0], master[0]) for one, master in pairs):
        yield _remark(
            vues[Relation.IDENTITES],
            "espace_inconnu",
            f"Aucune ligne ne concerne l'espace de cette source, « {space} ».",
            "Écrire cet espace dans « espace » ou « espace_maitre », tel quel.",
        )
    known = {masters.get((space, usager), (space, usager)) for usager in stays.personnes}
    for relation in PERSON_RELATIONS:
        if relation not in vues:
            continue
        persons = {masters.get((space, usager), (space, usager)) for usager in vues[relation].personnes}
        astray, total = len(persons - known), len(persons)
        everyone = astray == total and total >= ALL_MATTERS_FROM
        if everyone or (total and relation is not Relation.PROJETS and Fraction(astray, total) > ORANGE):
            yield _remark(
                vues[relation],
                "personnes_sans_sejour",
                f"{astray} personnes sur {total} n'ont aucun séjour dans la fenêtre.",
                "Vérifier que « usager » désigne la même personne que dans la relation sejours, et non un dossier.",
                blocking=everyone,
            )


def _last_update(source: SqlSource, vues: Mapping[Relation, RelationVue]) -> Iterator[Remarque]:
    vue = vues.get(Relation.MISES_A_JOUR)
    if vue is None or vue.lignes < _TELLING or Drapeau.DERNIERE_MAJ_SEULE in source.ne_sait_pas:
        return
    if vue.lignes == len(vue.personnes):
        yield _remark(
            vue,
            "derniere_maj",
            "Chaque personne n'a qu'une mise à jour : un MAX(…) GROUP BY cacherait les précédentes.",
            "Rendre toutes les écritures, ou déclarer derniere_maj_seule si le logiciel ne garde que la dernière.",
        )


def _remark(vue: RelationVue, code: str, message: str, remede: str, *, blocking: bool = False) -> Remarque:
    return Remarque(vue.relation, Gravite.ERREUR if blocking else Gravite.A_REVOIR, code, message, remede)


def _share(number: int, total: int) -> str:
    return f"{format_nombre(number)} lignes sur {format_nombre(total)}"


def _number(number: int, one: str, several: str) -> str:
    return f"{format_nombre(number)} {several if number > 1 else one}"
