"""The ARS's register: who exists, who may speak for which establishment, under which convention and with which key."""
