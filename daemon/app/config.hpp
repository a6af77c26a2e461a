#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_rules.hpp"
#include "alerts/herald.hpp"
#include "app/config_delivery.hpp"
#include "app/config_lists.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "model/batch.hpp"
#include "model/tiers.hpp"
#include "people/clients.hpp"
#include "publish/allow_list.hpp"
#include "topics/rules.hpp"

namespace roomtone::app {

enum class SourceKind : uint8_t { file, standard_input, tcp, zmq, http, zmq_router, jetstream };

/// The keys of a source of kind jetstream. See deploy/roomtone.example.toml.
struct JetstreamConfig {
  std::vector<std::string> hosts;
  std::vector<std::string> collections = {"app.bsky.feed.post"};
  std::vector<std::string> dids;
  std::filesystem::path zstd_dictionary;  // empty: uncompressed
  std::filesystem::path ca_file;          // empty: the system's
  std::chrono::milliseconds silence = std::chrono::seconds(30);
  std::chrono::milliseconds rewind = std::chrono::seconds(5);
  std::chrono::milliseconds rewind_other_host = std::chrono::seconds(30);
  std::chrono::milliseconds handshake_time = std::chrono::seconds(10);
  std::chrono::milliseconds idle_time = std::chrono::seconds(60);
  std::chrono::milliseconds retry_min = std::chrono::milliseconds(500);
  std::chrono::milliseconds retry_max = std::chrono::seconds(30);
};

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
  std::string tokens;        // tcp, http, zmq_router: file of those who may send; empty: whoever can reach us
  bool corrections = false;  // keep contributions: repeats dropped, edits and deletes take back
  std::chrono::milliseconds stall_after = std::chrono::seconds(30);
  JetstreamConfig jetstream;  // jetstream

  /// Its events are of the present and its cursor is not a file's.
  [[nodiscard]] bool live() const { return kind != SourceKind::file && kind != SourceKind::standard_input; }
  /// Hearing nothing is no fault of it while it is connected.
  [[nodiscard]] bool may_be_quiet() const { return kind == SourceKind::jetstream && jetstream.silence.count() == 0; }
};

struct StoreConfig {
  std::filesystem::path path;
  bool sync = true;
  std::optional<SipKey> sketch_key;
  std::size_t memory_bytes_max = 192u << 20;
  std::chrono::milliseconds commit_every = std::chrono::milliseconds(250);
  std::chrono::milliseconds correction_horizon = std::chrono::hours(6);
  std::size_t contributions_max = 1'000'000;
  std::chrono::milliseconds request_window = std::chrono::hours(1);
  std::size_t requests_max = 1'000'000;
  std::size_t free_bytes_min = limits::kStoreFreeBytes;
};

enum class RetentionApply : uint8_t { live, always, never };

// Shorter than this and the windows and the coarsening of the running hour would miss what they read.
inline constexpr std::array<std::chrono::milliseconds, kTiers> kRetentionMin = {
    std::chrono::hours(1), std::chrono::hours(24), std::chrono::hours(48)};

struct RetentionConfig {
  RetentionApply apply = RetentionApply::live;
  /// By tier; 0: for ever.
  std::array<std::chrono::milliseconds, kTiers> keep = {std::chrono::hours(24 * 7), std::chrono::hours(24 * 90),
                                                        std::chrono::milliseconds(0)};
  std::size_t disk_bytes_max = 0;  // 0: no ceiling
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

struct RecordConfig {
  std::filesystem::path folder;  // empty: nothing is recorded
  std::size_t bytes_max = 1u << 30;
  std::size_t segment_bytes = 16u << 20;
};

/// `[alerts]`, but for who is told.
struct AlertsConfig {
  bool enabled = true;
  alerts::AlertRules rules;
  alerts::HeraldRules herald;
};

/// Everything the configuration file says, checked, with defaults filled in. See deploy/roomtone.example.toml.

struct Config {
  StoreConfig store;
  RetentionConfig retention;
  PipelineConfig pipeline;
  std::vector<SourceConfig> sources;
  PublishConfig publish;
  AdminConfig admin;
  AlertsConfig alerts;
  RecordConfig record;
  std::vector<topics::TopicSpec> topics;
  std::size_t topics_max = limits::kTopicsDefault;
  std::vector<ListConfig> lists;
  DeliveryConfig delivery;  // of alerts
  /// What comes from these is declared automation, see people::Clients.
  std::vector<std::string> automation_clients{people::kUsualAutomationClients.begin(),
                                              people::kUsualAutomationClients.end()};
  std::filesystem::path model;                  // empty: look in the usual places
  std::vector<std::filesystem::path> lexicons;  // what users say that words mean
  LogLevel log_level = LogLevel::info;
};

/// Reads and checks a configuration file. The error lists every problem found, a line each: file and line, the
/// key, what it got and what it expected.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);

/// What its rules may ask for.
[[nodiscard]] topics::Named named_in(const Config& config);

/// Where the configuration is when nobody says: $XDG_CONFIG_HOME/roomtone/roomtone.toml, else
/// /etc/roomtone/roomtone.toml. `not_found` lists where it looked.
[[nodiscard]] Result<std::filesystem::path> find_config();

/// Where state goes when nobody says: $STATE_DIRECTORY (systemd), else $XDG_STATE_HOME/roomtone, else ~/.local/state,
/// and /var/lib/roomtone for root.
[[nodiscard]] std::filesystem::path default_state_folder();

}  // namespace roomtone::app
