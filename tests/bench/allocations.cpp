// How often the worker's path asks for memory: app::Worker::tally over the batches of a recording, once to warm up and
// once counted.
//
//   allocations CONFIG RECORDING
//
// CONFIG is a configuration of the daemon, for its topics and word list. Prints one JSON object. What a tally carries
// away (its deltas and contributions) is memory that somebody else gives back, so a few allocations a batch are due;
// none is due to a message.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "app/pipeline.hpp"
#include "recording.hpp"

namespace {

std::atomic<bool> counting{false};
std::atomic<unsigned long long> allocations{0};
std::atomic<unsigned long long> allocated_bytes{0};

void* allocate(std::size_t size, std::size_t alignment) {
  if (counting.load(std::memory_order_relaxed)) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    allocated_bytes.fetch_add(size, std::memory_order_relaxed);
  }
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* memory = alignment <= alignof(std::max_align_t) ? std::malloc(size == 0 ? 1 : size)
                                                        : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

// Of the replaceable forms these are the ones that the others end in.
void* operator new(std::size_t size) { return allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace roomtone::bench {
namespace {

Batch copy_of(const Batch& batch) {
  Batch copy;
  copy.source = batch.source;
  copy.sequence = batch.sequence;
  copy.bytes.append(batch.bytes.view());
  copy.frames = batch.frames;
  return copy;
}

void count(const std::vector<Batch>& batches, const app::Catalog& catalog, bool contributions) {
  app::Worker worker({{.format = Format::jetstream, .contributions = contributions}}, {1, 2}, limits::kHorizonDefault);
  allocations = 0;
  allocated_bytes = 0;
  unsigned long long messages = 0;
  for (const bool counted : {false, true}) {
    for (const Batch& batch : batches) {
      Batch copy = copy_of(batch);
      messages += counted ? copy.frames.size() : 0;
      counting = counted;
      const Tally tally = worker.tally(std::move(copy), catalog);
      counting = false;
    }
  }
  const auto total = static_cast<double>(allocations.load());
  std::printf("{\"per_message\": %.6f, \"per_batch\": %.2f, \"bytes_per_message\": %.2f, \"messages\": %llu}",
              total / static_cast<double>(messages), total / static_cast<double>(batches.size()),
              static_cast<double>(allocated_bytes.load()) / static_cast<double>(messages), messages);
}

int run(const char* config, const char* recording) {
  const auto catalog = read_catalog(config);
  const auto batches = read_batches(recording);
  if (!catalog || !batches || batches->empty()) {
    std::fprintf(stderr, "allocations: %s\n",
                 !catalog   ? catalog.error().context.c_str()
                 : !batches ? batches.error().context.c_str()
                            : "the recording is empty");
    return 66;
  }
  std::printf("{\"folded\": ");
  count(*batches, **catalog, false);
  std::printf(", \"with_contributions\": ");
  count(*batches, **catalog, true);
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace roomtone::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: allocations CONFIG RECORDING\n", stderr);
    return 64;
  }
  return roomtone::bench::run(argv[1], argv[2]);
}
