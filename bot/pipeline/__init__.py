"""Floor 3: the path of one delivery, from the inbox to the receipt."""

from bot.pipeline.clockwork import clockwork
from bot.pipeline.novelty import Novelty
from bot.pipeline.path import Pipeline
from bot.pipeline.policy import Policy
from bot.pipeline.ports import StepTask
from bot.pipeline.rounds import Rounds
from bot.pipeline.stops import Stops
from bot.pipeline.vigil import Vigil

__all__ = ["Novelty", "Pipeline", "Policy", "Rounds", "StepTask", "Stops", "Vigil", "clockwork"]
