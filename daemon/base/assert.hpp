#pragma once

#include <cstdio>
#include <cstdlib>

/// Stops the process when we are wrong about our own code. On in release: a daemon that goes on with
/// a broken invariant writes the damage to disk. Never for input; input gets a counted reason.
#define ROOMTONE_ASSERT(condition)                                                           \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
