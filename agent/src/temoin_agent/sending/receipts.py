"""A receipt is believed only if the pinned key signed it for this very report."""

from temoin_agent.configuration.models import Recepteur
from temoin_agent.outbox.store import SignedReport
from temoin_sdk.errors import Acteur, EnvelopeError, ReportError
from temoin_sdk.report.opening import find_receipt_fault, open_signed
from temoin_sdk.report.receipt import Recu


def verify_receipt(jws: str, report: SignedReport, recepteur: Recepteur) -> Recu:
    """The receipt of `report`. Raises EnvelopeError: the envelope's, `recu_autre_rapport`, `recu_autre_recepteur`."""
    try:
        recu = open_signed(jws, recepteur.cle, Recu).contenu
    except (EnvelopeError, ReportError) as error:
        raise _unbelievable(recepteur, error.message, error.code) from error
    fault = find_receipt_fault(recu, recepteur.origine, (report.empreinte, report.empreinte_jws, report.kid))
    if fault is not None:
        raise _unbelievable(recepteur, fault.message, fault.code)
    return recu


def _unbelievable(recepteur: Recepteur, why: str, code: str) -> EnvelopeError:
    return EnvelopeError(
        f"L'accusé de réception du récepteur « {recepteur.code} » ne peut pas être cru : {why}",
        remede="Le rapport reste à envoyer. Comparez au téléphone avec l'ARS l'empreinte de la clé de son récepteur "
        f"(cle = … de [[recepteurs]] « {recepteur.code} ») ; si elle est juste, transmettez-lui ce message.",
        code=code,
        acteur=Acteur.ARS,
    )
