"""Help in writing playbooks: a schema for editors, and first drafts."""
