"""GitHub Actions: what may run, what runs, and the machines it runs on."""
