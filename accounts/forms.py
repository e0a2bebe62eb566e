"""The forms of the doors: allauth's, with our words, and the one behind an invitation."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import INVITATION_LASTS, Invitation, User

NAME_HELP = _("As it stands on your wall labels.")
USERNAME_HELP = _("What you sign in with. Letters, digits and @ . + - _")
EMAIL_HELP = _("Never shown on a page.")
PASSWORD_HELP = _("At least eight characters, not digits alone, and nothing that others would guess.")


def as_typed(field: forms.Field, **attributes: str) -> None:
    """A name or a code, which phones must not correct."""
    field.widget.attrs |= {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", **attributes}


def artist_name() -> forms.CharField:
    return forms.CharField(
        label=_("Your name as an artist"),
        max_length=120,
        help_text=NAME_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label, login.max_length = _("User name or e-mail address"), 254
        as_typed(login, autocomplete="username", maxlength="254")
        self.fields["password"].help_text = ""  # the page itself leads to the forgotten password, after the button


class SignupForm(allauth_forms.SignupForm):
    name = artist_name()
    email = EmailField(max_length=254)
    field_order = ["name", "username", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "password1")

    def clean_username(self) -> str:
        return free_username(super().clean_username())


class JoinForm(forms.Form):
    """An artist's account, made by invitation."""

    name = artist_name()
    username = User._meta.get_field("username").formfield()
    email = EmailField(max_length=254)
    password = forms.CharField(label=_("Password"), strip=False, max_length=4096, widget=forms.PasswordInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "password")

    def clean_username(self) -> str:
        return free_username(self.cleaned_data["username"])

    def clean_email(self) -> str:
        """Whoever holds an invitation may know that an address is taken: nothing else would help them on."""
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Another account already uses this e-mail address."), code="unique")
        return email

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("password"):
            user = User(username=given.get("username", ""), email=given.get("email", ""))
            user.last_name = given.get("name", "")
            try:
                validate_password(given["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)


def dress(form: forms.Form, password: str) -> None:
    """The same words and hints on both ways to an account."""
    for name, label, help_text in (
        ("username", _("User name"), USERNAME_HELP),
        ("email", _("E-mail address"), EMAIL_HELP),
        (password, _("Password"), PASSWORD_HELP),
    ):
        form.fields[name].label, form.fields[name].help_text = label, help_text
        form.fields[name].widget.attrs.pop("placeholder", None)
    as_typed(form.fields["username"], autocomplete="username")
    form.fields[password].widget.attrs["autocomplete"] = "new-password"


def free_username(username: str) -> str:
    if User.objects.filter(username__iexact=username).exists():
        raise forms.ValidationError(_("This name is taken. Choose another one."), code="unique")
    return username


class InvitationForm(forms.ModelForm):
    days = forms.IntegerField(
        label=_("Days it leads in"), min_value=1, max_value=365, initial=INVITATION_LASTS.days, required=False
    )

    class Meta:
        model = Invitation
        fields = ("note",)

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or INVITATION_LASTS.days


class AddEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, password1=_("New password"), password2=_("Once more"))


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        label(self, oldpassword=_("Current password"), password1=_("New password"), password2=_("Once more"))

    def clean_oldpassword(self) -> str:
        """Through the one limit on wrong passwords: a session left open must not be a way round it."""
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, password1=_("New password"), password2=_("Once more"))


def label(form: forms.Form, **labels: Any) -> None:
    form.fields["password1"].help_text = PASSWORD_HELP
    for name, words in labels.items():
        form.fields[name].label = words
        form.fields[name].widget.attrs.pop("placeholder", None)


class CodeMixin:
    """Six digits from the app, or one of the recovery codes."""

    fields: dict[str, forms.Field]
    hint: Any = _("The six digits in your authenticator app, or one of your recovery codes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.help_text = _("Code"), self.hint
        code.widget.attrs.pop("placeholder", None)
        as_typed(code, inputmode="numeric", maxlength="20")


class AuthenticateForm(CodeMixin, mfa_forms.AuthenticateForm): ...


class ReauthenticateByCodeForm(CodeMixin, mfa_forms.ReauthenticateForm): ...


class ActivateTOTPForm(CodeMixin, totp_forms.ActivateTOTPForm):
    hint = _("The six digits your app shows now.")
