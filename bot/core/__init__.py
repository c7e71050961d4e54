"""Floor 0: what everything else stands on. Pure: no clock, network, file or randomness."""
