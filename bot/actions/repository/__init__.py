"""Actions on repositories: who sees them, what guards their code, what reaches out of them."""
