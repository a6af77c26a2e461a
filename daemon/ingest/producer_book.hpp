#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"
#include "model/delivery.hpp"

namespace roomtone::ingest {

/// What becomes of something that a producer has numbered.
enum class Admission {
  next,       // the one that is due: take it
  repeat,     // taken before: drop it, and acknowledge it when that is committed
  gap,        // one or more before it are missing: the producer has to send those first
  old_epoch,  // of a numbering that a later one of the same producer has ended
  full,       // a producer too many
};

/// Where a producer stands within an epoch.
struct Standing {
  uint64_t taken = 0;      // everything up to here need not be sent again while this process lives
  uint64_t committed = 0;  // everything up to here need never be sent again
};

/// The producers of one source that number what they send, and how far each has come.
///
/// Everything sent passes here in order before it is counted, and the position travels with it into the commit: so
/// the book of a process that begins is what was counted, and each number is counted once. O(producers) memory, up to
/// `producers_max`; a producer too many takes the place of the longest silent, if that is silent for
/// limits::kProducerSilence, else it is refused. Owned by the source's thread.
class ProducerBook {
 public:
  ProducerBook(const SipKey& key, const std::vector<ProducerPosition>& start,
               std::size_t producers_max = limits::kProducers);

  /// The producer of that name.
  [[nodiscard]] uint64_t id_of(std::string_view name) const { return sip_hash(key_, name); }

  [[nodiscard]] Admission admit(uint64_t producer, uint64_t epoch, uint64_t sequence, Instant now) const;
  /// The same for one that has yet to send something: next, old_epoch or full.
  [[nodiscard]] Admission open(uint64_t producer, uint64_t epoch, Instant now) const;

  /// Zero where this epoch has not begun.
  [[nodiscard]] Standing standing(uint64_t producer, uint64_t epoch) const;

  /// What the batch that takes a sequence must carry: the position, and before it whom it puts out of the book.
  [[nodiscard]] std::vector<ProducerPosition> positions_for(uint64_t producer, uint64_t epoch, uint64_t sequence,
                                                            Instant now) const;
  /// Enters what a batch carries, once it is sure to go.
  void enter(const ProducerPosition& position);

  /// What a receipt said is on disk.
  void committed(const ProducerPosition& position);

  [[nodiscard]] std::size_t size() const { return producers_.size(); }

 private:
  struct Producer {
    uint64_t epoch = 0;
    Standing standing;
    Instant heard = kNoInstant;
  };
  [[nodiscard]] bool has_room(Instant now) const;
  [[nodiscard]] std::unordered_map<uint64_t, Producer>::const_iterator longest_silent() const;

  const SipKey key_;
  const std::size_t producers_max_;
  std::unordered_map<uint64_t, Producer> producers_;
};

/// Whether a producer's name or a request's key is one: 1 to `bytes_max` printable ASCII characters without space.
[[nodiscard]] bool valid_name(std::string_view name, std::size_t bytes_max);

}  // namespace roomtone::ingest
