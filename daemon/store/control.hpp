#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/store.hpp"

namespace roomtone::store {

/// The socket `control` in the store's folder, through which a running daemon is asked for a checkpoint. Who may write
/// in the folder may connect, nobody else: no port, no password.
///
/// One peer at a time, one request a connection: a line. A line whose last word is "+N" is followed by N bytes.
///
/// "checkpoint" is answered with "ok EPOCH COMMIT NAME", NAME a folder inside the store's that the daemon removes once
/// the peer has gone, or with "error REASON". All else is answered with "ok +N" or "error +N", and N bytes.
class ControlServer {
 public:
  /// What a request other than for a checkpoint comes to: its line without "+N", and the bytes behind it. On the thread
  /// that runs the server.
  using Answer = std::function<Result<std::string>(std::string_view request, std::string_view body)>;
  static constexpr std::size_t kBodyBytes = 1024 * 1024;

  /// `refuse` says why no checkpoint can be made now, if so; any thread. The store outlives the server.
  using Refuse = std::function<std::optional<std::string>()>;
  [[nodiscard]] static Result<std::unique_ptr<ControlServer>> open(const std::filesystem::path& folder, Store& store,
                                                                   Refuse refuse, Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Serves until `stop` is requested. Once, on one thread.
  void run(const std::stop_token& stop);

 private:
  ControlServer(std::filesystem::path folder, Store& store, Refuse refuse, Answer answer, int listener)
      : folder_(std::move(folder)),
        store_(store),
        refuse_(std::move(refuse)),
        answer_(std::move(answer)),
        listener_(listener) {}
  void serve(int peer, const std::stop_token& stop);
  void lend_checkpoint(int peer, const std::stop_token& stop);

  const std::filesystem::path folder_;
  Store& store_;
  const Refuse refuse_;
  const Answer answer_;
  const int listener_;
};

/// Asks the daemon that holds the store in this folder. `unavailable` when none does or it went away; its own errors
/// are `invalid_argument`.
[[nodiscard]] Result<std::string> ask_daemon(const std::filesystem::path& store_folder, std::string request,
                                             std::string_view body = {});

/// A checkpoint to copy from: of a running daemon, or of a store that nobody holds. Gone when destroyed.
class BorrowedCheckpoint {
 public:
  [[nodiscard]] static Result<std::unique_ptr<BorrowedCheckpoint>> of(const std::filesystem::path& store_folder);
  ~BorrowedCheckpoint();
  BorrowedCheckpoint(const BorrowedCheckpoint&) = delete;
  BorrowedCheckpoint& operator=(const BorrowedCheckpoint&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const Checkpoint& facts() const { return facts_; }

 private:
  BorrowedCheckpoint() = default;
  int daemon_ = -1;  // the connection that keeps it alive, or none and it is ours
  std::filesystem::path folder_;
  Checkpoint facts_;
};

}  // namespace roomtone::store
