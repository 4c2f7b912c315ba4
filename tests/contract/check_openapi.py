"""usage: check_openapi.py SCHEMA DOCUMENT ROUTES

Fails unless DOCUMENT is valid OpenAPI 3.1 by SCHEMA, has ROUTES operations with names of their own, resolves every
reference, and describes every JSON body by properties. Then plants faults and fails unless each is found.
"""
import copy
import json
import sys

import jsonschema

VERBS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def operations(document):
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            if verb in VERBS:
                yield path, verb, operation


def has_properties(document, schema):
    schema = resolve(document, schema)
    if schema.get("type") == "array":
        return has_properties(document, schema["items"])
    if schema.get("type") == "null":
        return True
    return isinstance(schema.get("properties"), dict) and (
        bool(schema["properties"]) or schema.get("additionalProperties") is not None)


def bodies(operation):
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield media, content["schema"]
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for media, content in answer.get("content", {}).items():
                yield media, content["schema"]


def is_paged(operation):
    return any(p["name"] == "marker" for p in operation["parameters"] if p["in"] == "query")


def faults(validator, document, routes):
    broken = list(validator.iter_errors(document))
    for error in broken[:5]:
        yield f"schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
    if broken:
        return  # what follows relies on the form
    found = list(operations(document))
    if len(found) != routes:
        yield f"{len(found)} operations for {routes} routes"
    names = [operation["operationId"] for _, _, operation in found]
    if len(set(names)) != len(names):
        yield "an operationId occurs twice"
    for reference in set(references(document)):
        try:
            resolve(document, {"$ref": reference})
        except KeyError:
            yield f"{reference} leads nowhere"
            return
    for path, verb, operation in found:
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        named = {part.split("}")[0] for part in path.split("#")[0].split("{")[1:]}
        if declared != named:
            yield f"{verb} {path}: path parameters {declared} instead of {named}"
        query = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
        if "marker" in query and "limit" not in query:
            yield f"{verb} {path}: marker without limit"
        if verb in ("post", "put", "patch", "delete") and "409" not in operation["responses"]:
            yield f"{verb} {path}: no answer 409"
        for media, schema in bodies(operation):
            if "json" in media and not has_properties(document, schema):
                yield f"{verb} {path}: a body without properties"


def plants(document):
    """Documents that must be found wrong, each with a part of what must be said about it."""
    path, verb, operation = next(o for o in operations(document) if "requestBody" in o[2])
    listing, _, _ = next(o for o in operations(document) if o[1] == "get" and is_paged(o[2]))

    def parameters(d):
        return d["paths"][listing]["get"]["parameters"]

    for said, spoil in (
        ("operations for", lambda d: d["paths"][path].pop(verb)),
        ("schema: paths", lambda d: d["paths"][path][verb].update(responses=[])),
        ("schema: openapi", lambda d: d.update(openapi="2.0")),
        ("schema: paths", lambda d: d["paths"][path][verb].update(parameters=[{"name": "x"}])),
        ("leads nowhere", lambda d: d["components"]["schemas"].clear()),
        ("a body without properties",
         lambda d: next(iter(d["paths"][path][verb]["requestBody"]["content"].values())).update(schema={"type": "object"})),
        ("no answer 409", lambda d: d["paths"][path][verb]["responses"].pop("409")),
        ("marker without limit", lambda d: parameters(d).remove(next(p for p in parameters(d) if p["name"] == "limit"))),
    ):
        wrong = copy.deepcopy(document)
        spoil(wrong)
        yield said, wrong


def main():
    with open(sys.argv[1]) as file:
        schema = json.load(file)
    with open(sys.argv[2]) as file:
        document = json.load(file)
    routes = int(sys.argv[3])
    validator = jsonschema.Draft202012Validator(schema)
    found = list(faults(validator, document, routes))
    for fault in found:
        print(fault)
    if found:
        return 1
    for said, wrong in plants(document):
        found = list(faults(validator, wrong, routes))
        if not any(said in fault for fault in found):
            print(f"a planted fault was not found: {said}; instead: {found[:3]}")
            return 1
    print(f"{routes} operations, {len(document['components']['schemas'])} schemas: valid OpenAPI 3.1")
    return 0


sys.exit(main())
