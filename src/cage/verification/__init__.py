"""The preflight checks: they find what is certain to fail before anything is started.

A new check is one small file that fulfills `protocol.Verification`, and one line here.
"""

from __future__ import annotations

from cage.verification.alarms import Alarms
from cage.verification.duration import Duration
from cage.verification.images import Images
from cage.verification.lattice import Lattice
from cage.verification.listeners import Listeners
from cage.verification.log_groups import LogGroups
from cage.verification.new_revision import NewRevision
from cage.verification.old_revision import OldRevision
from cage.verification.percents import Percents
from cage.verification.permissions import Permissions
from cage.verification.protocol import Ground, Verification
from cage.verification.quotas import Quotas
from cage.verification.reach import Reach
from cage.verification.restarts import Restarts
from cage.verification.roles import Roles
from cage.verification.second_copy import SecondCopy
from cage.verification.secrets import Secrets
from cage.verification.session import Credentials
from cage.verification.subnets import Subnets
from cage.verification.target_groups import TargetGroups

CATALOG: tuple[Verification, ...] = (
    NewRevision(),
    OldRevision(),
    Images(),
    Secrets(),
    LogGroups(),
    Roles(),
    TargetGroups(),
    Lattice(),
    Listeners(),
    Reach(),
    Subnets(),
    Percents(),
    SecondCopy(),
    Duration(),
    Restarts(),
    Alarms(),
    Credentials(),
    Quotas(),
    Permissions(),
)

__all__ = ["CATALOG", "Ground", "Verification"]
