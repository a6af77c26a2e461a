#include "metrics/metrics.hpp"

#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <deque>

namespace roomtone::metrics {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

/// Families built at scrape time.
class Families {
 public:
  MetricFamily& add(const std::string& name, const std::string& help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return families_.back();
  }
  void gauge(const std::string& name, const std::string& help, double value) {
    set_gauge(add(name, help, MetricType::Gauge), {}, value);
  }
  void counter(const std::string& name, const std::string& help, double value) {
    set_counter(add(name, help, MetricType::Counter), {}, value);
  }
  static void set_gauge(MetricFamily& family, Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
  }
  static void set_counter(MetricFamily& family, Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    family.metric.push_back(std::move(metric));
  }
  /// What came together, without families that have no samples.
  std::vector<MetricFamily> take() {
    std::vector<MetricFamily> filled;
    for (MetricFamily& family : families_)
      if (!family.metric.empty()) filled.push_back(std::move(family));
    return filled;
  }

 private:
  std::deque<MetricFamily> families_;  // references from add() stay good
};

ClientMetric::Label label(const std::string& name, std::string_view value) { return {name, std::string(value)}; }

double count(int64_t value) { return static_cast<double>(value); }
double count(uint64_t value) { return static_cast<double>(value); }

void add_sources(Families& all, const std::vector<SourceSample>& sources) {
  const auto counter = [&](const std::string& name, const std::string& help, auto value) {
    MetricFamily& family = all.add(name, help, MetricType::Counter);
    for (const SourceSample& s : sources)
      Families::set_counter(family, {label("source", s.health.name)}, count(value(s)));
  };
  const auto gauge = [&](const std::string& name, const std::string& help, auto value) {
    MetricFamily& family = all.add(name, help, MetricType::Gauge);
    for (const SourceSample& s : sources)
      if (const std::optional<double> v = value(s)) Families::set_gauge(family, {label("source", s.health.name)}, *v);
  };
  counter("roomtone_messages_total", "Messages counted into panes.",
          [](const SourceSample& s) { return s.ledger[Column::counted]; });
  counter("roomtone_parse_errors_total", "Records that are not of their format.",
          [](const SourceSample& s) { return s.ledger[Column::malformed]; });
  counter("roomtone_duplicates_total", "Repeats dropped by id and version.",
          [](const SourceSample& s) { return s.ledger[Column::duplicate]; });
  counter("roomtone_late_messages_total", "Messages seen more than the grace after they were said.",
          [](const SourceSample& s) { return s.ledger[Beside::late]; });
  counter("roomtone_source_frames_total", "Raw frames read.", [](const SourceSample& s) { return s.frames; });
  counter("roomtone_source_read_bytes_total", "Bytes of raw frames read.",
          [](const SourceSample& s) { return s.bytes; });
  counter("roomtone_source_repeats_total", "Frames that the peer sent again, dropped at the door.",
          [](const SourceSample& s) { return s.repeats; });
  counter("roomtone_source_gaps_total", "Times the position in the source was lost.",
          [](const SourceSample& s) { return s.gaps; });
  MetricFamily& gap = all.add("roomtone_source_gap_seconds_total",
                              "How much of the stream those gaps are, by the peer's clock.", MetricType::Counter);
  for (const SourceSample& s : sources) Families::set_counter(gap, {label("source", s.health.name)}, s.gap_s);
  MetricFamily& losses =
      all.add("roomtone_source_reconnects_total",
              "Connections lost or not made, each followed by another try, by reason.", MetricType::Counter);
  for (const SourceSample& s : sources)
    for (const LabelledCount& loss : s.losses)
      Families::set_counter(losses, {label("source", s.health.name), label("reason", loss.label)}, count(loss.count));

  MetricFamily& promise =
      all.add("roomtone_source_promise", "1, with what the source promises of how often a record is counted.",
              MetricType::Gauge);
  MetricFamily& refused =
      all.add("roomtone_auth_failures_total", "Attempts to send without a token that is known, by what came of them.",
              MetricType::Counter);
  for (const SourceSample& s : sources) {
    const auto source = label("source", s.health.name);
    Families::set_gauge(promise, {source, label("promise", s.promise)}, 1);
    Families::set_counter(refused, {source, label("result", "refused")}, count(s.refused_tokens));
    Families::set_counter(refused, {source, label("result", "rate_limited")}, count(s.limited_peers));
  }

  MetricFamily& dropped = all.add("roomtone_messages_dropped_total",
                                  "Messages that ended without being counted, by reason.", MetricType::Counter);
  MetricFamily& ledger =
      all.add("roomtone_ledger_records_total", "Records by the ledger column they ended in.", MetricType::Counter);
  MetricFamily& ignored =
      all.add("roomtone_ignored_records_total", "Records that carry no mood, by kind.", MetricType::Counter);
  MetricFamily& beside =
      all.add("roomtone_ledger_notes_total", "What is counted beside the columns, by note.", MetricType::Counter);
  MetricFamily& state = all.add("roomtone_source_state", "1 for the state the source is in.", MetricType::Gauge);
  for (const SourceSample& s : sources) {
    const auto source = label("source", s.health.name);
    for (std::size_t c = 0; c < kColumns; ++c)
      Families::set_counter(ledger, {source, label("column", kColumnNames[c])}, count(s.ledger.columns[c]));
    for (const Column c :
         {Column::too_old, Column::duplicate, Column::not_public, Column::malformed, Column::no_text, Column::shed})
      Families::set_counter(dropped, {source, label("reason", kColumnNames[static_cast<std::size_t>(c)])},
                            count(s.ledger[c]));
    for (std::size_t i = 1; i < kIgnoredKinds; ++i)
      Families::set_counter(ignored, {source, label("kind", kIgnoredNames[i])}, count(s.ledger.ignored[i]));
    for (std::size_t b = 0; b < kBesides; ++b)
      Families::set_counter(beside, {source, label("note", kBesideNames[b])}, count(s.ledger.beside[b]));
    for (std::size_t i = 0; i < kSourceStateNames.size(); ++i)
      Families::set_gauge(state, {source, label("state", kSourceStateNames[i])},
                          static_cast<std::size_t>(s.health.state) == i ? 1 : 0);
  }
  gauge("roomtone_source_connected", "1 while a peer is there or the file is open.",
        [](const SourceSample& s) { return std::optional<double>(s.connected ? 1 : 0); });
  gauge("roomtone_source_producers", "Producers remembered by the numbers they give to what they send.",
        [](const SourceSample& s) { return std::optional<double>(count(s.producers)); });
  gauge("roomtone_source_last_event_timestamp_seconds", "Event time of the newest message.",
        [](const SourceSample& s) { return s.last_event_timestamp_s; });
  gauge("roomtone_source_lag_seconds", "Now minus the event time of the newest message.",
        [](const SourceSample& s) { return s.health.lag_s; });
  gauge("roomtone_source_silence_seconds", "Since the last frame.",
        [](const SourceSample& s) { return s.health.age_s; });
}

std::pair<std::string, std::string> topic_and_community(const std::string& key) {
  std::string topic = key;
  std::string community;
  if (const auto at = key.find("/c/"); at != std::string::npos) {
    community = key.substr(at + 3);
    topic = key.substr(0, at);
  } else if (key.starts_with("c/")) {
    return {"", key.substr(2)};
  }
  if (topic.starts_with("t/")) topic = topic.substr(2);
  return {topic, community};
}

constexpr std::size_t kSeriesPerRoom = 16;
constexpr std::size_t kSeriesOfOther = 4;

void add_rooms(Families& all, const std::vector<Update>& minutes, std::size_t series_max) {
  MetricFamily& tone = all.add("roomtone_topic_tone", "Mean valence of the newest minute, -1 unpleasant to 1 pleasant.",
                               MetricType::Gauge);
  MetricFamily& half =
      all.add("roomtone_topic_tone_halfwidth", "Half of the 95 percent interval of the tone.", MetricType::Gauge);
  MetricFamily& said = all.add("roomtone_topic_messages_total", "Messages since the start of the process, by polarity.",
                               MetricType::Counter);
  MetricFamily& voices = all.add("roomtone_topic_voices", "Distinct authors in the newest minute.", MetricType::Gauge);
  MetricFamily& spread =
      all.add("roomtone_topic_dispersion", "Standard deviation of valence in the newest minute.", MetricType::Gauge);
  MetricFamily& coverage =
      all.add("roomtone_topic_coverage_ratio", "Share of the newest minute that was scored.", MetricType::Gauge);
  MetricFamily& automation = all.add("roomtone_topic_automation_ratio",
                                     "Share of the newest minute by declared automation.", MetricType::Gauge);
  MetricFamily& real =
      all.add("roomtone_topic_real_people_ratio",
              "Share of the voices of the newest minute that are not declared automation.", MetricType::Gauge);
  MetricFamily& concentration = all.add(
      "roomtone_topic_concentration_ratio",
      "How likely two messages of the newest minute are by one voice, 0 to 1; from a sample.", MetricType::Gauge);
  const std::size_t rooms_shown = std::min(minutes.size(), (series_max - kSeriesOfOther) / kSeriesPerRoom);

  const auto add_said = [&](const Labels& labels, const SaidTotals& totals) {
    const std::pair<std::string_view, int64_t> kinds[] = {
        {"positive", totals.pos}, {"neutral", totals.neutral}, {"negative", totals.neg}, {"unscored", totals.unscored}};
    for (const auto& [name, value] : kinds) {
      Labels with_kind = labels;
      with_kind.push_back(label("polarity", name));
      Families::set_counter(said, std::move(with_kind), count(value));
    }
  };
  SaidTotals other;
  for (std::size_t i = 0; i < minutes.size(); ++i) {
    const Update& update = minutes[i];
    if (i >= rooms_shown) {
      other.add(update.said);
      continue;
    }
    const auto [topic, community] = topic_and_community(update.atmosphere.key);
    const Labels labels = {label("topic", topic), label("community", community)};
    const Figures& figures = update.atmosphere.figures;
    const std::pair<std::string_view, const Reading*> readings[] = {
        {"raw", &figures.raw}, {"voice", &figures.voice}, {"reputable", &figures.reputable}};
    for (const auto& [name, reading] : readings) {
      if (!reading->tone) continue;  // nothing could be scored: no figure, not a zero
      Labels with_reading = labels;
      with_reading.push_back(label("reading", name));
      Families::set_gauge(tone, with_reading, *reading->tone);
      Families::set_gauge(half, with_reading, (*reading->ci_high - *reading->ci_low) / 2);
    }
    add_said(labels, update.said);
    Families::set_gauge(voices, labels, count(figures.voices));
    if (figures.voices > 0) Families::set_gauge(real, labels, figures.real_share);
    if (figures.dispersion) Families::set_gauge(spread, labels, *figures.dispersion);
    if (figures.n > 0) {
      Families::set_gauge(coverage, labels, figures.coverage);
      Families::set_gauge(automation, labels, figures.automation_share);
      Families::set_gauge(concentration, labels, figures.concentration);
    }
  }
  if (rooms_shown < minutes.size()) add_said({label("topic", "other"), label("community", "")}, other);
  all.gauge("roomtone_metric_series_capped", "Rooms whose gauges are left out because of the limit on series.",
            static_cast<double>(minutes.size() - rooms_shown));
}

void add_counts(Families& all, const std::string& name, const std::string& help, const std::string& label_name,
                const std::vector<LabelledCount>& counts) {
  MetricFamily& family = all.add(name, help, MetricType::Counter);
  for (const LabelledCount& c : counts) Families::set_counter(family, {label(label_name, c.label)}, count(c.count));
}

const prometheus::Histogram::BucketBoundaries kLatencyBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                                 0.25,  0.5,    1,     2.5,  5,     10};

