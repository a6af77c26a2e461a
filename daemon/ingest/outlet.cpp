#include "ingest/outlet.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"

namespace roomtone::ingest {
namespace {

// Memory kept for fresh(): of as many batches as a source at full speed has on their way, because new memory costs a
// page fault every six lines, but no more than this, because it stays with the source.
constexpr std::size_t kSpareBytes = 64 * 1024 * 1024;

}  // namespace

Outlet::Outlet(SourceIndex source, std::string start_cursor, Tickets& tickets, BoundedQueue<Batch>& queue,
               const Clock& clock)
    : source_(source), start_cursor_(std::move(start_cursor)), tickets_(tickets), queue_(queue), clock_(clock) {}

Batch Outlet::fresh() {
  Batch batch;
  const std::lock_guard lock(spare_mutex_);
  if (!spare_.empty()) {
    batch = std::move(spare_.back());
    spare_.pop_back();
    spare_bytes_ -= batch.bytes.capacity();
  }
  return batch;
}

void Outlet::recycle(Batch&& batch) {
  Batch memory;
  memory.bytes = std::move(batch.bytes);
  memory.frames = std::move(batch.frames);
  memory.bytes.clear();
  memory.frames.clear();
  const std::lock_guard lock(spare_mutex_);
  if (spare_bytes_ + memory.bytes.capacity() > kSpareBytes || spare_.size() >= tickets_.count()) return;
  spare_bytes_ += memory.bytes.capacity();
  spare_.push_back(std::move(memory));
}

bool Outlet::push(Batch&& batch, const std::stop_token& stop) {
  Ticket ticket = tickets_.take(stop);
  if (!ticket) return false;
  const Sent sent = prepare(batch, std::move(ticket));
  if (!queue_.push(std::move(batch))) {
    batch.ticket = Ticket{};  // NOLINT(bugprone-use-after-move): a refused item is left as it was
    return false;
  }
  account(sent);
  return true;
}

bool Outlet::try_push(Batch& batch) {
  Ticket ticket = tickets_.try_take();
  if (!ticket) return false;
  const Sent sent = prepare(batch, std::move(ticket));
  if (!queue_.try_push(std::move(batch))) {
    batch.ticket = Ticket{};  // NOLINT(bugprone-use-after-move): a refused item is left as it was
    return false;
  }
  account(sent);
  return true;
}

void Outlet::end(std::string cursor, const std::stop_token& stop) {
  Batch batch;
  batch.last = true;
  batch.next_cursor = std::move(cursor);
  batch.seal();
  if (push(std::move(batch), stop)) status_.ended.store(true, std::memory_order_relaxed);
}

Outlet::Sent Outlet::prepare(Batch& batch, Ticket ticket) const {
  batch.source = source_;
  batch.sequence = next_sequence_;
  if (batch.arrival == kNoInstant) batch.arrival = clock_.wall();
  batch.ticket = std::move(ticket);
  if (tee_) tee_(batch);
  Sent sent{.frames = batch.frames.size() + batch.oversized, .bytes = 0};
  for (const Batch::Span frame : batch.frames) sent.bytes += frame.size;
  return sent;
}

void Outlet::account(const Sent& sent) {
  ++next_sequence_;
  if (sent.frames == 0) return;
  status_.frames.fetch_add(sent.frames, std::memory_order_relaxed);
  status_.bytes.fetch_add(sent.bytes, std::memory_order_relaxed);
  const auto since_start = std::chrono::duration_cast<std::chrono::microseconds>(clock_.mono().time_since_epoch());
  status_.last_frame_mono_us.store(since_start.count(), std::memory_order_relaxed);
}

Batcher::Batcher(Outlet& outlet, std::size_t frames_max, std::size_t frame_bytes_max)
    : outlet_(outlet),
      frames_max_(frames_max == 0 ? limits::kBatchFrames : std::min(frames_max, limits::kBatchFrames)),
      frame_bytes_max_(frame_bytes_max),
      batch_(outlet.fresh()) {
  ROOMTONE_ASSERT(frame_bytes_max + limits::kFramePaddingBytes <= limits::kBatchBytes);
}

bool Batcher::full() const {
  // Room for the largest frame rather than for the next one, so that the answer does not depend on a frame which
  // the caller has not read yet.
  return batch_.frames.size() >= frames_max_ ||
         framed_ + frame_bytes_max_ + limits::kFramePaddingBytes > limits::kBatchBytes;
}

bool Batcher::add(std::string_view frame, const std::stop_token& stop) {
  if (frame.find_first_not_of(" \t\r\n") == std::string_view::npos) return true;
  if (frame.size() > frame_bytes_max_) {
    count_oversized();
    return true;
  }
  if (full() && !flush(stop)) return false;
  if (empty()) begin();
  batch_.append(frame);
  framed_ = batch_.bytes.size();
  return true;
}

bool Batcher::add_unframed(std::size_t size, std::size_t whole, const std::stop_token& stop) {
  if (unframed().substr(0, size).find_first_not_of(" \t\r\n") != std::string_view::npos) {
    if (full() && !flush(stop)) return false;
    if (empty()) begin();
    batch_.frames.push_back({static_cast<uint32_t>(framed_), static_cast<uint32_t>(size)});
  }
  drop(whole);
  return true;
}

void Batcher::count_oversized() {
  if (empty()) begin();
  ++batch_.oversized;
}

void Batcher::count_repeats(uint32_t records) {
  if (records == 0) return;
  if (empty()) begin();
  batch_.repeats += records;
}

bool Batcher::add_block(const std::vector<std::string_view>& frames, uint32_t oversized, const std::stop_token& stop) {
  std::size_t bytes = 0;
  for (const std::string_view frame : frames) bytes += frame.size();
  const bool fits = batch_.frames.size() + frames.size() <= frames_max_ &&
                    framed_ + bytes + limits::kFramePaddingBytes <= limits::kBatchBytes;
  if (!fits && !flush(stop)) return false;
  if (empty()) begin();
  for (const std::string_view frame : frames) batch_.append(frame);
  framed_ = batch_.bytes.size();
  batch_.oversized += oversized;
  return true;
}

std::size_t Batcher::stand_at(const ProducerPosition& position, std::size_t hint) {
  if (empty()) begin();
  std::vector<ProducerPosition>& all = batch_.positions;
  if (hint >= all.size() || all[hint].producer != position.producer) {
    hint =
        static_cast<std::size_t>(std::ranges::find(all, position.producer, &ProducerPosition::producer) - all.begin());
    if (hint == all.size()) all.emplace_back();
  }
  all[hint] = position;
  return hint;
}

void Batcher::begin() {
  due_ = outlet_.clock().mono() + limits::kBatchDelay;
  batch_.arrival = outlet_.clock().wall();
}

bool Batcher::flush_if_due(const std::stop_token& stop) {
  if (empty() || outlet_.clock().mono() < due_) return true;
  return flush(stop);
}

bool Batcher::flush(const std::stop_token& stop) {
  if (empty()) return true;
  Batch next = outlet_.fresh();
  next.bytes.append(unframed());
  if (cursor_moved_) batch_.next_cursor = cursor_;
  batch_.bytes.cut(framed_);
  if (acknowledge_ && !batch_.positions.empty()) batch_.on_committed = acknowledge_(batch_.positions);
  batch_.seal();
  if (!outlet_.push(std::move(batch_), stop)) {
    batch_.bytes.cut(framed_);  // still ours, and more may be added
    batch_.bytes.append(next.bytes.view());
    return false;
  }
  batch_ = std::move(next);
  framed_ = 0;
  cursor_moved_ = false;
  return true;
}

}  // namespace roomtone::ingest
