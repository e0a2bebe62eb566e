"""Words of Django and allauth that our own catalogues say anew: next to ours theirs would sound like somebody else.

Nothing imports this; `manage.py translate` finds the strings here, and a site's catalogue counts more than an app's.
"""

from django.utils.translation import gettext_noop as _

BUTTONS = (
    _("Save and add another"),
    _("Save and continue editing"),
    _("Save and view"),
    _("Close"),
)
ASKED = (
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their related "
        "items will be deleted:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following related items '
        "will be deleted:"
    ),
    _("Please reauthenticate to safeguard your account."),
)
OF_AN_ACCOUNT = (
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
        "authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _(
        "You cannot add an email address to an account protected by two-factor authentication.",
    ),
    _("You cannot activate two-factor authentication until you have verified your email address."),
)
MAILED = (
    _("Your password has been changed."),
    _("Your password has been reset."),
    _("Your password has been set."),
    _("Your email has been changed from %(from_email)s to %(to_email)s."),
    _("Your email has been confirmed."),
    _("Email address %(deleted_email)s has been removed from your account."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("A new set of Two-Factor Authentication recovery codes has been generated."),
    _("Password Changed"),
    _("Password Reset"),
    _("Email Changed"),
    _("Authenticator App Activated"),
    _("Authenticator App Deactivated"),
    _("New Recovery Codes Generated"),
)
