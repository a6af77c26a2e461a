#include <random>

#include "store/keys.hpp"
#include "store/store_impl.hpp"

// What must hold before a store is used: it is the one that the acknowledged mark beside it speaks of and has reached
// it, and its voices were made with the key that new ones are made with.

namespace roomtone::store {

namespace {

uint64_t random_u64() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

uint64_t new_epoch() { return random_u64() >> 11; }  // below 2^53: exact in every JSON reader

/// The meta row; nothing in a store that was never begun.
Result<std::optional<Meta>> read_meta(const Database& database) {
  auto value = database.get(meta_key());
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!value->has_value()) return std::optional<Meta>();
  auto decoded = decode_meta(**value);
  if (!decoded) return tl::unexpected(std::move(decoded.error()));
  return std::optional(*decoded);
}

Result<void> write_meta(const Database& database, const Meta& meta) {
  return database.put(meta_key(), encode_meta(meta), "the store's meta row");
}

/// Whether the store is the one that the mark speaks of, and has reached it.
Result<void> check_mark(const std::string& name, const std::optional<Mark>& mark, const std::optional<Meta>& meta) {
  if (!mark) return {};
  if (!meta || meta->epoch != mark->epoch) {
    return fail(ErrorCode::corrupt,
                "open the store " + name +
                    ": its files are not those of the acknowledged mark beside them (ACKED); restore a "
                    "backup with 'roomtone restore', or see 'roomtone recover'");
  }
  if (meta->sequence < mark->sequence) {
    return fail(ErrorCode::corrupt, "open the store " + name + ": it ends at commit " + std::to_string(meta->sequence) +
                                        ", but commit " + std::to_string(mark->sequence) +
                                        " was acknowledged. 'roomtone recover --data " + name +
                                        "' says what is missing; with --rewind it goes on from there");
  }
  return {};
}

/// The meta row of a store that begins now.
Meta begun(const StoreOptions& options) {
  Meta meta;
  meta.epoch = new_epoch();
  meta.sketch_key = options.sketch_key.value_or(SipKey{random_u64(), random_u64()});
  return meta;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  const std::string name = options.folder.string();
  if (error) return fail(ErrorCode::io, "make the store's folder " + name + ": " + error.message());

  // Read first: what is acknowledged while we open is of another process, which holds the store then.
  auto mark = AckedMark::read(options.folder);
  if (!mark) return fail(std::move(mark.error()), "open the store " + name);
  // A store of which commits were acknowledged is never begun anew because its files are gone.
  if (*mark && !std::filesystem::exists(options.folder / "CURRENT", error)) {
    auto gone = check_mark(name, *mark, std::nullopt);
    return tl::unexpected(std::move(gone.error()));
  }

  auto database = Database::open(options);
  if (!database) return tl::unexpected(std::move(database.error()));
  auto found = read_meta(*database);
  if (!found) return fail(std::move(found.error()), "open the store " + name);
  if (auto checked = check_mark(name, *mark, *found); !checked) return tl::unexpected(std::move(checked.error()));
  Meta meta = *found ? **found : begun(options);
  meta.format = kFormat;  // as the rows are that the next commit writes
  if (!*found) {
    if (auto written = write_meta(*database, meta); !written)
      return fail(std::move(written.error()), "begin the store " + name);
  } else if (options.sketch_key && !(*options.sketch_key == meta.sketch_key)) {
    return fail(ErrorCode::invalid_argument,
                "open the store " + name +
                    ": it was made with another store.sketch_key; its voices cannot be merged with new ones");
  }

  auto impl = std::make_unique<Impl>(options, std::move(*database), meta);
  if (*mark) impl->acknowledged = (*mark)->sequence;
  if (options.sync) {
    auto opened = AckedMark::open(options.folder, {meta.epoch, meta.sequence});
    if (!opened) return fail(std::move(opened.error()), "open the store " + name);
    impl->mark = std::move(*opened);
  }
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::filesystem::path& folder) {
  return look(folder, LogExtent::whole);
}

Result<std::unique_ptr<Store>> Store::look_until_damage(const std::filesystem::path& folder) {
  return look(folder, LogExtent::until_damage);
}

Result<std::unique_ptr<Store>> Store::look(const std::filesystem::path& folder, LogExtent log) {
  const std::string name = folder.string();
  if (!std::filesystem::exists(folder / "CURRENT"))
    return fail(ErrorCode::not_found,
                "no store in " + name + " (expected the folder that store.path of the configuration names)");
  // Before the store: a daemon that writes meanwhile only brings it further ahead of the mark.
  auto mark = AckedMark::read(folder);
  if (!mark && log == LogExtent::whole) return fail(std::move(mark.error()), "open the store " + name);
  auto database = Database::look(folder, log);
  if (!database) return tl::unexpected(std::move(database.error()));
  auto meta = read_meta(*database);
  if (!meta) return fail(std::move(meta.error()), "open the store " + name);
  if (log == LogExtent::whole) {
    if (auto checked = check_mark(name, *mark, *meta); !checked) return tl::unexpected(std::move(checked.error()));
  }
  if (!*meta) return fail(ErrorCode::corrupt, "open the store " + name + ": it has no meta row");
  StoreOptions options;
  options.folder = folder;
  auto impl = std::make_unique<Impl>(std::move(options), std::move(*database), **meta);
  if (mark && *mark) impl->acknowledged = (*mark)->sequence;
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::rewind(const std::filesystem::path& folder) { return begin_anew(folder, true); }
Result<void> Store::renew(const std::filesystem::path& folder) { return begin_anew(folder, false); }

Result<void> Store::begin_anew(const std::filesystem::path& folder, bool rewind) {
  const std::string name = folder.string();
  const auto database = Database::open_existing(folder, rewind ? LogExtent::until_damage : LogExtent::whole);
  if (!database) return tl::unexpected(database.error());
  auto meta = read_meta(*database);
  if (!meta) return fail(std::move(meta.error()), "open the store " + name);
  if (!*meta) return fail(ErrorCode::corrupt, "open the store " + name + ": it has no meta row");
  Meta renewed = **meta;
  renewed.epoch = new_epoch();
  // The mark first: with the old one, a store of a new epoch would be refused, and with the new one an old epoch is;
  // either way a crash in between is seen, and the command is given again.
  auto mark = AckedMark::open(folder, {renewed.epoch, renewed.sequence});
  if (!mark) return fail(std::move(mark.error()), name);
  if (auto written = write_meta(*database, renewed); !written) return fail(std::move(written.error()), name);
  return {};
}

}  // namespace roomtone::store
