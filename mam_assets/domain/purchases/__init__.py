"""May bonus points or a wedge be spent, and were they? Pure rules: in go the account, the policy and what was spent
before, out comes a decision with its reason. Nothing is bought that the policy does not allow by name, and nothing
while it is not known whether the last purchase of its kind was made.
"""

from .model import Account, Decision, DecisionCode, Kind, Outcome, Purchase, PurchasePolicy
from .outcome import settle, settle_wedge
from .upload import decide_upload
from .vip import decide_vip
from .wedge import decide_wedge

__all__ = [
    "Account",
    "Decision",
    "DecisionCode",
    "Kind",
    "Outcome",
    "Purchase",
    "PurchasePolicy",
    "decide_upload",
    "decide_vip",
    "decide_wedge",
    "settle",
    "settle_wedge",
]
