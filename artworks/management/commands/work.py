"""The task worker: the queue's own, with a housekeeper beside it."""

import logging
import threading
import time
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import close_old_connections

from accounts.idempotency import forget_old
from artworks.masters import drop_old
from artworks.tasks import OVERDUE, empty_trash, give_up_running, reap

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what uploads left for later. `manage.py serve` starts one of these; more are not needed."

    def handle(self, **options: Any) -> None:
        give_up_running()
        reap(overdue=0)
        threading.Thread(target=keep_house, daemon=True).start()
        call_command("db_worker", interval=0.5, reload=False, startup_delay=False)


def keep_house() -> None:
    """Every few minutes: enqueue again what was left unfinished, empty the trash, drop and forget what is old."""
    while True:
        time.sleep(OVERDUE)
        close_old_connections()
        try:
            reap()
            empty_trash()
            drop_old()
            forget_old()
            call_command("prune_db_task_results", verbosity=0)
            call_command("forget_accounts", verbosity=0)
        except Exception:
            logger.exception("Housekeeping failed; it is tried again.")
