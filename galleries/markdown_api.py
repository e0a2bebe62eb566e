"""``POST /api/markdown``: how a text reads on a page, made by what makes the pages."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.viewsets import Personal
from galleries.templatetags.words import markdown

LONGEST = 50_000  # characters


class MarkdownSerializer(serializers.Serializer[str]):
    text = serializers.CharField(max_length=LONGEST, allow_blank=True, trim_whitespace=False)


class MarkdownView(Personal):
    """A text in Markdown as the safe HTML that pages show."""

    permission_classes = [permissions.IsAuthenticated]
    scopes = {"": Scope.READ}  # it changes nothing

    @extend_schema(
        request=MarkdownSerializer, responses=inline_serializer("Markdown", {"html": serializers.CharField()})
    )
    def post(self, request: Request) -> Response:
        """As a statement, a biography or a description would be shown. Nothing is kept."""
        body = MarkdownSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({"html": markdown(body.validated_data["text"])})
