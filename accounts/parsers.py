"""Bodies: JSON that cannot hurt, and multipart that leaves nothing behind when it fails."""

from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """Refuses what is nested deeper than Python can follow."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None


class MultiPartParser(parsers.MultiPartParser):
    """Removes the file it was receiving when it fails: Django closes only those that are complete."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        handlers = (parser_context or {})["request"].upload_handlers
        try:
            return super().parse(stream, media_type, parser_context)
        except BaseException:
            for handler in handlers:
                handler.upload_interrupted()
            raise
