"""One identity, one content; a new version must name the one it replaces (domain decision 15).

Decided inside the writer's transaction: two reports that arrive at once are judged one after the other.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from temoin_receiver.refusals import CodeRefus, refuse
from temoin_receiver.storage.tables import receptions
from temoin_sdk.report import Rapport

_C = receptions.c
_CURRENT: Final = (
    select(_C.version, _C.empreinte_rapport)
    .where(*(_C[name] == bindparam(name) for name in ("ej", "installation", "projet", "debut", "fin", "mesure")))
    .order_by(_C.version.desc())
    .limit(1)
)


def find_replaced(connection: Connection, rapport: Rapport) -> str | None:
    """The digest of the current version, which this report replaces; None for a first version.

    Raises Refusal: `conflit_identite`, `correction_orpheline`, `correction_hors_suite`, `remplace_autre`.
    """
    mine = {
        "ej": rapport.ej,
        "installation": rapport.installation,
        "projet": rapport.projet,
        "debut": rapport.fenetre.debut,
        "fin": rapport.fenetre.fin,
        "mesure": rapport.mesure.value,
    }
    current = connection.execute(_CURRENT, mine).first()
    if current is None:
        if rapport.version > 1:
            raise refuse(
                CodeRefus.CORRECTION_ORPHELINE,
                f"Le rapport corrige une version {rapport.version - 1} que ce récepteur n'a pas reçue.",
            )
        return None
    if rapport.version <= current.version:
        raise refuse(
            CodeRefus.CONFLIT_IDENTITE,
            f"D'autres chiffres ont déjà été reçus pour cette mesure ; la version en cours est la {current.version}.",
        )
    if rapport.version != current.version + 1:
        raise refuse(
            CodeRefus.CORRECTION_HORS_SUITE,
            f"Le rapport porte la version {rapport.version} ; la version en cours est la {current.version}.",
        )
    if rapport.remplace != current.empreinte_rapport:
        raise refuse(
            CodeRefus.REMPLACE_AUTRE,
            f"Le rapport remplace {str(rapport.remplace)[:16]}… ; la version en cours est "
            f"{current.empreinte_rapport[:16]}….",
        )
    return str(current.empreinte_rapport)
