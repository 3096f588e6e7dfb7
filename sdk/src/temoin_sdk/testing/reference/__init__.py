"""A second calculator, naive and readable, that shares no counting code with the sdk: what counts are compared to.

It reads a base of facts (`facts`) exactly as one reads the decisions, with lists and loops, and is only ever run on
some hundred persons.
"""
