#include "app/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "app/config_lists.hpp"
#include "app/config_topics.hpp"
#include "app/lexicon_files.hpp"
#include "app/toml_table.hpp"
#include "model/key.hpp"
#include "publish/curve_key.hpp"
#include "publish/feed_key.hpp"

namespace roomtone::app {

namespace {

std::optional<SipKey> parse_sketch_key(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const char c = hex[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return std::nullopt;
    halves[i / 16] = (halves[i / 16] << 4) | static_cast<uint64_t>(digit);
  }
  return SipKey{halves[0], halves[1]};
}

void read_store(TomlTable& table, StoreConfig& store) {
  std::string path;
  table.read("path", path);
  if (table.has("path") && path.empty()) table.problem("path", "got an empty path, expected a folder");
  if (!path.empty()) store.path = path;
  table.read("sync", store.sync);
  table.read_size("memory_max", store.memory_bytes_max, 16u << 20, SIZE_MAX >> 1);
  table.read_duration("commit_every", store.commit_every, 5ms, 10s);
  table.read_duration("correction_horizon", store.correction_horizon, 0ms, std::chrono::hours(48));
  table.read_size("free_min", store.free_bytes_min, limits::kStoreFreeBytesMin, SIZE_MAX >> 1);
  table.read_integer("contributions_max", store.contributions_max, 1000, 100'000'000);
  table.read_duration("request_window", store.request_window, 1s, std::chrono::hours(24 * 30));
  table.read_integer("requests_max", store.requests_max, 1000, 100'000'000);
  std::string key;
  table.read("sketch_key", key);
  if (table.has("sketch_key")) {
    store.sketch_key = parse_sketch_key(key);
    if (!store.sketch_key) table.problem("sketch_key", "expected 32 lower-case hexadecimal digits");
  }
}

void read_retention(TomlTable& table, RetentionConfig& retention) {
  table.read_choice<RetentionApply>(
      "apply", retention.apply,
      {{"live", RetentionApply::live}, {"always", RetentionApply::always}, {"never", RetentionApply::never}});
  constexpr std::array<const char*, kTiers> kNames = {"panes", "minutes", "hours"};
  for (std::size_t tier = 0; tier < kTiers; ++tier) {
    auto& keep = retention.keep[tier];
    table.read_duration(kNames[tier], keep, 0ms, std::chrono::hours(24 * 36500));
    if (keep != 0ms && keep < kRetentionMin[tier])
      table.problem(kNames[tier], "got " + std::to_string(keep.count()) + "ms, expected 0ms, for ever, or at least " +
                                      std::to_string(kRetentionMin[tier] / std::chrono::hours(1)) + "h");
    // A coarser row is what remains of the finer ones.
    if (tier > 0 && keep != 0ms && (retention.keep[tier - 1] == 0ms || keep < retention.keep[tier - 1]))
      table.problem(kNames[tier],
                    "got " + std::to_string(keep.count()) + "ms, expected no less than retention." + kNames[tier - 1]);
  }
  table.read_size("disk_max", retention.disk_bytes_max, 0, SIZE_MAX >> 1);
  if (retention.disk_bytes_max != 0 && retention.disk_bytes_max < (64u << 20))
    table.problem("disk_max",
                  "got " + std::to_string(retention.disk_bytes_max) + ", expected 0, no ceiling, or at least 64MiB");
}

/// Whole seconds, as event time has them for alerts.
void read_seconds(TomlTable& table, std::string_view key, int64_t& into, std::chrono::seconds min,
                  std::chrono::seconds max) {
  std::chrono::milliseconds read = std::chrono::seconds(into);
  table.read_duration(key, read, min, max);
  into = std::chrono::floor<std::chrono::seconds>(read).count();
}

/// When those who are told want to be.
void read_herald(TomlTable& table, alerts::HeraldRules& herald) {
  std::string name = "UTC";
  table.read("time_zone", name);
  auto zone = TimeZone::named(name);
  if (!zone) {
    table.problem("time_zone", "got \"" + printable(name, 80) + "\", " + zone.error().context);
    zone = TimeZone();
  }
  herald.quiet = alerts::QuietHours(std::move(*zone));
  std::vector<std::string> quiet;
  table.read_strings("quiet_hours", quiet, true);
  constexpr std::size_t kSpans = 32;
  if (quiet.size() > kSpans)
    table.problem("quiet_hours",
                  "got " + std::to_string(quiet.size()) + ", expected at most " + std::to_string(kSpans));
  for (const std::string& text : quiet)
    if (const auto added = herald.quiet.add(text); !added)
      table.problem("quiet_hours", "got \"" + printable(text, 80) + "\", " + added.error().context);
  table.read_integer("budget", herald.budget, 0, alerts::Herald::kBudgetMax);
  const auto read_span = [&table](std::string_view key, std::chrono::seconds& into, std::chrono::milliseconds min) {
    int64_t seconds = into.count();
    read_seconds(table, key, seconds, std::chrono::floor<std::chrono::seconds>(min), std::chrono::hours(24 * 30));
    into = std::chrono::seconds(seconds);
  };
  read_span("budget_per", herald.budget_per, 60s);
  read_span("digest_every", herald.digest_every, 1s);
  table.read_strings("pass", herald.pass, true);
  for (const std::string& rule : herald.pass)
    if (std::ranges::find(alerts::kRuleNames, rule) == alerts::kRuleNames.end()) {
      std::string expected;
      for (const std::string_view known : alerts::kRuleNames)
        expected += (expected.empty() ? "" : ", ") + std::string(known);
      table.problem("pass", "got \"" + printable(rule, 80) + "\", expected some of " + expected);
    }
}

void read_alerts(TomlTable& table, AlertsConfig& config) {
  alerts::AlertRules& rules = config.rules;
  table.read("enabled", config.enabled);
  auto days = static_cast<std::size_t>(rules.budget.days_between_false_alarms);
  table.read_integer("false_alarm_days", days, 1, 3650);
  rules.budget.days_between_false_alarms = static_cast<double>(days);
  auto messages = static_cast<std::size_t>(rules.min_messages);
  table.read_integer("min_messages", messages, 1, 1'000'000);
  rules.min_messages = static_cast<int64_t>(messages);
  auto voices = static_cast<std::size_t>(rules.min_voices);
  table.read_integer("min_voices", voices, 1, 1'000'000);
  rules.min_voices = static_cast<int64_t>(voices);
  read_seconds(table, "hold", rules.hold_s, 60s, std::chrono::hours(24 * 30));
  read_seconds(table, "cool_down", rules.cool_down_s, 0s, std::chrono::hours(24 * 30));
  auto percent = static_cast<std::size_t>(rules.coverage_min * 100 + 0.5);
  table.read_integer("coverage_min_percent", percent, 0, 100);
  rules.coverage_min = static_cast<double>(percent) / 100;
  table.read("severity", rules.severity);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (rules.severity.empty() || rules.severity.size() > 64 || !std::ranges::all_of(rules.severity, plain))
    table.problem("severity", "got \"" + printable(rules.severity, 40) + "\", expected 1 to 64 of a-z, 0-9, - and _");
  table.read_integer("rooms_max", rules.rooms_max, 1, 1'000'000);
  read_herald(table, config.herald);
}

void read_pace(TomlTable& table, double& pace) {
  std::string text = "full";
  table.read("pace", text);
  if (text == "full") {
    pace = 0;
  } else if (text == "recorded") {
    pace = 1;
  } else {
    char* end = nullptr;
    const double factor = text.size() > 1 && text[0] == 'x' ? std::strtod(text.c_str() + 1, &end) : 0;
    if (end == nullptr || *end != '\0' || !(factor >= 0.001 && factor <= 1'000'000)) {
      table.problem("pace",
                    "got \"" + printable(text, 40) + "\", expected \"full\", \"recorded\" or a factor such as \"x10\"");
      return;
    }
    pace = factor;
  }
}

void read_jetstream(TomlTable& table, JetstreamConfig& jetstream) {
  constexpr auto kHour = std::chrono::hours(1);
  table.read_strings("hosts", jetstream.hosts);
  if (jetstream.hosts.empty())
    table.problem("hosts", "missing, expected servers such as \"wss://jetstream1.us-east.bsky.network\"");
  table.read_strings("collections", jetstream.collections, true);
  table.read_strings("dids", jetstream.dids, true);
  std::string path;
  table.read("zstd_dictionary", path);
  jetstream.zstd_dictionary = std::exchange(path, {});
  table.read("ca_file", path);
  jetstream.ca_file = path;
  // Chosen people may rightly say nothing for hours; the whole network does not.
  if (!jetstream.dids.empty()) jetstream.silence = 0ms;
  table.read_duration("silence", jetstream.silence, 0ms, 24 * kHour);
  table.read_duration("rewind", jetstream.rewind, 0ms, kHour);
  table.read_duration("rewind_other_host", jetstream.rewind_other_host, 0ms, kHour);
  table.read_duration("handshake_time", jetstream.handshake_time, 10ms, kHour);
  table.read_duration("idle_time", jetstream.idle_time, 100ms, kHour);
  table.read_duration("retry_min", jetstream.retry_min, 1ms, kHour);
  table.read_duration("retry_max", jetstream.retry_max, 1ms, kHour);
  if (jetstream.retry_max < jetstream.retry_min) table.problem("retry_max", "is less than retry_min");
}

void read_reach(TomlTable& table, SourceConfig& source) {
  table.read("insecure_bind", source.insecure_bind);
  table.read("tokens", source.tokens);
  if (table.has("tokens") && source.tokens.empty())
    table.problem("tokens", "got an empty path, expected a file that 'roomtone token' has made");
}

void read_source(TomlTable& table, SourceConfig& source) {
  table.read("name", source.name);
  if (!valid_topic_id(source.name))
    table.problem("name", "got \"" + printable(source.name, 80) + "\", expected 1 to 64 of a-z, 0-9, - and _");
  if (!table.has("kind"))
    table.problem("kind", "missing, expected one of file, stdin, tcp, zmq, zmq_router, http, jetstream");
  table.read_choice<SourceKind>("kind", source.kind,
                                {{"file", SourceKind::file},
                                 {"stdin", SourceKind::standard_input},
                                 {"tcp", SourceKind::tcp},
                                 {"zmq", SourceKind::zmq},
                                 {"zmq_router", SourceKind::zmq_router},
                                 {"http", SourceKind::http},
                                 {"jetstream", SourceKind::jetstream}});
  if (source.kind == SourceKind::jetstream) {
    source.format = Format::jetstream;  // and the key is unknown: there is nothing to choose
  } else {
    table.read_choice<Format>("format", source.format,
                              {{"detect", Format::detect},
                               {"own", Format::own},
                               {"jetstream", Format::jetstream},
                               {"mastodon", Format::mastodon},
                               {"x_v2", Format::x_v2},
                               {"x_v11", Format::x_v11}});
  }
  source.corrections = source.live();
  table.read("corrections", source.corrections);
  if (source.kind == SourceKind::jetstream && !source.corrections)
    table.problem("corrections", "got false, expected true: what servers send twice could not be told");
  table.read_duration("stall_after", source.stall_after, 100ms, std::chrono::hours(24));
  switch (source.kind) {
    case SourceKind::file:
      if (!table.has("path")) table.problem("path", "missing, expected a file, a glob or a list of them");
      table.read_strings("path", source.paths);
      table.read("follow", source.follow);
      read_pace(table, source.pace);
      break;
    case SourceKind::standard_input: break;
    case SourceKind::tcp:
      source.listen = "127.0.0.1:5575";
      table.read("listen", source.listen);
      read_reach(table, source);
      break;
    case SourceKind::http:
      source.listen = "127.0.0.1:5574";
      table.read("listen", source.listen);
      read_reach(table, source);
      break;
    case SourceKind::zmq_router:
      source.listen = "tcp://127.0.0.1:5573";
      table.read("endpoint", source.listen);
      read_reach(table, source);
      break;
    case SourceKind::zmq:
      source.listen = "tcp://127.0.0.1:5572";
      table.read("endpoint", source.listen);
      table.read("connect", source.connect);
      table.read("insecure_bind", source.insecure_bind);
      break;
    case SourceKind::jetstream: read_jetstream(table, source.jetstream); break;
  }
}

void read_sources(TomlTable& root, std::vector<SourceConfig>& sources) {
  const toml::node* node = root.take("source");
  if (node == nullptr) {
    root.problem("source", "missing, expected at least one [[source]] table");
    return;
  }
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    root.problem("source", "expected [[source]] tables, in double brackets");
    return;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < array->size(); ++i) {
    TomlTable table(*array->get_as<toml::table>(i), "source[" + std::to_string(i) + "]", root.problems());
    SourceConfig& source = sources.emplace_back();
    read_source(table, source);
    if (!names.insert(source.name).second)
      table.problem("name", "got \"" + source.name + "\" twice, expected each name once");
  }
}

void read_prefixes(TomlTable& table, std::vector<std::string>& prefixes) {
  if (!table.has("prefixes"))
    table.problem("prefixes", "missing, expected what it may read, such as [\"/a/t/derby/\"]");
  table.read_strings("prefixes", prefixes);
  for (const std::string& prefix : prefixes) {
    if (publish::valid_prefix(prefix)) continue;
    table.problem("prefixes", "got \"" + printable(prefix, 80) +
                                  "\", expected \"\" (everything) or a prefix from / to /, such as \"/a/t/derby/\"");
  }
}

/// The readers that may connect under CURVE.
void read_readers(TomlTable& publish, std::vector<publish::AllowedReader>& readers) {
  const toml::node* node = publish.take("reader");
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    publish.problem("reader", "expected [[publish.reader]] tables, in double brackets");
    return;
  }
  std::set<std::string> names;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < array->size(); ++i) {
    TomlTable table(*array->get_as<toml::table>(i), "publish.reader[" + std::to_string(i) + "]", publish.problems());
    publish::AllowedReader& reader = readers.emplace_back();
    table.read("name", reader.name);
    if (!valid_topic_id(reader.name))
      table.problem("name", "got \"" + printable(reader.name, 80) + "\", expected 1 to 64 of a-z, 0-9, - and _");
    if (!names.insert(reader.name).second)
      table.problem("name", "got \"" + printable(reader.name, 80) + "\" twice, expected each name once");
    table.read("public_key", reader.public_key);
    if (!publish::valid_curve_key(reader.public_key))
      table.problem("public_key", "expected the 40 characters that 'roomtone keygen' wrote to the reader's .pub file");
    if (!keys.insert(reader.public_key).second)
      table.problem("public_key", "is another reader's too, expected each key once");
    read_prefixes(table, reader.prefixes);
  }
}

