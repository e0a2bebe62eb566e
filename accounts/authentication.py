"""How the API knows its caller: knox tokens, of which only digests are kept."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import Scope, Token, User

NOTED_EVERY = timedelta(minutes=10)  # a write for each read would cost more than the note is worth


class TokenAuthentication(KnoxAuthentication):
    """``Authorization: Bearer …``, and when each token was last used."""

    def validate_user(self, auth_token: Token) -> tuple[User, Token]:
        user, token = super().validate_user(auth_token)
        now = timezone.now()
        if token.last_used is None or now - token.last_used > NOTED_EVERY:
            Token.objects.filter(pk=token.pk).update(last_used=now)
        return user, token

    def authenticate_credentials(self, token: bytes) -> Any:
        try:
            token.decode("ascii")
        except UnicodeDecodeError:
            token = b"?"
        return super().authenticate_credentials(token)


def viewer_of(request: HttpRequest) -> User | AnonymousUser:
    """Who asks for a picture: the session's user, or the one whose token comes along."""
    if request.user.is_authenticated or "Authorization" not in request.headers:
        return request.user
    try:
        found = TokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        found = None
    return found[0] if found and Scope.READ in found[1].scopes else AnonymousUser()
