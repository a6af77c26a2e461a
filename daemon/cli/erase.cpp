#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "cli/cli.hpp"
#include "model/author.hpp"
#include "model/silence.hpp"
#include "people/lists.hpp"
#include "store/store.hpp"

namespace roomtone::cli {

namespace {

constexpr const char* kAbout = "Take a person out of everything that was derived from what they wrote";

constexpr const char* kFooter =
    R"(NETWORK is own, atproto, fediverse or x; ID is what the network's records call the author:
  own        the member 'author' of the line
  atproto    the DID (did:plc:...), not the handle
  fediverse  the account's URL, or its acct where the records have no URL
  x          the number, not the handle
What was counted stays counted: sums say how much was said, not by whom. Gone are the person's
entries in the voices and samples of every room, the author of messages that may still be taken
back, and when they were last heard as somebody on a list who is expected to speak. A list that
has them by handle alone knows no id: give the handle too. Take them off your lists, or they
are expected anew. No daemon may hold the store: stop it first. Backups and recordings are files of
their own, which this does not touch; see the RUNBOOK. May be given again at any time.

Examples:
  roomtone erase --author atproto:did:plc:ewvi7nxzyoun6zhxrhs64oiz --data /var/lib/roomtone
  roomtone erase --author fediverse:https://social.example/@ann --dry-run)";

constexpr std::array<std::pair<std::string_view, Network>, 4> kNetworks = {
    {{"own", Network::own}, {"atproto", Network::atproto}, {"fediverse", Network::fediverse}, {"x", Network::x}}};

struct Arguments {
  std::vector<std::string> authors;
  std::vector<std::string> handles;
  std::string data;
  bool dry_run = false;
};

struct Named {
  Network network;
  std::string id;
};

Result<Named> named(std::string_view option, const std::string& text) {
  const std::size_t colon = text.find(':');
  for (const auto& [name, network] : kNetworks)
    if (text.substr(0, colon) == name && colon != std::string::npos && colon + 1 < text.size())
      return Named{network, text.substr(colon + 1)};
  return fail(ErrorCode::invalid_argument,
              std::string(option) + " with a network of own, atproto, fediverse or x, such as own:ann");
}

/// By all that a store with this key may know them by.
store::StoredPeople stored(const SipKey& key, const std::vector<Named>& people, const std::vector<Named>& handles) {
  store::StoredPeople sought;
  const auto add = [&](const std::vector<uint64_t>& members) {
    for (const uint64_t member : members) sought.members.push_back(silence_hash(key, member));
  };
  for (const auto& [network, id] : people) {
    sought.authors.push_back(author_hash(key, network, id));
    add(people::Lists::keys_of_id(network, id));
    add(people::Lists::keys_of_handle(network, id));  // of our own lines the author is what people see
  }
  for (const auto& [network, handle] : handles) add(people::Lists::keys_of_handle(network, handle));
  return sought;
}

/// A bar on the terminal, while rows are read.
class Progress {
 public:
  void operator()(uint64_t read, uint64_t about) {
    if (!shown_) return;
    constexpr uint64_t kCells = 40;
    const uint64_t whole = std::max<uint64_t>({about, read, 1});
    const auto cells = static_cast<std::size_t>(kCells * read / whole);
    std::fprintf(stderr, "\r[%s%s] %3lu %%", std::string(cells, '#').c_str(), std::string(kCells - cells, ' ').c_str(),
                 static_cast<unsigned long>(100 * read / whole));
    if (read == about) std::fprintf(stderr, "\n");
    std::fflush(stderr);
  }

 private:
  const bool shown_ = ::isatty(STDERR_FILENO) == 1;
};

ExitCode run_erase(const Arguments& given) {
  const std::filesystem::path folder =
      given.data.empty() ? app::default_state_folder() : std::filesystem::path(given.data);
  std::vector<Named> people;
  for (const std::string& text : given.authors) {
    auto person = named("--author takes NETWORK:ID", text);
    if (!person) return report("erase", person.error());
    people.push_back(std::move(*person));
  }
  std::vector<Named> handles;
  for (const std::string& text : given.handles) {
    auto handle = named("--handle takes NETWORK:HANDLE", text);
    if (!handle) return report("erase", handle.error());
    handles.push_back(std::move(*handle));
  }
  // Opened for writing also to look: a daemon that holds the store would write from memory what is taken out here.
  if (!std::filesystem::exists(folder / "CURRENT"))
    return report("erase", {ErrorCode::not_found, "no store in " + folder.string()});
  store::StoreOptions options;
  options.folder = folder;
  auto store = store::Store::open(options);
  if (!store) {
    if (store.error().code == ErrorCode::unavailable)
      store.error().context += ". Stop the daemon first: it holds in memory what has to go";
    return report("erase", store.error());
  }
  const store::StoredPeople sought = stored((*store)->sketch_key(), people, handles);

  Progress progress;
  const auto told = [&progress](uint64_t read, uint64_t about) { progress(read, about); };
  const auto rows = given.dry_run ? (*store)->rows_of_people(sought, told) : (*store)->erase_people(sought, told);
  if (!rows) return report("erase", rows.error());
  if (!given.dry_run) {
    const auto left = (*store)->rows_of_people(sought, told);
    if (!left) return report("erase", left.error());
    if (left->all() != 0)
      return report("erase", {ErrorCode::corrupt, std::to_string(left->all()) + " rows still hold the author"});
  }
  const char* what = given.dry_run ? "found in" : "taken out of";
  std::printf("%s %lu rollups, %lu samples, %lu journal records, %lu rows of contributions and %lu silences\n", what,
              static_cast<unsigned long>(rows->rollups), static_cast<unsigned long>(rows->samples),
              static_cast<unsigned long>(rows->journal), static_cast<unsigned long>(rows->contributions),
              static_cast<unsigned long>(rows->silences));
  if (rows->all() == 0) std::printf("nothing of this author is in %s\n", folder.c_str());
  if (!given.dry_run) std::printf("ok       read again, and in no row\n");
  return ExitCode::ok;
}

}  // namespace

void add_erase(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("erase", kAbout);
  command->footer(kFooter);
  command->add_option("--author", given->authors, "Who: NETWORK:ID (may be repeated)")
      ->required()
      ->type_name("NETWORK:ID");
  command->add_option("--handle", given->handles, "What people see, where a list has them by that (may be repeated)")
      ->type_name("NETWORK:HANDLE");
  command->add_option("--data", given->data, "The store's folder. Default: the usual place")->type_name("DIR");
  command->add_flag("--dry-run", given->dry_run, "Only count the rows that hold something of them");
  command->callback([given, &invocation] { invocation.run = [given] { return run_erase(*given); }; });
}

}  // namespace roomtone::cli
