"""Reading one planned source, whatever its shape, into groups."""

import hashlib
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from temoin_sdk.civil import MARGIN
from temoin_sdk.contract.ins import ESPACE_INS, CleIns
from temoin_sdk.contract.sources import CountSource, RecordSource, SqlSource
from temoin_sdk.counting.models import Demande
from temoin_sdk.counting.plan import PlannedSource
from temoin_sdk.errors import PluginError, TemoinError
from temoin_sdk.evidence.pieces import archive_pieces
from temoin_sdk.figures import SourceLue
from temoin_sdk.gathering.from_records import (
    RecordFold,
    RecordQuestion,
    fingerprint_records,
    record_identities,
    record_sites,
)
from temoin_sdk.gathering.from_sql import fingerprint_queries, open_sql, settings_that_count
from temoin_sdk.gathering.groups import Astray
from temoin_sdk.gathering.identities import Identity, SpooledPairs
from temoin_sdk.gathering.settling import settle_code
from temoin_sdk.gathering.spool import Spool
from temoin_sdk.gathering.sql_fold import SqlFold
from temoin_sdk.statement.building import Question
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.vocabulary import Compte, Niveau, Relation
from temoin_sdk.windows import Fenetre, annee_glissante

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9 .+_()/'-]")
_SHARED: Final = frozenset({Relation.ETABLISSEMENTS, Relation.IDENTITES})


