#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "people/list_rooms.hpp"
#include "people/lists.hpp"

namespace {

using namespace roomtone;

std::string did(uint64_t number) {
  std::string text = "did:plc:";
  for (int i = 0; i < 24; ++i, number = number * 6364136223846793005ULL + 1442695040888963407ULL)
    text += static_cast<char>('a' + (number >> 59) % 26);
  return text;
}

/// Lists that share half of their members with the next one.
people::Lists lists_of(std::size_t lists, std::size_t members) {
  std::vector<people::ListSpec> specs;
  for (std::size_t l = 0; l < lists; ++l) {
    people::ListSpec& spec = specs.emplace_back();
    spec.id = "l" + std::to_string(l);
    for (std::size_t m = 0; m < members; ++m) {
      people::MemberSpec& member = spec.members.emplace_back();
      member.id = did(l * members / 2 + m);
      member.role = "r" + std::to_string(m % 4);
    }
    people::MemberSpec& known_by_handle = spec.members.back();
    known_by_handle.handle = std::exchange(known_by_handle.id, {});
  }
  return *people::Lists::compile(std::move(specs));
}

/// A message by each of many authors in turn, of whom `listed` in a thousand are on a list, and the rooms that gives
/// it.
void membership(benchmark::State& state) {
  const auto lists = static_cast<std::size_t>(state.range(0));
  const auto members = static_cast<std::size_t>(state.range(1));
  const auto listed = static_cast<uint64_t>(state.range(2));
  const people::Lists compiled = lists_of(lists, members);
  std::vector<std::string> keys{"room", "t/derby"};
  const people::ListRooms rooms = *people::ListRooms::plan(compiled, keys);
  std::vector<std::string> authors;
  for (uint64_t i = 0; i < 65536; ++i) {
    const uint64_t mixed = (i * 2654435761ULL >> 7) % (1 + lists * members / 2);
    authors.push_back(did(i * 7919 % 1000 < listed ? mixed : 1'000'000'000 + i));
  }
  std::vector<people::Membership> found;
  std::vector<people::ListRoom> where;
  const std::vector<uint32_t> topics = {0};
  std::size_t at = 0;
  std::size_t fell = 0;
  Message message;
  message.network = Network::atproto;
  message.author_name = "somebody.example";
  for (auto _ : state) {
    message.author = authors[++at % authors.size()];
    found.clear();
    where.clear();
    compiled.find(message, found);
    if (!found.empty()) (void)rooms.of(found, topics, where);
    fell += where.size();
  }
  state.counters["rooms_per_message"] =
      benchmark::Counter(static_cast<double>(fell) / static_cast<double>(state.iterations()));
}

BENCHMARK(membership)
    ->ArgNames({"lists", "members", "listed_in_1000"})
    ->Args({0, 0, 0})
    ->Args({1, 10, 10})
    ->Args({100, 1000, 0})
    ->Args({100, 1000, 10})
    ->Args({100, 1000, 1000});

}  // namespace
