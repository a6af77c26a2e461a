#pragma once

#include <cstdint>

#include "cli/phrases_film.hpp"
#include "cli/rng.hpp"
#include "cli/text_composer.hpp"

namespace roomtone::cli {

/// How many words of a pitch each copy replaces.
inline constexpr std::size_t kStrayWordsPerCopy = 3;

/// How many words of the pitch may be replaced: all but the film's name.
[[nodiscard]] std::size_t replaceable_words(std::string_view pitch);

/// Replaces `text` by a copy of the pitch: three words at random places replaced by stray ones, a mention before or
/// behind it, and an address with a tracking code of its own at the end.
void compose_copy(const Pitch& pitch, Rng& rng, ComposedText& text);

/// Replaces `text` by what somebody passes on: the text and its link, word for word, in most posts with a few words of
/// their own before or behind.
void compose_echo(const EchoText& echo, Rng& rng, ComposedText& text);

}  // namespace roomtone::cli
