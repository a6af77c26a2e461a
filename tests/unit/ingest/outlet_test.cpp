#include "ingest/outlet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <optional>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;

/// As Receiver, on a clock that moves only when told.
struct Still {
  explicit Still(std::size_t ticket_count = 8) : tickets(ticket_count) {}
  std::optional<Batch> next() { return queue.pop_for(0ms); }

  ManualClock clock{instant_of_micros(1'000'000)};
  Tickets tickets;
  BoundedQueue<Batch> queue{100};
  Outlet outlet{SourceIndex{3}, "start", tickets, queue, clock};
  std::stop_source stop;
};

Batch batch_of(std::string_view frame) {
  Batch batch;
  batch.append(frame);
  batch.seal();
  return batch;
}

TEST(Outlet, NumbersBatchesFromOneWithoutGaps) {
  Still still;
  ASSERT_TRUE(still.outlet.push(batch_of("a"), still.stop.get_token()));
  Batch second = batch_of("b");
  ASSERT_TRUE(still.outlet.try_push(second));
  EXPECT_EQ(still.next()->sequence, 1u);
  EXPECT_EQ(still.next()->sequence, 2u);
}

TEST(Outlet, NamesItsSourceAndHoldsATicketPerBatch) {
  Still still;
  ASSERT_TRUE(still.outlet.push(batch_of("a"), still.stop.get_token()));
  const std::optional<Batch> batch = still.next();
  EXPECT_EQ(batch->source, SourceIndex{3});
  EXPECT_TRUE(batch->ticket);
  EXPECT_EQ(still.tickets.in_use(), 1u);
}

TEST(Outlet, ARefusedPushLeavesTheBatchAndTheNumberingAsTheyWere) {
  Still still(/*ticket_count=*/1);
  Batch batch = batch_of("a");
  {
    const Ticket taken = still.tickets.try_take();
    EXPECT_FALSE(still.outlet.try_push(batch));
  }
  EXPECT_EQ(frames_of(batch), (Frames{"a"}));
  ASSERT_TRUE(still.outlet.try_push(batch));
  EXPECT_EQ(still.next()->sequence, 1u);
}

TEST(Outlet, AClosedQueueTakesNothingAndGivesTheTicketBack) {
  Still still;
  still.queue.close();
  Batch batch = batch_of("a");
  EXPECT_FALSE(still.outlet.try_push(batch));
  EXPECT_FALSE(still.outlet.push(std::move(batch), still.stop.get_token()));
  EXPECT_EQ(still.tickets.in_use(), 0u);
}

TEST(Outlet, StopEndsTheWaitForATicket) {
  Still still(/*ticket_count=*/1);
  const Ticket taken = still.tickets.try_take();
  std::jthread stopper([&] { still.stop.request_stop(); });
  EXPECT_FALSE(still.outlet.push(batch_of("a"), still.stop.get_token()));
}

TEST(Outlet, SendsWhatIsHeldEvenAfterStopWhenATicketIsFree) {
  Still still;
  still.stop.request_stop();
  EXPECT_TRUE(still.outlet.push(batch_of("a"), still.stop.get_token()));
}

TEST(Outlet, TheEndIsAnEmptyBatchMarkedLastWithTheCursor) {
  Still still;
  still.outlet.end("the end", still.stop.get_token());
  const std::optional<Batch> batch = still.next();
  EXPECT_TRUE(batch->last);
  EXPECT_TRUE(batch->frames.empty());
  EXPECT_EQ(batch->next_cursor, "the end");
  EXPECT_TRUE(still.outlet.status().ended);
}

TEST(Outlet, CountsFramesAndBytes) {
  Still still;
  still.clock.advance(5s);
  ASSERT_TRUE(still.outlet.push(batch_of("abc"), still.stop.get_token()));
  EXPECT_EQ(still.outlet.status().frames, 1u);
  EXPECT_EQ(still.outlet.status().bytes, 3u);
  EXPECT_EQ(still.outlet.status().last_frame_mono_us, 5'000'000);
}

