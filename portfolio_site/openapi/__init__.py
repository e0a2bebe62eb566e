"""The API's description of itself (OpenAPI 3.1), made from the code: what is common to all operations is said once."""

from portfolio_site.openapi.operations import Schema

__all__ = ["Schema"]
