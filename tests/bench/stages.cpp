// What each step of a message's path costs: the real code, step by step over a recording in memory.
//
//   stages CONFIG RECORDING [REPEATS]
//
// CONFIG is a configuration of the daemon, for its topics and word list. Messages go through in groups of 128, so that
// what one step leaves for the next stays in cache as it does when a worker takes message after message. Prints one
// JSON object; each figure is the median over the repeats (3) of CPU microseconds per message of this thread. `worker`
// is app::Worker doing the same in one go, to compare the sum of its steps with.
#include <ctime>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "app/pipeline.hpp"
#include "model/delta.hpp"
#include "recording.hpp"
#include "room/room.hpp"
#include "text/tokenize.hpp"

namespace roomtone::bench {
namespace {

constexpr std::size_t kGroup = 128;
constexpr std::size_t kBatchesACommit = 22;  // at 360,000 messages a second and 250 ms

double thread_cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

enum Stage { kRead, kDecode, kTokenise, kTopics, kMood, kFoldAdd, kFoldFinish, kMerge, kCommit, kStages };
constexpr std::array<const char*, kStages> kNames = {"read_and_split", "decode",     "tokenise",   "topics",     "mood",
                                                     "tally_add",      "tally_fold", "room_merge", "room_commit"};
using Costs = std::array<double, kStages>;

/// Adds the time of its life to a stage.
class Timed {
 public:
  Timed(Costs& costs, Stage stage) : cost_(costs[stage]), begun_(thread_cpu_us()) {}
  ~Timed() { cost_ += thread_cpu_us() - begun_; }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  double& cost_;
  const double begun_;
};

/// A message that outlives the decoder's next call.
class Kept {
 public:
  void take(const Message& from) {
    message = from;
    bytes_.clear();
    bytes_.reserve(64 * 1024);
    const auto own = [&](std::string_view& view) {
      const std::size_t at = bytes_.size();
      if (bytes_.capacity() - at < view.size()) std::abort();  // views would dangle
      bytes_.append(view);
      view = std::string_view(bytes_).substr(at);
    };
    for (std::string_view* view :
         {&message.id, &message.delete_id, &message.target, &message.text, &message.lang, &message.author,
          &message.author_name, &message.conversation, &message.reply_to, &message.client_app})
      own(*view);
    for (auto* list : {&message.tags, &message.mentions, &message.links}) {
      for (std::string_view& view : *list) own(view);
    }
  }

  Message message;
  Tokens tokens;
  std::vector<uint32_t> rooms;
  Mood mood;
  mood::Features features;

 private:
  std::string bytes_;
};

/// Stands for a store in which nothing is found.
class EmptyStore final : public PaneLoader {
 public:
  Result<std::optional<StoredRollup>> load(std::string_view, Tier, SpanIndex) const override { return std::nullopt; }
  Result<std::vector<StoredRollup>> load_range(std::string_view, Tier, SpanIndex, SpanIndex) const override {
    return std::vector<StoredRollup>{};
  }
  Result<std::optional<SpanIndex>> first(std::string_view, Tier, SpanIndex) const override {
    return std::optional<SpanIndex>();
  }
};

struct Counts {
  uint64_t messages = 0;
  uint64_t tokens = 0;
  uint64_t words = 0;
  uint64_t text_bytes = 0;
  uint64_t matches = 0;
  uint64_t deltas = 0;
  uint64_t delta_bytes = 0;
  uint64_t scored = 0;
};

constexpr SipKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

class Run {
 public:
  Run(const app::Catalog& catalog, bool contributions)
      : catalog_(catalog),
        contributions_(contributions),
        builder_(kKey),
        kept_(kGroup),
        room_(room_options(), empty_, store_, Mono{}) {}

