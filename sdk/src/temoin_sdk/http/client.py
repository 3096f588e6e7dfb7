"""The one client that an editor makes from settings: rows of an API, page by page."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from weakref import finalize

from temoin_sdk.errors import Acteur, ConnectionRefused, MappingError, PluginError, TemoinError
from temoin_sdk.http.access import Acces, Porte, all_secrets
from temoin_sdk.http.bodies import check_type, decode_json
from temoin_sdk.http.deadline import Deadline
from temoin_sdk.http.fields import Record, find
from temoin_sdk.http.masking import Masque, guard_logs
from temoin_sdk.http.messages import Demande, Reponse
from temoin_sdk.http.paging import Page, Pagination, SinglePage
from temoin_sdk.http.patience import Patience
from temoin_sdk.http.periods import Bornes
from temoin_sdk.http.refusals import judge, next_address, redirection
from temoin_sdk.http.settings import ReglagesHttp
from temoin_sdk.windows import Fenetre

if TYPE_CHECKING:
    from temoin_sdk.http.wire import Wire

JSON_TYPES: Final = ("application/json", "text/json")
_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FormeApi:
    """What an editor knows of his own API, the same for all his clients; each can be given per call where it differs.

    `lignes` is the path of the rows in an answer ("" when the answer is the list itself). `types` are the media types
    under which his server sends JSON. `par_minute` is the number of requests that it admits. `taille_max` bounds one
    answer in bytes, unpacked; `pages_max` bounds one list.
    """

    pagination: Pagination = field(default_factory=SinglePage)
    lignes: str = ""
    bornes: Bornes | None = None
    types: tuple[str, ...] = JSON_TYPES
    entetes: Mapping[str, str] | None = None
    par_minute: int | None = None
    taille_max: int = 32 * 1024 * 1024
    pages_max: int = 100_000


class Client:
    """Reads one API for one source, during one read: its deadline begins with its first request.

    Every failure is a SourceError or ConfigurationError in French that says who must act. Nothing secret is in them,
    in `repr` or in any log.
    """

    def __init__(
        self,
        reglages: ReglagesHttp,
        acces: Acces | None = None,
        forme: FormeApi | None = None,
        patience: Patience | None = None,
    ) -> None:
        wire = _load_wire()
        guard_logs()
        self._forme = forme or FormeApi()
        self._url = reglages.url
        self._patience = patience or Patience()
        self._deadline = Deadline(reglages.delai)
        self._masque = Masque()
        for secret in all_secrets(value for _, value in reglages):
            self._masque.add(secret)
        self._wire: Wire = wire(reglages, self._deadline, self._masque, self._patience, self._forme.taille_max)
        self._session = (acces or Acces()).session(
            Porte(self._url, _TokenFetch(self._wire, self._masque), self._masque)
        )
        self._reached = False
        self._next_start = 0.0
        finalize(self, _close, self._wire, self._deadline)

    def __repr__(self) -> str:
        return f"<Client {self._url}>"

    def get(self, chemin: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON value at one path of the API."""
        demande = self._demande(chemin, params)
        return self._json(demande, self._fetch(demande))

    def rows(
        self,
        chemin: str,
        params: Mapping[str, str | int] | None = None,
        *,
        periode: Fenetre | None = None,
        bornes: Bornes | None = None,
        pagination: Pagination | None = None,
        lignes: str | None = None,
    ) -> Iterator[Record]:
        """Records of one list, one page in memory at a time; limited to `periode` when it is given."""
        demande = self._demande(chemin, params)
        paging = pagination or self._forme.pagination
        path = self._forme.lignes if lignes is None else lignes
        for limits in self._slices(periode, bornes or self._forme.bornes):
            yield from self._list(demande.with_params(limits), paging, path)

    def _slices(self, periode: Fenetre | None, bornes: Bornes | None) -> Iterable[dict[str, str]]:
        if periode is None:
            return ({},)
        if bornes is None:
            raise PluginError(
                "Une période est donnée à une liste sans dire comment l'écrire.",
                remede='Donner bornes=Bornes("debut", "fin", …) au Client ou à rows().',
                code="http_bornes",
            )
        return bornes.requests(periode)

    def _list(self, demande: Demande, pagination: Pagination, path: str) -> Iterator[Record]:
        guard = _LoopGuard(self._masque.clean(demande.place), pagination, self._forme.pages_max)
        current: Demande | None = demande.with_params(pagination.first())
        vues = 0
        while current is not None:
            guard.ask(current)
            reponse = self._fetch(current)
            corps = self._json(current, reponse)
            found = self._rows_at(corps, path, current)
            guard.see(found)
            vues += len(found)
            place = self._masque.clean(current.place)
            for row in found:
                yield Record(row, place)
            page = Page(guard.pages - 1, len(found), vues, corps, reponse.suivant, place)
            current = _move(current, pagination.following(page))

    def _rows_at(self, corps: Any, path: str, demande: Demande) -> list[Any]:
        found = find(corps, path)
        if isinstance(found, list):
            return found
        where = f"au champ « {path} »" if path else "à la racine"
        raise MappingError(
            f"La réponse n'a pas de liste {where}.",
            remede="L'API ne répond pas ce que le plugin attend : transmettre ce message à l'éditeur du plugin.",
            ou=self._masque.clean(demande.place),
            code="http_champ",
        )

    def _demande(self, chemin: str, params: Mapping[str, str | int] | None) -> Demande:
        if urlsplit(chemin).scheme or chemin.startswith("//"):
            raise PluginError(
                "Un chemin de l'API est écrit comme une adresse entière.",
                remede="Donner au Client des chemins relatifs à « url » : la clé ne va qu'à cette adresse.",
                code="http_chemin",
            )
        entetes = self._forme.entetes or {}
        demande = Demande("GET", f"{self._url}/{chemin.lstrip('/')}".rstrip("/"), entetes)
        return demande.with_params({name: str(value) for name, value in (params or {}).items()})

    def _fetch(self, demande: Demande) -> Reponse:
        failure: TemoinError
        try:
            return self._wire.persevere(lambda: self._attempt(demande))
        except TemoinError as error:
            error.ou = self._masque.clean(error.ou) if error.ou else None
            failure = error
        raise failure

    def _attempt(self, demande: Demande) -> Reponse:
        if self._deadline.passed:
            raise self._wire.late(demande)
        self._pace()
        reponse = self._follow(demande)
        if reponse.statut == 401 and self._session.renew():
            reponse = self._follow(demande)
        judge(reponse, demande, reached=self._reached)
        self._reached = True
        return reponse

    def _follow(self, demande: Demande) -> Reponse:
        """Exchange, and go where the same origin sends us; each step is signed anew."""
        current = demande
        for _ in range(_REDIRECTS):
            reponse = self._wire.exchange(self._session.sign(current))
            target = redirection(reponse, current)
            if target is None:
                return reponse
            current = replace(current, url=target)
        raise ConnectionRefused(
            "Le serveur renvoie d'adresse en adresse sans fin.",
            remede="Transmettre ce message à l'éditeur du logiciel.",
            ou=demande.place,
            code="http_renvois",
            acteur=Acteur.EDITEUR,
            retryable=False,
        )

    def _pace(self) -> None:
        """Wait for the turn that `par_minute` gives, within the deadline."""
        if self._forme.par_minute is None:
            return
        self._deadline.start()
        elapsed = self._deadline.seconds - self._deadline.remaining()
        if elapsed < self._next_start:
            self._patience.sleep(min(self._next_start - elapsed, self._deadline.remaining()))
        self._next_start = max(elapsed, self._next_start) + 60 / self._forme.par_minute

    def _json(self, demande: Demande, reponse: Reponse) -> Any:
        place = self._masque.clean(demande.place)
        check_type(reponse.type_contenu, self._forme.types, place)
        return decode_json(reponse.corps, reponse.type_contenu, place)


