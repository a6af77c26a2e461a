#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "model/message.hpp"
#include "model/silence.hpp"
#include "model/weights.hpp"
#include "people/spec.hpp"

namespace roomtone::people {

/// That the author of a message is on a list, and as what.
struct Membership {
  uint32_t list;
  uint32_t role;    // of the list
  uint32_t member;  // of the list
  friend bool operator==(const Membership&, const Membership&) = default;
};

/// Somebody on a list.
struct Member {
  std::string shown;  // the handle, else the id
  std::string id;     // empty: known by the handle alone
  std::optional<Network> network;
  uint32_t role = 0;
  uint32_t weight = Weights::kOne;
  std::chrono::seconds expected_gap{0};  // zero: nothing is expected; or Expectation::kOwnHabit
  uint64_t key = 0;                      // of the id or handle; the same whatever else changes on the list
};

/// One list, checked.
struct List {
  std::string id;
  std::vector<std::string> roles;  // in the order in which members name them
  std::vector<Member> members;
  RoomsWanted rooms;
  std::optional<std::vector<std::string>> topics;
  bool events = false;
  bool show_authors = false;
};

/// All lists together, as a worker asks them: one look for a message, whatever their number. Immutable; shared by
/// workers.
class Lists {
 public:
  Lists() = default;

  /// Errors name the list or the member's place: "jockeys.csv:12: ...".
  [[nodiscard]] static Result<Lists> compile(std::vector<ListSpec> specs);

  /// Asks the memory for what find() will read of this message: in large lists it lies far off, and the text can be
  /// read meanwhile.
  void fetch(const Message& message) const;

  /// Appends the lists that the author is on, ascending, each once. Allocates nothing once `out` has grown.
  void find(const Message& message, std::vector<Membership>& out) const;

  [[nodiscard]] bool empty() const { return lists_.empty(); }
  [[nodiscard]] std::span<const List> all() const { return lists_; }
  [[nodiscard]] const List& list(uint32_t at) const { return lists_[at]; }

  /// The keys under which lists may have an author with this id, or this handle, on that network: with the network
  /// said or not. Who writes as a name that people see (`own`) may stand on a list by either.
  [[nodiscard]] static std::vector<uint64_t> keys_of_id(Network network, std::string_view id);
  [[nodiscard]] static std::vector<uint64_t> keys_of_handle(Network network, std::string_view handle);

  /// Who is expected to speak.
  [[nodiscard]] std::vector<Expectation> expectations() const;

  /// What the members weigh, by the hashes that a store with this key knows them by.
  [[nodiscard]] Weights weights(const SipKey& key) const;

 private:
  enum class Kind : uint8_t { id, handle };
  struct Entry {
    Membership membership;
    uint8_t networks;  // a bit for each on which it holds
  };
  /// An id or handle, of a handle in lower case, and one thing that is said of it.
  struct Said {
    std::string text;
    Kind kind;
    Entry entry;
  };
  /// All that is said of one id or handle: of most in one cache line, since members lie far apart.
  struct alignas(64) Name {
    std::array<char, 32> head{};  // of the text
    uint32_t rest = 0;            // of the text: where it begins in rests_
    uint16_t size = 0;            // of the text
    Kind kind = Kind::id;
    uint32_t begin = 0;  // in entries_
    uint32_t end = 0;
    Entry first{};  // that at `begin`
  };

  [[nodiscard]] static uint64_t hash_of(Kind kind, std::string_view text);
  [[nodiscard]] const Name* look_up(Kind kind, std::string_view text) const;
  void append(const Name& name, Network network, std::vector<Membership>& out) const;
  void index(std::vector<Said> said);
  void add_name(const Said& said);
  [[nodiscard]] bool is(const Name& name, Kind kind, std::string_view text) const;

  std::vector<List> lists_;
  std::vector<Name> names_;
  std::vector<Entry> entries_;
  std::string rests_;            // of texts longer than a Name's head
  bool by_handle_ = false;       // whether a member is known by the handle alone
  std::vector<uint64_t> seen_;   // a bit for each hash: tells most strangers apart in one small table
  std::vector<uint32_t> slots_;  // open addressing: number of the name + 1, or 0
};

}  // namespace roomtone::people
