#include "publish/question.hpp"

#include <zmq.h>

#include <array>
#include <vector>

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

}  // namespace

Result<std::string> ask(const QuestionTarget& target, std::string_view verb, std::string_view arguments) {
  const Context context;
  Socket socket(context, ZMQ_DEALER);
  if (target.keys) {
    socket.set(ZMQ_CURVE_SERVERKEY, target.keys->server_public_key);
    socket.set(ZMQ_CURVE_PUBLICKEY, target.keys->own.public_key);
    socket.set(ZMQ_CURVE_SECRETKEY, target.keys->own.secret_key);
  }
  socket.set(ZMQ_MAXMSGSIZE, std::string_view(reinterpret_cast<const char*>(&kAnswerBytesMax), sizeof kAnswerBytesMax));
  socket.set(ZMQ_LINGER, 0);
  if (auto connected = socket.connect(target.query_endpoint); !connected)
    return tl::unexpected(std::move(connected.error()));
  const std::array<std::string_view, 3> question = {kProtocol, verb, arguments};
  if (socket.send(question) != Sent::yes) return fail(ErrorCode::unavailable, "ask " + target.query_endpoint);

  const auto until = std::chrono::steady_clock::now() + target.patience;
  std::vector<std::string> frames;
  while (!socket.receive(frames)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return fail(ErrorCode::unavailable, "no answer from " + target.query_endpoint + " within " +
                                              std::to_string(target.patience.count() / 1000) +
                                              " s. Is roomtoned running, and is this its query address?");
    zmq_pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
    (void)zmq_poll(&item, 1, left.count());
  }
  if (frames.size() != 3 || frames[0] != kProtocol) return fail(ErrorCode::corrupt, "the answer is not RTN/1");
  if (frames[1] == "ERR") return refusal(frames[2]);
  if (frames[1] != verb) return fail(ErrorCode::corrupt, "the answer is to another question");
  return std::move(frames[2]);
}

}  // namespace roomtone::publish
