#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "people/csv.hpp"
#include "people/lists.hpp"

/// A list as CSV. It is accepted or refused with its place; everybody on an accepted one is found on it, by the id or
/// the handle it names.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const auto members = people::read_csv({reinterpret_cast<const char*>(data), size}, "fuzz.csv");
  if (!members) {
    ROOMTONE_ASSERT(members.error().context.starts_with("fuzz.csv"));
    return 0;
  }
  people::ListSpec spec;
  spec.id = "fuzz";
  spec.members = *members;
  const auto lists = people::Lists::compile({spec});
  if (!lists) {
    ROOMTONE_ASSERT(!lists.error().context.empty());
    return 0;
  }
  for (const people::MemberSpec& member : *members) {
    Message message;
    message.network = member.network.value_or(Network::own);
    message.author = member.id;
    if (member.id.empty()) message.author_name = member.handle;
    std::vector<people::Membership> found;
    lists->find(message, found);
    ROOMTONE_ASSERT(found.size() == 1);
  }
  return 0;
}
