"""May the account afford this release? Arithmetic only: who asks has read the account, the disk and the ledger.

The guards stand before every grab, in this order: grabs per run, unsatisfied slots, ratio, disk space. The tracker's
rule behind the slots: a torrent stays unsatisfied until it has been seeded for 72 hours, and an account may hold
only so many of them (``unsat.limit``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from .model.release import Account, Reject, RejectCode, Release

# The smallest limit that any class of member has had (new members); used when the tracker does not state the limit,
# because too many unsatisfied torrents cost an account its rights.
LIMIT_WHEN_NOT_STATED = 20


@dataclass(frozen=True, slots=True)
class Budget:
    """What may still be spent, all sizes in bytes.

    ``in_flight_*`` are the grabs that the account's own figures do not show yet: those queued or being fetched.
    ``in_flight_bytes`` still needs disk space; ``in_flight_paid_bytes`` is the part of it that will count as download
    (None: all of it). ``unsatisfied_buffer`` slots stay free for the person's own downloads. ``free_disk_bytes`` None:
    not known, so the guard is not asked. ``grabs_this_run`` counts up with every release spent on, ``wedges_this_run``
    with every freeleech wedge.
    """

    account: Account
    min_ratio: float = 1.0
    unsatisfied_buffer: int = 0
    max_grabs_per_run: int = 10
    free_disk_bytes: int | None = None
    min_free_disk_bytes: int = 0
    in_flight_bytes: int = 0
    in_flight_paid_bytes: int | None = None
    in_flight_count: int = 0
    grabs_this_run: int = 0
    spend_wedges: bool = False
    max_wedges_per_run: int = 0
    wedges_this_run: int = 0

    @property
    def slots_left(self) -> int:
        """Unsatisfied torrents that may still be added."""
        unsatisfied = self.account.unsatisfied_count + self.in_flight_count
        return max(0, self.slot_limit - unsatisfied - self.unsatisfied_buffer)

    @property
    def slot_limit(self) -> int:
        """The tracker's limit of unsatisfied torrents."""
        limit = self.account.unsatisfied_limit
        return LIMIT_WHEN_NOT_STATED if limit is None else limit

    @property
    def paid_in_flight(self) -> int:
        """Bytes on their way that will count as download."""
        return self.in_flight_bytes if self.in_flight_paid_bytes is None else self.in_flight_paid_bytes

    @property
    def download_left(self) -> int | None:
        """Bytes that may still be downloaded before the ratio would fall below the minimum; None: any number."""
        if self.min_ratio <= 0:
            return None
        # Decimal, because a float would round terabytes of credit to either side of the border.
        allowed = int(Decimal(self.account.uploaded_bytes) / Decimal(str(self.min_ratio)))
        return max(0, allowed - self.account.downloaded_bytes - self.paid_in_flight)

    @property
    def disk_left(self) -> int | None:
        """Bytes that may still be written before the free space would fall below the minimum (which it may be already:
        then negative); None: not known."""
        if self.free_disk_bytes is None:
            return None
        return self.free_disk_bytes - self.min_free_disk_bytes - self.in_flight_bytes


def spend(budget: Budget, release: Release, is_free: bool) -> Budget | Reject:
    """The budget after this release was taken, or the first guard that forbids it. A free release costs no ratio.

    Every refusal is temporary: slots empty, ratios grow and disks are cleared. Codes: ``grabs_per_run``,
    ``unsatisfied_slots``, ``ratio``, ``disk_space``.
    """
    size = release.size_bytes
    if budget.grabs_this_run >= budget.max_grabs_per_run:
        return Reject(
            RejectCode.GRABS_PER_RUN,
            f"{budget.grabs_this_run} taken",
            f"at most {budget.max_grabs_per_run} a run",
            permanent=False,
        )
    if budget.slots_left < 1:
        unsatisfied = budget.account.unsatisfied_count + budget.in_flight_count
        return Reject(
            RejectCode.UNSATISFIED_SLOTS,
            f"{unsatisfied} unsatisfied of {budget.slot_limit}",
            f"{budget.unsatisfied_buffer} slots kept free and one for this",
            permanent=False,
        )
    paid = 0 if is_free else size
    left = budget.download_left
    if left is not None and paid > left:
        return Reject(
            RejectCode.RATIO,
            f"{size} bytes",
            f"at most {left} bytes for a ratio of {budget.min_ratio}",
            permanent=False,
        )
    room = budget.disk_left
    if room is not None and size > room:
        return Reject(RejectCode.DISK_SPACE, f"{size} bytes", f"at most {max(0, room)} bytes of disk", permanent=False)
    return replace(
        budget,
        in_flight_bytes=budget.in_flight_bytes + size,
        in_flight_paid_bytes=budget.paid_in_flight + paid,
        in_flight_count=budget.in_flight_count + 1,
        grabs_this_run=budget.grabs_this_run + 1,
    )


def spend_wedge(budget: Budget, release: Release, is_free: bool) -> Budget | Reject:
    """The budget after a freeleech wedge was spent on this release, which is free from then on; or why none may be.

    The tracker takes no wedge for a freeleech or VIP torrent (and does not give back one spent on what is free
    anyway), so the release must be looked at again right before. Codes: ``wedges_not_allowed``, ``already_free``,
    ``wedges_per_run``, ``no_wedges``.
    """
    if not budget.spend_wedges:
        return Reject(RejectCode.WEDGES_NOT_ALLOWED, "spend_wedges is off", "spend_wedges = true", permanent=False)
    if is_free or release.vip or release.free_for_vip:
        return Reject(RejectCode.ALREADY_FREE, "free or VIP", "a release that costs ratio", permanent=False)
    if budget.wedges_this_run >= budget.max_wedges_per_run:
        limit = f"at most {budget.max_wedges_per_run} a run"
        return Reject(RejectCode.WEDGES_PER_RUN, f"{budget.wedges_this_run} spent", limit, permanent=False)
    if budget.account.wedges - budget.wedges_this_run < 1:
        return Reject(RejectCode.NO_WEDGES, f"{budget.account.wedges} on the account", "one wedge", permanent=False)
    return replace(budget, wedges_this_run=budget.wedges_this_run + 1)


def affordable(budget: Budget, releases: Iterable[tuple[Release, bool]]) -> tuple[list[bool], Budget]:
    """Which of these (release, is free) pairs can be taken, one after the other, and the budget that is left.

    One that is too dear does not stop a later, cheaper one.
    """
    taken = []
    for release, free in releases:
        after = spend(budget, release, free)
        taken.append(isinstance(after, Budget))
        if isinstance(after, Budget):
            budget = after
    return taken, budget
