"""Which release is the wanted book, in an acceptable recording, and which of them is best."""

from mam_assets.domain.releases.cost import is_free
from mam_assets.domain.releases.judging import candidates, judge

__all__ = ["candidates", "is_free", "judge"]
