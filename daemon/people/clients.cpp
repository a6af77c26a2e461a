#include "people/clients.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace roomtone::people {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

tl::unexpected<Error> wrong(const std::string& name, const std::string& expected) {
  return fail(ErrorCode::invalid_argument, "got \"" + printable(name, 80) + "\", expected " + expected);
}

/// The last of `names` that is not above the text; nothing where all are.
const std::string* last_below(const std::vector<std::string>& names, std::string_view text) {
  const auto above = std::ranges::upper_bound(names, text, std::less<>());
  return above == names.begin() ? nullptr : &*std::prev(above);
}

}  // namespace

Result<Clients> Clients::compile(std::span<const std::string> names) {
  if (names.size() > kNames)
    return fail(ErrorCode::invalid_argument,
                "got " + std::to_string(names.size()) + " names, expected at most " + std::to_string(kNames));
  Clients clients;
  for (const std::string& name : names) {
    std::string text = name;
    std::ranges::transform(text, text.begin(), lower);
    const bool beginning = text.ends_with('*');
    if (beginning) text.pop_back();
    if (text.empty() || text.size() > kNameBytes)
      return wrong(name, "the name of a posting client, of 1 to " + std::to_string(kNameBytes) + " bytes");
    if (text.find('*') != std::string::npos) return wrong(name, "'*' at the end of a name only");
    (beginning ? clients.beginnings_ : clients.whole_).push_back(std::move(text));
  }
  std::ranges::sort(clients.whole_);
  std::ranges::sort(clients.beginnings_);
  // Behind a beginning stands at once all that begins so.
  const auto covered = [](const std::string& by, const std::string& text) { return text.starts_with(by); };
  clients.beginnings_.erase(std::unique(clients.beginnings_.begin(), clients.beginnings_.end(), covered),
                            clients.beginnings_.end());
  return clients;
}

bool Clients::has(std::string_view client) const {
  if (client.empty() || (whole_.empty() && beginnings_.empty())) return false;
  // One byte more than a name may have: what is longer is none of the whole names, and may still begin like one.
  std::array<char, kNameBytes + 1> lowered;
  client = client.substr(0, lowered.size());
  std::ranges::transform(client, lowered.begin(), lower);
  const std::string_view text(lowered.data(), client.size());
  const std::string* const whole = last_below(whole_, text);
  const std::string* const beginning = last_below(beginnings_, text);
  return (whole != nullptr && *whole == text) || (beginning != nullptr && text.starts_with(*beginning));
}

}  // namespace roomtone::people
