"""All that happens by itself in one process: what is due is asked for and done, subscribers are told."""

import threading

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.jobs.chores import chores
from payouts.jobs.schedule import scheduling
from payouts.jobs.worker import work
from payouts.webhooks.delivering import delivering


def do_everything(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Do what comes, until told to stop; as many processes as one likes may do it beside each other.

    Args:
        database: where the jobs are
        settings: of this installation
        stop: set it to end after the job at hand
    """
    with scheduling(database), delivering(database, settings):
        work(database, settings, stop, chores(database, settings))