class _TokenFetch:
    """Asks for a token: the same wire and the same judgement, whatever is passing is tried again by the caller."""

    def __init__(self, wire: "Wire", masque: Masque) -> None:
        self._wire = wire
        self._masque = masque

    def __call__(self, demande: Demande) -> Any:
        reponse = self._wire.exchange(demande)
        redirection(reponse, demande)
        judge(reponse, demande, reached=False)
        place = self._masque.clean(demande.place)
        check_type(reponse.type_contenu, JSON_TYPES, place)
        return decode_json(reponse.corps, reponse.type_contenu, place)


class _LoopGuard:
    """Refuses a list that would never end: a request made twice, a page seen twice, too many pages."""

    def __init__(self, ou: str, pagination: Pagination, pages_max: int) -> None:
        self._ou = ou
        self._pagination = pagination
        self._pages_max = pages_max
        self._asked: set[bytes] = set()
        self._seen: set[bytes] = set()

    @property
    def pages(self) -> int:
        """Pages asked so far."""
        return len(self._asked)

    def ask(self, demande: Demande) -> None:
        """Raises MappingError (`http_pagination`) for an address asked before, or one page too many."""
        self._remember(self._asked, demande.url.encode(), "demande deux fois la même page")
        if len(self._asked) > self._pages_max:
            raise self._error(f"dépasse {self._pages_max} pages")

    def see(self, found: list[Any]) -> None:
        """Raises MappingError (`http_pagination`) for rows that another page gave already."""
        if found and not self._pagination.repetitions:
            self._remember(self._seen, json.dumps(found).encode(), "redonne la même page : le serveur ignore sa place")

    def _remember(self, known: set[bytes], data: bytes, what: str) -> None:
        digest = hashlib.blake2b(data, digest_size=16).digest()
        if digest in known:
            raise self._error(what)
        known.add(digest)

    def _error(self, what: str) -> MappingError:
        return MappingError(
            f"La liste {what}.",
            remede="L'API ne pagine pas comme le plugin l'attend : transmettre ce message à l'éditeur du plugin "
            "(repetitions=True si ses lignes n'ont pas d'identifiant).",
            ou=self._ou,
            code="http_pagination",
        )


def _move(demande: Demande, suite: dict[str, str] | str | None) -> Demande | None:
    if suite is None:
        return None
    if isinstance(suite, str):
        return replace(demande, url=next_address(demande, suite))
    return demande.with_params(suite)


def _load_wire() -> type["Wire"]:
    """The part that needs third parties. Raises PluginError (`extra_absent`) that says which extra to install."""
    try:
        from temoin_sdk.http.wire import Wire
    except ModuleNotFoundError as error:
        if error.name not in {"httpx", "tenacity"}:
            raise
        raise PluginError(
            f"La lecture d'une API demande la bibliothèque « {error.name} », qui n'est pas installée.",
            remede='Installer l\'extra « http » de la trousse : pip install "temoin-sdk[http]".',
            code="extra_absent",
            acteur=Acteur.GESTIONNAIRE,
        ) from error
    return Wire


def _close(wire: "Wire", deadline: Deadline) -> None:
    deadline.stop()
    wire.close()
