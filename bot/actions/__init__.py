"""Floor 2: one file per action: its parameters, permissions, what it does and how it is undone."""
