#include "cli/text_composer.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace roomtone::cli {
namespace {

constexpr std::size_t kEnoughBytes = 215;     // no further sentence is begun beyond
constexpr std::size_t kSentencesBytes = 265;  // the network allows 300 characters; emoji and a hashtag may follow
constexpr std::size_t kSentencesMax = 4;

bool word_byte(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u >= 0x80;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

void append_number(uint64_t number, std::string& out) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

constexpr std::string_view kHandles[] = {"maria", "jonas", "aisha", "tomk", "yuki",  "elena", "samwise", "priya",
                                         "lukas", "zoe",   "omar",  "ines", "kofi",  "greta", "mateo",   "hanna",
                                         "birdy", "clara", "pixel", "nia",  "paulo", "sofia", "bjorn",   "lena"};
constexpr std::string_view kSites[] = {"https://notes.example/p/", "https://daily.example/story/",
                                       "https://photos.example/a/", "https://video.example/watch/"};

}  // namespace

bool holds_anchor(std::string_view text, std::string_view anchor) {
  for (std::size_t at = 0; at + anchor.size() <= text.size(); ++at) {
    if (!std::equal(anchor.begin(), anchor.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return a == lower(b); }))
      continue;
    const std::size_t end = at + anchor.size();
    if ((at == 0 || !word_byte(text[at - 1])) && (end == text.size() || !word_byte(text[end]))) return true;
  }
  return false;
}

void append_handle(uint64_t author, std::string& out) {
  const uint64_t bits = spread(author ^ 0x68616e646c65ULL);
  out.append(kHandles[(bits >> 40) % std::size(kHandles)]);
  append_number(bits % 9973, out);
  out.append(".example");
}

TextComposer::TextComposer() {
  for (std::size_t a = 0; a < kActivities; ++a) {
    for (std::size_t t = 0; t < kTongues; ++t) {
      for (std::size_t m = 0; m < 3; ++m) {
        const auto activity = static_cast<Activity>(a);
        for (const auto line : sentences_of(activity, static_cast<Tongue>(t), static_cast<MoodLabel>(m)))
          sentences_[a][t][m].push_back(cut(line, activity));
      }
    }
  }
}

TextComposer::Sentence TextComposer::cut(std::string_view sentence, Activity activity) {
  Sentence out{static_cast<uint32_t>(fragments_.size()), 0, false};
  for (const auto anchor : anchors_of(activity)) out.anchored = out.anchored || holds_anchor(sentence, anchor);
  out.anchored = out.anchored || anchors_of(activity).empty();
  while (!sentence.empty()) {
    const std::size_t special = sentence.find_first_of("{#");
    if (special != 0) fragments_.push_back({Fragment::Kind::literal, 0, sentence.substr(0, special)});
    if (special == std::string_view::npos) break;
    sentence.remove_prefix(special);
    if (sentence.front() == '#') {
      const auto end = std::find_if_not(sentence.begin() + 1, sentence.end(), word_byte);
      const auto size = static_cast<std::size_t>(end - sentence.begin());
      fragments_.push_back({Fragment::Kind::tag, 0, sentence.substr(0, size)});
      sentence.remove_prefix(size);
      continue;
    }
    const std::size_t close = sentence.find('}');
    ROOMTONE_ASSERT(close != std::string_view::npos);
    const std::string_view slot = sentence.substr(1, close - 1);
    sentence.remove_prefix(close + 1);
    if (slot == "n") {
      fragments_.push_back({Fragment::Kind::number, 0, {}});
    } else if (slot == "mention") {
      fragments_.push_back({Fragment::Kind::mention, 0, {}});
    } else if (slot == "link") {
      fragments_.push_back({Fragment::Kind::link, 0, {}});
    } else if (slot == "topic") {
      fragments_.push_back({Fragment::Kind::topic, 0, {}});
    } else {
      const auto words = words_of(slot);
      ROOMTONE_ASSERT(!words.empty());
      const auto known =
          std::find_if(lists_.begin(), lists_.end(), [&](const auto& list) { return list.data() == words.data(); });
      fragments_.push_back({Fragment::Kind::words, static_cast<uint8_t>(known - lists_.begin()), {}});
      if (known == lists_.end()) lists_.push_back(words);
    }
  }
  out.end = static_cast<uint32_t>(fragments_.size());
  return out;
}

