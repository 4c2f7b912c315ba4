"""The gateway has no code per resource: no word that only a resource's path has may occur in it."""
import re

from tree import is_test, without_comments

GATEWAY = "services/api-gateway/"
RAW_HANDLERS = GATEWAY + "raw_handlers"
# Words of paths that are also the gateway's own business, and why.
OWN_WORDS = {
    "auth": "requests are authenticated",
    "token": "the token cache",
    "service": "service tokens, gRPC services",
    "role": "roles of peers and of service tokens",
    "user": "the user context",
    "action": "actions by body key are part of the contract language",
    "detail": "error details",
    "default": "C++",
    "system": "the user context's scope",
    "all": "English",
    "version": "version documents",
    "limit": "size limits",
    "os": "C++",
}


def resource_words(tree):
    """Singular words of all path segments of all routes, without what is the gateway's own."""
    words = set()
    for path, text in tree.files.items():
        if not path.startswith("proto/tstack/") or not path.endswith(".proto"):
            continue
        for template in re.findall(r'\b(?:get|post|put|patch|delete|head|also):\s*"(/[^"]*)"', text):
            for segment in template.split("/"):
                if re.fullmatch(r"[a-z][a-z_-]{2,}", segment):
                    words.add(singular(segment.replace("-", "_")))
    return {word for word in words if word not in OWN_WORDS and "_" not in word}


def singular(word):
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def words_of(identifier):
    """"ListProjects" and "project_id" as their words, in lower case and singular."""
    return {singular(part.lower()) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


def check_gateway(tree):
    resources = resource_words(tree)
    problems = []
    for path, text in tree.sources(GATEWAY):
        if is_test(path) or path.startswith(RAW_HANDLERS):
            continue
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            if line.lstrip().startswith("#include"):
                continue
            for identifier in re.findall(r"[A-Za-z_]+", line):
                # Fields of the user context are not resources: project_id, domain_name …
                if re.fullmatch(r"(set_|mutable_)?(user_|project_)?(project|domain|user)_(domain_)?(id|name)s?", identifier):
                    continue
                for word in sorted(words_of(identifier) & resources):
                    problems.append("%s:%d: '%s' names the resource %s" % (path, number, identifier, word))
    return problems
