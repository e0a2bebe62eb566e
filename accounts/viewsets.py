"""What every view set of the API does alike: who may, with which token, how often, and in which state of things."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts import history, versions
from accounts.conditional import etag_of, etags, is_stale, key_of, known_to_client
from accounts.models import Scope, Token
from accounts.permissions import OwnerWrites
from accounts.problems import NotModified, Problem
from accounts.throttles import ScopeThrottle


class Personal(APIView):
    """An answer depends on who asks: no cache gives one's to another."""

    throttle_classes = [ScopeThrottle]
    scopes: dict[str, Scope | None] = {}  # by action, where the verb does not say it; None: any token will do
    budget: dict[str, str] = {}  # headers that say how often one may ask

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        scope = self.scope
        if isinstance(request.auth, Token) and scope and scope not in request.auth.scopes:
            detail = f"This token's scopes do not include “{scope}”. Take one that has it."
            raise Problem(status.HTTP_403_FORBIDDEN, "insufficient_scope", detail)

    @property
    def scope(self) -> Scope | None:
        """What a token needs for this request."""
        by_verb = Scope.READ if self.request.method in SAFE_METHODS else Scope.WRITE
        return self.scopes.get(getattr(self, "action", ""), by_verb)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        response.headers.setdefault("Cache-Control", "private, no-store" if known(request) else "no-cache")
        for name, value in self.budget.items():
            response.headers[name] = value
        return response


def known(request: Request) -> bool:
    try:
        return bool(request.user.is_authenticated)
    except APIException:  # bad credentials, in a request that was refused before they were looked at
        return False


class HouseViewSet(Personal, GenericViewSet):
    """Anyone reads what they may see, its artist changes it, and a change answers with what it made.

    What can be read has an ETag; a change sent with ``If-Match`` happens to that state or not at all.
    """

    permission_classes = [OwnerWrites]
    lookup_value_regex = "[0-9]{1,18}"  # what SQLite can hold
    keep: Callable[[Response], Response] = staticmethod(lambda response: response)
    keeps = False  # an answer, for an Idempotency-Key

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS and self.has_etags(request):
            self.state_key = key_of(request, versions.current())
            etag = etags.at(self.state_key)
            if known_to_client(request, etag):
                raise NotModified(str(etag))

    def has_etags(self, request: Request) -> bool:
        """JSON does; a page for people shows more than the content."""
        return self.action not in {None, "metadata", "progress"} and request.accepted_renderer.format == "json"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        read = response.status_code in {status.HTTP_200_OK, status.HTTP_304_NOT_MODIFIED}
        if hasattr(self, "state_key") and isinstance(response, Response) and read:
            # To be kept, and asked about each time it is used.
            response.headers["Cache-Control"] = "private, no-cache" if known(request) else "no-cache"
            if response.status_code == status.HTTP_200_OK:
                response.add_post_render_callback(self.tag)
        return response

    def tag(self, response: Any) -> Any:
        """Give a rendered answer its ETag; to a client that has it already, nothing more."""
        etag = etag_of(response.content)
        etags.remember(self.state_key, etag)
        response.headers["ETag"] = etag
        if known_to_client(self.request, etag):
            response.status_code, response.content = status.HTTP_304_NOT_MODIFIED, b""
            del response.headers["Content-Type"]
        return response

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """A transaction round a change. With ``If-Match`` it goes through only if nobody was quicker."""
        with transaction.atomic():
            self.refuse_stale()
            yield

    def refuse_stale(self) -> None:
        """412 where ``If-Match`` does not name what GET answers here now. Call it under the write lock."""
        if "If-Match" not in self.request.headers:
            return
        action, read = self.action, self.action_map.get("get", "retrieve")
        self.action = read
        now = getattr(self, read)(self.request, **self.kwargs).data
        self.action = action
        if is_stale(self.request, etag_of(JSONRenderer().render(now))):
            detail = "This has changed since you read it. Read it again, and decide anew."
            raise Problem(status.HTTP_412_PRECONDITION_FAILED, "precondition_failed", detail)

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those you may see, in pages."""
        return self.paged(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What it says to whoever asks: its owner reads more."""
        thing = self.get_object()
        response = Response(self.get_serializer(thing).data)
        if hasattr(thing, "updated_at"):
            response.headers["Last-Modified"] = http_date(thing.updated_at.timestamp())
        return response

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Only the fields that are sent."""
        return self.change(partial=True)

    def change(self, *, partial: bool) -> Response:
        with self.unchanged():
            thing = self.get_object()
            serializer = self.get_serializer(thing, data=self.request.data, partial=partial)
            serializer.is_valid(raise_exception=True)
            changed = history.changing(thing, serializer.validated_data)
            pk = serializer.save().pk
            self.note_change(thing, changed)
        response = self.shown(pk)
        if self.request.accepted_renderer.format == "json":
            response.headers["ETag"] = etag_of(JSONRenderer().render(response.data))
        return response

    def note_change(self, thing: Any, fields: Sequence[str]) -> None:
        if fields:
            self.note("changed", thing, fields=fields)

    def note(self, deed: str, *things: Any, **details: Any) -> None:
        """Into the history: one insert, in the transaction of what it tells."""
        history.note(self.request.user, things, deed, **details)

    def answering(self, tell: Callable[[], Response]) -> Callable[[], Response]:
        """What answers a deed; to be called once its transaction has ended, so that no other writer waits for words.

        Only an answer that is to be kept is told at once, by that transaction.
        """
        if not self.keeps:
            return tell
        kept = self.keep(tell())
        return lambda: kept

    def shown(self, pk: int, status: int = status.HTTP_200_OK, headers: dict[str, str] | None = None) -> Response:
        """A thing as it reads now, with all that its representation needs."""
        thing = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(self.get_serializer(thing).data, status, headers=headers)

    def paged(self, queryset: Any, serializer_class: Any = None) -> Response:
        page = self.paginate_queryset(queryset)
        make = serializer_class or self.get_serializer_class()
        return self.get_paginated_response(make(page, many=True, context=self.get_serializer_context()).data)
