"""Entries that name this organisme: a key or a report that this installation does not know is told to a person."""

from collections.abc import Callable, Set
from dataclasses import dataclass

from temoin_agent.outbox.evidence import PREUVES
from temoin_agent.outbox.names import REPERE_SIZE, ReportName
from temoin_agent.outbox.store import Etat, Outbox
from temoin_agent.registry.memory import Inconnu, write_memory
from temoin_agent.registry.watching import Watch
from temoin_sdk.errors import LedgerError, ReportError
from temoin_sdk.ledger.entries import EnrolementCle, Entree, Reception, RevocationCle, read_entry
from temoin_sdk.report.bounded import read_instant
from temoin_sdk.windows import jour_en_lettres


@dataclass(frozen=True, slots=True)
class Identity:
    """What this installation calls its own: organisme, installation, key, other installations it knows of."""

    ej: str
    installation: str
    kid: str
    autres: Set[str]


def known_reports(outbox: Outbox) -> frozenset[str]:
    """The first digits of every report that left a trace here, whatever became of it."""
    names = [entry.name for entry in (*outbox.all_entries(), *outbox.entries(Etat.QUARANTAINE))]
    folders = (outbox.dossier / PREUVES).glob("*/*/")
    names += [name for name in (ReportName.parse(folder.name) for folder in folders) if name is not None]
    return frozenset(name.repere for name in names)


def review(watch: Watch, identity: Identity, known: Callable[[], Set[str]]) -> None:
    """Read the entries added since the last review, and remember those that nothing here explains.

    Raises LedgerError `registre_inconnu` until each of them is acknowledged; ReceiverUnreachable, StorageError.
    """
    souvenir, head = watch.memory()
    found = list(souvenir.inconnus)
    reports: Set[str] | None = None
    for rang, octets in watch.registry.entries(identity.ej, souvenir.relu, head.taille):
        try:
            entree = read_entry(octets)
        except ReportError:
            found.append(Inconnu(rang=rang, phrase="une entrée qui ne se lit pas"))
            continue
        reports = known() if reports is None else reports
        phrase = None if entree is None else _explain(entree, identity, reports)
        if phrase is not None:
            found.append(Inconnu(rang=rang, phrase=phrase))
    moved = souvenir.model_copy(update={"relu": max(souvenir.relu, head.taille), "inconnus": tuple(found[:1000])})
    write_memory(watch.dossier, head.origine, moved)
    if found:
        raise _unknown(watch, found)


def acknowledge(watch: Watch, rangs: Set[int]) -> int:
    """Take these entries off the list of what is unexplained; how many were on it."""
    souvenir, head = watch.memory()
    left = tuple(one for one in souvenir.inconnus if one.rang not in rangs)
    write_memory(watch.dossier, head.origine, souvenir.model_copy(update={"inconnus": left}))
    return len(souvenir.inconnus) - len(left)


def _explain(entree: Entree, identity: Identity, reports: Set[str]) -> str | None:
    """What a person must look at in this entry; None when it is ours or says nothing of us."""
    if not isinstance(entree, (Reception, EnrolementCle, RevocationCle)) or entree.installation in identity.autres:
        return None
    mine = entree.installation == identity.installation
    whose = "cette installation" if mine else f"l'installation {entree.installation}"
    match entree:
        case EnrolementCle() if not (mine and entree.kid == identity.kid):
            return f"une clé inconnue d'ici ({entree.kid}) enrôlée pour {whose} le {_day(entree.le)}"
        case RevocationCle() if mine and entree.kid == identity.kid:
            return f"la clé de cette installation révoquée le {_day(entree.le)}"
        case Reception() if not mine or entree.empreinte_rapport[:REPERE_SIZE] not in reports:
            repere = entree.empreinte_rapport[:REPERE_SIZE]
            return f"un rapport inconnu d'ici (repère {repere}) reçu au nom de {whose} le {_day(entree.recu_le)}"
    return None


def _day(instant: str) -> str:
    return jour_en_lettres(read_instant(instant).date())


def _unknown(watch: Watch, found: list[Inconnu]) -> LedgerError:
    lines = "\n".join(f"  - entrée {one.rang} : {one.phrase}" for one in found[:20])
    more = f"\n  - et {len(found) - 20} autres" if len(found) > 20 else ""
    rangs = " ".join(f"--reconnu {one.rang}" for one in found[:3])
    return LedgerError(
        f"Le registre du récepteur « {watch.recepteur.code} » porte, au nom de votre organisme, ce que cette "
        f"installation ne connaît pas :\n{lines}{more}\nVos propres envois sont reçus ; rien n'est perdu.",
        code="registre_inconnu",
        remede="Si cela vient de vous (une autre installation, une clé refaite, un dossier restauré), déclarez "
        "l'installation dans autres_installations de [gestionnaire], puis dites que c'est reconnu : "
        f"« temoin registre {rangs} ». Sinon, appelez l'ARS et citez ces rangs : elle peut révoquer une clé.",
    )
