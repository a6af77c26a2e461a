#!/usr/bin/python3
"""The same recording published as JSON and as protobuf is the same to the readers, member by member."""

import json
import sys

from support import configuration, file_source, roomtone, story, wait_for
from support.readers import CPP_READER, ROOT, ReaderProcess

sys.path.insert(0, str(ROOT / "proto/client/python"))
from roomtone import Reader  # noqa: E402


def rounded(value):
    """Reals as JSON has them, with six decimals; and without how often a window was published meanwhile."""
    if isinstance(value, dict):
        return {name: rounded(member) for name, member in value.items() if name != "revision"}
    if isinstance(value, list):
        return [rounded(member) for member in value]
    return round(value, 6) if isinstance(value, float) else value


def contents(feed, query):
    """What a Python reader holds of a feed whose source has ended: bodies and the heartbeat, without what time moves."""
    with Reader(feed, query) as reader:
        def settled():
            reader.poll(0.05)
            pulse = reader.replica.pulse
            # A heartbeat may tell that the source has ended before it tells what that source said.
            ended = pulse and "f" in pulse.sources and pulse.sources["f"].state == "ended"
            return (reader.state == "live" and reader.held and ended and pulse.watermark_us is not None
                    and all(update.final for update in reader.held.values()))
        wait_for("the reader to hold final windows", settled, lambda: reader.state)
        held = {key: rounded(update.content) for key, update in reader.held.items()}
        typed = {key: update.atmosphere for key, update in reader.held.items()}
        pulse = reader.replica.pulse
        return held, typed, (pulse.watermark_us, pulse.shed_ratio, round(pulse.coverage, 6))


def main():
    with story("readers: JSON and protobuf") as s:
        recording = s.folder / "said.jsonl"
        roomtone("simulate", "--seconds", 60, "--rate", 20, "--topics", 3, "--out", recording, "--topics-out",
                 s.folder / "topics.toml")
        with recording.open("a") as lines:  # and one voice that says one thing again and again
            for i in range(300):
                lines.write(json.dumps({"author": "crier", "text": "Free cake for everybody who shouts along", "lang": "en",
                                        "time": f"2026-05-02T14:00:59.{i:03}Z"}) + "\n")
        seen, dumps = {}, {}
        for body in ("json", "protobuf"):
            text = configuration(s.folder, [file_source("f", [recording])], name=body, publish={"body": body},
                                 topics_text=(s.folder / "topics.toml").read_text())
            daemon = s.daemon(body, text).start()
            wait_for("the recording to be read", lambda: daemon.column("f", "counted") == 1500)
            seen[body] = contents(daemon.feed, daemon.query)
            reader = ReaderProcess(CPP_READER, daemon.feed, daemon.query)
            wait_for("the C++ reader to be live", lambda: reader.dump()["state"] == "live")
            dumps[body] = {key: n for key, (_, n) in reader.dump()["keys"].items()}
            reader.close()
        s.check("there is something to compare", len(seen["json"][0]) >= 16, len(seen["json"][0]))
        s.equal("every member of every body is the same", seen["protobuf"][0], seen["json"][0])
        s.equal("and so is the heartbeat", seen["protobuf"][2], seen["json"][2])
        day = seen["json"][1]["/a/room/86400s/"]
        s.equal("the typed form has the same figures", day.n, 1500)
        s.check("one voice's campaign is told", [one.voices for one in day.campaigns] == [1], day.campaigns)
        s.check("with its share of the messages", 0.05 < day.campaigns[0].share == day.top_voice_share < 0.4,
                (day.campaigns, day.top_voice_share))
        s.check("the raw tone is not the reputable one", day.raw.tone != day.reputable.tone, day)
        s.equal("the C++ reader sees the same", dumps["protobuf"], dumps["json"])


if __name__ == "__main__":
    main()
