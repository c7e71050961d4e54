"""Floor 1: deciding what to do about a match. Pure: `now` and every fact is an argument."""
