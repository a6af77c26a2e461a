#include "publish/question.hpp"

#include <zmq.h>

#include <array>
#include <vector>

#include "base/json_text.hpp"
#include "publish/query.hpp"
#include "publish/room_view.hpp"
#include "publish/socket.hpp"

namespace roomtone::publish {

namespace {

constexpr int64_t kAnswerBytesMax = 4 << 20;  // no frame of a server is larger

/// What an ERR answer means to whoever asked.
tl::unexpected<Error> refusal(std::string_view json) {
  const std::string code = read_json_text(json, "code");
  const std::string message = read_json_text(json, "message");
  const ErrorCode kind = code == code_of(QueryError::unsupported_verb) ? ErrorCode::unsupported
                         : code.starts_with("bad_")                    ? ErrorCode::invalid_argument
                                                                       : ErrorCode::unavailable;
  return fail(kind, "the daemon answers " + code + ": " + message);
}

/// One connection to a server, for one question and what follows from it.
class Asker {
 public:
  explicit Asker(const QuestionTarget& target) : target_(target), socket_(context_, ZMQ_DEALER) {}

  [[nodiscard]] Result<void> connect() {
    if (target_.keys) {
      socket_.set(ZMQ_CURVE_SERVERKEY, target_.keys->server_public_key);
      socket_.set(ZMQ_CURVE_PUBLICKEY, target_.keys->own.public_key);
      socket_.set(ZMQ_CURVE_SECRETKEY, target_.keys->own.secret_key);
    }
    socket_.set(ZMQ_MAXMSGSIZE,
                std::string_view(reinterpret_cast<const char*>(&kAnswerBytesMax), sizeof kAnswerBytesMax));
    socket_.set(ZMQ_LINGER, 0);
    return socket_.connect(target_.query_endpoint);
  }

  [[nodiscard]] Result<void> ask(std::string_view verb, std::string_view arguments) {
    const std::array<std::string_view, 3> question = {kProtocol, verb, arguments};
    if (socket_.send(question) != Sent::yes) return fail(ErrorCode::unavailable, "ask " + target_.query_endpoint);
    return {};
  }

  /// The frames of the next answer, `RTN1` and the verb among them; what the server refuses is an error.
  [[nodiscard]] Result<std::vector<std::string>> answer() {
    const auto until = std::chrono::steady_clock::now() + target_.patience;
    std::vector<std::string> frames;
    while (!socket_.receive(frames)) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0)
        return fail(ErrorCode::unavailable, "no answer from " + target_.query_endpoint + " within " +
                                                std::to_string(target_.patience.count() / 1000) +
                                                " s. Is roomtoned running, and is this its query address?");
      zmq_pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
      (void)zmq_poll(&item, 1, left.count());
    }
    if (frames.size() < 3 || frames[0] != kProtocol) return fail(ErrorCode::corrupt, "the answer is not RTN/1");
    if (frames[1] == "ERR") return refusal(frames[2]);
    return frames;
  }

 private:
  const QuestionTarget& target_;
  const Context context_;
  Socket socket_;
};

}  // namespace

Result<std::string> ask(const QuestionTarget& target, std::string_view verb, std::string_view arguments) {
  Asker asker(target);
  if (auto connected = asker.connect(); !connected) return tl::unexpected(std::move(connected.error()));
  if (auto asked = asker.ask(verb, arguments); !asked) return tl::unexpected(std::move(asked.error()));
  auto frames = asker.answer();
  if (!frames) return tl::unexpected(std::move(frames.error()));
  if (frames->size() != 3 || (*frames)[1] != verb) return fail(ErrorCode::corrupt, "the answer is to another question");
  return std::move((*frames)[2]);
}

Result<std::vector<SnapshotValue>> take_snapshot(const QuestionTarget& target, std::string_view prefix,
                                                 std::size_t values_max) {
  Asker asker(target);
  if (auto connected = asker.connect(); !connected) return tl::unexpected(std::move(connected.error()));
  std::string arguments = "{\"prefix\":";
  append_json_string(arguments, prefix);
  if (auto asked = asker.ask("SNAPSHOT", arguments + "}"); !asked) return tl::unexpected(std::move(asked.error()));
  std::vector<SnapshotValue> values;
  for (;;) {
    auto frames = asker.answer();
    if (!frames) return tl::unexpected(std::move(frames.error()));
    const std::string& verb = (*frames)[1];
    if (verb == "END") return values;
    if (verb == "MORE") {
      if (auto asked = asker.ask("MORE", "{}"); !asked) return tl::unexpected(std::move(asked.error()));
      continue;
    }
    if (verb != "KV" || frames->size() != 5) return fail(ErrorCode::corrupt, "the answer is to another question");
    if (values.size() >= values_max)
      return fail(ErrorCode::unavailable, "the snapshot has more than " + std::to_string(values_max) + " values");
    values.push_back({std::move((*frames)[2]), std::move((*frames)[4])});
  }
}

}  // namespace roomtone::publish
