"""From the outbox to the receiver and back with a receipt: nothing is lost, nothing is believed unverified."""
