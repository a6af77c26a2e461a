#include "app/lexicon_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/log.hpp"
#include "mood/features.hpp"
#include "mood/language.hpp"
#include "text/tokenize.hpp"
#include "text/unicode.hpp"

namespace roomtone::app {

namespace {

constexpr std::size_t kColumns = 4;
constexpr std::string_view kAll = "*";

std::string shown(std::string_view text) { return "'" + printable(text, 80) + "'"; }

bool is_utf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const text::CodePoint c = text::decode(p, end);
    if (c.value == text::kReplacement && c.size == 1) return false;  // a real U+FFFD has three bytes
    p += c.size;
  }
  return true;
}

/// A number from -1 to 1 with at most six decimals, in millionths.
std::optional<int32_t> micro_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.size() != 1 || !std::ranges::all_of(whole, digit)) return std::nullopt;
  if (part.size() > 6 || !std::ranges::all_of(part, digit)) return std::nullopt;
  if (point != std::string_view::npos && part.empty()) return std::nullopt;
  int32_t micro = whole[0] - '0';
  for (std::size_t i = 0; i < 6; ++i) micro = 10 * micro + (i < part.size() ? part[i] - '0' : 0);
  if (micro > 1'000'000) return std::nullopt;
  return negative ? -micro : micro;
}

/// Whether the tokens are one that can have a meaning, or a hashtag with its parts.
bool is_one_word(const Tokens& tokens) {
  const auto& all = tokens.tokens;
  if (all.empty()) return false;
  if (all[0].kind == TokenKind::hashtag) {
    return std::all_of(all.begin() + 1, all.end(), [](const Token& part) { return (part.flags & kFromHashtag) != 0; });
  }
  return all.size() == 1 &&
         (all[0].kind == TokenKind::word || all[0].kind == TokenKind::emoji || all[0].kind == TokenKind::emoticon);
}

/// The columns of a line; nothing when there are too few or too many.
std::optional<std::array<std::string_view, kColumns>> columns_of(std::string_view line) {
  std::array<std::string_view, kColumns> columns;
  std::size_t count = 0;
  for (bool more = true; more; ++count) {
    if (count == kColumns) return std::nullopt;
    const std::size_t tab = line.find('\t');
    columns[count] = line.substr(0, tab);
    more = tab != std::string_view::npos;
    if (more) line.remove_prefix(tab + 1);
  }
  if (count < 2) return std::nullopt;
  return columns;
}

}  // namespace

LexiconParser::LexiconParser(FindTopic find_topic, std::string language)
    : find_topic_(std::move(find_topic)), language_(std::move(language)) {}

std::string LexiconParser::where() const { return name_ + ":" + std::to_string(number_); }

tl::unexpected<Error> LexiconParser::wrong(const std::string& what) const {
  return fail(ErrorCode::invalid_argument, where() + ": " + what);
}

Result<void> LexiconParser::add(std::string_view text, const std::string& name) {
  name_ = name;
  number_ = 0;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // spreadsheets write a byte order mark
  while (!text.empty()) {
    ++number_;
    const std::size_t end = text.find('\n');
    std::string_view one = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (one.ends_with('\r')) one.remove_suffix(1);
    // A hashtag may begin a line too, so a comment needs its space.
    if (one.empty() || one == "#" || one.starts_with("# ")) continue;
    if (auto read = line(one); !read) return read;
  }
  return {};
}

Result<void> LexiconParser::line(std::string_view line) {
  if (!is_utf8(line)) return wrong("is not UTF-8");
  const auto columns = columns_of(line);
  if (!columns) {
    return wrong("expected WORD, VALENCE and perhaps TOPIC and LANGUAGE with a tab between each, got " + shown(line) +
                 (line.starts_with('#') ? "; a comment has a space behind its #" : ""));
  }
  const auto& [written, valence, topic_id, tag] = *columns;
  mood::LexiconWord entry;
  if (auto read = word(written, entry); !read) return read;
  const auto micro = micro_of(valence);
  if (!micro) return wrong("got the valence " + shown(valence) + ", expected -1 to 1 with at most six decimals");
  entry.valence_micro = *micro;
  if (auto read = topic(topic_id, entry); !read) return read;
  if (auto read = language(tag); !read) return read;
  const auto [place, fresh] = places_.try_emplace({entry.key, entry.topic}, where());
  if (!fresh) {
    return wrong("got " + shown(written) + " again" +
                 (entry.topic == mood::kEveryTopic ? "" : " for the topic " + shown(topic_id)) + ", it stands at " +
                 place->second + " already");
  }
  if (words_.size() == mood::kLexiconWordsMax) {
    return wrong("more than " + std::to_string(mood::kLexiconWordsMax) + " words in all lexicons");
  }
  words_.push_back(std::move(entry));
  return {};
}

Result<void> LexiconParser::word(std::string_view written, mood::LexiconWord& into) {
  if (written.empty() || written.size() > kLexiconWordBytes) {
    return wrong("got a word of " + std::to_string(written.size()) + " bytes, expected 1 to " +
                 std::to_string(kLexiconWordBytes));
  }
  text::tokenize(written, tokens_);
  if (!is_one_word(tokens_)) {
    return wrong("got " + shown(written) + ", expected one word, emoji, emoticon or hashtag");
  }
  const Token& token = tokens_.tokens.front();
  into.key = mood::feature_key(token);
  into.word = (token.kind == TokenKind::hashtag ? "#" : "") + std::string(tokens_.view(token));
  return {};
}

Result<void> LexiconParser::topic(std::string_view id, mood::LexiconWord& into) const {
  if (id.empty() || id == kAll) return {};
  const auto number = find_topic_(id);
  if (!number) return wrong("got the topic " + shown(id) + ", expected the id of one, or * for everywhere");
  into.topic = *number;
  into.topic_id = id;
  return {};
}

Result<void> LexiconParser::language(std::string_view given) const {
  if (given.empty() || given == kAll) return {};
  // Only a bare subtag: what is said of en-GB alone would be said of all English.
  const bool bare = given.find_first_of("-_") == std::string_view::npos;
  if (bare && mood::declared_language(given, language_) == mood::Declared::covered) return {};
  return wrong("got the language " + shown(given) + ", but the model reads " + shown(language_) + " only");
}

mood::Lexicon LexiconParser::take() {
  places_.clear();
  return mood::Lexicon(std::move(words_));
}

Result<mood::Lexicon> load_lexicons(std::span<const std::filesystem::path> files, FindTopic find_topic,
                                    std::string_view language) {
  if (files.size() > kLexiconFiles) {
    return fail(ErrorCode::invalid_argument,
                "got " + std::to_string(files.size()) + " lexicons, expected at most " + std::to_string(kLexiconFiles));
  }
  LexiconParser parser(std::move(find_topic), std::string(language));
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorCode::not_found, "open the lexicon " + file.string() + ": " + std::strerror(errno));
    std::string text(kLexiconBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return fail(ErrorCode::io, "read the lexicon " + file.string());
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLexiconBytes) {
      return fail(ErrorCode::invalid_argument, file.string() + ": a lexicon has at most 8 MiB");
    }
    if (auto read = parser.add(text, file.string()); !read) return tl::unexpected(std::move(read.error()));
  }
  return parser.take();
}

}  // namespace roomtone::app
