"""The gateway has no code per resource: no word that only a resource's path has may occur in it."""
import re

from tree import is_test, without_comments

GATEWAY = "services/api-gateway/"
RAW_HANDLERS = GATEWAY + "raw_handlers"
# Words of paths that are also the gateway's own business or plain English, and why.
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
    "type": "content types",
    "file": "keys and policies are files",
    "o": "\"os\", C++",
}
# Whole identifiers with a resource's word in them, and why. "servers" and "ListServers" are still found.
OWN_IDENTIFIERS = {
    **dict.fromkeys(("server", "server_", "Server", "ServerOptions", "ServerOptionsFrom", "ServerCallbacks"), "the HTTP server"),
    **dict.fromkeys(("network", "networks_"), "addresses of trusted proxies"),
    **dict.fromkeys(("GetExtension", "HasExtension"), "protobuf"),
}


def path_words(tree):
    """Literal segments of all routes, of the product and of the six services of the fixture, as tuples of singular words."""
    segments = set()
    for path, text in tree.files.items():
        if not path.startswith(("proto/tstack/", "tests/contract/fixture/")) or not path.endswith(".proto"):
            continue
        if path.endswith("/plain.proto"):
            continue  # no service of the cloud
        for template in re.findall(r'\b(?:get|post|put|patch|delete|head|also):\s*"(/[^"]*)"', text):
            for segment in template.split("/"):
                if re.fullmatch(r"[a-z][a-z_-]{2,}", segment):
                    segments.add(tuple(singular(word) for word in re.split("[-_]", segment)))
    return segments


def resource_words(tree):
    """(words that alone name a resource, pairs and triples of words that do so together)."""
    segments = path_words(tree)
    single = {words[0] for words in segments if len(words) == 1 and words[0] not in OWN_WORDS}
    return single, {words for words in segments if len(words) > 1}


def singular(word):
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def words_of(identifier):
    """"ListProjects" and "project_id" as their words, in lower case and singular."""
    return [singular(part.lower()) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)]


def resources_in(identifier, single, several):
    """Resources that an identifier names: by one of its words, or by words that follow each other."""
    words = words_of(identifier)
    found = set(words) & single
    for group in several:
        if any(tuple(words[at:at + len(group)]) == group for at in range(len(words))):
            found.add("_".join(group))
    return found


def check_gateway(tree):
    single, several = resource_words(tree)
    problems = []
    for path, text in tree.sources(GATEWAY):
        if is_test(path) or path.startswith(RAW_HANDLERS):
            continue
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            if line.lstrip().startswith("#include"):
                continue
            for identifier in re.findall(r"[A-Za-z_]+", line):
                if identifier in OWN_IDENTIFIERS:
                    continue
                # Fields of the user context are not resources: project_id, domain_name …
                if re.fullmatch(r"(set_|mutable_)?(user_|project_)?(project|domain|user)_(domain_)?(id|name)s?", identifier):
                    continue
                for word in sorted(resources_in(identifier, single, several)):
                    problems.append("%s:%d: '%s' names the resource %s" % (path, number, identifier, word))
    return problems
