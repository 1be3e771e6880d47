"""What the server is at: ``GET /api/tasks``. Finished tasks vanish from the list by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resources.audiobookshelf.items import SERVICE
from resources.errors import UnexpectedAnswer
from resources.http.fields import mapping, mappings, text

SCAN = "library-scan"
WATCHER = "watcher-scan"  # begins with the first file that its watcher sees, and looks some 10 s after the last one


def under_way(answer: Any, library_id: str) -> set[str]:
    """The kinds of tasks of a library that have not ended. Raises UnexpectedAnswer."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("tasks"), list):
        raise UnexpectedAnswer(SERVICE, "the answer to GET /api/tasks holds no tasks")
    return {
        text(task.get("action"))
        for task in mappings(answer["tasks"])
        if text(mapping(task.get("data")).get("libraryId")) == library_id and task.get("isFinished") is not True
    }