void add_silences(Families& all, const std::vector<ListSilence>& silences) {
  MetricFamily& expected = all.add("roomtone_list_expected_voices",
                                   "Members of a list of whom it is known how often they speak.", MetricType::Gauge);
  MetricFamily& silent = all.add("roomtone_list_silent_voices",
                                 "Of those, who have not spoken for longer than expected.", MetricType::Gauge);
  MetricFamily& longest =
      all.add("roomtone_list_silence_seconds",
              "The longest of these silences, in event time; 0 where nobody is silent.", MetricType::Gauge);
  for (const ListSilence& list : silences) {
    Families::set_gauge(expected, {label("list", list.list)}, count(list.silence.expected));
    Families::set_gauge(silent, {label("list", list.list)}, count(list.silence.silent));
    Families::set_gauge(longest, {label("list", list.list)}, count(list.silence.longest_s));
  }
}

void add_alerts(Families& all, const AlertCounts& alerts) {
  MetricFamily& firing =
      all.add("roomtone_alerts_firing", "Alerts that are firing or unknown, by kind.", MetricType::Gauge);
  MetricFamily& transitions = all.add("roomtone_alert_transitions_total",
                                      "Alerts that came to a state, by kind, since the start.", MetricType::Counter);
  for (std::size_t kind = 0; kind < kAlertKindNames.size(); ++kind) {
    const std::string name(kAlertKindNames[kind]);
    Families::set_gauge(firing, {label("kind", name)}, count(alerts.firing[kind]));
    for (std::size_t to = 0; to < kAlertStateNames.size(); ++to)
      Families::set_counter(transitions, {label("kind", name), label("to", std::string(kAlertStateNames[to]))},
                            count(alerts.transitions[kind][to]));
  }
  add_counts(all, "roomtone_alerts_held_total",
             "Alerts that were not told on their own when they were raised, by why, since the start.", "why",
             {{"silenced", alerts.held_silenced},
              {"quiet_hours", alerts.held_quiet},
              {"over_budget", alerts.held_over_budget}});
  all.gauge("roomtone_alerts_waiting", "Alerts that wait for a digest.", count(alerts.held));
  all.counter("roomtone_alert_digests_total", "Digests of alerts that were made since the start.",
              count(alerts.digests));
  all.gauge("roomtone_alert_rooms", "Rooms that detectors of alerts watch.", count(alerts.rooms));
  add_counts(
      all, "roomtone_alert_left_out_total",
      "What alerts did without: seconds of rooms beyond alerts.rooms_max, alerts beyond the most that may be open, "
      "messages that came after their second was judged, and messages for which no second could be opened.",
      "what",
      {{"room_seconds", alerts.unwatched},
       {"alerts", alerts.left_out},
       {"late_messages", alerts.late_messages},
       {"excess_messages", alerts.excess_messages}});
}

