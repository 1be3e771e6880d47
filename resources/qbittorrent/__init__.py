"""The client of qBittorrent's Web API, 4.5 to 5.3."""

from resources.qbittorrent.client import AddResult, QbitClient, Versions
from resources.qbittorrent.rows import PHASES, phase_of, torrent, torrent_file

__all__ = ["PHASES", "AddResult", "QbitClient", "Versions", "phase_of", "torrent", "torrent_file"]
