#include "people/lists.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "model/author.hpp"
#include "model/key.hpp"

namespace roomtone::people {

namespace {

constexpr uint8_t kAnyNetwork = 0xff;
constexpr uint64_t kHandleSalt = 0x51ed270b35ae63c9ULL;
constexpr std::array<Network, 4> kNetworks = {Network::own, Network::atproto, Network::fediverse, Network::x};

uint8_t bit_of(Network network) { return static_cast<uint8_t>(1U << static_cast<unsigned>(network)); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

tl::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return fail(ErrorCode::invalid_argument, where + ": " + what);
}

/// The number of a role, which is new or not.
Result<uint32_t> role_of(List& list, const MemberSpec& spec) {
  const std::string_view name = spec.role.empty() ? kDefaultRole : std::string_view(spec.role);
  const auto at = std::ranges::find(list.roles, name);
  const auto number = static_cast<uint32_t>(at - list.roles.begin());
  if (at != list.roles.end()) return number;
  if (list.roles.size() == limits::kListRoles)
    return wrong(spec.place, "got the role '" + printable(name, 80) + "', expected at most " +
                                 std::to_string(limits::kListRoles) + " roles in a list");
  list.roles.emplace_back(name);
  return number;
}

}  // namespace

uint64_t Lists::hash_of(Kind kind, std::string_view text) {
  return word_hash(text) ^ (kind == Kind::handle ? kHandleSalt : 0);
}

Result<Lists> Lists::compile(std::vector<ListSpec> specs) {
  Lists lists;
  if (specs.size() > limits::kLists)
    return fail(ErrorCode::invalid_argument,
                "got " + std::to_string(specs.size()) + " lists, expected at most " + std::to_string(limits::kLists));
  std::set<std::string_view> ids;
  std::vector<Said> said;
  for (ListSpec& spec : specs) {
    const std::string where = "list '" + printable(spec.id, 80) + "'";
    if (!valid_topic_id(spec.id)) return wrong(where, "expected an id of 1 to 64 of a-z, 0-9, - and _");
    if (!ids.insert(spec.id).second) return wrong(where, "got twice, expected each id once");
    if (spec.members.size() > limits::kListMembers)
      return wrong(where, "got " + std::to_string(spec.members.size()) + " members, expected at most " +
                              std::to_string(limits::kListMembers));
    const auto number = static_cast<uint32_t>(lists.lists_.size());
    List& list = lists.lists_.emplace_back();
    list.id = spec.id;
    list.rooms = spec.rooms;
    list.topics = spec.topics;
    list.events = spec.events;
    list.show_authors = spec.show_authors;
    struct Known {
      uint8_t networks;
      const std::string* place;
    };
    std::map<std::pair<Kind, std::string>, std::vector<Known>> known;
    for (const MemberSpec& member : spec.members) {
      auto role = role_of(list, member);
      if (!role) return tl::unexpected(std::move(role.error()));
      if (member.id.empty() && member.handle.empty()) return wrong(member.place, "got a member without id and handle");
      const Kind kind = member.id.empty() ? Kind::handle : Kind::id;
      const uint8_t networks = member.network ? bit_of(*member.network) : kAnyNetwork;
      std::string text = kind == Kind::id ? member.id : lower(member.handle);
      auto& before = known[{kind, text}];
      for (const Known& other : before)
        if ((other.networks & networks) != 0)
          return wrong(member.place, "got '" + printable(text, 80) + "' again, who stands at " + *other.place +
                                         " already, expected each once on a list");
      before.push_back({networks, &member.place});
      const Membership membership{number, *role, static_cast<uint32_t>(list.members.size())};
      const uint64_t key = hash_of(kind, text) ^ networks;
      said.push_back({std::move(text), kind, {membership, networks}});
      list.members.push_back({member.handle.empty() ? member.id : member.handle, member.id, member.network, *role,
                              member.weight.value_or(spec.weight), member.expected_gap.value_or(spec.expected_gap),
                              key});
    }
  }
  lists.index(std::move(said));
  return lists;
}

/// Builds the tables that find() reads.
void Lists::index(std::vector<Said> said) {
  std::ranges::stable_sort(said, [](const Said& a, const Said& b) {
    return std::pair(a.kind, std::string_view(a.text)) < std::pair(b.kind, std::string_view(b.text));
  });
  std::vector<uint64_t> hashes;  // of names_
  for (const Said& one : said) {
    if (names_.empty() || !is(names_.back(), one.kind, one.text)) {
      add_name(one);
      hashes.push_back(hash_of(one.kind, one.text));
    }
    entries_.push_back(one.entry);
    ++names_.back().end;
  }
  if (names_.empty()) return;
  by_handle_ = names_.back().kind == Kind::handle;
  slots_.assign(std::bit_ceil(2 * names_.size()), 0);
  seen_.assign(std::bit_ceil(std::max<std::size_t>(16 * names_.size(), 1024)) / 64, 0);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const uint64_t hash = hashes[i];
    const uint64_t bit = (hash >> 32) & (64 * seen_.size() - 1);
    seen_[bit / 64] |= uint64_t{1} << (bit % 64);
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<uint32_t>(i + 1);
  }
}