@dataclass(slots=True)
class Read:
    """What one source gave: spooled rows, ready-made counts, the sites it knows, and what the report says of it."""

    plan: PlannedSource
    lue: SourceLue
    sites: frozenset[str]
    spool: Spool | None = None
    astray: Astray = field(default_factory=Astray)
    identities: SpooledPairs | None = None
    donnes: dict[str, dict[Compte, tuple[int, Niveau]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readings:
    """What every source of a run is read with."""

    demande: Demande
    keys: frozenset[Relation]
    spools: ExitStack
    """Closes the spools when the run is over."""

    @property
    def personnes(self) -> Fenetre:
        """Interval of the personnes accompagnées: the window or the rolling year (domain decision 3)."""
        fenetre = self.demande.fenetre
        return annee_glissante(fenetre) if self.demande.campagne.reglages.base_personnes == "annee" else fenetre

    def read(self, plan: PlannedSource) -> Read:
        """Read one source whole; any TemoinError names what to do, anything else is the plugin's fault."""
        with guarded(plan):
            if isinstance(plan.source, SqlSource):
                return self._read_sql(plan, plan.source)
            if isinstance(plan.source, RecordSource):
                return self._read_records(plan, plan.source)
            if isinstance(plan.source, CountSource):
                return self._read_counts(plan, plan.source)
            raise TypeError(type(plan.source).__name__)

    def _zones(self, plan: PlannedSource) -> dict[str, str]:
        return {e.finess: e.fuseau for e in self.demande.etablissements if e.finess in plan.finess}

    def _read_sql(self, plan: PlannedSource, source: SqlSource) -> Read:
        personnes, fenetre = self.personnes, self.demande.fenetre
        periode = Fenetre(debut=personnes.debut - MARGIN, fin=fenetre.fin + MARGIN)
        with open_reader(source.reglages, plan.demande.nom, periode) as reader:
            reading = open_sql(source, reader)
            sites = reading.sites()
            lue = _describe(
                plan,
                reading.software_version(),
                fingerprint_queries(source, reading.dialect),
                instantane=reader.instantane,
            )
            read = Read(plan, lue, frozenset(sites))
            if Relation.IDENTITES in plan.relations:
                cle = source.cle_ins
                read.identities = self._pairs(
                    (_without_ins(one, cle), _without_ins(master, cle)) for one, master in reading.identities()
                )
            read.spool = self._spool(source.espace_usagers)
            fold = SqlFold(read.spool, read.astray)
            zones = self._zones(plan)
            og_zone = self.demande.fuseau_og
            for fuseau in sorted({og_zone, *zones.values()}) if plan.relations - _SHARED else ():
                scope = {code: finess for code, finess in plan.demande.sites.items() if zones[finess] == fuseau}
                question = Question(
                    fenetre,
                    personnes,
                    self.demande.campagne.reglages,
                    {code: scope.get(code, "") for code in sites},
                    fuseau,
                    fuseau == og_zone,
                    self.keys & plan.relations,
                )
                reading.gather(question, plan.relations, fold)
        read.spool.flush()
        return read

    def _spool(self, espace: str) -> Spool:
        return self.spools.enter_context(Spool(self.demande.dossier, espace))

    def _pairs(self, pairs: Iterable[tuple[Identity, Identity]]) -> SpooledPairs:
        spooled = SpooledPairs(self.demande.dossier)
        self.spools.enter_context(spooled.spool)
        return spooled.add(pairs)

    def _read_records(self, plan: PlannedSource, source: RecordSource) -> Read:
        sites = record_sites(source)
        zones = self._zones(plan)
        carte = {code: (finess, zones[finess]) if (finess := plan.demande.sites.get(code)) else None for code in sites}
        lue = _describe(
            plan, source.logiciel.version, fingerprint_records(source, plan.found.version), instantane=False
        )
        read = Read(plan, lue, frozenset(sites))
        if Relation.IDENTITES in plan.relations:
            read.identities = self._pairs(record_identities(source))
        question = RecordQuestion(
            self.demande.fenetre, self.personnes, self.demande.campagne.reglages, carte, self.demande.fuseau_og
        )
        read.spool = self._spool(source.espace_usagers)
        RecordFold(source, question, read.spool, read.astray).gather(plan.relations)
        read.spool.flush()
        return read

    def _read_counts(self, plan: PlannedSource, source: CountSource) -> Read:
        preuve = archive_pieces(source.pieces(self.demande.fenetre), self.demande.dossier)
        sites = frozenset(code for raw in source.etablissements() if (code := settle_code(raw)))
        lue = _describe(plan, source.logiciel.version, fingerprint_counts(plan), instantane=False, preuve=preuve)
        read = Read(plan, lue, sites)
        for row in source.comptes(self.demande.fenetre):
            finess = plan.demande.sites.get(settle_code(row.code) or "")
            if finess is None:
                continue
            given = read.donnes.setdefault(finess, {})
            for compte, value in row.comptes.items():
                if value is not None:
                    before = given.get(Compte(compte), (0, source.niveau))[0]
                    given[Compte(compte)] = (before + value, source.niveau)
        if source.niveau is Niveau.DECLARE and preuve is None and any(read.donnes.values()):
            raise PluginError(
                "Des comptes déclarés à la main n'ont pas de fichier de preuve.",
                remede="Joindre le document dont ces comptes sont tirés.",
                ou=f"source {plan.demande.nom}",
                code="preuve_absente",
            )
        return read


def fingerprint_counts(plan: PlannedSource) -> str:
    """Fingerprint of a source of ready-made counts: its class, version and settings, there is no text to show."""
    parts = (type(plan.source).__qualname__, plan.found.version, repr(settings_that_count(plan.source)))
    return hashlib.sha256("\n".join(("temoin/comptes/1", *parts)).encode()).hexdigest()


def _describe(
    plan: PlannedSource, version: str | None, empreinte: str, *, instantane: bool, preuve: str | None = None
) -> SourceLue:
    logiciel = plan.source.logiciel
    counted = isinstance(plan.source, CountSource)
    return SourceLue(
        source=plan.source.nom,
        plugin=plan.found.distribution,
        plugin_version=_version(plan),
        contrat=plan.source.contrat,
        logiciel=_safe(logiciel.nom),
        logiciel_version=_safe(version) if version else None,
        espace_usagers=None if counted else plan.source.espace_usagers,
        niveau=plan.source.niveau,
        relations=tuple(sorted(plan.relations - _SHARED)),
        empreinte_requetes=empreinte,
        preuve=preuve,
        instantane=instantane,
        fusions=0,
    )


def _without_ins(one: Identity, cle: CleIns | None) -> Identity:
    """A SELECT has no key: it gives the INS itself in that space, which is hashed before anything is kept of it."""
    espace, usager = one
    return (espace, cle(usager)) if espace == ESPACE_INS and cle is not None else one


def _version(plan: PlannedSource) -> str:
    """« 0.1.0+1.2 »: the distribution's, then that of the texts when they have one of their own."""
    textes = plan.source.version_textes
    return plan.found.version if textes is None else f"{plan.found.version}+{textes}"


def _safe(text: str) -> str:
    """Name or version of software cut to what a report may hold."""
    return _UNSAFE.sub("_", " ".join(text.split()))[:60].strip() or "_"


@contextmanager
def guarded(plan: PlannedSource) -> Iterator[None]:
    """A plugin's own failure becomes an error that names its line; never its message, which may quote a row."""
    try:
        yield
    except TemoinError as error:
        error.ou = error.ou or f"source {plan.demande.nom}"
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise PluginError(
            f"Le plugin de la source « {plan.demande.nom} » a échoué ({type(error).__name__}, "
            f"{last.filename.rsplit('/', 1)[-1]} ligne {last.lineno}).",
            remede="Transmettre cette ligne à l'éditeur du plugin ; --debug donne la trace complète.",
            ou=f"source {plan.demande.nom}",
            code="plugin_echec",
        ) from error
