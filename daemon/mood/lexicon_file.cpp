#include "mood/lexicon_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace roomtone::mood {

namespace {

/// What the lines of a section mean.
struct Section {
  std::string_view name;
  Role role;
  double least;
  double most;
  bool phrases;  // items may be two or three words
};

constexpr Section kSections[] = {
    {"words", kValued, -1, 1, false},     {"phrases", kValued, -1, 1, true},   {"emoji", kValued, -1, 1, false},
    {"emoticons", kValued, -1, 1, false}, {"negators", kNegator, 1, 1, false}, {"boosters", kBooster, 0, 3, true},
    {"contrast", kContrast, 1, 1, false}, {"sarcasm", kSarcasm, 1, 1, true},
};

/// nullopt unless the whole of `text` is one finite number in [least, most].
std::optional<double> number_in(std::string_view text, double least, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most))
    return std::nullopt;
  return value;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : left_(text), name_(name) {}

  Result<Lexicon> parse();

 private:
  [[nodiscard]] Result<void> line(std::string_view line);
  [[nodiscard]] Result<void> header(std::string_view line);
  [[nodiscard]] Result<void> open_section(std::string_view name);
  [[nodiscard]] Result<void> rule(std::string_view item, std::string_view value);
  [[nodiscard]] Result<void> valued_item(std::string_view item, std::string_view value);
  [[nodiscard]] Result<void> function_word(std::string_view item);
  [[nodiscard]] Result<Entry*> entry_of(std::string_view item, bool phrases_allowed);
  [[nodiscard]] Result<void> complete() const;

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorCode::corrupt, std::string(name_) + ":" + std::to_string(number_) + ": " + what);
  }

  std::string_view left_;
  std::string_view name_;
  std::size_t number_ = 0;
  Lexicon lexicon_;
  bool versioned_ = false;
  std::string section_name_;
  const Section* section_ = nullptr;     // of the items being read; nullptr in [rules] and [function ..]
  std::optional<std::size_t> language_;  // index of the function words being read
  std::unordered_set<std::string> sections_seen_;
  std::unordered_set<std::string> rules_seen_;
  std::unordered_set<std::string> items_seen_;  // in this section
  std::unordered_map<std::string, std::size_t> rows_;
};

Result<Lexicon> Parser::parse() {
  while (!left_.empty()) {
    ++number_;
    const std::size_t end = left_.find('\n');
    const std::string_view text = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    if (text.empty() || text == "#" || text.starts_with("# ")) continue;
    if (auto read = line(text); !read) return tl::unexpected(read.error());
  }
  if (auto whole = complete(); !whole) return tl::unexpected(whole.error());
  return std::move(lexicon_);
}

Result<void> Parser::line(std::string_view line) {
  if (line.find('\r') != std::string_view::npos) return wrong("lines must end in LF alone");
  if (!versioned_) {
    if (line != "roomtone-lexicon 1") return wrong("expected 'roomtone-lexicon 1'; not a lexicon or a newer format");
    versioned_ = true;
    return {};
  }
  // An emoticon may begin with a bracket too, but only a section's name stands alone between two.
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos && line.starts_with('[') && line.ends_with(']')) {
    return open_section(line.substr(1, line.size() - 2));
  }
  if (section_name_.empty()) return header(line);
  if (language_) return function_word(line);
  if (tab == std::string_view::npos) return wrong("expected ITEM TAB NUMBER");
  const std::string_view item = line.substr(0, tab);
  const std::string_view value = line.substr(tab + 1);
  return section_ != nullptr ? valued_item(item, value) : rule(item, value);
}

Result<void> Parser::header(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string_view key = line.substr(0, space);
  const std::string_view value = space == std::string_view::npos ? "" : line.substr(space + 1);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  if (key == "licence") return {};
  if (key != "id" && key != "language") return wrong("unknown header '" + std::string(key) + "'");
  std::string& field = key == "id" ? lexicon_.id : lexicon_.language;
  if (!field.empty()) return wrong("'" + std::string(key) + "' stands here a second time");
  if (value.empty() || value.size() > kLexiconItemBytesMax || !std::ranges::all_of(value, plain)) {
    return wrong("'" + std::string(key) + "' takes a-z, 0-9, '-' and '.'");
  }
  field = value;
  return {};
}