void add_deliveries(Families& all, const std::vector<DeliverySample>& deliveries) {
  const auto add = [&](bool webhook, const char* who, const std::string& name, const std::string& sends_help,
                       const std::string& dropped_help, const std::string& waiting, const std::string& waiting_help) {
    MetricFamily& sends = all.add("roomtone_" + name + "_sends_total", sends_help, MetricType::Counter);
    MetricFamily& dropped = all.add("roomtone_" + name + "_dropped_total", dropped_help, MetricType::Counter);
    MetricFamily& held = all.add("roomtone_" + name + waiting, waiting_help, MetricType::Gauge);
    for (const DeliverySample& d : deliveries) {
      if (d.webhook != webhook) continue;
      const auto receiver = label(who, d.name);
      for (const LabelledCount& s : d.sends)
        Families::set_counter(sends, {receiver, label("result", s.label)}, count(s.count));
      for (const LabelledCount& s : d.dropped)
        Families::set_counter(dropped, {receiver, label("reason", s.label)}, count(s.count));
      Families::set_gauge(held, {receiver}, count(d.waiting));
    }
  };
  add(false, "alertmanager", "alertmanager", "Requests to an Alertmanager, by what came of them.",
      "Alert states that an Alertmanager was never told of, by why.", "_alerts",
      "Alerts that an Alertmanager is being told of.");
  add(true, "webhook", "webhook", "Requests to a webhook, by what came of them.",
      "Messages that a webhook never got, by why.", "_waiting", "Messages that wait for a webhook.");
}

}  // namespace

