// Prints the room as it changes, and what becomes of the feed.
#include <iostream>
#include <roomtone/client/reader.hpp>

using namespace roomtone::client;

int main() {
  const auto [reader, error] =
      Reader::connect({.publish = "tcp://127.0.0.1:5570", .query = "tcp://127.0.0.1:5571", .prefix = "/a/room/"});
  if (!reader) return std::cerr << error << '\n', 1;
  while (true)
    for (const Event& event : reader->poll(std::chrono::seconds(1)))
      if (const auto* update = std::get_if<Update>(&event); update != nullptr && update->newest)
        std::cout << update->key << ' ' << update->atmosphere->sentence << '\n' << std::flush;
      else if (const auto* notice = std::get_if<Notice>(&event))
        std::cout << "-- " << name_of(notice->kind) << ' ' << notice->key << ' ' << notice->detail << '\n'
                  << std::flush;
}
