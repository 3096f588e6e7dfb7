"""A second calculator, naive and readable, that shares no counting code with the sdk: what the sdk is compared to.

It reads a base of facts (`facts`) exactly as one reads the decisions, with lists and loops, and is only ever run on a
few persons. Bases are drawn by `bases`, handed to the sdk by `routes`, and compared by `comparing`.
"""
