"""Listens to a Roomtone daemon: RTN/1 in Python, on pyzmq alone.

    from roomtone import Reader

    with Reader(prefix="/a/room/") as reader:
        for update in reader:
            print(update.key, update.atmosphere.sentence)
"""

from .atmosphere import Atmosphere, Reading, SourceHealth, Window
from .curve import Curve, KeyFileError
from .events import Counters, Event, Notice, Options, Removed, Update
from .reader import Reader
from .wire import Flag, Header

__all__ = ["Atmosphere", "Counters", "Curve", "Event", "Flag", "Header", "KeyFileError", "Notice", "Options", "Reader",
           "Reading", "Removed", "SourceHealth", "Update", "Window"]
