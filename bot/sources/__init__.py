"""Floor 3: where events come from: webhooks, and what Tipstaff looks up by itself."""
