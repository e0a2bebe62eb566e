"""Users, artists and tokens as JSON, and what every representation here is built on."""

from datetime import timedelta
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as ModelError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.request import Request

from accounts.models import Artist, Scope, Token, User, create_artist, every_scope
from accounts.permissions import owns
from accounts.validators import web_address

TOKEN_DAYS = 365  # that a token lasts if nothing else is said

Thing = TypeVar("Thing", bound=models.Model)


def absolute(request: Request, path: str) -> str:
    """The address of a page or picture on this site."""
    return settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)


@extend_schema_field(OpenApiTypes.URI)
class PageField(serializers.Field):
    """The address of the page that shows a thing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return absolute(self.context["request"], value.get_absolute_url())


class OwnField(serializers.PrimaryKeyRelatedField):
    """The id of one of one's own things; another's answers like one that does not exist."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(), **kwargs)

    def get_queryset(self) -> Any:
        things: Any = super().get_queryset()
        return things.owned_by(self.context["request"].user)

    def use_pk_only_optimization(self) -> bool:
        return False  # the view's prefetch says whether the viewer sees it; the bare id would not ask

    def fail(self, key: str, **kwargs: Any) -> Any:
        if key == "does_not_exist":
            name = self.get_queryset().model._meta.model_name
            raise serializers.ValidationError(_("You have no such %s.") % name, code=f"unknown_{name}")
        super().fail(key, **kwargs)


class WebField(serializers.URLField):
    """An http or https address. DRF drops the model's own rule for it, and would take ftp."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(web_address)


def write(thing: models.Model, values: dict[str, Any], *dates: str) -> None:
    """What was sent and nothing else: a stale copy must not bring back what changed meanwhile."""
    for name, value in values.items():
        setattr(thing, name, value)
    if values:
        thing.save(update_fields=[*values, *dates])


class OwnedSerializer(serializers.ModelSerializer[Thing]):
    """Something of an artist's. ``Meta.owner_only`` names the fields that nobody else is shown."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {models.URLField: WebField}

    def to_representation(self, instance: Thing) -> dict[str, Any]:
        data = super().to_representation(instance)
        if not owns(self.context["request"].user, instance):
            for name in self.Meta.owner_only:  # type: ignore[attr-defined]
                data.pop(name, None)
        return data

    def update(self, instance: Thing, validated_data: dict[str, Any]) -> Thing:
        write(instance, validated_data, "updated_at")
        return instance


class ArtistLinkSerializer(serializers.ModelSerializer[Artist]):
    """An artist as other things name them."""

    page = PageField()

    class Meta:
        model = Artist
        fields = ("id", "name", "slug", "page")


