"""The simulated seller: a world whose truth is known, and the files that its platforms would export."""
