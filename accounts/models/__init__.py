"""Users who log in, the artists they are, how they are invited, and what their scripts carry and were answered."""

from accounts.models.artists import (
    Artist,
    ArtistQuerySet,
    FormerArtistAddress,
    artists_group,
    become_artist,
    create_artist,
)
from accounts.models.invitations import INVITATION_LASTS, Invitation, digest_of, first_run_path
from accounts.models.tokens import KeptAnswer, Scope, Token, every_scope
from accounts.models.users import GRACE, LOCKED_FOR, User, new_user
from accounts.models.versions import ContentVersion

__all__ = [
    "GRACE",
    "INVITATION_LASTS",
    "LOCKED_FOR",
    "Artist",
    "ArtistQuerySet",
    "ContentVersion",
    "FormerArtistAddress",
    "Invitation",
    "KeptAnswer",
    "Scope",
    "Token",
    "User",
    "artists_group",
    "become_artist",
    "create_artist",
    "digest_of",
    "every_scope",
    "first_run_path",
    "new_user",
]