void read_publish(TomlTable& table, PublishConfig& publish) {
  table.read("feed", publish.feed);
  table.read("query", publish.query);
  table.read_choice<bool>("body", publish.protobuf, {{"json", false}, {"protobuf", true}});
  std::size_t hwm = static_cast<std::size_t>(publish.hwm);
  table.read_integer("hwm", hwm, 1, 1'000'000);
  publish.hwm = static_cast<int>(hwm);
  table.read_size("replay_max", publish.replay_bytes_max, 0, 1u << 30);
  table.read_integer("snapshots_max", publish.snapshots_max, 1, 100'000);
  table.read("insecure_bind", publish.insecure_bind);
  std::string file;
  table.read("secret_key_file", file);
  if (table.has("secret_key_file") && file.empty())
    table.problem("secret_key_file", "got an empty path, expected the .key file that 'roomtone keygen' wrote");
  publish.secret_key_file = file;
  read_readers(table, publish.readers);
  if (!publish.secured() && !publish.readers.empty())
    table.problem("reader", "is given without secret_key_file, so nobody would be asked for a key");
}

/// The rules files; those that cannot be read are told of with all other problems.
void read_rules(TomlTable& table, const topics::Named& named, Config& config) {
  std::vector<std::string> files;
  table.read_strings("files", files, true);
  if (files.size() > limits::kRulesFiles) {
    table.problem("files", "got " + std::to_string(files.size()) + " files, expected at most " +
                               std::to_string(limits::kRulesFiles));
    return;
  }
  for (const std::string& file : files) {
    auto topics = read_rules_file(file, &named);
    if (!topics && topics.error().code == ErrorCode::invalid_argument) {
      table.problems().take(topics.error().context);
    } else if (!topics) {
      table.problem("files", topics.error().context);
    } else {
      std::ranges::move(*topics, std::back_inserter(config.topics));
    }
  }
}

/// An id stands once in all files together.
void refuse_twins(TomlTable& root, const std::vector<topics::TopicSpec>& topics) {
  std::map<std::string_view, const topics::TopicSpec*> known;
  for (const topics::TopicSpec& topic : topics) {
    const auto [there, fresh] = known.emplace(topic.id, &topic);
    if (!fresh)
      root.problems().take(topic.where + ": topics." + topic.id + ": stands at " + there->second->where + " already");
  }
}

template <typename Read>
void read_table(TomlTable& root, std::string_view name, Read read) {
  const toml::node* node = root.take(name);
  if (node == nullptr) return;
  if (const toml::table* table = node->as_table()) {
    TomlTable reader(*table, std::string(name), root.problems());
    read(reader);
  } else {
    root.problem(name, "expected a [" + std::string(name) + "] table");
  }
}

void read_root(TomlTable& root, std::string_view text, const std::string& file, Config& config) {
  read_table(root, "store", [&](TomlTable& table) { read_store(table, config.store); });
  read_table(root, "retention", [&](TomlTable& table) { read_retention(table, config.retention); });
  read_table(root, "pipeline", [&](TomlTable& table) {
    table.read_integer("workers", config.pipeline.workers, 0, 64);
    table.read_integer("batch_frames", config.pipeline.batch_frames, 0, limits::kBatchFrames);
    table.read_duration("horizon", config.pipeline.horizon, 60s, std::chrono::hours(24 * 365));
  });
  read_sources(root, config.sources);
  read_table(root, "publish", [&](TomlTable& table) { read_publish(table, config.publish); });
  read_table(root, "admin", [&](TomlTable& table) {
    table.read("listen", config.admin.listen);
    table.read("insecure_bind", config.admin.insecure_bind);
    table.read_integer("series_max", config.admin.series_max, 100, 1'000'000);
  });
  read_table(root, "alerts", [&](TomlTable& table) {
    read_alerts(table, config.alerts);
    read_delivery(table, config.delivery);
  });
  read_table(root, "record", [&](TomlTable& table) {
    std::string folder;
    table.read("folder", folder);
    if (folder.empty()) table.problem("folder", "missing, expected the folder to record to");
    config.record.folder = folder;
    table.read_size("segment_max", config.record.segment_bytes, 64u << 10, 1u << 30);
    table.read_size("size_max", config.record.bytes_max, 1u << 20, SIZE_MAX >> 1);
    // Every source has a segment open, and those cannot be removed.
    if (config.record.bytes_max < (config.sources.size() + 1) * config.record.segment_bytes)
      table.problem("size_max", "got less than a segment for each source and one more, expected at least " +
                                    std::to_string((config.sources.size() + 1) * config.record.segment_bytes) +
                                    " bytes");
  });
  read_lists(root, file, config.lists);
  const topics::Named named = named_in(config);
  read_topics(root, text, &named, config.topics);
  read_table(root, "rules", [&](TomlTable& table) { read_rules(table, named, config); });
  refuse_twins(root, config.topics);
  read_table(root, "automation", [&](TomlTable& table) {
    table.read_strings("clients", config.automation_clients, true);
    if (const auto compiled = people::Clients::compile(config.automation_clients); !compiled)
      table.problem("clients", compiled.error().context);
  });
  read_table(root, "mood", [&](TomlTable& table) {
    std::string model;
    table.read("model", model);
    config.model = model;
    std::vector<std::string> lexicons;
    table.read_strings("lexicons", lexicons, true);
    config.lexicons.assign(lexicons.begin(), lexicons.end());
    if (lexicons.size() > kLexiconFiles)
      table.problem("lexicons", "got " + std::to_string(lexicons.size()) + " files, expected at most " +
                                    std::to_string(kLexiconFiles));
  });
  read_table(root, "log", [&](TomlTable& table) {
    table.read_choice<LogLevel>("level", config.log_level,
                                {{"debug", LogLevel::debug},
                                 {"info", LogLevel::info},
                                 {"warning", LogLevel::warning},
                                 {"error", LogLevel::error}});
  });
}

std::filesystem::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::filesystem::path(value) : std::filesystem::path();
}

}  // namespace

