#include "app/source_factory.hpp"

#include <charconv>

#include "decode/decoder.hpp"
#include "ingest/file_source.hpp"
#include "ingest/http_source.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/stdin_source.hpp"
#include "ingest/tcp_source.hpp"
#include "ingest/zmq_pull_source.hpp"
#include "publish/endpoint.hpp"

namespace roomtone::app {

namespace {

/// A frame's time for paced replay: whatever the decoder makes of it. Slow beside the hot path, and only used there
/// where the pace is slower still.
ingest::FrameTime frame_time(Format format) {
  auto decoder = std::make_shared<decode::Decoder>(format);
  return
      [decoder, padded = std::string(), message = Message()](std::string_view frame) mutable -> std::optional<Instant> {
        padded.assign(frame);
        padded.append(limits::kFramePaddingBytes, '\0');
        (void)decoder->decode(std::string_view(padded).substr(0, frame.size()), message);
        if (message.seen_time != kNoInstant) return message.seen_time;
        if (message.event_time != kNoInstant) return message.event_time;
        return std::nullopt;
      };
}

Result<ingest::ListenAddress> listen_address(const SourceConfig& config) {
  auto parsed = parse_host_port(config.listen);
  if (!parsed) return fail(std::move(parsed.error()), "source." + config.name + ".listen");
  return ingest::ListenAddress{parsed->host, parsed->port};
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
      ingest::TcpSourceOptions options;
      options.listen = std::move(*address);
      options.insecure_bind = config.insecure_bind;
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
    case SourceKind::http: {
      auto address = listen_address(config);
      if (!address) return tl::unexpected(std::move(address.error()));
      ingest::HttpSourceOptions options;
      options.listen = std::move(*address);
      options.insecure_bind = config.insecure_bind;
      return opened<ingest::HttpSource>(std::move(options));
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
      if (auto good = ingest::check_reach(address->host, source.listen, source.insecure_bind); !good)
        return fail(std::move(good.error()), "source." + source.name + ".listen");
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
  if (auto good = ingest::check_reach(admin->host, config.admin.listen, config.admin.insecure_bind); !good)
    return fail(std::move(good.error()), "admin.listen");
  return {};
}

PipelineSource pipeline_source(const SourceConfig& config) {
  return {config.format, config.live() ? SeenRule::arrival : SeenRule::event_time, config.corrections};
}

}  // namespace roomtone::app
