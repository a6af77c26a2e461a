#include "store/rocks_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

namespace roomtone::store {

rocksdb::Options rocks_options(const StoreOptions& options) {
  rocksdb::Options rocks;
  rocks.create_if_missing = true;
  rocks.write_buffer_size = options.memtable_bytes;
  rocks.max_write_buffer_number = 3;
  rocks.max_total_wal_size = options.wal_bytes_max;
  rocks.recycle_log_file_num = 0;  // recycled logs cannot be told apart after a crash under the mode below
  // Refuses a log with a flipped bit instead of going back in time silently.
  rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocks.max_background_jobs = 2;
  rocks.bytes_per_sync = 1u << 20;  // dirty pages go out bit by bit: a commit's sync does not wait for a flood
  rocks.wal_bytes_per_sync = 0;
  rocks.keep_log_file_num = 2;
  rocks.max_log_file_size = 1u << 20;
  rocks.compression = rocksdb::kLZ4Compression;
  rocks.paranoid_checks = true;
  rocks.max_bgerror_resume_count = 0;  // what failed once is not tried again in place
  // Small steps, so that a compaction under way when space runs out ends within the reserve.
  rocks.target_file_size_base = 16u << 20;
  rocks.max_bytes_for_level_base = 64u << 20;
  rocks.max_compaction_bytes = 128u << 20;
  // What retention deletes is given back: files that are mostly deletions are compacted soon.
  rocks.table_properties_collector_factories.push_back(rocksdb::NewCompactOnDeletionCollectorFactory(4096, 2048));
  if (options.env != nullptr) rocks.env = options.env;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.cache_index_and_filter_blocks = true;
  table.format_version = 5;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return rocks;
}

}  // namespace roomtone::store
