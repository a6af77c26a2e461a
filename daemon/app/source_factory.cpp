#include "app/source_factory.hpp"

#include <charconv>
#include <cstdlib>

#include "decode/decoder.hpp"
#include "decode/jetstream_mark.hpp"
#include "ingest/file_source.hpp"
#include "ingest/http_source.hpp"
#include "ingest/jetstream_source.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/stdin_source.hpp"
#include "ingest/tcp_source.hpp"
#include "ingest/zmq_pull_source.hpp"
#include "ingest/zmq_router_source.hpp"
#include "model/recorded_frame.hpp"
#include "publish/endpoint.hpp"

namespace roomtone::app {

namespace {

/// A frame's time for paced replay: whatever the decoder makes of it. Slow beside the hot path, and only used there
/// where the pace is slower still.
ingest::FrameTime frame_time(Format format) {
  auto decoder = std::make_shared<decode::Decoder>(format);
  return
      [decoder, padded = std::string(), message = Message()](std::string_view frame) mutable -> std::optional<Instant> {
        const auto recorded = read_recorded(frame);
        if (recorded) return recorded->seen;
        padded.assign(frame);
        padded.append(limits::kFramePaddingBytes, '\0');
        (void)decoder->decode(std::string_view(padded).substr(0, frame.size()), message);
        if (message.seen_time != kNoInstant) return message.seen_time;
        if (message.event_time != kNoInstant) return message.event_time;
        return std::nullopt;
      };
}

Result<std::vector<ingest::JetstreamHost>> jetstream_hosts(const SourceConfig& config) {
  std::vector<ingest::JetstreamHost> hosts;
  for (const std::string& text : config.jetstream.hosts) {
    auto host = ingest::parse_jetstream_host(text);
    if (!host) return fail(std::move(host.error()), "source." + config.name + ".hosts");
    hosts.push_back(std::move(*host));
  }
  return hosts;
}

Result<ingest::JetstreamSourceOptions> jetstream_options(const SourceConfig& config, std::size_t batch_frames,
                                                         Log& log) {
  auto hosts = jetstream_hosts(config);
  if (!hosts) return tl::unexpected(std::move(hosts.error()));
  const JetstreamConfig& given = config.jetstream;
  return ingest::JetstreamSourceOptions{.hosts = std::move(*hosts),
                                        .filter = {given.collections, given.dids},
                                        .zstd_dictionary = given.zstd_dictionary,
                                        .ca_file = given.ca_file,
                                        .silence = given.silence,
                                        .rewind = given.rewind,
                                        .rewind_other_host = given.rewind_other_host,
                                        .handshake_time = given.handshake_time,
                                        .idle_time = given.idle_time,
                                        .retry_min = given.retry_min,
                                        .retry_max = given.retry_max,
                                        .frames_max = batch_frames,
                                        .mark = [marker = std::make_shared<decode::JetstreamMarker>()](
                                                    std::string_view frame) { return marker->mark(frame); },
                                        .notice =
                                            [&log, name = config.name](const std::string& what) {
                                              log.warning("source notice", {{"source", name}, {"what", what}});
                                            },
                                        .news =
                                            [&log, name = config.name](const std::string& what) {
                                              log.info("source news", {{"source", name}, {"what", what}});
                                            }};
}

Result<ingest::ListenAddress> listen_address(const SourceConfig& config) {
  auto parsed = parse_host_port(config.listen);
  if (!parsed) return fail(std::move(parsed.error()), "source." + config.name + ".listen");
  return ingest::ListenAddress{parsed->host, parsed->port};
}

/// `credential:NAME` is a file that systemd puts there for us alone.
std::filesystem::path secret_file(const std::string& asked) {
  constexpr std::string_view kCredential = "credential:";
  if (!asked.starts_with(kCredential)) return asked;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return std::filesystem::path(folder == nullptr ? "" : folder) / asked.substr(kCredential.size());
}

Result<ingest::Reach> reach_of(const SourceConfig& config) {
  ingest::Reach reach;
  reach.insecure_bind = config.insecure_bind;
  if (config.tokens.empty()) return reach;
  auto tokens = read_tokens(secret_file(config.tokens));
  if (!tokens) return fail(ErrorCode::invalid_argument, "source." + config.name + ".tokens: " + tokens.error().context);
  reach.tokens = std::move(*tokens);
  return reach;
}

template <typename SourceType, typename Options>
Result<std::unique_ptr<ingest::Source>> opened(Options options) {
  auto source = SourceType::open(std::move(options));
  if (!source) return tl::unexpected(std::move(source.error()));
  return std::unique_ptr<ingest::Source>(std::move(*source));
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  HostPort parsed;
  const std::string_view digits = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || colon == 0) {
    return fail(ErrorCode::invalid_argument,
                "got \"" + printable(text, 80) + "\", expected an address and port such as 127.0.0.1:5575");
  }
  parsed.host = text.substr(0, colon);
  if (parsed.host.starts_with('[') && parsed.host.ends_with(']'))
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  return parsed;
}

Result<std::unique_ptr<ingest::Source>> open_source(const SourceConfig& config, std::size_t batch_frames, Log& log) {
  switch (config.kind) {
    case SourceKind::file: {
      ingest::FileSourceOptions options;
      options.paths = config.paths;
      options.pace = config.pace;
      if (config.pace > 0) options.frame_time = frame_time(config.format);
      options.follow = config.follow;
      options.frames_max = batch_frames;
      options.notice = [&log, name = config.name](const std::string& what) {
        log.warning("source notice", {{"source", name}, {"what", what}});
      };
      return opened<ingest::FileSource>(std::move(options));
    }
    case SourceKind::standard_input: {
      ingest::StdinSourceOptions options;
      options.frames_max = batch_frames;
      return opened<ingest::StdinSource>(options);
    }
    case SourceKind::tcp: {
      auto address = listen_address(config);
      if (!address) return tl::unexpected(std::move(address.error()));
      auto reach = reach_of(config);
      if (!reach) return tl::unexpected(std::move(reach.error()));
      ingest::TcpSourceOptions options;
      options.listen = std::move(*address);
      options.reach = std::move(*reach);
      options.frames_max = batch_frames;
      return opened<ingest::TcpSource>(std::move(options));
    }
    case SourceKind::zmq: {
      ingest::ZmqPullSourceOptions options;
      options.endpoint = config.listen;
      options.bind = !config.connect;
      options.insecure_bind = config.insecure_bind;
      options.frames_max = batch_frames;
      return opened<ingest::ZmqPullSource>(std::move(options));
    }
    case SourceKind::zmq_router: {
      auto reach = reach_of(config);
      if (!reach) return tl::unexpected(std::move(reach.error()));
      ingest::ZmqRouterSourceOptions options;
      options.endpoint = config.listen;
      options.reach = std::move(*reach);
      options.frames_max = batch_frames;
      return opened<ingest::ZmqRouterSource>(std::move(options));
    }
    case SourceKind::http: {
      auto address = listen_address(config);
      if (!address) return tl::unexpected(std::move(address.error()));
      auto reach = reach_of(config);
      if (!reach) return tl::unexpected(std::move(reach.error()));
      ingest::HttpSourceOptions options;
      options.listen = std::move(*address);
      options.reach = std::move(*reach);
      return opened<ingest::HttpSource>(std::move(options));
    }
    case SourceKind::jetstream: {
      auto options = jetstream_options(config, batch_frames, log);
      if (!options) return tl::unexpected(std::move(options.error()));
      auto source = opened<ingest::JetstreamSource>(std::move(*options));
      if (!source) return fail(std::move(source.error()), "source." + config.name);
      return source;
    }
  }
  return fail(ErrorCode::invalid_argument, "source." + config.name + ".kind");
}

Result<void> check_addresses(const Config& config) {
  for (const SourceConfig& source : config.sources) {
    const bool listens = source.kind == SourceKind::tcp || source.kind == SourceKind::http;
    if (listens) {
      auto address = listen_address(source);
      if (!address) return tl::unexpected(std::move(address.error()));
      auto reach = reach_of(source);
      if (!reach) return tl::unexpected(std::move(reach.error()));
      if (auto good = ingest::check_reach(address->host, source.listen, *reach); !good)
        return fail(std::move(good.error()), "source." + source.name + ".listen");
    }
    if (source.kind == SourceKind::jetstream) {
      if (auto good = jetstream_hosts(source); !good) return tl::unexpected(std::move(good.error()));
      if (auto good = ingest::checked({source.jetstream.collections, source.jetstream.dids}); !good)
        return fail(std::move(good.error()), "source." + source.name);
    }
    if (source.kind == SourceKind::zmq_router) {
      auto reach = reach_of(source);
      if (!reach) return tl::unexpected(std::move(reach.error()));
      const std::string host = ingest::tcp_host(source.listen);
      if (!host.empty()) {
        if (auto good = ingest::check_reach(host, source.listen, *reach); !good)
          return fail(std::move(good.error()), "source." + source.name + ".endpoint");
      }
    }
    if (source.kind == SourceKind::zmq && !source.connect) {
      if (auto good = publish::check_bindable(source.listen, source.insecure_bind); !good)
        return fail(std::move(good.error()), "source." + source.name + ".endpoint");
    }
  }
  for (const auto& [key, endpoint] :
       {std::pair("publish.feed", config.publish.feed), {"publish.query", config.publish.query}}) {
    if (auto good = publish::check_feed_bindable(endpoint, config.publish.secured(), config.publish.insecure_bind);
        !good)
      return fail(std::move(good.error()), key);
  }
  auto admin = parse_host_port(config.admin.listen);
  if (!admin) return fail(std::move(admin.error()), "admin.listen");
  const ingest::Reach reach{.tokens = {}, .insecure_bind = config.admin.insecure_bind, .takes_tokens = false};
  if (auto good = ingest::check_reach(admin->host, config.admin.listen, reach); !good)
    return fail(std::move(good.error()), "admin.listen");
  return {};
}

Result<std::unique_ptr<ingest::Recorder>> open_recorder(const Config& config, Log& log) {
  ingest::RecorderOptions options;
  options.folder = config.record.folder;
  options.bytes_max = config.record.bytes_max;
  options.segment_bytes = config.record.segment_bytes;
  // What comes from files was seen when it was said, as far as anybody can tell.
  for (const SourceConfig& source : config.sources) options.sources.push_back({source.name, source.live()});
  options.notice = [&log](const std::string& what) { log.error("recording failed", {{"what", what}}); };
  auto recorder = ingest::Recorder::open(std::move(options));
  if (!recorder) return fail(std::move(recorder.error()), "record.folder");
  return recorder;
}

PipelineSource pipeline_source(const SourceConfig& config) {
  return {config.format, config.live() ? SeenRule::arrival : SeenRule::event_time, config.corrections,
          sip_hash(SipKey{}, config.name), config.name};
}

}  // namespace roomtone::app