topics::Named named_in(const Config& config) {
  topics::Named named;
  for (const SourceConfig& source : config.sources) named.sources.push_back(source.name);
  for (const ListConfig& list : config.lists) named.lists.push_back(list.spec.id);
  return named;
}

Result<Config> load_config(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return fail(ErrorCode::not_found, "read the configuration " + file.string() + ": no such file, or not readable");
  }
  Config config;
  config.store.path = default_state_folder();
  Problems problems(file.string());
  try {
    const toml::table parsed = toml::parse(text.view(), file.string());
    TomlTable root(parsed, "", problems);
    read_root(root, text.view(), file.string(), config);
  } catch (const toml::parse_error& error) {
    problems.add(error.source(), "syntax", std::string(error.description()));
  }
  if (problems.any()) return fail(ErrorCode::invalid_argument, problems.text());
  return config;
}

Result<std::filesystem::path> find_config() {
  std::vector<std::filesystem::path> places;
  if (const auto xdg = from_environment("XDG_CONFIG_HOME"); !xdg.empty()) {
    places.push_back(xdg / "roomtone/roomtone.toml");
  } else if (const auto home = from_environment("HOME"); !home.empty()) {
    places.push_back(home / ".config/roomtone/roomtone.toml");
  }
  places.emplace_back("/etc/roomtone/roomtone.toml");
  std::string looked;
  for (const auto& place : places) {
    if (std::filesystem::exists(place)) return place;
    looked += (looked.empty() ? "" : " and ") + place.string();
  }
  return fail(ErrorCode::not_found, "no configuration: looked for " + looked +
                                        "; give one with --config, or start from the example that comes with Roomtone");
}

std::filesystem::path default_state_folder() {
  if (auto systemd = from_environment("STATE_DIRECTORY"); !systemd.empty()) return systemd;
  if (const auto xdg = from_environment("XDG_STATE_HOME"); !xdg.empty()) return xdg / "roomtone";
  if (::geteuid() == 0) return "/var/lib/roomtone";
  return from_environment("HOME") / ".local/state/roomtone";
}

}  // namespace roomtone::app
