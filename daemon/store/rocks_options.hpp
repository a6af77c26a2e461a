#pragma once

#include "store/store.hpp"

namespace rocksdb {
struct Options;
}

namespace roomtone::store {

/// How every store is set up in RocksDB, whoever opens it.
[[nodiscard]] rocksdb::Options rocks_options(const StoreOptions& options);

}  // namespace roomtone::store
