"""The commands for whoever writes playbooks: one file per verb.

What a verb needs is imported when it is called, so that ``--help`` answers at once.
"""
