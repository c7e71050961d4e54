"""Events in the forms in which people keep them: exports, streams, SIEM documents, recordings.

Each is opened, layer by layer, until an entry of the audit log or a webhook is left.
"""

from bot.core.forms.reading import read_forms
from bot.core.forms.told import Entry, Told, Webhook

__all__ = ["Entry", "Told", "Webhook", "read_forms"]
