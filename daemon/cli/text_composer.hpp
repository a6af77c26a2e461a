#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/phrases.hpp"
#include "cli/rng.hpp"

namespace roomtone::cli {

/// A part of a text that a network marks up: [begin, end) in bytes.
struct Facet {
  enum class Kind : uint8_t { tag, mention, link };
  Kind kind;
  uint16_t begin;
  uint16_t end;
  uint64_t author;  // mention: whose handle it is, as a number for did_of()
};

/// A text with its facets in order. Reused from post to post.
struct ComposedText {
  std::string bytes;  // UTF-8, no character that JSON or HTML must escape except line feeds
  std::vector<Facet> facets;

  [[nodiscard]] std::string_view view(const Facet& facet) const {
    return std::string_view(bytes).substr(facet.begin, facet.end - facet.begin);
  }
};

/// What a text should be like.
struct TextOrder {
  Activity activity = Activity::everyday;
  Tongue tongue = Tongue::en;
  MoodLabel mood = MoodLabel::neutral;
  std::string_view topic;  // the generated topic's name in prose; only for Activity::topic
};

/// Puts sentences, emoji and hashtags together into posts of at most 300 characters, about 184 bytes on average.
///
/// Sentences are cut into fragments once, so composing is copying. A post of an activity with a topic always holds
/// one of its anchors. Immutable; the dice are handed in.
class TextComposer {
 public:
  TextComposer();

  /// Replaces `text`.
  void compose(const TextOrder& order, Rng& rng, ComposedText& text) const;

 private:
  struct Fragment {
    enum class Kind : uint8_t { literal, tag, words, number, mention, link, topic };
    Kind kind;
    uint8_t list;  // words: which of lists_
    std::string_view literal;
  };
  struct Sentence {
    uint32_t begin;  // [begin, end) in fragments_
    uint32_t end;
    bool anchored;  // makes the post match its activity's topic by itself
  };
  using Sentences = std::vector<Sentence>;

  Sentence cut(std::string_view sentence, Activity activity);
  void append(const Sentence& sentence, const TextOrder& order, Rng& rng, ComposedText& text) const;

  std::vector<Fragment> fragments_;
  std::vector<std::span<const std::string_view>> lists_;
  std::array<std::array<std::array<Sentences, 3>, kTongues>, kActivities> sentences_;
};

/// The handle under which an author is mentioned and posts: "maria204.example".
void append_handle(uint64_t author, std::string& out);

/// Whether `text` holds `anchor` (lower case) as whole words, whatever the case. A hashtag matches with its '#'.
[[nodiscard]] bool holds_anchor(std::string_view text, std::string_view anchor);

}  // namespace roomtone::cli