Result<void> Parser::open_section(std::string_view name) {
  if (lexicon_.id.empty() || lexicon_.language.empty())
    return wrong("'id' and 'language' must come before the sections");
  if (lexicon_.languages.empty()) lexicon_.languages.push_back(lexicon_.language);
  section_name_ = name;
  if (!sections_seen_.insert(section_name_).second) return wrong("[" + section_name_ + "] stands here a second time");
  items_seen_.clear();
  language_.reset();
  section_ = nullptr;
  if (name == "rules") return {};
  if (name.starts_with("function ")) {
    const std::string_view language = name.substr(9);
    if (language == lexicon_.language) {
      language_ = 0;
      return {};
    }
    if (lexicon_.languages.size() == kLexiconLanguagesMax) return wrong("more languages than fit");
    language_ = lexicon_.languages.size();
    lexicon_.languages.emplace_back(language);
    return {};
  }
  section_ = std::ranges::find(kSections, name, &Section::name);
  if (section_ == std::end(kSections)) return wrong("unknown section [" + section_name_ + "]");
  return {};
}

Result<void> Parser::rule(std::string_view item, std::string_view value) {
  const auto field = std::ranges::find(kRuleFields, item, &RuleField::name);
  if (field == kRuleFields.end()) return wrong("unknown rule '" + std::string(item) + "'");
  if (!rules_seen_.emplace(item).second) return wrong("'" + std::string(item) + "' stands here a second time");
  const auto number = number_in(value, field->least, field->most);
  if (!number) return wrong("'" + std::string(value) + "' is no value for '" + std::string(item) + "'");
  lexicon_.rules.*(field->value) = *number;
  return {};
}

Result<void> Parser::valued_item(std::string_view item, std::string_view value) {
  const auto number = number_in(value, section_->least, section_->most);
  if (!number) return wrong("'" + std::string(value) + "' is no value for [" + section_name_ + "]");
  Role role = section_->role;
  if (role == kSarcasm && item.starts_with('#')) {
    role = kSarcasmTag;
    item.remove_prefix(1);
  }
  auto entry = entry_of(item, section_->phrases);
  if (!entry) return tl::unexpected(entry.error());
  if ((role == kValued) && ((*entry)->roles & kValued) != 0)
    return wrong("'" + std::string(item) + "' has a valence already");
  (*entry)->roles |= role;
  if (role == kValued) (*entry)->valence = static_cast<float>(*number);
  if (role == kBooster) (*entry)->factor = static_cast<float>(*number);
  return {};
}

Result<void> Parser::function_word(std::string_view item) {
  auto entry = entry_of(item, false);
  if (!entry) return tl::unexpected(entry.error());
  (*entry)->languages = static_cast<uint16_t>((*entry)->languages | 1U << *language_);
  return {};
}

/// The row of `item`, made when it is new. The pointer lasts until the next call.
Result<Entry*> Parser::entry_of(std::string_view item, bool phrases_allowed) {
  if (item.empty() || item.size() > kLexiconItemBytesMax) return wrong("an item has 1 to 64 bytes");
  const auto spaces = std::ranges::count(item, ' ');
  if (spaces > (phrases_allowed ? 2 : 0) || item.starts_with(' ') || item.ends_with(' ') ||
      item.find("  ") != std::string_view::npos || item.find('\t') != std::string_view::npos) {
    return wrong("'" + std::string(item) + "' can never match: " +
                 (phrases_allowed ? "one to three words with single spaces" : "one word, without spaces"));
  }
  std::string text(item);
  if (!items_seen_.insert(section_name_ + "\t" + text).second) return wrong("'" + text + "' stands here a second time");
  if (lexicon_.rows.size() == kLexiconItemsMax)
    return wrong("more than " + std::to_string(kLexiconItemsMax) + " items");
  const auto [place, fresh] = rows_.try_emplace(text, lexicon_.rows.size());
  if (fresh) {
    lexicon_.rows.push_back({text, {}});
    if (spaces > 0) lexicon_.rows.back().entry.roles = kPhrase;
  }
  return &lexicon_.rows[place->second].entry;
}

Result<void> Parser::complete() const {
  if (!versioned_) return wrong("empty: expected 'roomtone-lexicon 1'");
  if (!sections_seen_.contains("rules")) return wrong("[rules] is missing");
  if (!sections_seen_.contains("words")) return wrong("[words] is missing");
  for (const RuleField& field : kRuleFields) {
    if (!rules_seen_.contains(std::string(field.name)))
      return wrong("rule '" + std::string(field.name) + "' is missing");
  }
  return {};
}

}  // namespace

Result<Lexicon> parse_lexicon(std::string_view text, std::string_view name) {
  if (text.size() > kLexiconBytesMax)
    return fail(ErrorCode::corrupt, std::string(name) + ": over 8 MiB, not a lexicon");
  return Parser(text, name).parse();
}

}  // namespace roomtone::mood
