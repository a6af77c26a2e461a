#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit that is not a configuration key, in one place, with its unit in its name and its reason beside
/// it. Limits that depend on each other are checked here, at compile time.
namespace roomtone::limits {

using namespace std::chrono_literals;

// Frames: one undecoded record each.
inline constexpr std::size_t kNetworkFrameBytes = 64 * 1024;  // TCP, HTTP and ZeroMQ lines
inline constexpr std::size_t kFileFrameBytes = 1024 * 1024;   // files and stdin
inline constexpr std::size_t kFramePaddingBytes = 64;         // readable past each frame, for SIMD parsers
inline constexpr int kJsonDepth = 64;                         // nesting; the deepest real record has 12
inline constexpr std::size_t kTextBytes = 64 * 1024;          // message text kept; longer is cut at a code point

// Batches and the work in flight.
inline constexpr std::size_t kBatchFrames = 4096;
inline constexpr std::size_t kBatchBytes = 4 * 1024 * 1024;
inline constexpr std::chrono::milliseconds kBatchDelay = 20ms;  // how long a first frame waits for company
inline constexpr std::size_t kTicketsPerWorker = 8;             // batches in flight: about 0.5 s of work
inline constexpr std::size_t kTicketsBase = 8;

// Message lists (hashtags, mentions, links): more is counted in, not kept.
inline constexpr std::size_t kListItems = 64;

// Tokens per message that are looked at; the rest of a longer text is ignored.
inline constexpr std::size_t kTokens = 2048;

// Rooms one message may fall into, `room` included. More are counted as `rooms_capped`.
inline constexpr std::size_t kRoomsPerMessage = 64;

// Topic rules.
inline constexpr std::size_t kTopicsDefault = 10'000;
inline constexpr std::size_t kRuleBytes = 4096;
inline constexpr std::size_t kRuleTerms = 256;
inline constexpr std::size_t kTopicIdBytes = 64;
inline constexpr std::size_t kTopicTags = 16;       // of one topic, each as long as an id at most
inline constexpr std::size_t kTopicExamples = 256;  // of one topic
inline constexpr std::size_t kRulesFiles = 64;
inline constexpr std::size_t kRulesFileBytes = 16u << 20;
inline constexpr std::size_t kPutTopics = 1000;  // put while the daemon runs, kept beside the store
// Patterns (regular expressions) of all rules together, the same one counted once. Where no word stands beside one,
// it is tried on every message.
inline constexpr std::size_t kPatterns = 256;
inline constexpr std::size_t kPatternBytes = 1u << 20;      // that RE2 may take for one
inline constexpr std::size_t kPatternSetBytes = 32u << 20;  // and for those that are tried together

// Lists of people. Tested with all of the first two at once.
inline constexpr std::size_t kLists = 100;
inline constexpr std::size_t kListMembers = 1000;  // of one list
inline constexpr std::size_t kListRoles = 64;      // of one list
inline constexpr std::size_t kListFileBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kMemberIdBytes = 512;
inline constexpr std::size_t kMemberHandleBytes = 256;
inline constexpr std::size_t kListRooms = 100'000;       // of all lists: topics times lists times roles grow quickly
inline constexpr std::size_t kListRoomsPerMessage = 64;  // beside kRoomsPerMessage; more are counted as `rooms_capped`
inline constexpr std::size_t kVoiceEventsPerCommit = 4096;  // more are dropped and counted
inline constexpr std::size_t kVoiceTopics = 16;             // named in one event

// Clocks that are not ours.
inline constexpr std::chrono::seconds kFutureMax = 60s;      // event time beyond seen time by more is clamped
inline constexpr std::chrono::hours kHorizonDefault = 48h;   // older than this against seen time: too_old
inline constexpr std::chrono::seconds kIdlePartition = 30s;  // after which it no longer holds the watermark
inline constexpr std::chrono::seconds kGrace = 5s;           // after a pane's end it is still partial

// The store's disk. The reserve is what RocksDB may still write when commits stop: three memtables of 8 MiB, a log of
// 16 MiB, and 16 MiB for a compaction's last file.
inline constexpr std::size_t kStoreReserveBytes = 56u << 20;
inline constexpr std::size_t kStoreFreeBytes = 256u << 20;  // default of store.free_min
inline constexpr std::size_t kStoreFreeBytesMin = 64u << 20;

// HTTP ingest.
inline constexpr std::size_t kHttpHeaderBytes = 8 * 1024;
inline constexpr std::size_t kHttpBodyBytes = 1024 * 1024;
inline constexpr std::chrono::seconds kHttpRequestTime = 5s;  // header and body complete within
inline constexpr std::chrono::seconds kHttpIdleTime = 60s;    // keep-alive
inline constexpr std::size_t kConnections = 1024;             // per listening source

// Producers that number what they send, and requests with a key.
inline constexpr std::size_t kProducers = 10'000;            // per source; one row and about 100 bytes each
inline constexpr std::chrono::hours kProducerSilence = 24h;  // one silent for less is not forgotten for another
inline constexpr std::size_t kProducerNameBytes = 128;
inline constexpr std::size_t kRequestKeyBytes = 256;
inline constexpr std::size_t kIngestCredit = 64;               // ROUTER blocks a producer may have unacknowledged
inline constexpr std::size_t kIngestBlockBytes = 1024 * 1024;  // of lines in one such block

// Wrong tokens from one address before it has to wait, and how long it waits.
inline constexpr std::size_t kWrongTokens = 10;
inline constexpr std::chrono::seconds kWrongTokenWindow = 10s;
inline constexpr std::size_t kTokenBytes = 128;       // longer than any token that we make
inline constexpr std::size_t kTokenFileLines = 1000;  // tokens in one file

// Decompressed bytes per compressed byte before a stream is taken for a bomb, once past the first MiB.
inline constexpr std::size_t kInflateRatio = 200;
inline constexpr std::size_t kZstdWindowLog = 27;  // 128 MiB, what `zstd --long` writes

static_assert(kNetworkFrameBytes <= kHttpBodyBytes, "a single line must fit into a request");
static_assert(kFileFrameBytes < kBatchBytes, "a frame must fit into a batch");
static_assert(kIngestBlockBytes < kBatchBytes, "a block must fit into a batch");

}  // namespace roomtone::limits
