"""GitHub's own descriptions of its API and webhooks, as judges of our tests."""
