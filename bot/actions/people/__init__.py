"""Actions on who belongs where: members, collaborators, teams, invitations, blocks."""
