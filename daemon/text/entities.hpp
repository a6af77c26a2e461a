#pragma once

#include <cstddef>

/// Things in a text that are one token though they hold punctuation. Each function says how many bytes such a
/// thing takes from `p`, 0 when there is none. None of them reads at or past `end`.
namespace roomtone::text {

/// "http://..." or "https://...", any case, without the punctuation that closes the sentence around it.
[[nodiscard]] std::size_t url_length(const char* p, const char* end);

/// "www.example.com", "example.com/path": a domain with a well-known top level, and what follows it. Top levels that
/// are English words ("so", "is") count only with a path behind them, because a forgotten space is likelier.
[[nodiscard]] std::size_t domain_length(const char* p, const char* end);

/// The name after '@': "name", "name@host.org", "handle.bsky.social".
[[nodiscard]] std::size_t mention_length(const char* p, const char* end);

/// "@host.org" after the local part of an address, the '@' included.
[[nodiscard]] std::size_t address_host_length(const char* p, const char* end);

/// The symbol after '$': one to eight letters, perhaps ".A" behind them.
[[nodiscard]] std::size_t cashtag_length(const char* p, const char* end);

}  // namespace roomtone::text
