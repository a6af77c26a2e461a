#include <rocksdb/db.h>

#include <limits>

#include "store/keys.hpp"
#include "store/store_impl.hpp"

namespace roomtone::store {

Result<std::optional<StoredRollup>> Store::load(std::string_view key, Tier tier, SpanIndex index) const {
  auto value = impl_->database.get(pane_key(key, tier, index));
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!value->has_value()) return std::optional<StoredRollup>();
  auto stored = decode_pane(index, **value);
  if (!stored) return fail(std::move(stored.error()), "room '" + std::string(key) + "'");
  if (auto read = impl_->read_sample(pane_key(key, tier, index), stored->rollup); !read)
    return tl::unexpected(std::move(read.error()));
  return std::optional<StoredRollup>(std::move(*stored));
}

Result<void> Store::Impl::read_sample(std::string_view pane_key, Rollup& into) const {
  auto value = database.get(sample_key(pane_key));
  if (!value) return tl::unexpected(std::move(value.error()));
  return value->has_value() ? decode_sample_row(**value, into) : Result<void>();
}

Result<std::vector<StoredRollup>> Store::load_range(std::string_view key, Tier tier, SpanIndex from,
                                                    SpanIndex to) const {
  std::vector<StoredRollup> rows;
  auto done = visit_range(key, tier, from, to, RollupParts::all, [&rows](StoredRollup&& row) -> Result<void> {
    rows.push_back(std::move(row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  return rows;
}

Result<void> Store::visit_range(std::string_view key, Tier tier, SpanIndex from, SpanIndex to, RollupParts parts,
                                const VisitRollup& visit) const {
  const std::string first = pane_key(key, tier, from);
  const std::string end = pane_key(key, tier, to);
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(impl_->database.rocks().NewIterator(read));
  for (it->Seek(first); it->Valid(); it->Next()) {
    const std::string_view row_key(it->key().data(), it->key().size());
    auto stored = decode_pane(pane_index(row_key), {it->value().data(), it->value().size()});
    if (!stored) return fail(std::move(stored.error()), "room '" + std::string(key) + "'");
    if (parts == RollupParts::all) {
      if (auto sampled = impl_->read_sample(row_key, stored->rollup); !sampled) return sampled;
    }
    if (auto visited = visit(std::move(*stored)); !visited) return visited;
  }
  if (!it->status().ok()) return failed(it->status(), "scan the store");
  return {};
}

Result<std::optional<SpanIndex>> Store::first(std::string_view key, Tier tier, SpanIndex before) const {
  const std::string from = pane_key(key, tier, std::numeric_limits<SpanIndex>::min());
  const std::string end = pane_key(key, tier, before);
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(impl_->database.rocks().NewIterator(read));
  it->Seek(from);
  if (it->Valid()) return std::optional(pane_index({it->key().data(), it->key().size()}));
  if (!it->status().ok()) return failed(it->status(), "scan the store");
  return std::optional<SpanIndex>();
}

}  // namespace roomtone::store
