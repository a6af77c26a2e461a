// What decoding a Jetstream post costs over the floor: simdjson's DOM parse of the same frames in the same run, plus
// finding did, time_us, createdAt, text and langs, and nothing else.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <random>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "decode/decoder.hpp"
#include "model/batch.hpp"

namespace roomtone::decode {
namespace {

constexpr std::size_t kPosts = 4096;

std::string base32(std::mt19937_64& random, std::size_t size) {
  constexpr std::string_view kAlphabet = "234567abcdefghijklmnopqrstuvwxyz";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += kAlphabet[random() % kAlphabet.size()];
  return out;
}

std::string words(std::mt19937_64& random, std::size_t bytes) {
  constexpr std::string_view kWords[] = {"the",   "race",    "was",  "wonderful",  "and", "nobody", "expected", "such",
                                         "a",     "finish",  "from", "an",         "old", "horse",  "like",     "him",
                                         "never", "again 😀", "but",  "\\\"oh\\\"", "we",  "café",   "tonight!", "so"};
  std::string out;
  while (out.size() < bytes) {
    out += kWords[random() % std::size(kWords)];
    out += ' ';
  }
  return out;
}

/// Posts of about 640 bytes with 190 of text: a sixth are replies, a sixth carry a link with its facet.
Batch jetstream_posts() {
  std::mt19937_64 random(20261122);
  Batch batch;
  for (std::size_t i = 0; i < kPosts; ++i) {
    const std::string did = "did:plc:" + base32(random, 24);
    const std::string text = words(random, 150 + random() % 80);
    std::string extra;
    if (i % 6 == 0) {
      const std::string uri = "at://did:plc:" + base32(random, 24) + "/app.bsky.feed.post/" + base32(random, 13);
      const std::string reference = R"({"cid":"bafyrei)" + base32(random, 52) + R"(","uri":")" + uri + "\"}";
      extra = R"("reply":{"parent":)" + reference + R"(,"root":)" + reference + "},";
    } else if (i % 6 == 1) {
      extra = R"("facets":[{"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://example.org/)" +
              base32(random, 20) + R"("}],"index":{"byteEnd":12,"byteStart":0}}],)";
    }
    batch.append(R"({"did":")" + did + R"(","time_us":)" + std::to_string(1'779'719'009'000'000 + i * 317) +
                 R"(,"kind":"commit","commit":{"rev":"3)" + base32(random, 12) +
                 R"(","operation":"create","collection":"app.bsky.feed.post","rkey":"3)" + base32(random, 12) +
                 R"(","record":{"$type":"app.bsky.feed.post","createdAt":"2026-05-25T14:23:28.757Z",)" + extra +
                 R"("langs":["en"],"text":")" + text + R"("},"cid":"bafyrei)" + base32(random, 52) + "\"}}");
  }
  batch.seal();
  return batch;
}

void report(benchmark::State& state, const Batch& batch) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * batch.frames.size()));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * batch.bytes.size()));
  state.counters["bytes_per_post"] = static_cast<double>(batch.bytes.size()) / static_cast<double>(kPosts);
}

void BM_Floor(benchmark::State& state) {
  const Batch batch = jetstream_posts();
  simdjson::dom::parser parser;
  if (parser.allocate(limits::kFileFrameBytes, limits::kJsonDepth) != simdjson::SUCCESS) state.SkipWithError("memory");
  for (auto _ : state) {
    for (const Batch::Span span : batch.frames) {
      const std::string_view frame = batch.frame(span);
      simdjson::dom::element root;
      if (parser.parse(frame.data(), frame.size(), false).get(root) != simdjson::SUCCESS) state.SkipWithError("parse");
      std::string_view did, created_at, text, lang;
      int64_t time_us = 0;
      simdjson::dom::element record;
      if (root["did"].get(did) || root["time_us"].get(time_us) || root["commit"]["record"].get(record) ||
          record["createdAt"].get(created_at) || record["text"].get(text) || record["langs"].at(0).get(lang))
        state.SkipWithError("field");
      benchmark::DoNotOptimize(did);
      benchmark::DoNotOptimize(time_us);
      benchmark::DoNotOptimize(created_at);
      benchmark::DoNotOptimize(text);
      benchmark::DoNotOptimize(lang);
    }
  }
  report(state, batch);
}
BENCHMARK(BM_Floor);

void decode_all(benchmark::State& state, Format format) {
  const Batch batch = jetstream_posts();
  Decoder decoder(format);
  Message message;
  for (auto _ : state) {
    for (const Batch::Span span : batch.frames) {
      if (decoder.decode(batch.frame(span), message) != Decoded::message()) state.SkipWithError("not a message");
      benchmark::DoNotOptimize(message);
    }
  }
  report(state, batch);
}

void BM_Decode(benchmark::State& state) { decode_all(state, Format::jetstream); }
BENCHMARK(BM_Decode);

void BM_DecodeDetect(benchmark::State& state) { decode_all(state, Format::detect); }
BENCHMARK(BM_DecodeDetect);

}  // namespace
}  // namespace roomtone::decode