void Lists::add_name(const Said& said) {
  ROOMTONE_ASSERT(said.text.size() <= UINT16_MAX);  // whoever reads members holds them to limits::kMemberIdBytes
  Name& name = names_.emplace_back();
  const std::size_t head = std::min(said.text.size(), name.head.size());
  std::copy_n(said.text.begin(), head, name.head.begin());
  name.rest = static_cast<uint32_t>(rests_.size());
  rests_.append(said.text, head);
  name.size = static_cast<uint16_t>(said.text.size());
  name.kind = said.kind;
  name.begin = name.end = static_cast<uint32_t>(entries_.size());
  name.first = said.entry;
}

bool Lists::is(const Name& name, Kind kind, std::string_view text) const {
  if (name.size != text.size() || name.kind != kind) return false;
  const std::string_view head = text.substr(0, name.head.size());
  if (std::string_view(name.head.data(), head.size()) != head) return false;
  return head.size() == text.size() ||
         std::string_view(rests_).substr(name.rest, text.size() - head.size()) == text.substr(head.size());
}

const Lists::Name* Lists::look_up(Kind kind, std::string_view text) const {
  const uint64_t hash = hash_of(kind, text);
  const uint64_t bit = (hash >> 32) & (64 * seen_.size() - 1);
  if ((seen_[bit / 64] >> (bit % 64) & 1) == 0) return nullptr;
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    const Name& name = names_[slots_[at] - 1];
    if (is(name, kind, text)) return &name;
  }
  return nullptr;
}

void Lists::append(const Name& name, Network network, std::vector<Membership>& out) const {
  const uint8_t bit = bit_of(network);
  if ((name.first.networks & bit) != 0) out.push_back(name.first.membership);
  for (uint32_t i = name.begin + 1; i < name.end; ++i)
    if ((entries_[i].networks & bit) != 0) out.push_back(entries_[i].membership);
}

void Lists::fetch(const Message& message) const {
  if (names_.empty() || message.author.empty()) return;
  const uint64_t hash = hash_of(Kind::id, message.author);
  __builtin_prefetch(&seen_[((hash >> 32) & (64 * seen_.size() - 1)) / 64]);
  __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
}

void Lists::find(const Message& message, std::vector<Membership>& out) const {
  if (names_.empty()) return;
  const std::size_t first = out.size();
  if (!message.author.empty())
    if (const Name* name = look_up(Kind::id, message.author)) append(*name, message.network, out);
  if (!by_handle_ || message.author_name.empty()) return;

  std::string_view handle = message.author_name;
  if (handle.starts_with('@')) handle.remove_prefix(1);
  std::array<char, limits::kMemberHandleBytes> lowered;
  if (handle.size() > lowered.size()) return;
  std::ranges::transform(handle, lowered.begin(), [](char c) { return lower(c); });
  const Name* name = look_up(Kind::handle, {lowered.data(), handle.size()});
  if (name == nullptr) return;
  const auto by_id = out.size();
  append(*name, message.network, out);
  if (by_id == first || out.size() == by_id) return;
  // Both: in a list that knows the id, the id says who it is.
  const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
  std::stable_sort(begin, out.end(), [](const Membership& a, const Membership& b) { return a.list < b.list; });
  out.erase(std::unique(begin, out.end(), [](const Membership& a, const Membership& b) { return a.list == b.list; }),
            out.end());
}

std::vector<uint64_t> Lists::keys_of_id(Network network, std::string_view id) {
  const uint64_t hash = hash_of(Kind::id, id);
  return {hash ^ bit_of(network), hash ^ kAnyNetwork};
}

std::vector<uint64_t> Lists::keys_of_handle(Network network, std::string_view handle) {
  if (handle.starts_with('@')) handle.remove_prefix(1);
  const uint64_t hash = hash_of(Kind::handle, lower(handle));
  return {hash ^ bit_of(network), hash ^ kAnyNetwork};
}

std::vector<Expectation> Lists::expectations() const {
  std::vector<Expectation> all;
  for (const List& list : lists_)
    for (const Member& member : list.members)
      if (member.expected_gap != std::chrono::seconds(0))
        all.push_back({list.id, member.key, member.expected_gap, list.show_authors ? member.shown : std::string()});
  return all;
}

Weights Lists::weights(const SipKey& key) const {
  std::vector<Weights::Entry> entries;
  const auto add = [&](Network network, std::string_view author, uint32_t weight) {
    if (weight != Weights::kOne) entries.push_back({author_hash(key, network, author), weight});
  };
  for (const List& list : lists_) {
    for (const Member& member : list.members) {
      if (member.id.empty()) {
        // Only where the author is written as the name that people see is a hash known beforehand.
        if (!member.network || *member.network == Network::own) add(Network::own, member.shown, member.weight);
      } else if (member.network) {
        add(*member.network, member.id, member.weight);
      } else {
        for (const Network network : kNetworks) add(network, member.id, member.weight);
      }
    }
  }
  return Weights(std::move(entries));
}

}  // namespace roomtone::people