struct Metrics::Kept {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Histogram>& latency;
  prometheus::Histogram& ingest_to_publish;
  prometheus::Histogram& voice;
  prometheus::Histogram& commit;
  prometheus::Histogram& batch;

  Kept()
      : latency(prometheus::BuildHistogram()
                    .Name("roomtone_ingest_to_publish_seconds")
                    .Help("From reading a batch to publishing what it changed, by lane: ordinary, or voice, which is "
                          "of single posts of people on lists.")
                    .Register(registry)),
        ingest_to_publish(latency.Add({{"lane", "ordinary"}}, kLatencyBuckets)),
        voice(latency.Add({{"lane", "voice"}}, kLatencyBuckets)),
        commit(prometheus::BuildHistogram()
                   .Name("roomtone_store_commit_seconds")
                   .Help("One synced write of the store.")
                   .Register(registry)
                   .Add({}, kLatencyBuckets)),
        batch(prometheus::BuildHistogram()
                  .Name("roomtone_score_seconds")
                  .Help("A worker's time for one batch, from decoding to the tally.")
                  .Register(registry)
                  .Add({}, kLatencyBuckets)) {}
};

Metrics::Metrics(std::size_t series_max) : series_max_(series_max), kept_(std::make_unique<Kept>()) {}
Metrics::~Metrics() = default;

