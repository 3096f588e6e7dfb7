"""One file per command: each reads its options, calls one function of the agent, and says in French what came of it."""
