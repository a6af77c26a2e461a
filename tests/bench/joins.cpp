// How long it takes until readers that all join at once hold every key: subscribe, wait for the heartbeat that proves
// it, take a snapshot, as proto/PROTOCOL.md says (6.1). The feed is a process of its own that shares this machine with
// all readers, and every key goes on being published once a second.
//
//   joins READERS KEYS [curve]
//
// Prints one JSON object; times are from the moment at which all readers begin to connect, CPU seconds from there to
// the last snapshot, of the feed's process and of the readers'. No join is quicker than the busiest thread of the feed,
// however many cores there are and wherever the readers run.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "publish/curve_key.hpp"
#include "publish/feed.hpp"
#include "publish/socket.hpp"

namespace {

using namespace roomtone;
using namespace roomtone::publish;

constexpr std::size_t kReadersPerThread = 250;  // ZeroMQ allows a context 1,023 sockets

struct Place {
  std::string publish_endpoint;
  std::string query_endpoint;
  std::optional<CurvePair> keys;
  std::string server_key;
  std::size_t keys_expected;
};

class Joiner {
 public:
  Joiner(const Context& context, const Place& place)
      : place_(place), subscriber_(context, ZMQ_SUB), dealer_(context, ZMQ_DEALER) {
    for (Socket* socket : {&subscriber_, &dealer_}) {
      socket->set(ZMQ_LINGER, 0);
      socket->set(ZMQ_RCVHWM, 0);
      if (!place.keys) continue;
      socket->set(ZMQ_CURVE_SERVERKEY, place.server_key);
      socket->set(ZMQ_CURVE_PUBLICKEY, place.keys->public_key);
      socket->set(ZMQ_CURVE_SECRETKEY, place.keys->secret_key);
    }
  }
  void begin() {
    (void)subscriber_.connect(place_.publish_endpoint);
    (void)dealer_.connect(place_.query_endpoint);
    for (const std::string_view prefix : {"/a/", "/ctl/", "/hb/"}) subscriber_.set(ZMQ_SUBSCRIBE, prefix);
  }
  void read(Mono now) {
    while (subscriber_.receive(frames_))
      if (!asked_ && frames_[0] == "/hb/") ask("SNAPSHOT");
    while (dealer_.receive(frames_)) {
      if (frames_.size() < 3) continue;
      if (frames_[1] == "KV") ++held_;
      if (frames_[1] == "MORE") ask("MORE");
      if (frames_[1] == "ERR") failed_ = true;
      if (frames_[1] == "END" && held_ == place_.keys_expected) done_ = now;
    }
  }
  [[nodiscard]] std::optional<Mono> done() const { return done_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::array<void*, 2> handles() const { return {subscriber_.handle(), dealer_.handle()}; }

 private:
  void ask(std::string_view verb) {
    asked_ = true;
    const std::array<std::string_view, 2> frames = {"RTN1", verb};
    (void)dealer_.send(frames);
  }

  const Place& place_;
  Socket subscriber_;
  Socket dealer_;
  std::vector<std::string> frames_;
  bool asked_ = false;
  bool failed_ = false;
  std::size_t held_ = 0;
  std::optional<Mono> done_;
};

/// CPU time that a process has taken so far.
double cpu_seconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// CPU time that each thread of a process has taken so far, by its number.
std::map<std::string, double> cpu_seconds_of_threads(pid_t process) {
  std::map<std::string, double> seconds;
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process))) {
    double ns = 0;
    std::ifstream(thread.path() / "schedstat") >> ns;
    seconds[thread.path().filename()] = ns / 1e9;
  }
  return seconds;
}

/// Joins with `count` readers on one thread; the seconds each took, or nothing for those that failed. Nobody begins
/// before all are there.
std::vector<std::optional<double>> join(const Place& place, std::size_t count, std::atomic<int>& waiting) {
  const Context context;
  std::vector<std::unique_ptr<Joiner>> joiners;
  std::vector<zmq_pollitem_t> items;
  for (std::size_t i = 0; i < count; ++i) {
    joiners.push_back(std::make_unique<Joiner>(context, place));
    for (void* handle : joiners.back()->handles()) items.push_back({handle, 0, ZMQ_POLLIN, 0});
  }
  --waiting;
  while (waiting > 0) std::this_thread::yield();
  const Mono begun = std::chrono::steady_clock::now();
  for (const auto& joiner : joiners) joiner->begin();
  std::size_t left = count;
  while (left > 0 && std::chrono::steady_clock::now() - begun < std::chrono::seconds(60)) {
    zmq_poll(items.data(), static_cast<int>(items.size()), 100);
    const Mono now = std::chrono::steady_clock::now();
    left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if ((items[2 * i].revents | items[2 * i + 1].revents) != 0) joiners[i]->read(now);
      left += joiners[i]->done() || joiners[i]->failed() ? 0 : 1;
    }
  }
  std::vector<std::optional<double>> seconds;
  for (const auto& joiner : joiners)
    seconds.push_back(joiner->done() ? std::optional(std::chrono::duration<double>(*joiner->done() - begun).count())
                                     : std::nullopt);
  return seconds;
}

