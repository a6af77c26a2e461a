#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "base/hash.hpp"
#include "cli/cli.hpp"
#include "store/history.hpp"

namespace roomtone::cli {

namespace {

struct Arguments {
  std::string data;
  bool digest = false;
};

/// A hash of what a store means: every pane of every room and every ledger, wherever they stand (rows or journal).
/// Sequences, revisions and times of writing are left out: they depend on timing.
Result<uint64_t> digest_of(const store::History& history) {
  static constexpr SipKey kKey{0x726f6f6d746f6e65, 0x6469676573740000};
  uint64_t digest = 0;
  const auto fold_in = [&digest](std::string_view bytes) { digest = sip_hash({kKey.k0 ^ digest, kKey.k1}, bytes); };
  std::string bytes;
  for (const std::string& key : history.keys()) {
    const auto done = history.series(key, instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax),
                                     width_of(Tier::pane), [&](Instant start, const Rollup& rollup) {
                                       bytes = key + '\0' + std::to_string(micros(start)) + '\0';
                                       encode_rollup(rollup, bytes);
                                       fold_in(bytes);
                                     });
    if (!done) return tl::unexpected(done.error());
  }
  for (const SourceRow& source : history.recovered().sources) {
    fold_in(source.name);
    for (const int64_t count : source.ledger.columns) fold_in(std::to_string(count));
    for (const int64_t count : source.ledger.ignored) fold_in(std::to_string(count));
    for (const int64_t count : source.ledger.beside) fold_in(std::to_string(count));
  }
  return digest;
}

ExitCode run_verify(const Arguments& arguments) {
  const std::filesystem::path folder =
      arguments.data.empty() ? app::default_state_folder() : std::filesystem::path(arguments.data);
  auto store = store::Store::open_read_only(folder);
  if (!store) return report("verify", store.error());
  auto history = store::History::open(**store, store::RollupParts::all);
  if (!history) return report("verify", history.error());
  if (arguments.digest) {
    const auto digest = digest_of(*history);
    if (!digest) return report("verify", digest.error());
    std::printf("%016lx\n", static_cast<unsigned long>(*digest));
    return ExitCode::ok;
  }

  if (const auto read = (*store)->verify_checksums(); !read) return report("verify", read.error());
  // Every row is read and merged: one that does not decode is an error here.
  if (const auto digest = digest_of(*history); !digest) return report("verify", digest.error());
  const auto audit = store::audit(*history);
  if (!audit) return report("verify", audit.error());
  std::printf("store    %s\nepoch    %lu\ncommit   %lu (%zu journal records on top of the rows)\nrooms    %zu\n",
              folder.c_str(), static_cast<unsigned long>(history->recovered().epoch),
              static_cast<unsigned long>(history->recovered().sequence), history->recovered().journal.size(),
              history->keys().size());
  if (const auto acknowledged = (*store)->acknowledged())
    std::printf("mark     commit %lu was acknowledged, and is there\n", static_cast<unsigned long>(*acknowledged));
  for (const SourceRow& source : history->recovered().sources) {
    std::printf("source   %s: %ld records\n", source.name.c_str(), static_cast<long>(source.ledger.records()));
    for (std::size_t c = 0; c < kColumns; ++c)
      if (source.ledger.columns[c] != 0)
        std::printf("           %-20s %ld\n", std::string(kColumnNames[c]).c_str(),
                    static_cast<long>(source.ledger.columns[c]));
    for (std::size_t i = 0; i < kIgnoredKinds; ++i)
      if (source.ledger.ignored[i] != 0)
        std::printf("             ignored %-12s %ld\n", std::string(kIgnoredNames[i]).c_str(),
                    static_cast<long>(source.ledger.ignored[i]));
    for (std::size_t b = 0; b < kBesides; ++b)
      if (source.ledger.beside[b] != 0)
        std::printf("           (%s %ld)\n", std::string(kBesideNames[b]).c_str(),
                    static_cast<long>(source.ledger.beside[b]));
    int64_t ignored = 0;
    for (const int64_t count : source.ledger.ignored) ignored += count;
    if (ignored != source.ledger[Column::ignored])
      return report("verify",
                    {ErrorCode::corrupt, "the kinds of ignored records of source '" + source.name + "' do not add up"});
  }
  std::printf(
      "ledger   counted %ld - retracted %ld - forgotten %ld = %ld; panes of room hold %ld\n",
      static_cast<long>(audit->counted), static_cast<long>(audit->retracted), static_cast<long>(audit->forgotten),
      static_cast<long>(audit->counted - audit->retracted - audit->forgotten), static_cast<long>(audit->room_total));
  if (audit->imbalance() != 0) {
    return report("verify", {ErrorCode::corrupt, "the ledger does not balance: " + std::to_string(audit->imbalance()) +
                                                     " messages are missing from the panes"});
  }
  std::printf("ok       all rows read, checksums agree, the ledger balances\n");
  return ExitCode::ok;
}

}  // namespace

void add_verify(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("verify", "Check that all of a store reads, and that its ledger and totals balance");
  command->add_option("--data", arguments->data,
                      "The store's folder; one that a daemon holds can be read too. Default: the usual place");
  command->add_flag("--digest", arguments->digest,
                    "Print only a hash of all panes and ledgers: equal for stores that mean the same");
  command->footer(
      "Ends with 74 when a row cannot be read, a checksum differs, an acknowledged commit is missing, or the ledger "
      "does not balance.\n\nExample:\n  roomtone verify --data "
      "/var/lib/roomtone");
  command->callback([&invocation, arguments] { invocation.run = [arguments] { return run_verify(*arguments); }; });
}

}  // namespace roomtone::cli