void Metrics::observe_ingest_to_publish(double seconds) { kept_->ingest_to_publish.Observe(seconds); }
void Metrics::observe_voice(double seconds) { kept_->voice.Observe(seconds); }
void Metrics::observe_commit(double seconds) { kept_->commit.Observe(seconds); }
void Metrics::observe_batch(double seconds) { kept_->batch.Observe(seconds); }

std::string Metrics::render(const Scrape& scrape) const {
  Families all;
  MetricFamily& build = all.add("roomtone_build_info", "1, with the version and scorer as labels.", MetricType::Gauge);
  Families::set_gauge(build, {label("version", ROOMTONE_VERSION), label("scorer", scrape.scorer)}, 1);
  add_sources(all, scrape.sources);
  add_deliveries(all, scrape.deliveries);
  add_rooms(all, scrape.minutes, series_max_);
  if (scrape.record) {
    all.counter("roomtone_record_frames_total", "Raw frames recorded.", count(scrape.record->frames));
    all.gauge("roomtone_record_bytes", "Segments of the recording on disk.", count(scrape.record->bytes));
    all.gauge("roomtone_record_segments", "Whole segments that are there.", count(scrape.record->segments));
    all.counter("roomtone_record_segments_removed_total", "Oldest segments removed for want of room.",
                count(scrape.record->segments_removed));
    all.gauge("roomtone_record_failed_sources", "Sources recorded no more because writing failed; must be 0.",
              count(scrape.record->failed));
  }
  MetricFamily& depth = all.add("roomtone_queue_depth", "Items waiting, by queue.", MetricType::Gauge);
  for (const QueueSample& q : scrape.queues) Families::set_gauge(depth, {label("queue", q.name)}, count(q.depth));
  MetricFamily& limit = all.add("roomtone_queue_depth_max", "The queue's limit.", MetricType::Gauge);
  for (const QueueSample& q : scrape.queues) Families::set_gauge(limit, {label("queue", q.name)}, count(q.depth_max));
  add_counts(all, "roomtone_publish_messages_total", "Messages handed to the feed socket, by family.", "family",
             scrape.published);
  add_counts(all, "roomtone_snapshot_requests_total", "Snapshots asked for, by how they ended.", "result",
             scrape.snapshots);
  add_counts(all, "roomtone_replay_requests_total", "Replays asked for, by how they ended.", "result", scrape.replays);
  add_counts(all, "roomtone_history_requests_total", "Questions about history, by how they ended.", "result",
             scrape.histories);
  add_counts(all, "roomtone_feed_refused_total",
             "What readers tried and did not get, by why: subscriptions, questions, keys and handshakes.", "reason",
             scrape.refused);
  add_counts(all, "roomtone_voice_events_dropped_total", "Posts of people on lists that were not told of, by why.",
             "reason", scrape.voices_dropped);
  add_silences(all, scrape.silences);
  if (scrape.alerts) add_alerts(all, *scrape.alerts);
  all.counter("roomtone_queries_total", "Questions at the query socket.", count(scrape.queries));
  all.gauge("roomtone_subscribers", "Connections to the feed socket.", count(scrape.subscribers));
  all.gauge("roomtone_feed_keys", "Keys in the last-value cache.", count(scrape.keys));
  all.gauge("roomtone_ledger_imbalance", "Counted minus retracted minus what the panes hold; must be 0.",
            count(scrape.ledger_imbalance));
  all.gauge("roomtone_shed_ratio", "Share of records dropped at the door.", scrape.shed_ratio);
  all.gauge("roomtone_rooms", "Rooms that have heard something.", count(scrape.rooms));
  all.gauge("roomtone_panes_memory_bytes", "Memory held by rollups.", count(scrape.panes_memory_bytes));
  all.gauge("roomtone_contributions", "Messages that can still be recognised or taken back.",
            count(scrape.contributions));
  all.gauge("roomtone_store_live_bytes", "Estimated bytes of live data on disk.", count(scrape.store_live_bytes));
  all.counter("roomtone_store_wal_bytes_total", "Bytes written to the write-ahead log.", count(scrape.store_wal_bytes));
  all.gauge("roomtone_store_compaction_pending_bytes", "Estimated bytes that compaction has yet to rewrite.",
            count(scrape.store_compaction_pending_bytes));
  all.gauge("roomtone_store_free_bytes", "Free space on the store's disk, without the reserve.",
            count(scrape.store_free_bytes));
  all.gauge("roomtone_store_disk_bytes", "Bytes of the store's tables.", count(scrape.store_disk_bytes));
  all.gauge("roomtone_retention_pressure",
            "Steps, of a fifth each, by which retention.disk_max shortens what is kept; 0 when it fits.",
            count(scrape.retention_pressure));
  all.counter("roomtone_store_errors_total", "Reads and writes of the store that failed; each ends the process.",
              count(scrape.store_errors));
  MetricFamily& states =
      all.add("roomtone_store_state",
              "1 for the store's state: ok, low_space (waits), unwritable (read only) or failed.", MetricType::Gauge);
  for (const LabelledCount& s : scrape.store_states)
    Families::set_gauge(states, {label("state", s.label)}, count(s.count));
  all.gauge("roomtone_clock_step_seconds", "How far the system clock has stepped since the start; not followed.",
            scrape.wall_step_seconds);
  all.gauge("roomtone_config_last_reload_successful", "0 when the last reload was refused and the old rules stay.",
            scrape.reload_successful ? 1 : 0);
  all.gauge("roomtone_config_last_reload_timestamp_seconds", "When the rules in force were read.",
            scrape.reload_timestamp_s);

  std::vector<MetricFamily> families = all.take();
  for (MetricFamily& family : kept_->registry.Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace roomtone::metrics
