"""What may be written into a book's metadata, on whose word, and how complete it is: pure decisions.

``recognise`` says which of a provider's answers are this very book, ``propose`` what they would change, and
``completeness`` how much is known. What is blank is filled; what is broken by a named rule (``broken``) is overwritten
only where the rules allow it; anything else is a person's own and is never touched.
"""

from mam_assets.domain.enrichment.completeness import Completeness, completeness, with_changes
from mam_assets.domain.enrichment.model import FIELDS, Change, Field, Recognition, Rules
from mam_assets.domain.enrichment.sources import can_tell
from mam_assets.domain.enrichment.unreadable import unreadable

from .equality import same_value
from .proposals import Proposal, open_fields, propose
from .recognition import recognise

__all__ = [
    "FIELDS",
    "Change",
    "Completeness",
    "Field",
    "Proposal",
    "Recognition",
    "Rules",
    "can_tell",
    "completeness",
    "open_fields",
    "propose",
    "recognise",
    "same_value",
    "unreadable",
    "with_changes",
]
