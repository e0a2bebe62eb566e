"""What the apps above hear from this one."""

from django.dispatch import Signal

whereabouts_changed = Signal()
"""Inside the transaction in which a ``user`` left or came back: what may be seen of their work has changed."""

rights_changed = Signal()
"""Inside the transaction in which the artist whom a ``user`` is has changed their mind about AI training."""
