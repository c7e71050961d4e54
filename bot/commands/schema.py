"""``tipstaff schema``: the JSON Schema of a playbook, for editors."""

from bot.commands.options import print_json


def schema() -> None:
    """Print the JSON Schema of a playbook, with which an editor completes and checks.

    docs/playbooks.md shows how to make an editor use it.
    """
    from bot.authoring.schema import playbook_schema

    print_json(playbook_schema())