TEST(Outlet, AFreshBatchHasTheMemoryOfARecycledOneAndNothingElse) {
  Still still;
  Batch batch = batch_of(std::string(100'000, 'x'));
  batch.sequence = 7;
  batch.next_cursor = "c";
  const void* const memory = batch.bytes.data();
  still.outlet.recycle(std::move(batch));
  const Batch fresh = still.outlet.fresh();
  EXPECT_EQ(static_cast<const void*>(fresh.bytes.data()), memory);
  EXPECT_TRUE(fresh.bytes.empty() && fresh.frames.empty() && fresh.next_cursor.empty());
  EXPECT_EQ(fresh.sequence, 0u);
}

TEST(Batcher, SendsOnceItIsFull) {
  Still still;
  Batcher batcher(still.outlet, /*frames_max=*/2, 100);
  for (const char* frame : {"a", "b"}) ASSERT_TRUE(batcher.add(frame, still.stop.get_token()));
  EXPECT_TRUE(batcher.full());
  EXPECT_FALSE(still.next().has_value());
  ASSERT_TRUE(batcher.add("c", still.stop.get_token()));
  EXPECT_EQ(frames_of(*still.next()), (Frames{"a", "b"}));
}

TEST(Batcher, NeverMakesABatchOverTheByteLimit) {
  Still still(1000);
  const std::string frame(1000 * 1000, 'x');
  Batcher batcher(still.outlet, 0, frame.size());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(batcher.add(frame, still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  std::size_t frames = 0;
  while (const std::optional<Batch> batch = still.next()) {
    EXPECT_LE(batch->bytes.size(), limits::kBatchBytes);
    frames += batch->frames.size();
  }
  EXPECT_EQ(frames, 20u);
}

TEST(Batcher, TheCursorTravelsWithTheFramesBeforeIt) {
  Still still;
  Batcher batcher(still.outlet, 1, 100);
  ASSERT_TRUE(batcher.add("a", still.stop.get_token()));
  batcher.set_cursor("after a");
  ASSERT_TRUE(batcher.add("b", still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  EXPECT_EQ(still.next()->next_cursor, "after a");
  EXPECT_EQ(still.next()->next_cursor, "");
}

TEST(Batcher, FramesWaitForCompanyNoLongerThanTheDelay) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  ASSERT_TRUE(batcher.add("a", still.stop.get_token()));
  still.clock.advance(limits::kBatchDelay - 1us);
  ASSERT_TRUE(batcher.flush_if_due(still.stop.get_token()));
  EXPECT_FALSE(still.next().has_value());
  still.clock.advance(1us);
  ASSERT_TRUE(batcher.flush_if_due(still.stop.get_token()));
  EXPECT_EQ(frames_of(*still.next()), (Frames{"a"}));
}

TEST(Batcher, ArrivalIsThatOfTheFirstFrame) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  const Instant first = still.clock.wall();
  ASSERT_TRUE(batcher.add("a", still.stop.get_token()));
  still.clock.advance(10ms);
  ASSERT_TRUE(batcher.add("b", still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  EXPECT_EQ(still.next()->arrival, first);
}

TEST(Batcher, BlankFramesAreNoRecords) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  for (const char* blank : {"", " ", "\t\r"}) ASSERT_TRUE(batcher.add(blank, still.stop.get_token()));
  EXPECT_TRUE(batcher.empty());
}

TEST(Batcher, AFrameOverTheLimitIsCountedAlsoWhereItIsAlone) {
  Still still;
  Batcher batcher(still.outlet, 0, 3);
  ASSERT_TRUE(batcher.add("123", still.stop.get_token()));
  ASSERT_TRUE(batcher.add("1234", still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  const std::optional<Batch> both = still.next();
  EXPECT_EQ(frames_of(*both), (Frames{"123"}));
  EXPECT_EQ(both->oversized, 1u);
  batcher.count_oversized();
  still.clock.advance(limits::kBatchDelay);
  ASSERT_TRUE(batcher.flush_if_due(still.stop.get_token()));
  EXPECT_EQ(still.next()->oversized, 1u);
}

TEST(Batcher, FramesEndInZerosToReadPast) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  ASSERT_TRUE(batcher.add("a", still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  EXPECT_EQ(still.next()->bytes.view(), "a" + std::string(limits::kFramePaddingBytes, '\0'));
}

/// As a source reads: `bytes` arrive behind what is there.
void arrive(Batcher& batcher, std::string_view bytes) {
  std::ranges::copy(bytes, batcher.room(bytes.size()).begin());
  batcher.took(bytes.size());
}

TEST(Batcher, ALineIsAFrameWhereItWasReadTo) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  arrive(batcher, "ab\ncd\ne");
  ASSERT_TRUE(batcher.add_unframed(2, 3, still.stop.get_token()));
  ASSERT_TRUE(batcher.add_unframed(2, 3, still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  const auto batch = still.next();
  ASSERT_EQ(batch->frames.size(), 2u);
  EXPECT_EQ(batch->frame(batch->frames[0]), "ab");
  EXPECT_EQ(batch->frame(batch->frames[1]), "cd");
  EXPECT_EQ(batch->bytes.view().substr(6), std::string(limits::kFramePaddingBytes, '\0'));
}

TEST(Batcher, WhatWasReadOfTheNextLineMovesToTheNextBatch) {
  Still still;
  Batcher batcher(still.outlet, 0, 100);
  arrive(batcher, "ab\ncd");
  ASSERT_TRUE(batcher.add_unframed(2, 3, still.stop.get_token()));
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  EXPECT_EQ(batcher.unframed(), "cd");
  arrive(batcher, "e\n");
  EXPECT_EQ(batcher.unframed(), "cde\n");
}

TEST(Batcher, WhatWasReadIsStillThereWhenStopKeptTheBatch) {
  Still still(/*ticket_count=*/0);
  Batcher batcher(still.outlet, 0, 100);
  arrive(batcher, "ab\ncd");
  ASSERT_TRUE(batcher.add_unframed(2, 3, still.stop.get_token()));
  still.stop.request_stop();
  ASSERT_FALSE(batcher.flush(still.stop.get_token()));
  EXPECT_EQ(batcher.unframed(), "cd");
  EXPECT_FALSE(batcher.empty());
}

TEST(Batcher, WhatStopKeptFromBeingSentIsStillThere) {
  Still still(/*ticket_count=*/1);
  Batcher batcher(still.outlet, 1, 100);
  ASSERT_TRUE(batcher.add("a", still.stop.get_token()));
  batcher.set_cursor("after a");
  still.stop.request_stop();
  {
    const Ticket taken = still.tickets.try_take();
    EXPECT_FALSE(batcher.flush(still.stop.get_token()));
  }
  ASSERT_TRUE(batcher.flush(still.stop.get_token()));
  const std::optional<Batch> batch = still.next();
  EXPECT_EQ(batch->bytes.view(), "a" + std::string(limits::kFramePaddingBytes, '\0'));
  EXPECT_EQ(batch->next_cursor, "after a");
}

}  // namespace
}  // namespace roomtone::ingest
