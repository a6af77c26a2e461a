"""Checks who includes whom under daemon/, and that each folder's CMakeLists.txt links what it includes.

    include_directions.py [SOURCE_ROOT]

Exits 0 when the law holds; otherwise names each violation as file:line and exits 1. The law is in the two tables below.
"""

import fnmatch
import pathlib
import re
import sys

STAGES = ["metrics", "ingest", "decode", "text", "topics", "people", "mood", "tally", "room", "alerts", "delivery", "store", "publish", "gateway"]

# Folder -> the other folders it may include. Stages never know of each other: what passes between them is in model/,
# and only app/ knows the order. daemon/main.cpp stands as a folder of its own.
ALLOWED = {
    "base": [],
    "net": ["base"],
    "model": ["base"],
    **{stage: ["base", "model"] for stage in STAGES},
    "ingest": ["base", "model", "net"],
    "delivery": ["base", "model", "net"],
    "topics": ["base", "model", "text"],  # rules are cut exactly as messages are, see decisions/0004
    "app": ["base", "net", "model", *STAGES],
    "cli": ["base", "net", "model", "app", "text", "topics", "people", "mood", "decode", "store", "publish", "room", "alerts", "delivery"],
    "main.cpp": ["base", "app"],
}

# Pattern of an include -> patterns of the files under daemon/ that may have it. Everything else stays open.
THIRD_PARTY_ROOMS = {
    "rocksdb/*": ["store/*.cpp"],
    "zmq*.h*": ["publish/*.cpp", "ingest/zmq_*.cpp", "cli/output_push.cpp"],  # the last one simulates a producer
    "google/protobuf/*": ["publish/*.cpp", "ingest/zmq_*.cpp"],
    "*.pb.h": ["publish/*.cpp", "ingest/zmq_*.cpp"],
    "simdjson*": ["decode/*.cpp", "decode/json.hpp"],  # a header that only decode/*.cpp includes
    "boost/beast*": ["gateway/*", "ingest/*", "delivery/*.cpp", "cli/output_http.cpp"],
    "prometheus/*": ["metrics/*.cpp"],
    "CLI/*": ["cli/*.cpp", "main.cpp", "app/arguments*.cpp"],
    "toml++/*": ["app/config*.cpp", "app/toml_table.*"],
    "toml.hpp": [],
    "re2/*": ["topics/patterns.cpp"],
    "openssl/*": ["base/sha256.cpp", "net/*.cpp", "ingest/*.cpp", "delivery/*.cpp"],
    "spdlog/*": ["base/log.cpp"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINKED = re.compile(r"\broomtone(?:::|_)(\w+)")


def matches_any(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def check_include(name, folder, quote, target):
    """What is wrong with one include of the file `name` (relative to daemon/), or nothing."""
    for pattern, rooms in THIRD_PARTY_ROOMS.items():
        if fnmatch.fnmatchcase(target, pattern) and not matches_any(name, rooms):
            return f"{target} stays in {', '.join(rooms) or 'no file'}"
    top = target.split("/")[0]
    if "/" in target and top in ALLOWED:
        if top != folder and top not in ALLOWED[folder]:
            return f"{folder} may not include {target}"
    elif quote == '"' and not target.endswith(".pb.h"):
        return f'"{target}" names no folder of daemon/: write "folder/file.hpp", or <...> for a library'
    return None


def linked_folders(daemon, folder):
    """The folders that a folder's CMakeLists.txt links, itself among them; None where there is no such file."""
    path = daemon / folder / "CMakeLists.txt"
    if not path.exists():
        return None
    text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    return {name for name in LINKED.findall(text) if name in ALLOWED} | {folder}


def violations(root):
    daemon = pathlib.Path(root) / "daemon"
    links = {folder: linked_folders(daemon, folder) for folder in ALLOWED if folder != "main.cpp"}

    def reachable(folder):
        found, left = set(), [folder]
        while left:
            at = left.pop()
            if at not in found:
                found.add(at)
                left.extend(links.get(at) or ())
        return found

    for folder, linked in links.items():
        for other in sorted((linked or set()) - {folder}):
            if other not in ALLOWED[folder]:
                yield f"daemon/{folder}/CMakeLists.txt: {folder} may not link roomtone::{other}"

    files = sorted(path for path in daemon.rglob("*") if path.suffix in (".cpp", ".hpp"))
    for path in files:
        name = path.relative_to(daemon).as_posix()
        folder = name.split("/")[0]
        if folder not in ALLOWED:
            yield f"daemon/{name}: the folder {folder} has no place in the law; give it one in tests/include_directions.py"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            include = INCLUDE.match(line)
            if not include:
                continue
            quote, target = include.groups()
            wrong = check_include(name, folder, quote, target)
            top = target.split("/")[0]
            if wrong is None and "/" in target and top in ALLOWED and links.get(folder) and top not in reachable(folder):
                # Header-only use of a folder that has no library yet needs no link.
                wrong = f"{folder} includes {target} without linking roomtone::{top}" if links.get(top) else None
            if wrong:
                yield f"daemon/{name}:{number}: {wrong}"
    if not files:
        yield f"{daemon}: no C++ file found"


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent
    found = list(violations(root))
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
