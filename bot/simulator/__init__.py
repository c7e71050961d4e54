"""A stateful GitHub organisation on this machine: for the demo, the dry run and the tests.

`Simulator` serves GitHub's REST API over HTTP and sends the signed webhooks that GitHub would
send; `AppIdentity` says which App is installed; `Limits` and `Fault` make it as unkind as the
real one can be.
"""

from bot.simulator.acts import Person
from bot.simulator.calls import Call
from bot.simulator.faults import Fault
from bot.simulator.hooks import Attempt
from bot.simulator.identity import AppIdentity
from bot.simulator.limits import Limits
from bot.simulator.simulator import Simulator

__all__ = ["AppIdentity", "Attempt", "Call", "Fault", "Limits", "Person", "Simulator"]
