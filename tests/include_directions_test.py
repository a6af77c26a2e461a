"""Plants violations in a small tree and expects include_directions.py to name each of them, and nothing else."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import include_directions

CLEAN = {
    "daemon/base/CMakeLists.txt": "roomtone_library(base SOURCES log.cpp LINKS tl::expected)",
    "daemon/base/log.cpp": '#include "base/log.hpp"\n#include <spdlog/spdlog.h>\n',
    "daemon/model/CMakeLists.txt": "roomtone_library(model SOURCES key.cpp LINKS roomtone::base)",
    "daemon/model/key.cpp": '#include "model/key.hpp"\n#include "base/limits.hpp"\n',
    "daemon/decode/CMakeLists.txt": "roomtone_library(decode SOURCES own.cpp LINKS roomtone::model)",
    "daemon/decode/own.cpp": '#include <simdjson.h>\n#include "base/time.hpp"\n#include "model/message.hpp"\n',
    "daemon/ingest/zmq_pull.cpp": "#include <zmq.hpp>\n",
    "daemon/app/pipeline.cpp": '#include "decode/own.hpp"\n#include "model/key.hpp"\n',
    "daemon/main.cpp": '#include "app/daemon.hpp"\n#include <CLI/CLI.hpp>\n',
}


def check(changed):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**CLEAN, **changed}.items():
            path = pathlib.Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(include_directions.violations(root))


class IncludeDirections(unittest.TestCase):
    def test_a_lawful_tree_passes(self):
        self.assertEqual(check({}), [])

    def test_each_planted_violation_is_named_with_file_and_line(self):
        rows = {
            "base knows nobody": ("daemon/base/log.cpp", '\n#include "model/key.hpp"', "daemon/base/log.cpp:2: base may not include"),
            "a stage includes a stage": ("daemon/text/t.cpp", '#include "mood/scorer.hpp"', "daemon/text/t.cpp:1: text may not include"),
            "in angle brackets too": ("daemon/text/t.cpp", "#include <mood/scorer.hpp>", "daemon/text/t.cpp:1: text may not include"),
            "a stage includes app": ("daemon/room/r.hpp", '#include "app/daemon.hpp"', "daemon/room/r.hpp:1: room may not include"),
            "app includes cli": ("daemon/app/a.cpp", '#include "cli/watch.hpp"', "daemon/app/a.cpp:1: app may not include"),
            "cli includes ingest": ("daemon/cli/c.cpp", '#include "ingest/source.hpp"', "daemon/cli/c.cpp:1: cli may not include"),
            "main includes a stage": ("daemon/main.cpp", '#include "store/store.hpp"', "daemon/main.cpp:1: main.cpp may not include"),
            "no folder named": ("daemon/text/t.cpp", '#include "scorer.hpp"', "names no folder of daemon/"),
            "an unknown folder": ("daemon/utils/u.cpp", "", "the folder utils has no place in the law"),
            "RocksDB outside store": ("daemon/app/a.cpp", "#include <rocksdb/db.h>", "daemon/app/a.cpp:1: rocksdb/db.h stays in"),
            "RocksDB in a header": ("daemon/store/s.hpp", "#include <rocksdb/db.h>", "daemon/store/s.hpp:1: rocksdb/db.h stays in"),
            "ZeroMQ in a TCP source": ("daemon/ingest/tcp.cpp", "#include <zmq.h>", "daemon/ingest/tcp.cpp:1: zmq.h stays in"),
            "protobuf in cli": ("daemon/cli/c.cpp", '#include "roomtone/v1/alert.pb.h"', "daemon/cli/c.cpp:1: roomtone/v1/alert.pb.h"),
            "simdjson in a header": ("daemon/decode/d.hpp", "#include <simdjson.h>", "daemon/decode/d.hpp:1: simdjson.h stays in"),
            "Beast in publish": ("daemon/publish/p.cpp", "#include <boost/beast.hpp>", "daemon/publish/p.cpp:1: boost/beast.hpp"),
            "Prometheus in gateway": ("daemon/gateway/g.cpp", "#include <prometheus/registry.h>", "stays in metrics/*.cpp"),
            "CLI11 in app": ("daemon/app/a.cpp", "#include <CLI/CLI.hpp>", "daemon/app/a.cpp:1: CLI/CLI.hpp stays in"),
            "toml++ in mood": ("daemon/mood/m.cpp", "#include <toml++/toml.h>", "daemon/mood/m.cpp:1: toml++/toml.h stays in"),
            "spdlog outside the log": ("daemon/app/a.cpp", "#include <spdlog/spdlog.h>", "stays in base/log.cpp"),
            "a link against the law": (
                "daemon/text/CMakeLists.txt", "roomtone_library(text LINKS roomtone::mood)", "text may not link roomtone::mood"),
            "an include without its link": (
                "daemon/decode/CMakeLists.txt", "roomtone_library(decode LINKS fmt)", "without linking roomtone::base"),
        }
        for name, (path, text, expected) in rows.items():
            with self.subTest(name):
                found = check({path: text})
                self.assertTrue(any(expected in violation for violation in found), found)

    def test_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(include_directions.main([root]), 1)


if __name__ == "__main__":
    unittest.main()
