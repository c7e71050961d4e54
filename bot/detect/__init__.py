"""Floor 1: from playbook text to matches. Pure: texts in, values out."""
