"""Configurations of daemons under test, written as TOML."""

import json


def file_source(name, paths, **more):
    return {"name": name, "kind": "file", "path": [str(path) for path in paths], **more}


def configuration(folder, sources, topics=None, store=None, name="s", topics_text=None, **tables):
    """A configuration whose sockets lie in the folder and whose ports are free ones. `tables` are further tables."""
    store = {"path": str(folder / f"{name}.store"), "sync": False,
             "sketch_key": "000102030405060708090a0b0c0d0e0f", **(store or {})}
    publish = {"feed": f"ipc://{folder}/{name}.f", "query": f"ipc://{folder}/{name}.q", **tables.pop("publish", {})}
    admin = {"listen": "127.0.0.1:0", **tables.pop("admin", {})}
    readers = publish.pop("reader", [])
    lines = []
    for title, table in {"store": store, "publish": publish, "admin": admin, **tables}.items():
        lines += [f"[{title}]", *_members(table)]
    for reader in readers:
        lines += ["[[publish.reader]]", *_members(reader)]
    for source in sources:
        lines += ["[[source]]", *_members(source)]
    if topics is not None:
        lines += ["[topics]", *_members(topics)]
    if topics_text is not None:
        lines.append(topics_text)
    return "\n".join(lines) + "\n"


def _members(table):
    # JSON's strings, booleans, numbers and arrays are TOML's as well.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
