"""A fair queue: one user's hundred pictures do not delay everyone else."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from itertools import islice

from realstyler_bot.jobs import Job


class FairQueue:
    """Round robin over users; first in, first out per user."""

    def __init__(self) -> None:
        self._queues: OrderedDict[int, deque[Job]] = OrderedDict()
        self._owners: dict[int, int] = {}
        self._weights: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._owners)

    @property
    def weight(self) -> int:
        """The number of waiting pictures."""
        return self._weights.total()

    def weight_of(self, user_id: int) -> int:
        """The number of waiting pictures of one user."""
        return self._weights[user_id]

    def push(self, job: Job) -> None:
        """Append a job to its owner's others."""
        self._queues.setdefault(job.user_id, deque()).append(job)
        self._owners[job.id] = job.user_id
        self._weights[job.user_id] += job.weight

    def pop(self) -> Job | None:
        """Take the next job; its owner's next one waits until every other user had a turn."""
        if not self._queues:
            return None
        user_id, queue = self._queues.popitem(last=False)
        job = queue.popleft()
        del self._owners[job.id]
        self._lighten(job)
        if queue:
            self._queues[user_id] = queue
        return job

    def remove(self, job_id: int) -> Job | None:
        """Remove a job wherever it is."""
        owner = self._owners.pop(job_id, None)
        if owner is None:
            return None
        queue = self._queues[owner]
        job = next(job for job in queue if job.id == job_id)
        queue.remove(job)
        if not queue:
            del self._queues[owner]
        self._lighten(job)
        return job

    def ahead(self, job_id: int) -> int | None:
        """Return how many pictures are served before this job; ``None`` if it is not queued."""
        owner = self._owners.get(job_id)
        if owner is None:
            return None
        turn = next(n for n, job in enumerate(self._queues[owner]) if job.id == job_id)
        count, before_owner = 0, True
        for user_id, queue in self._queues.items():
            before_owner = before_owner and user_id != owner
            # Users ahead of the owner in the round get served once more each.
            rounds = turn + before_owner
            if not rounds:
                break
            count += sum([job.weight for job in islice(queue, rounds)])
        return count

    def _lighten(self, job: Job) -> None:
        self._weights[job.user_id] -= job.weight
        if not self._weights[job.user_id]:
            del self._weights[job.user_id]
