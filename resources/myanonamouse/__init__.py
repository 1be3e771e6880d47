"""The client of MyAnonamouse (MAM): ``open_mam`` makes one; ``release`` reads one search row."""

from resources.myanonamouse.client import MamClient, SearchPage, open_mam
from resources.myanonamouse.points import Purchase
from resources.myanonamouse.rows import release
from resources.myanonamouse.seedbox import SeedboxAddress
from resources.myanonamouse.session import SessionCookie
from resources.myanonamouse.snatched import Snatch

__all__ = ["MamClient", "Purchase", "SearchPage", "SeedboxAddress", "SessionCookie", "Snatch", "open_mam", "release"]
