"""The ledger: every reception, key, scope and certificate in one tree whose signed head only ever grows.

An entry is appended by whoever does what it says, in the same transaction; the head is computed before the commit,
signed and published after it, and receipts are made last: what was answered is always under a published head.
"""

from temoin_receiver.ledger.appending import append
from temoin_receiver.ledger.keeper import Keeper
from temoin_receiver.ledger.published import Published

__all__ = ["Keeper", "Published", "append"]
