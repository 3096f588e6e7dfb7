"""The source `tddui`: rows of the contract from the accumulated exports.

It supplies stays, updates (a lower bound, see `Methode`), projects and events. The standard holds nothing of MSSanté,
of the DMP, of e-prescriptions nor of e-parcours exchanges: these relations are not declared, hence non fourni, never 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from temoin_sdk import (
    ESPACE_INS,
    LOCALE_ETABLISSEMENT,
    Drapeau,
    Evenement,
    Identite,
    Instant,
    Logiciel,
    MiseAJour,
    Projet,
    RecordSource,
    Reglages,
    Sejour,
    Source,
)
from temoin_sdk.civil import MARGIN, local_day
from temoin_sdk.errors import Acteur, ConfigurationError, ConnectionRefused, FinessError, MappingError, StorageError
from temoin_sdk.finess import METROPOLE, zone_of
from temoin_sdk.windows import Fenetre
from temoin_tddui import clock, matricules, standing
from temoin_tddui.folder import import_folder
from temoin_tddui.settings import Methode, ReglagesTddui
from temoin_tddui.standing import Days, Etat
from temoin_tddui.store import Store, create_store, open_store

_NATURE: Final = Instant(LOCALE_ETABLISSEMENT)
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 400
"""Days of one event that are told apart; none of a rolling year is lost."""


class TdduiSource(RecordSource):
    """The accumulated TDDUI exports of one installation."""

    nom: ClassVar[str] = "tddui"
    logiciel: ClassVar[Logiciel] = Logiciel("DUI (export TDDUI)")
    espace_usagers: ClassVar[str] = "tddui.usager"
    espaces_joints: ClassVar[frozenset[str]] = frozenset({ESPACE_INS})
    ne_sait_pas: ClassVar[frozenset[Drapeau]] = frozenset({Drapeau.AUTEUR_INCONNU, Drapeau.ETAT_COURANT_SEUL})
    dates: ClassVar[Any] = _NATURE
    dates_par_colonne: ClassVar[Mapping[str, Any]] = {}
    Reglages: ClassVar[type[Reglages]] = ReglagesTddui

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """The class that says the software's name, and by which methods updates are known."""
        methods = reglages.get("mises_a_jour", tuple(Methode))
        chosen = set(methods) if isinstance(methods, (list, tuple, set, frozenset)) else set()
        flags = {
            *(cls.ne_sait_pas if chosen != {Methode.JOURNAL} else {Drapeau.ETAT_COURANT_SEUL}),
            *({Drapeau.MAJ_PAR_DATES} if chosen & {Methode.STATUTS, Methode.ACTES} else ()),
            *({Drapeau.MAJ_PAR_COMPARAISON} if Methode.COMPARAISON in chosen else ()),
        }
        nom, version = reglages.get("logiciel"), reglages.get("logiciel_version")
        software = Logiciel(
            nom if isinstance(nom, str) and nom else cls.logiciel.nom, version if isinstance(version, str) else None
        )
        body = {"logiciel": software, "ne_sait_pas": frozenset(flags), "__module__": cls.__module__}
        return type(cls.__name__, (cls,), {**body, "__qualname__": cls.__qualname__})

    def etablissements(self) -> Iterable[str]:
        """Sites of the exports. First of all, new files of `exports` are taken in; any that is refused stops here."""
        if self.reglages.exports is not None:
            with _as_unreachable():
                store = create_store(self.reglages.depot)
                self._adopt(store)
                import_folder(store, self.reglages.exports, self.reglages.motifs, clock.now()).raise_first()
        else:
            with _as_unreachable():
                self._adopt(open_store(self.reglages.depot))
        with self._reading() as connection:
            for finess in standing.read_hosts(connection):
                self._refuse_several(finess)
            return sorted({self._site(finess) for finess in standing.read_sites(connection)})

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        with self._reading() as connection:
            for finess, usager, entree, sortie in standing.stream_stays(connection, _days(periode)):
                yield Sejour(self._site(finess), usager.hex(), entree, sortie)

    def identites(self) -> Iterable[Identite]:
        """Persons whose INS the exports carry, joined to the space where other sources know them by it."""
        if self.cle_ins is None:
            return
        with self._reading() as connection:
            for partage, (master, *others) in matricules.stream_persons(connection, self.cle_ins):
                yield Identite(ESPACE_INS, partage, self.espace_usagers, master.hex())
                for other in others:
                    yield Identite(self.espace_usagers, other.hex(), self.espace_usagers, master.hex())

    def _adopt(self, store: Store) -> None:
        """A store that this account may only read counts as before; its persons meet nobody, as with no lasting key."""
        if self.cle_ins is not None and not self.cle_ins.passagere:
            with suppress(StorageError):
                store.adopt(self.cle_ins)

    def projets(self, periode: Fenetre) -> Iterable[Projet]:
        """One row per state that the exports saw: from the export that first told it to the eve of the next state."""
        with self._reading() as connection:
            for etat in standing.stream_projects(connection):
                if etat.statut != "entered-in-error":
                    yield self._state_row(etat)

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        """An event of several days is one occurrence on each: it overlaps every window that it crosses."""
        with self._reading() as connection:
            for finess, usager, debut, fin, statut in standing.stream_events(connection, _days(periode)):
                code = self._site(finess)
                yield Evenement(code, usager.hex(), debut, statut)
                for day in _later_days(code, debut, fin, periode):
                    yield Evenement(code, usager.hex(), day, statut)

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        days, methods = _days(periode), self.reglages.mises_a_jour
        with self._reading() as connection:
            if Methode.STATUTS in methods:
                yield from self._dated(standing.stream_status_dates(connection, days))
            if Methode.ACTES in methods:
                yield from self._dated(standing.stream_acts(connection, days))
            if Methode.JOURNAL in methods:
                for finess, usager, moment, auteur in standing.stream_journal(connection, days):
                    yield MiseAJour(self._site(finess), usager.hex(), moment, auteur)
            if Methode.COMPARAISON in methods:
                yield from self._changes(standing.stream_changes(connection, days), periode)

    def _dated(self, rows: Iterable[Any]) -> Iterator[MiseAJour]:
        for finess, usager, moment in rows:
            yield MiseAJour(self._site(finess), usager.hex(), moment, None)

    def _changes(self, rows: Iterable[Any], periode: Fenetre) -> Iterator[MiseAJour]:
        """A change is known to lie between two exports. It is given at the first one, and only if the second one was
        made before the window ended: then both bounds are in the window whenever the row counts in it.
        """
        end = periode.fin - MARGIN
        for finess, usager, before, after in rows:
            code = self._site(finess)
            seen = local_day(after, _NATURE, _zone(code))
            if seen is not None and seen < end:
                yield MiseAJour(code, usager.hex(), before, None)

    def _state_row(self, etat: Etat) -> Projet:
        code = self._site(etat.finess)
        since, until = _local(etat.depuis, code), _local(etat.avant, code)
        debut = etat.debut if etat.statut == "actif" else None
        fin = etat.fin if etat.statut == "actif" else None
        if fin is not None and fin[:10] < etat.derniere_vue[:10]:
            fin = None  # still under way in an export made after its foreseen end
        if until is not None:
            fin = (until - _DAY).isoformat()
        if since is not None and (debut is None or debut[:10] < since.isoformat()):
            debut = since.isoformat()
        return Projet(code, etat.usager.hex(), etat.statut or "", debut, fin)

    def _site(self, finess: str) -> str:
        """The establishment of a number: its own, or the single one in scope of a legal body."""
        found = self.reglages.entites_juridiques.get(finess, ())
        return str(found[0]) if len(found) == 1 else finess

    def _refuse_several(self, finess: str) -> None:
        found = self.reglages.entites_juridiques.get(finess, ())
        if len(found) > 1:
            raise MappingError(
                f"Les exports rattachent des séjours à l'entité juridique {finess}, qui a {len(found)} établissements "
                "dans le projet : rien ne dit duquel il s'agit.",
                remede="Demander à l'éditeur d'écrire le FINESS de l'établissement (Organization.identifier de type "
                "FINEG, ou IDNST suivi du FINESS géographique) dans serviceProvider.",
                ou="réglage entites_juridiques",
                code="tddui_ej_plusieurs_et",
                acteur=Acteur.EDITEUR,
            )

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        with _as_unreachable(), open_store(self.reglages.depot).reading() as connection:
            yield connection


@contextmanager
def _as_unreachable() -> Iterator[None]:
    """A store or folder that cannot be read sets this source's establishments aside, and not the whole run."""
    try:
        yield
    except (StorageError, ConfigurationError) as error:
        raise ConnectionRefused(
            error.message, remede=error.remede, ou=error.ou, code=error.code, retryable=error.retryable
        ) from error


def _days(periode: Fenetre) -> Days:
    debut = periode.debut - _DAY if periode.debut > date.min else periode.debut
    return Days(debut.isoformat(), periode.fin.isoformat())


def _zone(code: str) -> str:
    try:
        return zone_of(code)
    except FinessError:
        return METROPOLE


def _local(moment: str | None, code: str) -> date | None:
    return local_day(moment, _NATURE, _zone(code)) if moment else None


def _later_days(code: str, debut: str | None, fin: str | None, periode: Fenetre) -> Iterator[date]:
    """The days of an event after its first one, within the period."""
    try:
        first, last = _local(debut, code), _local(fin, code)
    except MappingError:
        return
    if first is None or last is None or last <= first:
        return
    day = max(first + _DAY, periode.debut)
    end = min(last, periode.fin, day + _DAY * _LONGEST)
    while day <= end:
        yield day
        day += _DAY
