"""Is this library item that book? Ordered gates, each with a name; the first that decides wins."""

from mam_assets.domain.matching.compare import GATES, compare, judge_pair
from mam_assets.domain.matching.forms import ItemForms, WorkForms, item_forms, work_forms
from mam_assets.domain.matching.pair import Pair

__all__ = ["GATES", "ItemForms", "Pair", "WorkForms", "compare", "item_forms", "judge_pair", "work_forms"]
