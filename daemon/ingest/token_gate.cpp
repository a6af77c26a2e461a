#include "ingest/token_gate.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kPeers = 4096;  // whose tries are counted apart; those beyond are counted together

}  // namespace

TokenGate::Verdict TokenGate::judge(std::string_view peer, std::string_view token, Mono now) {
  if (tokens_.empty()) return Verdict::welcome;
  const auto known = tries_.find(std::string(peer));
  const bool window_over = known != tries_.end() && now - known->second.since > limits::kWrongTokenWindow;
  if (known != tries_.end() && !window_over && known->second.wrong >= limits::kWrongTokens) return Verdict::wait;

  bool right = false;
  if (!token.empty() && token.size() <= limits::kTokenBytes) {
    const Sha256 hash = sha256(token);
    // All are compared, whichever fits: how long it takes tells nothing.
    for (const SenderToken& each : tokens_) right |= equal_in_constant_time(each.hash, hash);
  }
  if (right) return Verdict::welcome;
  ++tries_of(peer, now).wrong;
  return Verdict::wrong;
}

TokenGate::Tries& TokenGate::tries_of(std::string_view peer, Mono now) {
  const auto over = [now](const auto& entry) { return now - entry.second.since > limits::kWrongTokenWindow; };
  std::string name(peer);
  if (tries_.size() >= kPeers && !tries_.contains(name)) {
    std::erase_if(tries_, over);
    if (tries_.size() >= kPeers) name.clear();
  }
  Tries& tries = tries_[name];
  if (tries.wrong == 0 || now - tries.since > limits::kWrongTokenWindow) tries = {now, 0};
  return tries;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  if (authorization.size() < kScheme.size() ||
      !std::ranges::equal(authorization.substr(0, kScheme.size()), kScheme, same))
    return {};
  authorization.remove_prefix(kScheme.size());
  const std::size_t begin = authorization.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return authorization.substr(begin, authorization.find_last_not_of(" \t") - begin + 1);
}

}  // namespace roomtone::ingest
