"""Users and groups, for who keeps the site."""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.ownership import KeepersOnly

admin.site.unregister([Group, Authenticator, EmailAddress])  # allauth's two show secrets, and addresses twice


@admin.register(User)
class KeptUserAdmin(KeepersOnly, UserAdmin):
    list_display = ("username", "email", "is_active", "is_superuser", "last_login", "leaving_at")
    actions = ("bring_back", "take_second_factor_off")
    filter_horizontal = ()  # its two boxes speak to no screen reader
    readonly_fields = ("last_login", "date_joined")

    @admin.action(description=_("Bring back who has left, with all their work"))
    def bring_back(self, request: HttpRequest, users: QuerySet[User]) -> None:
        left = list(users.filter(leaving_at__isnull=False))
        for user in left:
            user.come_back()
        self.message_user(request, _("%d brought back, with everything as it was.") % len(left))

    @admin.action(description=_("Take the second factor off"))
    def take_second_factor_off(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For whoever lost both phone and recovery codes, and is known to the keeper."""
        Authenticator.objects.filter(user__in=users).delete()
        self.message_user(request, _("They sign in by password alone now."))


@admin.register(Group)
class KeptGroupAdmin(KeepersOnly, GroupAdmin):
    filter_horizontal = ()
