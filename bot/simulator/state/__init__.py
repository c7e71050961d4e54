"""What the simulated organisation consists of: plain records, changed only by ``changes``."""
