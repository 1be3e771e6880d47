"""One request to the qBittorrent stand-in, read, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request


class ApiError(Exception):
    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.words = words or {400: "Bad Request", 404: "Not Found", 409: "Conflict"}.get(status, "")


@dataclass
class Call:
    """One request: its parameters (query and form), its file parts and the session it belongs to."""

    params: dict[str, str]
    files: list[tuple[str, bytes]]
    session: str
    status: int = 200

    def require(self, *names: str) -> None:
        missing = [name for name in names if name not in self.params]
        if missing:
            raise ApiError(400, f"Missing required parameters: {', '.join(missing)}")

    def flag(self, name: str) -> bool:
        return self.params.get(name, "").lower() == "true"

    def number(self, name: str, default: float) -> float:
        try:
            return float(self.params[name])
        except (KeyError, ValueError):
            return default


async def read_call(request: Request) -> Call:
    params = dict(request.query_params)
    files = []
    if request.method == "POST":
        async with request.form(max_files=1000, max_part_size=64 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files.append((value.filename or name, await value.read()))
                else:
                    params[name] = value
    return Call(params, files, "")