std::vector<Update> updates_of_all(std::size_t keys, uint64_t key_seq, uint64_t& global_seq) {
  std::vector<Update> updates;
  for (std::size_t i = 0; i < keys; ++i) {
    Update update;
    update.atmosphere.key = fmt::format("t/topic{}", i);
    update.atmosphere.start = instant_of_micros(1'783'176'600'000'000);
    update.atmosphere.end = update.atmosphere.start + std::chrono::seconds(60);
    update.atmosphere.scorer = "open-1.5f3a9c12";
    update.atmosphere.sources = {"bsky"};
    update.key_seq = key_seq;
    update.global_seq = ++global_seq;
    updates.push_back(std::move(update));
  }
  return updates;
}

/// The feed, publishing every key once a second until it is killed. Tells its endpoints through `out`, each with a
/// zero byte after it.
[[noreturn]] void serve(FeedOptions options, std::size_t keys, int out) {
  const AnchoredClock clock;
  const auto feed = Feed::open(std::move(options), clock).value();
  uint64_t global_seq = 0;
  (void)feed->offer(updates_of_all(keys, 1, global_seq));
  const std::jthread runs([&](std::stop_token stop) { feed->run(std::move(stop)); });
  while (feed->counters().updates < keys) std::this_thread::yield();
  const std::string told = feed->publish_endpoint() + '\0' + feed->query_endpoint() + '\0';
  if (write(out, told.data(), told.size()) != static_cast<ssize_t>(told.size())) std::abort();
  for (uint64_t key_seq = 2;; ++key_seq) {
    (void)feed->offer(updates_of_all(keys, key_seq, global_seq));
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

/// A process that serves; it ends with this one.
struct Server {
  pid_t process = -1;
  std::string publish_endpoint;
  std::string query_endpoint;
};

std::optional<Server> start_server(const FeedOptions& options, std::size_t keys) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return std::nullopt;
  Server server;
  server.process = fork();
  if (server.process < 0) return std::nullopt;
  if (server.process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(options, keys, ends[1]);
  }
  close(ends[1]);
  char byte = 0;
  for (std::string* endpoint : {&server.publish_endpoint, &server.query_endpoint}) {
    while (read(ends[0], &byte, 1) == 1 && byte != '\0') endpoint->push_back(byte);
  }
  close(ends[0]);
  if (server.query_endpoint.empty()) return std::nullopt;
  return server;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("joins READERS KEYS [curve]\n", stderr);
    return 64;
  }
  const std::size_t readers = std::strtoull(argv[1], nullptr, 10);
  const std::size_t keys = std::strtoull(argv[2], nullptr, 10);
  const bool curve = argc > 3 && std::string_view(argv[3]) == "curve";

  const CurvePair server_keys = make_curve_pair().value();
  const CurvePair reader = make_curve_pair().value();
  FeedOptions options{};
  options.publish_endpoint = "tcp://127.0.0.1:*";
  options.query_endpoint = "tcp://127.0.0.1:*";
  options.keys_max = keys;
  options.epoch = 9;
  if (curve) options.curve = CurveOptions{server_keys.secret_key, {{"reader", reader.public_key, {""}}}};
  const std::optional<Server> server = start_server(options, keys);
  if (!server) return 69;
  const Place place{server->publish_endpoint, server->query_endpoint, curve ? std::optional(reader) : std::nullopt,
                    server_keys.public_key, keys};

  std::atomic<int> waiting = static_cast<int>((readers + kReadersPerThread - 1) / kReadersPerThread) + 1;
  std::vector<std::vector<std::optional<double>>> taken(static_cast<std::size_t>(waiting.load() - 1));
  double of_server = 0;
  double of_readers = 0;
  double of_busiest = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < taken.size(); ++i)
      threads.emplace_back(
          [&, i] { taken[i] = join(place, std::min(kReadersPerThread, readers - i * kReadersPerThread), waiting); });
    while (waiting > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    auto before = cpu_seconds_of_threads(server->process);
    of_server -= cpu_seconds(server->process);
    of_readers -= cpu_seconds(getpid());
    --waiting;
    for (std::jthread& thread : threads) thread.join();
    of_server += cpu_seconds(server->process);
    of_readers += cpu_seconds(getpid());
    for (const auto& [thread, so_far] : cpu_seconds_of_threads(server->process))
      of_busiest = std::max(of_busiest, so_far - before[thread]);
  }
  kill(server->process, SIGKILL);
  waitpid(server->process, nullptr, 0);
  std::vector<double> seconds;
  for (const auto& some : taken)
    for (const auto& one : some)
      if (one) seconds.push_back(*one);
  std::ranges::sort(seconds);
  if (seconds.empty()) return 69;
  fmt::print(
      R"({{"readers":{},"keys":{},"curve":{},"joined":{},"seconds_p50":{:.3f},"seconds_p99":{:.3f},"seconds_max":{:.3f},)"
      R"("cpu_seconds_feed":{:.3f},"cpu_seconds_feed_busiest_thread":{:.3f},"cpu_seconds_readers":{:.3f}}})"
      "\n",
      readers, keys, curve, seconds.size(), seconds[seconds.size() / 2], seconds[seconds.size() * 99 / 100],
      seconds.back(), of_server, of_busiest, of_readers);
  return seconds.size() == readers ? 0 : 69;
}
