"""From a signed text to a signed receipt."""

from temoin_receiver.reception.receiver import Receiver
from temoin_receiver.reception.storing import Answer

__all__ = ["Answer", "Receiver"]
