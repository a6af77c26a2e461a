// Counts allocations of the whole program, which is why this is a file of its own.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "unit/decode/reading.hpp"

namespace {
std::atomic<int64_t> allocations{0};
}

// Not inlined, because g++ would then see free() meet a pointer of operator new and warn of a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
// simdjson allocates with these; where a sanitizer brings its own, theirs would not fit our delete.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept { return operator new(size, tag); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace roomtone::decode {
namespace {

struct Traffic {
  std::string name;
  Format format;
  std::string frame;
};
class SteadyState : public testing::TestWithParam<Traffic> {};

TEST_P(SteadyState, AllocatesNothing) {
  std::string bytes = GetParam().frame + std::string(limits::kFramePaddingBytes, '\0');
  const std::string_view frame = std::string_view(bytes).substr(0, GetParam().frame.size());
  Decoder decoder(GetParam().format);
  Message message;
  ASSERT_EQ(decoder.decode(frame, message), kMessage);
  const int64_t before = allocations.load();
  for (int i = 0; i < 100; ++i) (void)decoder.decode(frame, message);
  EXPECT_EQ(allocations.load(), before);
}

const std::string kPostFrame =
    R"({"did":"did:plc:q235v55g5unth4zjjdpacfdr","time_us":1779719009157119,"kind":"commit","commit":{"rev":"3mmoojpaqkn2z",
    "operation":"create","collection":"app.bsky.feed.post","rkey":"3mmoojp4cd223","record":{"text":"@bo hello","langs":["en"],"tags":["a","b"],
    "createdAt":"2026-05-25T14:23:28.757Z","facets":[{"index":{"byteStart":0,"byteEnd":3},"features":[
    {"$type":"app.bsky.richtext.facet#mention","did":"did:b"}]}]}}})";
const std::string kStatusFrame =
    R"({"id":"1","uri":"https://a.example/1","visibility":"public","account":{"id":"1"},"spoiler_text":"racing and betting",
    "content":"<p>a rather long text &amp; more <a href=\"https://example.org/a/long/path\">x</a></p>"})";

INSTANTIATE_TEST_SUITE_P(
    Formats, SteadyState,
    testing::Values(
        Traffic{"own", Format::own,
                R"({"text":"hello","id":9007199254740993,"author":9007199254740993,"tags":["a","b"]})"},
        Traffic{"jetstream", Format::jetstream, kPostFrame}, Traffic{"detect", Format::detect, kPostFrame},
        Traffic{"mastodon", Format::mastodon, kStatusFrame},
        Traffic{"mastodon_event", Format::mastodon,
                R"({"event":"update","payload":)" + json_string(kStatusFrame) + "}"},
        Traffic{"x_v2", Format::x_v2,
                R"({"data":{"id":"1","text":"a rather long text &amp; more of it","source":"<b>a client</b>"}})"},
        Traffic{
            "x_v11", Format::x_v11,
            R"({"id_str":"1","text":"a rather long text &amp; more of it","source":"<a href=\"x\">a client</a>"})"}),
    name_of<testing::TestParamInfo<Traffic>>);

}  // namespace
}  // namespace roomtone::decode
