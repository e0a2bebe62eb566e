"""The studio of an artist's own things: the profile and tokens; users are the superusers' business.

`galleries.admin` registers the profile, with the portrait and the artist's own works as samples.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.artists import ArtistAdmin
from accounts.admin.invitations import InvitationAdmin
from accounts.admin.tokens import TokenAdmin
from accounts.admin.users import KeptGroupAdmin, KeptUserAdmin

admin.site.site_header = admin.site.site_title = _("Studio")
admin.site.index_title = _("Your studio")
admin.site.enable_nav_sidebar = False

__all__ = ["ArtistAdmin", "InvitationAdmin", "KeptGroupAdmin", "KeptUserAdmin", "TokenAdmin"]
