"""A receipt is believed only if the pinned key signed it for this very report, and the pinned ledger holds it."""

from temoin_agent.configuration.models import Recepteur
from temoin_agent.outbox.store import SignedReport
from temoin_sdk.errors import Acteur, EnvelopeError, ReportError
from temoin_sdk.report.inscribed import check_inscribed
from temoin_sdk.report.opening import find_receipt_fault, open_signed
from temoin_sdk.report.receipt import Recu


def verify_receipt(jws: str, report: SignedReport, recepteur: Recepteur) -> Recu:
    """The receipt of `report`, proved to be in the ledger under a head that the pinned key signed.

    Raises EnvelopeError: the envelope's, the ledger's, `recu_autre_rapport`, `recu_autre_recepteur`.
    """
    try:
        recu = open_signed(jws, recepteur.cle, Recu).contenu
        fault = find_receipt_fault(recu, report.rapport, (report.empreinte, report.empreinte_jws, report.kid))
        if fault is None:
            check_inscribed(recu, recepteur.registre)
            return recu
    except (EnvelopeError, ReportError) as error:
        raise _unbelievable(recepteur, error.message, error.code) from error
    raise _unbelievable(recepteur, fault.message, fault.code)


def _unbelievable(recepteur: Recepteur, why: str, code: str) -> EnvelopeError:
    return EnvelopeError(
        f"L'accusé de réception du récepteur « {recepteur.code} » ne peut pas être cru : {why}",
        remede="Le rapport reste à envoyer. Comparez au téléphone avec l'ARS l'empreinte des clés de son "
        f"récepteur (cle = … et registre = … de [[recepteurs]] « {recepteur.code} ») ; si elles sont "
        "justes, transmettez-lui ce message.",
        code=code,
        acteur=Acteur.ARS,
    )
