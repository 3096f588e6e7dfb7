"""Bases of facts handed to the sdk and to the readable calculator of `temoin_sdk.testing.reference`, and compared.

Bases are drawn by `bases`, handed to the sdk by `routes`, and compared by `comparing`.
"""
