# SPDX-License-Identifier: EUPL-1.2
"""The worker: does waiting jobs one after the other. There is one for a store; a second one waits to take its place.

A job left running by a worker that died is begun anew: taking a delivery is whole or not at all, and taking it again
changes nothing, so no job is done twice.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from styr.register import store
from styr.register.delivery.findings import Refused, masked
from styr.web.data import progress
from styr.web.data.models import Job
from styr.web.data.work import KINDS

try:
    import fcntl
except ImportError:  # Windows has none; there only one worker may be started
    fcntl = None  # type: ignore[assignment]

_PAUSE = 1.0  # seconds between looking for jobs
_MOST_ATTEMPTS = 3
_log = logging.getLogger(__name__)


def work(stopped: Callable[[], bool]) -> None:
    """Do jobs until told to stop; a job that runs is finished first, unless the process is ended."""
    with _alone(stopped) as first:
        if not first:
            return
        take_up_left()
        while not stopped():
            try:
                if not do_next():
                    time.sleep(_PAUSE)
            except DatabaseError:
                _log.warning("the store cannot be used just now; the worker tries again")
                time.sleep(5 * _PAUSE)
            close_old_connections()


def do_next() -> bool:
    """Do the job that has waited longest; False when none waits."""
    job = _claimed()
    if job is None:
        return False
    try:
        outcome, result = Job.State.DONE, KINDS[job.kind](job, progress.Progress(job.pk))
    except progress.Cancelled:
        outcome, result = Job.State.CANCELLED, {}
    except Refused as refused:
        outcome, result = Job.State.FAILED, {"problems": list(refused.problems)}
    except Exception as error:
        _log.error("job %s failed:\n%s", job.pk, masked(traceback.format_exc(), longest=4000))
        outcome, result = Job.State.FAILED, {"problems": [f"{type(error).__name__}"]}
    Job.objects.filter(pk=job.pk).update(state=outcome, result=result, ended_at=timezone.now())
    progress.clear(job.pk)
    return True


def take_up_left() -> None:
    """Put back what a worker that died left running; what has been tried too often has failed."""
    left = Job.objects.filter(state=Job.State.RUNNING)
    left.filter(attempts__gte=_MOST_ATTEMPTS).update(
        state=Job.State.FAILED, ended_at=timezone.now(), result={"problems": ["the worker ended each time it tried"]}
    )
    left.update(state=Job.State.WAITING)


def cancel(job: Job) -> None:
    """Ask a job to stop: at once when it waits, as soon as the work looks up when it runs."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, ended_at=timezone.now()):
        progress.cancel_file(job.pk).touch()


def _claimed() -> Job | None:
    with transaction.atomic():
        job = Job.objects.filter(state=Job.State.WAITING).order_by("pk").first()
        if job is None:
            return None
        mine = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
        if not mine.update(state=Job.State.RUNNING, attempts=job.attempts + 1):
            return None  # cancelled in between
    return job


@contextmanager
def _alone(stopped: Callable[[], bool]) -> Iterator[bool]:
    """Waits until no other worker works for the store; False when told to stop before."""
    if fcntl is None:
        yield True
        return
    with (store.folder() / "worker.lock").open("w") as file:
        while not stopped():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
                continue
            yield True
            return
        yield False
