#include "app/promise.hpp"

namespace roomtone::app {

Promise promise_of(const SourceConfig& source) {
  switch (source.kind) {
    case SourceKind::file:
    case SourceKind::zmq_router:
    case SourceKind::jetstream: return Promise::exactly_once;
    case SourceKind::http: return Promise::at_least_once;
    case SourceKind::tcp:
    case SourceKind::zmq:
    case SourceKind::standard_input: break;
  }
  return Promise::at_most_once;
}

std::string_view name_of(Promise promise) {
  switch (promise) {
    case Promise::exactly_once: return "exactly_once";
    case Promise::at_least_once: return "at_least_once";
    case Promise::at_most_once: break;
  }
  return "at_most_once";
}

std::string_view promise_text(const SourceConfig& source) {
  switch (source.kind) {
    case SourceKind::file: return "exactly once: goes on where the last commit stood";
    case SourceKind::zmq_router: return "exactly once: blocks are numbered and acknowledged after the commit";
    case SourceKind::http:
      return source.corrections
                 ? "at least once: 200 comes after the commit; once for messages with an id, requests with an "
                   "Idempotency-Key and numbered requests"
                 : "at least once: 200 comes after the commit; once for requests with an Idempotency-Key and "
                   "numbered requests";
    case SourceKind::tcp:
      return "at most once: what is on its way at a stop is lost; exactly once for producers that say hello and wait "
             "for acknowledgements";
    case SourceKind::zmq: return "at most once: PUSH has no acknowledgements; kind = \"zmq_router\" has";
    case SourceKind::jetstream:
      return "exactly once while its servers still have it; what they no longer have is told as a gap";
    case SourceKind::standard_input: break;
  }
  return "at most once: what was read and not committed at a stop is lost";
}

}  // namespace roomtone::app
