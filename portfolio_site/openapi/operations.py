"""One operation of the document: its words, its headers, its errors, and who may."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.idempotency import HEADER as KEY
from accounts.permissions import OwnerWrites
from accounts.viewsets import HouseViewSet, Personal
from artworks.validators import FIRST_YEAR, LAST_YEAR, validate_year
from portfolio_site.openapi import headers
from portfolio_site.openapi.problems import REFUSALS, Traits, refusals

SUMMARIES = {
    "list": "List {things}",
    "retrieve": "Read one {thing}",
    "create": "Make one {thing}",
    "update": "Replace what one {thing} says",
    "partial_update": "Change one {thing}",
    "destroy": "Delete one {thing}",
}
WHOLE = {"minimum": 1}
ID = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
FILES = {"original", "former_original"}
WITHOUT_ETAG = FILES | {"progress"}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from `POST /api/auth/login`, `POST /api/auth/tokens` or the studio. "
            "Its scopes are `read`, `write` and `upload`; each operation names the one it needs.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the pages. Writing also needs the CSRF token, as `X-CSRFToken`.",
        }


class Schema(AutoSchema):
    """Says once what all operations of the house have in common."""

    view: Personal  # type: ignore[override]

    # --- Words ----------------------------------------------------------------------------------------------------

    @property
    def action(self) -> str:
        return getattr(self.view, "action", "root")

    @property
    def noun(self) -> str:
        """The first word behind ``/api/``."""
        return [*self.path.split("/"), ""][2]

    def get_operation_id(self) -> str:
        return f"{self.noun}_{self.action}".strip("_")

    def get_tags(self) -> list[str]:
        return [self.noun or "start"]

    def get_summary(self) -> str:
        """The first words of the action's own sentence."""
        known = SUMMARIES.get(self.action)
        if known:
            return known.format(things=self.noun, thing=re.sub("(ie)?s$", lambda end: "y" if end[1] else "", self.noun))
        return re.split(r"[.;:]( |$)", super().get_description().split("\n")[0])[0]

    def get_description(self) -> str:  # type: ignore[override]
        scope = self.view.scope
        told = f" A token needs the scope `{scope}`." if scope and self.view.get_authenticators() else ""
        return super().get_description() + told

    # --- Who may --------------------------------------------------------------------------------------------------

    def get_auth(self) -> list[dict[str, Any]]:
        scope = self.view.scope
        ways: list[dict[str, Any]] = [
            {name: [str(scope)] if name == TokenScheme.name and scope else [] for name in way}
            for way in super().get_auth()
            if way
        ]
        return [*ways, {}] if ways and self.strangers_may else ways

    @property
    def strangers_may(self) -> bool:
        closed = [kind for kind in map(type, self.view.get_permissions()) if not reads_openly(kind)]
        return self.method in SAFE_METHODS and not closed

    # --- Bodies ---------------------------------------------------------------------------------------------------

    def get_response_serializers(self) -> Any:
        """A change answers with what it made."""
        if self.action in FILES:
            return {(200, "image/*"): OpenApiTypes.BINARY}
        if isinstance(self.view, HouseViewSet) and self.method != "DELETE":
            return self.view.get_serializer_class()
        return super().get_response_serializers()

    def get_filter_backends(self) -> list[Any]:
        return super().get_filter_backends() if self.action == "list" else []

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """What is written as digits is a number."""
        found = super()._resolve_path_parameters(variables)
        digits = f"^{HouseViewSet.lookup_value_regex}$"
        return [{**one, "schema": ID} if one["schema"].get("pattern") == digits else one for one in found]

    def _get_pagination_parameters(self) -> list[dict[str, Any]]:
        return [
            {**one, "schema": WHOLE | one["schema"]} if one["name"] != "cursor" else one
            for one in super()._get_pagination_parameters()
        ]

    def _is_create_operation(self) -> bool:
        return self.action in {"create", "upload"}

    def get_serializer_name(self, serializer: Any, direction: Direction) -> str:
        """An artist as their user sees them has no portrait: the same name would be two things."""
        kind = type(serializer)
        return (
            "Profile"
            if kind.__module__ == "accounts.serializers" and kind.__name__ == "ArtistSerializer"
            else (super().get_serializer_name(serializer, direction))
        )

    def _get_request_for_media_type(self, serializer: Any, direction: Direction = "request") -> Any:
        """PATCH of several has a body of its own, which is no part of a thing."""
        if self.action == "edit_several":
            return self.resolve_serializer(serializer, direction).ref, True
        return super()._get_request_for_media_type(serializer, direction)

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: Direction) -> Any:
        """An answer has all its fields; those of its owner only, where it goes to them."""
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        if direction == "response" and schema.get("properties"):
            hidden = getattr(getattr(serializer, "Meta", None), "owner_only", ())
            schema["required"] = [name for name in schema["properties"] if name not in hidden]
            for field in schema["properties"].values():
                field.pop("pattern", None)  # a rule for who writes
        return schema

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        super()._insert_field_validators(field, schema)
        if validate_year in field.validators:
            schema |= {"minimum": FIRST_YEAR, "maximum": LAST_YEAR}
            schema.pop("format", None)

    # --- The whole ------------------------------------------------------------------------------------------------

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            self.add_headers(operation)
            for name in refusals(self.traits(operation)):
                operation["responses"][str(REFUSALS[name].status.value)] = {"$ref": f"#/components/responses/{name}"}
        return operation

    @property
    def handler(self) -> Any:
        return getattr(self.view, self.action, None)

    @property
    def has_etag(self) -> bool:
        return isinstance(self.view, HouseViewSet) and self.method == "GET" and self.action not in WITHOUT_ETAG

    def traits(self, operation: dict[str, Any]) -> Traits:
        query = {parameter["name"] for parameter in operation.get("parameters", []) if parameter.get("in") == "query"}
        writes, about_one = self.method not in SAFE_METHODS, "{" in self.path
        return Traits(
            name=operation["operationId"],
            writes=writes,
            has_body="requestBody" in operation,
            takes_file=self.takes_file(operation),
            reads_query=bool(query - {"page"}),
            about_one=about_one,
            paged="page" in query,
            knows_caller=bool(self.view.get_authenticators()),
            conditional=self.is_conditional,
            repeatable=self.is_repeatable,
        )

    def takes_file(self, operation: dict[str, Any]) -> bool:
        return "requestBody" in operation and MultiPartParser in self.view.parser_classes

    @property
    def is_conditional(self) -> bool:
        writes_one = self.method not in SAFE_METHODS and "{" in self.path
        return writes_one and isinstance(self.view, HouseViewSet)

    @property
    def is_repeatable(self) -> bool:
        return getattr(self.handler, "takes_key", False)

    def add_headers(self, operation: dict[str, Any]) -> None:
        asked = [
            *(["If-None-Match"] if self.has_etag else []),
            *(["If-Match"] if self.is_conditional else []),
            *([KEY] if self.is_repeatable else []),
            *(["Range"] if self.action in FILES else []),
        ]
        references = [{"$ref": f"#/components/parameters/{name}"} for name in asked]
        if references:
            operation.setdefault("parameters", []).extend(references)
        done = operation["responses"]
        for status in list(done):
            done[status].setdefault("headers", {}).update(headers.sent(*self.headers_of(int(status))))
            done[status]["description"] = done[status]["description"] or DONE[int(status)]
        if self.action in FILES:
            part = headers.sent("Content-Range", "ETag", "Last-Modified")
            done["206"] = {"description": "The part asked for.", "content": done["200"]["content"], "headers": part}
            done["416"] = {"description": "The file is shorter.", "headers": headers.sent("Content-Range")}
        if self.has_etag or self.action in FILES:
            done["304"] = {"description": "You have it already.", "headers": headers.sent("ETag")}

    def headers_of(self, status: int) -> list[str]:
        of_file = self.action in FILES
        edits = self.action in {"update", "partial_update"} and isinstance(self.view, HouseViewSet)
        dated = {"artworks_retrieve", "galleries_retrieve", "artists_retrieve"}
        return [
            *(["Location"] if self._is_create_operation() else []),
            *(["ETag"] if self.has_etag or edits or of_file else []),
            *(["Last-Modified"] if self.get_operation_id() in dated or of_file else []),
            *(["Content-Disposition"] if of_file else []),
            *(["Idempotent-Replayed"] if self.is_repeatable else []),
            *(["RateLimit", "RateLimit-Policy"] if self.view.get_authenticators() else []),
        ]


DONE = {200: "Done.", 201: "Made.", 202: "Begun; a mail says how it goes on.", 204: "Done; there is nothing to say."}


def reads_openly(kind: type[BasePermission]) -> bool:
    return kind is OwnerWrites or kind.__name__ == "IsAuthenticatedOrReadOnly"
