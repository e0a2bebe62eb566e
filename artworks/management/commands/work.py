"""The task worker: the queue's own, with a housekeeper beside it."""

import logging
import threading
import time
from collections.abc import Callable
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
        do(swept)
        threading.Thread(target=keep_house, daemon=True).start()
        call_command("db_worker", interval=0.5, reload=False, startup_delay=False)


def left_behind() -> float:
    """Whatever of an upload is older was left by a crash: it is from before this start, or from an hour ago."""
    now = time.time()
    return max(min(site_began().timestamp(), now - YOUNG), now - OLD)


def swept() -> None:
    sweep(left_behind())


def prune() -> None:
    call_command("prune_db_task_results", verbosity=0)


def forget_accounts() -> None:
    call_command("forget_accounts", verbosity=0)


def keep_house() -> None:
    """Every few minutes: enqueue what was left unfinished, sweep, empty the trash, drop and forget what is old."""
    while True:
        time.sleep(OVERDUE)
        close_old_connections()
        for chore in (reap, swept, empty_trash, drop_old, forget_old, prune, forget_accounts):
            do(chore)


def do(chore: Callable[[], object]) -> None:
    """One that fails keeps nobody from the others."""
    try:
        chore()
    except Exception:
        logger.exception("Housekeeping failed at %s; it is tried again.", chore.__name__)
