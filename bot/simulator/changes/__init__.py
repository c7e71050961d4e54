"""What can be done in the organisation: each changes the state and sends GitHub's webhooks.

A person (`bot.simulator.acts`) and the App (`bot.simulator.api`) do things through the same
functions; only the ``sender`` differs.
"""
