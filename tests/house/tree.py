"""The files of the source tree, read once, with what the rules ask of them."""
import os
import re
import subprocess

SOURCE = (".cc", ".h")


class Tree:
    """`files` maps paths relative to the root to their text; binary files are left out."""

    def __init__(self, files):
        self.files = files

    @classmethod
    def read(cls, root):
        listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True).stdout.decode().split("\0")
        files = {}
        for path in filter(None, listed):
            try:
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    files[path] = file.read()
            except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
                continue
        return cls(files)

    def sources(self, *folders):
        """C++ files below any of the folders; all of them without an argument."""
        for path, text in sorted(self.files.items()):
            if path.endswith(SOURCE) and (not folders or path.startswith(folders)):
                yield path, text


def includes(text):
    """(line number, header) of each include, without quotes or brackets."""
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def without_comments(text):
    """The code with comments blanked out; strings are kept."""
    def blank(found):
        token = found.group(0)
        return re.sub(r"[^\n]", " ", token) if token.startswith("/") else token
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.DOTALL)


def is_test(path):
    return path.endswith(("_test.cc", "_fuzz.cc", "_bench.cc")) or "/testing/" in path or "fixture" in path or path.startswith("tests/")
