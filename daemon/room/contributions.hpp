#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/contribution.hpp"
#include "model/ledger.hpp"

namespace roomtone::room {

struct ContributionOptions {
  std::chrono::milliseconds horizon = std::chrono::hours(6);
  std::size_t count_max = 1'000'000;
};

/// The messages of the last hours by id, so that a repeat is recognised, an edit replaces and a delete takes back.
/// Exact inside the horizon and count; older ids are forgotten, whole commits at a time. Only what may still be needed
/// is kept: repeats and retractions of the unknown leave nothing behind, so sending again and again costs no memory.
///
/// A message may have other names that deletes use (aliases): every source's own, since the ids of one instance of a
/// network say nothing about another's.
///
/// Workers fold every message, repeats included; what this index finds comes back as negative deltas, which is exact
/// because merging is a group: adding and taking back the same message leaves the rollup as it was.
/// Not thread-safe: the room thread owns it.
class ContributionIndex {
 public:
  explicit ContributionIndex(ContributionOptions options);

  /// Judges a block's records in order. Appends the deltas that undo repeats, replaced versions and deleted messages to
  /// `undo`, moves `ledger` (the batch's own) accordingly, and appends what must be stored to the coming commit's row.
  /// The numbers of the records that are repeats are appended to `repeats`, ascending. False: malformed block.
  [[nodiscard]] bool apply(std::string_view block, std::string& undo, Ledger& ledger, std::vector<uint32_t>& repeats);

  /// The seconds of what the last apply() appended to `undo`, in its order, see model/seconds.hpp.
  [[nodiscard]] const std::string& undo_seconds() const { return undo_seconds_; }

  /// Takes the row of the coming commit (empty: nothing new) and remembers its blocks under that sequence.
  [[nodiscard]] std::string take_row(uint64_t commit, Mono now);

  /// Reads a stored row back. False: malformed.
  [[nodiscard]] bool recover(uint64_t commit, std::string_view row, Mono now);

  /// Forgets what is past the horizon or beyond the count; returns the first commit still needed.
  [[nodiscard]] uint64_t expire(Mono now);

  [[nodiscard]] std::size_t size() const { return by_id_.size(); }

 private:
  struct Place {
    uint32_t block;  // number, counted from the first block ever
    uint32_t offset : 31;
    uint32_t taken_back : 1;
  };
  struct Kept {
    std::string bytes;
    uint64_t commit = 0;
    Mono at{};
    std::size_t records = 0;  // what the block adds to the count
  };
  struct IdHash {  // ids are keyed hashes already
    using is_avalanching = void;
    std::size_t operator()(uint64_t id) const { return static_cast<std::size_t>(id); }
  };

  /// What a record of a batch means; true when it has to be kept, with `record` as it is to be kept.
  bool judge(Contribution& record, const std::vector<std::string_view>& keys, std::string& undo, Ledger& ledger);
  /// Enters a kept record, which lies at `place`.
  void remember(const Contribution& record, Place place);
  /// The message that a retraction is about; null when none is known that still counts.
  Place* retracted_by(const Contribution& retraction);
  void undo_record(const Contribution& contribution, const std::vector<std::string_view>& keys, std::string& undo);
  [[nodiscard]] Contribution read_at(Place place, std::vector<std::string_view>& keys) const;

  ContributionOptions options_;
  boost::unordered_flat_map<uint64_t, Place, IdHash> by_id_;
  struct Name {
    uint64_t id;
    uint32_t block;  // that said so
  };
  boost::unordered_flat_map<uint64_t, Name, IdHash> by_alias_;
  std::deque<Kept> blocks_;
  uint32_t first_block_ = 0;      // number of blocks_.front()
  std::size_t pending_from_ = 0;  // blocks_ from here belong to the coming commit
  std::string pending_row_;
  std::size_t records_ = 0;                 // in all blocks: bounds memory, whatever they are
  std::vector<std::string_view> old_keys_;  // scratch
  std::string undo_seconds_;
  uint64_t needed_from_ = 0;
};

}  // namespace roomtone::room
