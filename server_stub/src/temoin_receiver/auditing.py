"""Checking a store against itself: every text verifies, every digest and column follows from it."""

from collections.abc import Iterator

from sqlalchemy import Connection, Row, select

from temoin_receiver.certificates.reading import find_certificate_faults
from temoin_receiver.checks.arrival import sites_of
from temoin_receiver.reception.storing import columns_of
from temoin_receiver.register.reading import find_key
from temoin_receiver.storage.tables import presences, receptions
from temoin_sdk.envelope import PublicKey
from temoin_sdk.errors import TemoinError
from temoin_sdk.report import Rapport, Recu
from temoin_sdk.report.opening import Opened, open_signed

Reception = Row[tuple[object, ...]]


def find_faults(connection: Connection, key: PublicKey, origine: str) -> Iterator[str]:
    """Every difference between what is stored and what the signed texts say, as French sentences.

    `key` is the public half of the receipt key.
    """
    for (text,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if text != "ok":
            yield f"base : {text}"
    expected = 1
    for row in connection.execute(select(receptions).order_by(receptions.c.reception)):
        if row.reception != expected:
            yield f"réception {expected} : elle manque"
        expected = row.reception + 1
        try:
            faults = [*_check_report(connection, row, origine), *_check_receipt(row, key, origine)]
        except TemoinError as error:
            faults = [error.message]
        for fault in faults:
            yield f"réception {row.reception} : {fault}"
    yield from find_certificate_faults(connection)


def _check_report(connection: Connection, row: Reception, origine: str) -> Iterator[str]:
    cle = find_key(connection, row.kid)
    if cle is None:
        yield "la clé du rapport n'est plus au registre"
        return
    opened = open_signed(row.jws, cle.public, Rapport)
    rapport = opened.contenu
    if (row.empreinte_rapport, row.empreinte_jws) != (opened.empreinte, opened.empreinte_jws):
        yield "les empreintes gardées ne sont pas celles du rapport"
    if rapport.destinataire != origine:
        yield "le rapport est adressé à un autre récepteur"
    if (rapport.ej, rapport.installation) != (cle.ej, cle.installation):
        yield "le rapport n'est pas de l'installation de sa clé"
    yield from _compare(row, columns_of(rapport))
    kept = connection.execute(select(presences.c.finess).where(presences.c.reception == row.reception)).scalars()
    if set(kept) != {site.finess for site in sites_of(rapport)}:
        yield "les établissements gardés ne sont pas ceux du rapport"
    yield from _check_replacement(connection, opened)


def _check_replacement(connection: Connection, opened: Opened[Rapport]) -> Iterator[str]:
    if opened.contenu.remplace is None:
        return
    replaced = select(receptions.c.remplacee_par).where(receptions.c.empreinte_rapport == opened.contenu.remplace)
    if connection.execute(replaced).scalar() != opened.empreinte:
        yield "la version remplacée n'est pas marquée comme telle"


def _check_receipt(row: Reception, key: PublicKey, origine: str) -> Iterator[str]:
    if row.recu is None:
        yield "l'accusé n'est pas encore fait : le prochain démarrage le fera"
        return
    recu = open_signed(row.recu, key, Recu).contenu
    expected = {
        "empreinte_rapport": recu.empreinte_rapport,
        "empreinte_jws": recu.empreinte_jws,
        "kid": recu.kid,
        "recu_le": recu.recu_le,
        "reception": recu.reception,
        "entree": recu.registre.rang,
    }
    if recu.destinataire != origine:
        yield "l'accusé est celui d'un autre récepteur"
    yield from _compare(row, expected)


def _compare(row: Reception, expected: dict[str, object]) -> Iterator[str]:
    for name, value in expected.items():
        if getattr(row, name) != value:
            yield f"« {name} » ne correspond pas au texte signé"
