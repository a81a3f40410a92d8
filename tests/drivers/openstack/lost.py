"""Answers that get lost on their way: the request was done."""

from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter


class Losing(HTTPAdapter):
    """Loses the answer to the next request that is chosen, and to no other."""

    def __init__(self, chosen: Callable[[requests.PreparedRequest], bool]) -> None:
        super().__init__()
        self._chosen = chosen
        self.lost = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        answer = super().send(request, *args, **kwargs)
        if self.lost == 0 and self._chosen(request):
            self.lost += 1
            raise requests.ConnectionError("the answer was lost")
        return answer
