// The C++ reader behind the line protocol of the conformance suite: see proto/conformance/README.md.
#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <map>
#include <optional>
#include <roomtone/client/reader.hpp>
#include <sstream>

namespace {

using namespace roomtone::client;
using Given = std::map<std::string, std::string>;

Given read_start(const std::string& line) {
  Given given;
  std::istringstream words(line);
  for (std::string word; words >> word;)
    if (const auto sign = word.find('='); sign != std::string::npos)
      given[word.substr(0, sign)] = word.substr(sign + 1);
  return given;
}

template <typename Number>
void take(const Given& given, const std::string& name, Number& out) {
  if (const auto at = given.find(name); at != given.end())
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), out);
}

void take_ms(const Given& given, const std::string& name, std::chrono::milliseconds& out) {
  auto count = out.count();
  take(given, name + "_ms", count);
  out = std::chrono::milliseconds(count);
}

Options options_of(const Given& given) {
  Options options;
  if (const auto at = given.find("recover"); at != given.end() && at->second == "snapshot")
    options.recover = Recover::snapshot;
  take_ms(given, "stale_after", options.stale_after);
  take_ms(given, "patience", options.patience);
  take_ms(given, "pause_first", options.pause_first);
  take_ms(given, "pause_max", options.pause_max);
  take(given, "credit", options.credit);
  take(given, "keys_max", options.keys_max);
  return options;
}

struct Tell {
  void operator()(const Update& update) const {
    std::cout << "update " << update.key << ' ' << update.header.key_seq << ' ' << name_of(update.origin) << ' '
              << (update.newest ? "newest" : "older") << '\n';
  }
  void operator()(const Removed& removed) const { std::cout << "removed " << removed.key << '\n'; }
  void operator()(const Notice& notice) const {
    std::cout << "notice " << name_of(notice.kind) << ' ' << (notice.key.empty() ? "-" : notice.key)
              << (notice.detail.empty() ? "" : " ") << notice.detail << '\n';
  }
};

void dump(const Reader& reader) {
  std::cout << "state " << name_of(reader.state()) << "\nstale " << (reader.stale() ? "yes" : "no") << "\nstopped "
            << (reader.stopped() ? "yes" : "no") << "\nepoch "
            << (reader.epoch() ? std::to_string(*reader.epoch()) : std::string("-")) << '\n';
  for (const auto& [key, held] : reader.held()) {
    const auto& atmosphere = held.update.atmosphere;
    std::cout << "key " << key << ' ' << held.key_seq << ' ' << (atmosphere ? std::to_string(atmosphere->n) : "-")
              << '\n';
  }
  const Counters& c = reader.counters();
  const std::pair<const char*, uint64_t> counts[] = {{"updates", c.updates},
                                                     {"repeats", c.repeats},
                                                     {"gaps", c.gaps},
                                                     {"missed", c.missed},
                                                     {"losses", c.losses},
                                                     {"silences", c.silences},
                                                     {"epochs", c.epochs},
                                                     {"snapshots_asked", c.snapshots_asked},
                                                     {"snapshots", c.snapshots},
                                                     {"replays_asked", c.replays_asked},
                                                     {"replays", c.replays},
                                                     {"garbage", c.garbage},
                                                     {"ignored", c.ignored},
                                                     {"other_version", c.other_version},
                                                     {"refused_keys", c.refused_keys}};
  for (const auto& [name, count] : counts) std::cout << "count " << name << ' ' << count << '\n';
  if (reader.heartbeat())
    for (const auto& [name, source] : reader.heartbeat()->sources)
      std::cout << "source " << name << ' ' << source.state << '\n';
  for (const auto& [key, sources] : reader.blind_keys()) {
    std::cout << "blind " << key;
    for (const std::string& name : sources) std::cout << ' ' << name;
    std::cout << '\n';
  }
  std::cout << "end\n";
}

/// Lines of standard input.
class Commands {
 public:
  /// The next line; empty when none comes in time, which is for ever if negative. Nothing when the input has ended.
  std::optional<std::string> next(int timeout_ms) {
    auto end = waiting_.find('\n');
    for (; end == std::string::npos; end = waiting_.find('\n')) {
      pollfd input = {STDIN_FILENO, POLLIN, 0};
      if (::poll(&input, 1, timeout_ms) <= 0) return std::string();
      char bytes[4096];
      const auto read = ::read(STDIN_FILENO, bytes, sizeof bytes);
      if (read <= 0) return {};
      waiting_.append(bytes, static_cast<std::size_t>(read));
    }
    std::string line = waiting_.substr(0, end);
    waiting_.erase(0, end + 1);
    return line;
  }

 private:
  std::string waiting_;
};

/// Reads until it is told to stop; false when the input has ended or the reader cannot begin.
bool follow(const std::string& start, Commands& commands) {
  Given given = read_start(start);
  Feed feed{.publish = given["feed"], .query = given["query"], .prefix = given["prefix"], .curve = {}};
  if (given.contains("server_pub")) {
    auto files = read_curve(given["server_pub"], given["own_key"]);
    if (!files.curve) return std::cerr << files.error << '\n', false;
    feed.curve = std::move(files.curve);
  }
  const auto [reader, error] = Reader::connect(feed, options_of(given));
  if (!reader) return std::cerr << error << '\n', false;
  while (true) {
    for (const Event& event : reader->poll(std::chrono::milliseconds(20))) std::visit(Tell{}, event);
    const auto command = commands.next(0);
    if (!command || command == "stop") return command.has_value();
    if (command == "dump") dump(*reader);
    std::cout.flush();
  }
}

}  // namespace

int main() {
  Commands commands;
  for (auto line = commands.next(-1); line; line = commands.next(-1)) {
    if (!line->starts_with("start ")) continue;
    if (!follow(*line, commands)) return 1;
    std::cout << "closed\n" << std::flush;
  }
  return 0;
}
