"""Messages to a person through Apprise: mail, Discord, ntfy and a hundred others, one address for each."""

from resources.apprise.client import AppriseClient

__all__ = ["AppriseClient"]