  void batch(const Batch& batch) {
    builder_.begin(catalog_.keys, contributions_);
    for (std::size_t from = 0; from < batch.frames.size(); from += kGroup)
      group(batch, from, std::min(from + kGroup, batch.frames.size()));
    Tally tally;
    tally.sequence = batch.sequence;
    {
      const Timed timed(costs, kFoldFinish);
      builder_.finish(tally);
    }
    ByteReader in(tally.deltas);
    for (; !in.at_end() && in.ok(); ++counts.deltas) (void)read_delta(in);
    counts.delta_bytes += tally.deltas.size();
    const Timed timed(costs, kMerge);
    room_.merge(std::move(tally), now_);
  }

  void commit() {
    now_ += std::chrono::milliseconds(250);
    ++commits_;
    const Timed timed(costs, kCommit);
    (void)room_.commit(Instant{}, now_, commits_ - 1, false);
  }

  Costs costs{};
  Counts counts;

 private:
  static room::RoomOptions room_options() {
    room::RoomOptions options;
    options.sources.push_back({"recording", false});
    return options;
  }

  void group(const Batch& batch, std::size_t from, std::size_t to) {
    {
      const Timed timed(costs, kDecode);
      for (std::size_t i = from; i < to; ++i) (void)decoder_.decode(batch.frame(batch.frames[i]), message_);
    }
    std::size_t size = 0;
    for (std::size_t i = from; i < to; ++i) {
      ++counts.messages;
      if (decoder_.decode(batch.frame(batch.frames[i]), message_).column != Column::counted) continue;
      if (app::judge_time(message_, SeenRule::event_time, batch.arrival, limits::kHorizonDefault, builder_.ledger()) !=
          Column::counted)
        continue;
      kept_[size++].take(message_);
    }
    {
      const Timed timed(costs, kTokenise);
      for (std::size_t i = 0; i < size; ++i) text::tokenize(kept_[i].message.text, tokens_);
    }
    for (std::size_t i = 0; i < size; ++i) {
      text::tokenize(kept_[i].message.text, kept_[i].tokens);
      kept_[i].rooms.assign(1, 0);
    }
    {
      const Timed timed(costs, kTopics);
      for (std::size_t i = 0; i < size; ++i) {
        topics_.clear();
        catalog_.rules.match(kept_[i].message, kept_[i].tokens, {}, scratch_, topics_);
        for (const topics::TopicIndex topic : topics_) kept_[i].rooms.push_back(static_cast<uint32_t>(topic) + 1);
      }
    }
    {
      const Timed timed(costs, kMood);
      for (std::size_t i = 0; i < size; ++i)
        kept_[i].mood = catalog_.scorer.score(kept_[i].tokens, kept_[i].message.lang, {}, kept_[i].features);
    }
    {
      const Timed timed(costs, kFoldAdd);
      for (std::size_t i = 0; i < size; ++i) add(kept_[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      counts.tokens += kept_[i].tokens.tokens.size();
      counts.words += kept_[i].tokens.words;
      counts.text_bytes += kept_[i].message.text.size();
      counts.matches += kept_[i].rooms.size() - 1;
      counts.scored += kept_[i].mood.scored ? 1 : 0;
    }
  }

  /// As the worker does: of a message that no sketch can keep nobody wants the words.
  void add(const Kept& kept) {
    const bool wanted = builder_.note(kept.message, kept.tokens, kept.rooms);
    words_.clear();
    if (wanted && kept.mood.scored) catalog_.effects.words_of(kept.tokens, kept.features, words_);
    builder_.add(kept.mood, {}, wanted ? &words_ : nullptr);
  }

  const app::Catalog& catalog_;
  const bool contributions_;
  decode::Decoder decoder_{Format::jetstream};
  Message message_;
  Tokens tokens_;
  topics::RuleSet::Scratch scratch_;
  std::vector<topics::TopicIndex> topics_;
  tally::TallyBuilder builder_;
  SampleWords words_;
  std::vector<Kept> kept_;
  const Recovered empty_{};
  const EmptyStore store_;
  room::Room room_;
  Mono now_{};
  uint64_t commits_ = 0;
};

/// Reading alone: a second thread gives the batches' memory back, as workers do.
double read_and_split(const std::string& path) {
  auto source = ingest::FileSource::open({.paths = {path}});
  if (!source) return 0;
  const AnchoredClock clock;
  Tickets tickets(16);
  BoundedQueue<Batch> queue(16);
  ingest::Outlet outlet(SourceIndex{0}, {}, tickets, queue, clock);
  const std::jthread consumer([&] {
    while (auto batch = queue.pop()) {
      batch->ticket = Ticket{};
      outlet.recycle(std::move(*batch));
    }
  });
  const double begun = thread_cpu_us();
  const auto ran = (*source)->run(outlet, {});
  const double took = thread_cpu_us() - begun;
  queue.close();
  return ran ? took : 0;
}

double whole_worker(const std::vector<Batch>& batches, const app::Catalog& catalog, bool contributions) {
  app::Worker worker({{.format = Format::jetstream, .contributions = contributions}}, kKey, limits::kHorizonDefault);
  double took = 0;
  for (const Batch& batch : batches) {
    Batch copy;
    copy.source = batch.source;
    copy.sequence = batch.sequence;
    copy.bytes.append(batch.bytes.view());
    copy.frames = batch.frames;
    const double begun = thread_cpu_us();
    const Tally tally = worker.tally(std::move(copy), catalog);
    took += thread_cpu_us() - begun;
  }
  return took;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(const char* config, const std::string& recording, std::size_t repeats) {
  const auto catalog = read_catalog(config);
  const auto batches = read_batches(recording);
  if (!catalog || !batches) {
    std::fprintf(stderr, "stages: %s\n", (catalog ? batches.error() : catalog.error()).context.c_str());
    return 66;
  }
  std::array<std::vector<double>, kStages> costs;
  std::vector<double> worker, worker_keeping;
  Counts counts;
  for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
    Run run(**catalog, false);
    for (std::size_t i = 0; i < batches->size(); ++i) {
      run.batch((*batches)[i]);
      if ((i + 1) % kBatchesACommit == 0) run.commit();
    }
    run.commit();
    run.costs[kRead] = read_and_split(recording);
    const double messages = static_cast<double>(run.counts.messages);
    for (std::size_t i = 0; i < kStages; ++i) costs[i].push_back(run.costs[i] / messages);
    worker.push_back(whole_worker(*batches, **catalog, false) / messages);
    worker_keeping.push_back(whole_worker(*batches, **catalog, true) / messages);
    counts = run.counts;
  }

  std::printf("{\"stages\": {");
  double sum = 0;
  for (std::size_t i = 0; i < kStages; ++i) {
    sum += median(costs[i]);
    std::printf("%s\"%s\": %.4f", i == 0 ? "" : ", ", kNames[i], median(costs[i]));
  }
  const double messages = static_cast<double>(counts.messages);
  std::printf("}, \"sum\": %.4f, \"worker\": %.4f, \"worker_with_contributions\": %.4f", sum, median(worker),
              median(worker_keeping));
  std::printf(
      ", \"per_message\": {\"text_bytes\": %.1f, \"tokens\": %.2f, \"words\": %.2f, \"matches\": %.4f, "
      "\"scored\": %.3f, \"deltas\": %.4f, \"delta_bytes\": %.1f}, \"messages\": %llu, \"repeats\": %zu}\n",
      static_cast<double>(counts.text_bytes) / messages, static_cast<double>(counts.tokens) / messages,
      static_cast<double>(counts.words) / messages, static_cast<double>(counts.matches) / messages,
      static_cast<double>(counts.scored) / messages, static_cast<double>(counts.deltas) / messages,
      static_cast<double>(counts.delta_bytes) / messages, static_cast<unsigned long long>(counts.messages), repeats);
  return 0;
}

}  // namespace
}  // namespace roomtone::bench

int main(int argc, char** argv) {
  const long repeats = argc == 4 ? std::atol(argv[3]) : 3;
  if (argc < 3 || argc > 4 || repeats < 1) {
    std::fputs("usage: stages CONFIG RECORDING [REPEATS]\n", stderr);
    return 64;
  }
  return roomtone::bench::run(argv[1], argv[2], static_cast<std::size_t>(repeats));
}
