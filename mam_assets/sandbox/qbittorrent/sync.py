"""``sync/maindata``: everything once for each session, then only what changed; and the filters of ``torrents/info``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sync:
    """What one session was told last."""

    rid: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def answer(self, asked: int, now: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a session that was told number ``asked`` last; ``now`` is all there is to tell."""
        continued = bool(asked) and asked == self.rid
        answer = _difference(self.told, now) if continued else {**now, "full_update": True}
        self.rid, self.told = self.rid + 1 if asked == self.rid else 1, json.loads(json.dumps(now))
        return {"rid": self.rid, **answer}


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What ``sync/maindata`` says after the first time: changed keys, and what is gone under ``…_removed``."""
    answer: dict[str, Any] = {}
    for part in ("categories", "torrents"):
        changed = {
            key: {name: value for name, value in row.items() if old[part].get(key, {}).get(name, ...) != value}
            for key, row in new[part].items()
        }
        answer[part] = {key: row for key, row in changed.items() if row}
    answer["server_state"] = {k: v for k, v in new["server_state"].items() if old["server_state"].get(k) != v}
    answer["tags"] = [tag for tag in new["tags"] if tag not in old["tags"]]
    answer["trackers"] = {k: v for k, v in new["trackers"].items() if old["trackers"].get(k) != v}
    for part in ("categories", "torrents", "tags", "trackers"):
        answer[f"{part}_removed"] = [key for key in old[part] if key not in new[part]]
    return {key: value for key, value in answer.items() if value}


def passes(wanted: str, row: Mapping[str, Any]) -> bool:
    """Whether a row is let through by a word such as "completed" or "stalled"."""
    state = row["state"]
    complete, stopped = row["amount_left"] == 0, state.startswith(("stopped", "paused"))
    busy = row["dlspeed"] > 0 or row["upspeed"] > 0
    words: dict[str, bool] = {
        "downloading": not complete,
        "seeding": complete and not stopped,
        "completed": complete,
        "stopped": stopped,
        "paused": stopped,
        "running": not stopped,
        "resumed": not stopped,
        "active": busy,
        "inactive": not busy,
        "stalled": state in ("stalledDL", "stalledUP"),
        "stalled_downloading": state == "stalledDL",
        "stalled_uploading": state == "stalledUP",
        "checking": state.startswith("checking"),
        "moving": state == "moving",
        "errored": state in ("error", "missingFiles"),
    }
    return words.get(wanted, True)
