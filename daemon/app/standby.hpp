#pragma once

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "app/observer.hpp"
#include "app/service_manager.hpp"
#include "app/signals.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/published.hpp"
#include "base/result.hpp"
#include "gateway/admin_server.hpp"
#include "publish/feed.hpp"
#include "room/room.hpp"
#include "store/space_guard.hpp"

namespace roomtone::app {

/// What standing by needs; references outlive it.
struct StandbyParts {
  const Config& config;
  const store::SpaceOptions& space;
  room::RoomOptions room;
  publish::FeedOptions feed;  // with any epoch
  gateway::AdminOptions admin;
  const AnchoredClock& clock;
  const Published<Catalog>& catalog;
  const ReloadState& reload;
  Signals& signals;
  ServiceManager& manager;
  Log& log;
};

/// How standing by ended.
enum class StoodBy : uint8_t { writable, told_to_stop };

/// Runs in place of the daemon while its store's disk is read-only or full: opens the store for reading, publishes what
/// it holds, answers snapshots and metrics, and is not ready. No source is opened. Nothing is written anywhere.
///
/// What it publishes has an epoch of its own, because its sequences are on no disk: when the daemon proper begins,
/// readers notice and take a new snapshot.
[[nodiscard]] Result<StoodBy> stand_by(StandbyParts parts);

}  // namespace roomtone::app
