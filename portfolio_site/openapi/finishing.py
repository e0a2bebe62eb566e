"""What is done to the document before and after: addresses, the parts operations share, examples and links."""

import re
from typing import Any

from portfolio_site.openapi import headers, problems
from portfolio_site.openapi.examples import EXAMPLES, SHOWN

VERBS = ("get", "post", "put", "patch", "delete")


def without_slashes(endpoints: list[Any]) -> list[Any]:
    """Addresses as the docs write them: the slash at the end is only tolerated."""
    return [(path.rstrip("/"), regex, method, callback) for path, regex, method, callback in endpoints]


def finished(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    components = result["components"]
    components["schemas"] = dict(sorted((components["schemas"] | {"Problem": problems.PROBLEM}).items()))
    for name, thing in SHOWN.items():
        components["schemas"][name]["examples"] = [thing]
    components |= {
        "responses": problems.responses(),
        "headers": headers.headers(),
        "parameters": headers.parameters(),
    }
    for path, operations in result["paths"].items():
        for verb in VERBS:
            if operation := operations.get(verb):
                give_example(operation, components["schemas"])
                if operation.get("responses", {}).get("201"):
                    link(operation, path, result["paths"])
    return tidied(result)


def give_example(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A body to begin with. A form cannot have one of its file: that is the reader's own."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        name = content["schema"]["$ref"].rpartition("/")[2]
        if media_type == "multipart/form-data":
            schemas[name] = as_form(schemas[name], schemas)
        content["example"] = EXAMPLES[name]


def as_form(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """A form is flat: a nested object's fields are named ``focal_point.x``."""
    flat: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        inner = schemas[field["$ref"].rpartition("/")[2]] if "$ref" in field else None
        flat |= {f"{name}.{key}": value for key, value in inner["properties"].items()} if inner else {name: field}
    return schema | {"properties": flat}


def link(operation: dict[str, Any], path: str, paths: dict[str, Any]) -> None:
    """From what was made to all that can be done with it."""
    collection = path.removesuffix("/upload")
    links = {
        one["operationId"]: {"operationId": one["operationId"], "parameters": {name: "$response.body#/id"}}
        for other, operations in paths.items()
        if (name := about_one(other, collection))
        for verb in VERBS
        if (one := operations.get(verb))
    }
    if links:
        operation["responses"]["201"]["links"] = links


def about_one(path: str, collection: str) -> str | None:
    """The parameter's name, where a path is about one thing of the collection and nothing else."""
    found = re.fullmatch(re.escape(collection) + r"/\{(\w+)\}(/[a-z-]+)?", path)
    return found and found[1]


def tidied(node: Any) -> Any:
    """In Markdown and ECMA-262, without the notes of the generator's enum hook: it would rename what is clear."""
    if isinstance(node, str):
        return node.replace("``", "`")
    if isinstance(node, dict):
        kept = {key: tidied(value) for key, value in node.items() if key != "x-spec-enum-id"}
        if isinstance(kept.get("pattern"), str):  # ECMA-262 has only ASCII letters in Python's \w
            kept["pattern"] = kept["pattern"].replace(r"\w", r"\p{L}\p{N}_")
        if {"type": "string", "maxLength": 0} in kept.get("oneOf", []):  # an empty text is often a text, too
            kept["anyOf"] = kept.pop("oneOf")
        return kept
    return [tidied(item) for item in node] if isinstance(node, list) else node
