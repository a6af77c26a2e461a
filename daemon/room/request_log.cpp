#include "room/request_log.hpp"

#include <utility>

#include "base/bytes.hpp"

namespace roomtone::room {

namespace {

constexpr std::size_t kKeyBytes = 16;

}  // namespace

void RequestLog::add(const std::vector<RequestKey>& requests) {
  ByteWriter out(pending_);
  for (const RequestKey& request : requests) {
    out.u64_be(request.key);
    out.u64_be(request.fingerprint);
  }
}

std::string RequestLog::take_row(uint64_t commit, Mono now) {
  if (!pending_.empty()) recover(commit, pending_, now);
  return std::exchange(pending_, {});
}

void RequestLog::recover(uint64_t commit, std::string_view row, Mono now) {
  rows_.push_back({commit, now, row.size() / kKeyBytes});
  count_ += rows_.back().count;
}

uint64_t RequestLog::expire(Mono now) {
  while (!rows_.empty() && (now - rows_.front().at > options_.window || count_ > options_.count_max)) {
    needed_from_ = rows_.front().commit + 1;
    count_ -= rows_.front().count;
    rows_.pop_front();
  }
  return needed_from_;
}

std::vector<RequestKey> requests_of(std::string_view row) {
  std::vector<RequestKey> requests;
  ByteReader in(row);
  while (in.left() >= kKeyBytes) {
    RequestKey request;
    request.key = in.u64_be();
    request.fingerprint = in.u64_be();
    requests.push_back(request);
  }
  return requests;
}

}  // namespace roomtone::room
