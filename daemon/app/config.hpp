#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "model/batch.hpp"
#include "publish/allow_list.hpp"
#include "topics/rules.hpp"

namespace roomtone::app {

enum class SourceKind : uint8_t { file, standard_input, tcp, zmq, http };

/// One `[[source]]`. Which fields mean something depends on `kind`; the others are refused in the file.
struct SourceConfig {
  std::string name;
  SourceKind kind = SourceKind::file;
  Format format = Format::detect;
  std::vector<std::string> paths;  // file
  bool follow = false;             // file
  double pace = 0;                 // file: 0 full, 1 as recorded, N times as fast
  std::string listen;              // tcp, http: "127.0.0.1:5575"; zmq: an endpoint
  bool connect = false;            // zmq: connect instead of bind
  bool insecure_bind = false;
  bool corrections = false;  // keep contributions: repeats dropped, edits and deletes take back
  std::chrono::milliseconds stall_after = std::chrono::seconds(30);

  /// Its events are of the present and its cursor is not a file's.
  [[nodiscard]] bool live() const {
    return kind == SourceKind::tcp || kind == SourceKind::zmq || kind == SourceKind::http;
  }
};

struct StoreConfig {
  std::filesystem::path path;
  bool sync = true;
  std::optional<SipKey> sketch_key;
  std::size_t memory_bytes_max = 192u << 20;
  std::chrono::milliseconds commit_every = std::chrono::milliseconds(250);
  std::chrono::milliseconds correction_horizon = std::chrono::hours(6);
  std::size_t contributions_max = 1'000'000;
};

struct PipelineConfig {
  std::size_t workers = 0;       // 0: as many as cores, at most 16
  std::size_t batch_frames = 0;  // 0: limits::kBatchFrames
  std::chrono::milliseconds horizon = limits::kHorizonDefault;
};

struct PublishConfig {
  std::string feed = "tcp://127.0.0.1:5570";
  std::string query = "tcp://127.0.0.1:5571";
  bool protobuf = false;
  int hwm = 1000;
  std::size_t replay_bytes_max = 16u << 20;
  std::size_t snapshots_max = 1000;
  bool insecure_bind = false;
  std::filesystem::path secret_key_file;        // empty: no CURVE
  std::vector<publish::AllowedReader> readers;  // only with secret_key_file

  [[nodiscard]] bool secured() const { return !secret_key_file.empty(); }
};

struct AdminConfig {
  std::string listen = "127.0.0.1:5576";
  bool insecure_bind = false;
  std::size_t series_max = 2000;
};

/// Everything the configuration file says, checked, with defaults filled in. See deploy/roomtone.example.toml.
struct Config {
  StoreConfig store;
  PipelineConfig pipeline;
  std::vector<SourceConfig> sources;
  PublishConfig publish;
  AdminConfig admin;
  std::vector<topics::TopicSpec> topics;
  std::size_t topics_max = limits::kTopicsDefault;
  std::filesystem::path model;  // empty: look in the usual places
  LogLevel log_level = LogLevel::info;
};

/// Reads and checks a configuration file. The error lists every problem found, a line each: file and line, the
/// key, what it got and what it expected.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);

/// Where the configuration is when nobody says: $XDG_CONFIG_HOME/roomtone/roomtone.toml, else
/// /etc/roomtone/roomtone.toml. `not_found` lists where it looked.
[[nodiscard]] Result<std::filesystem::path> find_config();

/// Where state goes when nobody says: $STATE_DIRECTORY (systemd), else $XDG_STATE_HOME/roomtone, else ~/.local/state,
/// and /var/lib/roomtone for root.
[[nodiscard]] std::filesystem::path default_state_folder();

/// The word list: `asked` if not empty, else models/ beside the program, else /usr/share/roomtone/models.
[[nodiscard]] Result<std::filesystem::path> find_model(const std::filesystem::path& asked);

}  // namespace roomtone::app
