"""The task worker: the queue's own, with a housekeeper beside it."""

import logging
import threading
import time
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import close_old_connections

from accounts.idempotency import forget_old
from artworks.housekeeping import sweep
from artworks.masters import drop_old
from artworks.tasks import OVERDUE, empty_trash, give_up_running, reap, site_began

YOUNG, OLD = 60.0, 3600.0  # s

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what uploads left for later. `manage.py serve` starts one of these; more are not needed."

    def handle(self, **options: Any) -> None:
        give_up_running()
        reap(overdue=0)
        sweep(left_behind())
        threading.Thread(target=keep_house, daemon=True).start()
        call_command("db_worker", interval=0.5, reload=False, startup_delay=False)


def left_behind() -> float:
    """Whatever of an upload is older was left by a crash: it is from before this start, or from an hour ago."""
    now = time.time()
    return max(min(site_began().timestamp(), now - YOUNG), now - OLD)


def keep_house() -> None:
    """Every few minutes: enqueue what was left unfinished, sweep, empty the trash, drop and forget what is old."""
    while True:
        time.sleep(OVERDUE)
        close_old_connections()
        try:
            reap()
            sweep(left_behind())
            empty_trash()
            drop_old()
            forget_old()
            call_command("prune_db_task_results", verbosity=0)
            call_command("forget_accounts", verbosity=0)
        except Exception:
            logger.exception("Housekeeping failed; it is tried again.")