class LinkSerializer(serializers.Serializer[dict[str, str]]):
    title = serializers.CharField(max_length=120)
    url = WebField(max_length=500)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Whole even within a PATCH, where DRF lets the fields of nested bodies go missing too."""
        missing = [name for name in ("title", "url") if name not in attrs]
        if missing:
            required = serializers.Field.default_error_messages["required"]
            raise serializers.ValidationError({name: [required] for name in missing}, code="required")
        return attrs


class ArtistSerializer(OwnedSerializer[Artist]):
    """What an artist says of themselves."""

    page = PageField()
    links = LinkSerializer(many=True, required=False, max_length=50)  # type: ignore[call-arg]

    class Meta:
        model = Artist
        fields: tuple[str, ...] = (
            "id",
            "name",
            "slug",
            "page",
            "statement",
            "biography",
            "location",
            "website",
            "links",
            "contact_email",
            "currency",
            "credit_line",
            "licence_url",
            "permission_url",
            "reserves_ai_training",
        )
        owner_only = ("contact_email", "currency")


class TokenSerializer(serializers.ModelSerializer[Token]):
    """A token as it is listed: never its secret."""

    id = serializers.CharField(source="token_key", read_only=True, help_text=_("The beginning of the token."))
    scopes = serializers.MultipleChoiceField(
        choices=Scope.choices, required=False, allow_empty=False, help_text=_("What it opens; all, if left out.")
    )
    days = serializers.IntegerField(
        write_only=True, required=False, allow_null=True, min_value=1, max_value=3650, help_text=_("Null: for ever.")
    )

    class Meta:
        model = Token
        fields = ("id", "name", "scopes", "days", "created", "expiry", "last_used")
        read_only_fields = ("created", "expiry")
        extra_kwargs = {"name": {"required": True, "allow_blank": False}}

    def validate_scopes(self, scopes: Any) -> list[str]:
        """A token makes none that opens more than it does itself."""
        auth = self.context["request"].auth
        if isinstance(auth, Token) and not set(scopes) <= set(auth.scopes):
            raise serializers.ValidationError(_("Your own token does not open that much."), code="insufficient_scope")
        return [scope for scope in Scope.values if scope in scopes]

    def to_representation(self, instance: Token) -> dict[str, Any]:
        return super().to_representation(instance) | {"scopes": instance.scopes}

    def create(self, validated_data: dict[str, Any]) -> Token:
        """The new token; its ``secret`` is known this once."""
        request, days = self.context["request"], validated_data.pop("days", TOKEN_DAYS)
        validated_data.setdefault("scopes", request.auth.scopes if isinstance(request.auth, Token) else every_scope())
        token, secret = Token.objects.create(user=request.user, expiry=days and timedelta(days=days), **validated_data)
        token.secret = secret
        return token


class UserSerializer(serializers.ModelSerializer[User]):
    """What a user may see and change of themselves."""

    artist = ArtistSerializer(read_only=True, allow_null=True)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("username", "email", "artist")
        extra_kwargs = {"email": {"required": True, "allow_blank": False}}

    def validate_username(self, username: str) -> str:
        username = User.normalize_username(username)
        if self.others().filter(username__iexact=username).exists():
            raise serializers.ValidationError(_("This name is taken. Choose another one."), code="unique")
        return username

    def validate_email(self, email: str) -> str:
        """Where there is mail, that an address is taken is told to whoever reads its mail."""
        if not settings.EMAIL_CONFIGURED and self.others().filter(email__iexact=email).exists():
            raise serializers.ValidationError(_("Another account already uses this e-mail address."), code="unique")
        return email

    def others(self) -> models.QuerySet[User]:
        return User.objects.exclude(pk=getattr(self.instance, "pk", 0))

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """With the addresses allauth keeps beside the user's own: an old one must not open the door any more."""
        with transaction.atomic():
            write(instance, validated_data)
            if "email" in validated_data:
                EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()
        return instance


class ChangeSerializer(UserSerializer):
    """A user as they change themselves."""

    current_password = serializers.CharField(
        max_length=4096,
        trim_whitespace=False,
        write_only=True,
        required=False,
        style={"input_type": "password"},
        help_text=_("Needed with another e-mail address."),
    )

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "current_password")


class RegisterSerializer(UserSerializer):
    """A new user and the artist they are."""

    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)

    class Meta(UserSerializer.Meta):
        fields = ("username", "email", "password", "name")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user = User(username=attrs["username"], email=attrs["email"])
        try:
            validate_password(attrs["password"], user)
        except ModelError as error:
            raise serializers.ValidationError({"password": get_error_detail(error)}) from error
        return attrs

    def create(self, validated_data: dict[str, Any]) -> User:
        return create_artist(**{"name": "", **validated_data}).user


class LoginSerializer(serializers.Serializer[User]):
    username = serializers.CharField(max_length=254, help_text=_("Or the e-mail address."))
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})


class WelcomeSerializer(serializers.Serializer[Any]):
    """The answer to who signs in. The token is shown this once."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField(allow_null=True)
    artist = ArtistSerializer(allow_null=True)


class NewTokenSerializer(TokenSerializer):
    """A new token, with its secret this once."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields: tuple[str, ...] = (*TokenSerializer.Meta.fields, "token")  # type: ignore[assignment]


class MeSerializer(UserSerializer):
    """A user to themselves, and the token that was shown; null for a session."""

    token = TokenSerializer(read_only=True, allow_null=True)

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "token")
