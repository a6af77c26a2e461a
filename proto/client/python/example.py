#!/usr/bin/python3
"""Prints the room as it changes, and what becomes of the feed."""
from roomtone import Notice, Reader, Update

with Reader("tcp://127.0.0.1:5570", "tcp://127.0.0.1:5571", prefix="/a/room/") as reader:
    for event in reader.events():
        if isinstance(event, Update) and event.newest:
            print(event.key, event.content["sentence"], flush=True)
        elif isinstance(event, Notice):
            print("--", event.kind, event.key, event.detail, flush=True)
