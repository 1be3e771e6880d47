"""The words of the project as frozen dataclasses: what the clients return, what the decisions take and give.

Units everywhere: sizes in bytes (int), durations in seconds (int), times as aware UTC ``datetime``, positions as text
(see ``positions``: "1", "0.5", "1-3", "" for unknown), languages as lower-case English words ("english").
Nothing here knows a wire format; the clients in ``resources`` translate.
"""
