"""How often an account may ask, by what it asks for. Strangers who read are not counted."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class ScopeThrottle(SimpleRateThrottle):
    """A budget for each user and scope, kept in the cache that all processes share."""

    def __init__(self) -> None:
        """DRF would look for a rate here, before it is known what is asked for."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = view.scope or "read"
        self.rate = settings.THROTTLES[self.scope]
        if not self.rate or not request.user.is_authenticated:
            return True
        self.num_requests, self.duration = self.parse_rate(self.rate)
        allowed = super().allow_request(request, view)
        view.budget = self.headers(self.num_requests or 0, self.duration or 0)
        return allowed

    def throttle_failure(self) -> bool:
        """Requests from the future do not count: the machine's clock has gone back since."""
        self.history = [at for at in self.history if at <= self.now]
        return len(self.history) < (self.num_requests or 0) and self.throttle_success()

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}

    def headers(self, quota: int, window: int) -> dict[str, str]:
        """What is left, after the IETF draft "RateLimit header fields for HTTP"."""
        left = max(0, quota - len(self.history))
        reset = window - (self.now - self.history[-1]) if self.history else window
        return {
            "RateLimit-Policy": f'"{self.scope}";q={quota};w={window}',
            "RateLimit": f'"{self.scope}";r={left};t={max(0, round(reset))}',
        }