void TextComposer::append(const Sentence& sentence, const TextOrder& order, Rng& rng, ComposedText& text) const {
  std::string& out = text.bytes;
  const auto mark = [&](Facet::Kind kind, std::size_t begin, uint64_t author) {
    text.facets.push_back({kind, static_cast<uint16_t>(begin), static_cast<uint16_t>(out.size()), author});
  };
  uint32_t last_list = UINT32_MAX;
  uint32_t last_word = 0;
  for (uint32_t i = sentence.begin; i != sentence.end; ++i) {
    const Fragment& fragment = fragments_[i];
    const std::size_t begin = out.size();
    switch (fragment.kind) {
      case Fragment::Kind::literal: out.append(fragment.literal); break;
      case Fragment::Kind::tag:
        out.append(fragment.literal);
        mark(Facet::Kind::tag, begin, 0);
        break;
      case Fragment::Kind::words: {
        const auto words = lists_[fragment.list];
        const auto count = static_cast<uint32_t>(words.size());
        uint32_t word = rng.below(count);
        // Two horses in one sentence are two horses.
        if (fragment.list == last_list && word == last_word) word = (word + 1) % count;
        last_list = fragment.list;
        last_word = word;
        out.append(words[word]);
        break;
      }
      case Fragment::Kind::number: append_number(2 + rng.below(40), out); break;
      case Fragment::Kind::mention: {
        const uint64_t author = rng.below(1 << 16);
        out.push_back('@');
        append_handle(author, out);
        mark(Facet::Kind::mention, begin, author);
        break;
      }
      case Fragment::Kind::link: {
        const uint64_t bits = rng.next();
        out.append(kSites[bits >> 62]);
        append_number(bits & 0xfffffff, out);
        mark(Facet::Kind::link, begin, 0);
        break;
      }
      case Fragment::Kind::topic: out.append(order.topic); break;
    }
  }
}

void TextComposer::compose(const TextOrder& order, Rng& rng, ComposedText& text) const {
  text.bytes.clear();
  text.facets.clear();
  const auto activity = static_cast<std::size_t>(order.activity);
  const auto& moods = sentences_[activity][static_cast<std::size_t>(order.tongue)];
  const Sentences& sentences = moods[static_cast<std::size_t>(order.mood)];
  // A generated topic, or the film, is named once; what follows is what people add to anything.
  const Sentences& more =
      order.activity == Activity::topic || order.activity == Activity::film
          ? sentences_[static_cast<std::size_t>(Activity::everyday)][0][static_cast<std::size_t>(order.mood)]
          : sentences;
  ROOMTONE_ASSERT(!sentences.empty());

  const uint64_t dice = rng.next();
  const bool single = order.activity == Activity::campaign || order.activity == Activity::flood ||
                      order.activity == Activity::showtimes;
  // One post in eight is a single sentence, the others go on until they are long enough.
  const std::size_t wanted = single || (dice & 7) == 0 ? 1 : (dice & 8) == 0 ? 3 : kSentencesMax;
  std::array<uint32_t, kSentencesMax> used{};
  bool anchored = false;
  for (std::size_t count = 0; count < wanted; ++count) {
    const Sentences& from = count == 0 ? sentences : more;
    const auto size = static_cast<uint32_t>(from.size());
    uint32_t pick = rng.below(size);
    if (&from == &more) {  // no sentence twice in one post
      const auto taken = [&] {
        return std::find(used.begin(), used.begin() + static_cast<std::ptrdiff_t>(count), pick) !=
               used.begin() + static_cast<std::ptrdiff_t>(count);
      };
      for (uint32_t tries = 0; tries < size && taken(); ++tries) pick = (pick + 1) % size;
    }
    used[count] = &sentences == &more || count > 0 ? pick : UINT32_MAX;
    const std::size_t bytes_before = text.bytes.size();
    const std::size_t facets_before = text.facets.size();
    if (count > 0) text.bytes.append((dice & 0x700) == 0 ? "\n\n" : " ");
    append(from[pick], order, rng, text);
    if (count > 0 && text.bytes.size() > kSentencesBytes) {  // one too many
      text.bytes.resize(bytes_before);
      text.facets.resize(facets_before);
      break;
    }
    anchored = anchored || (from[pick].anchored && (count == 0 || &more == &sentences));
    if (text.bytes.size() > kEnoughBytes - 40 * (dice >> 63)) break;
  }

  if (!single && (dice & 0x3000) == 0) {
    const auto emoji = emoji_of(order.mood);
    text.bytes.push_back(' ');
    const auto choice = emoji[(dice >> 16) % emoji.size()];
    for (uint64_t i = 0; i <= ((dice >> 24) & 3) % 3; ++i) text.bytes.append(choice);
  }
  const auto tags = hashtags_of(order.activity);
  const bool tagged = order.tongue == Tongue::en && !tags.empty() && !single && (dice & 0x1c000) == 0;
  if (tagged || !anchored) {
    text.bytes.push_back(' ');
    const std::size_t begin = text.bytes.size();
    text.bytes.append(anchored ? tags[(dice >> 32) % tags.size()] : tags.front());
    text.facets.push_back(
        {Facet::Kind::tag, static_cast<uint16_t>(begin), static_cast<uint16_t>(text.bytes.size()), 0});
  }
}

}  // namespace roomtone::cli
