#include "mood/cues.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace roomtone::mood {

namespace {

struct Section {
  std::string_view name;
  CueRole role;
};

constexpr Section kSections[] = {
    {"negators", kNegator}, {"boosters", kBooster}, {"contrast", kContrast}, {"sarcasm", kSarcasm}};

constexpr std::string_view kFunction = "function ";

class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : left_(text), name_(name) {}

  Result<Cues> parse();

 private:
  [[nodiscard]] Result<void> line(std::string_view line);
  [[nodiscard]] Result<void> header(std::string_view line);
  [[nodiscard]] Result<void> open_section(std::string_view name);
  [[nodiscard]] Result<void> word(std::string_view text);

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorCode::corrupt, std::string(name_) + ":" + std::to_string(number_) + ": " + what);
  }

  std::string_view left_;
  std::string_view name_;
  std::size_t number_ = 0;
  Cues cues_;
  bool versioned_ = false;
  std::string section_;                   // the one being read
  std::optional<CueRole> role_;           // its role, or
  std::size_t language_ = 0;              // its language
  std::unordered_set<std::string> seen_;  // headers, sections, and words with their section
  std::unordered_map<std::string, std::size_t> places_;
};

Result<Cues> Parser::parse() {
  while (!left_.empty()) {
    ++number_;
    const std::size_t end = left_.find('\n');
    const std::string_view text = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    if (text.empty() || text == "#" || text.starts_with("# ")) continue;
    if (auto read = line(text); !read) return tl::unexpected(read.error());
  }
  if (!versioned_) return wrong("empty: expected 'roomtone-cues 1'");
  if (cues_.id.empty() || cues_.languages.empty()) return wrong("'id' or 'language' is missing");
  return std::move(cues_);
}

Result<void> Parser::line(std::string_view line) {
  if (line.find('\r') != std::string_view::npos) return wrong("lines must end in LF alone");
  if (!versioned_) {
    if (line != "roomtone-cues 1") return wrong("expected 'roomtone-cues 1'; not cues or a newer format");
    versioned_ = true;
    return {};
  }
  if (line.starts_with('[') && line.ends_with(']')) return open_section(line.substr(1, line.size() - 2));
  return section_.empty() ? header(line) : word(line);
}

Result<void> Parser::header(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string key(line.substr(0, space));
  const std::string_view value = space == std::string_view::npos ? "" : line.substr(space + 1);
  if (key != "id" && key != "language" && key != "licence") return wrong("unknown header '" + key + "'");
  if (!seen_.insert(key).second) return wrong("'" + key + "' stands here a second time");
  if (key == "licence") return {};
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  if (value.empty() || value.size() > kCueBytesMax || !std::ranges::all_of(value, plain)) {
    return wrong("'" + key + "' takes a-z, 0-9, '-' and '.'");
  }
  if (key == "id")
    cues_.id = value;
  else
    cues_.languages.emplace_back(value);
  return {};
}

Result<void> Parser::open_section(std::string_view name) {
  if (cues_.id.empty() || cues_.languages.empty()) return wrong("'id' and 'language' must come before the sections");
  section_ = "[" + std::string(name) + "]";
  if (!seen_.insert(section_).second) return wrong(section_ + " stands here a second time");
  role_.reset();
  if (name.starts_with(kFunction)) {
    const std::string_view language = name.substr(kFunction.size());
    const auto known = std::ranges::find(cues_.languages, language);
    language_ = static_cast<std::size_t>(known - cues_.languages.begin());
    if (known != cues_.languages.end()) return {};
    if (language_ == kCueLanguagesMax) return wrong("more languages than fit");
    cues_.languages.emplace_back(language);
    return {};
  }
  const Section* const section = std::ranges::find(kSections, name, &Section::name);
  if (section == std::end(kSections)) return wrong("unknown section " + section_);
  role_ = section->role;
  return {};
}

Result<void> Parser::word(std::string_view text) {
  CueRole role = role_.value_or(CueRole{});
  if (role_ == kSarcasm && text.starts_with('#')) {
    role = kSarcasmTag;
    text.remove_prefix(1);
  }
  if (text.empty() || text.size() > kCueBytesMax) return wrong("a word has 1 to 64 bytes");
  const std::string word(text);
  if (text.find_first_of(" \t") != std::string_view::npos)
    return wrong("'" + word + "' can never match: one word a line");
  if (!seen_.insert(section_ + word + (role == kSarcasmTag ? "#" : "")).second) {
    return wrong("'" + word + "' stands here a second time");
  }
  const auto [place, fresh] = places_.try_emplace(word, cues_.words.size());
  if (fresh && cues_.words.size() == kCuesMax) return wrong("more than " + std::to_string(kCuesMax) + " words");
  if (fresh) cues_.words.push_back({word});
  Cue& cue = cues_.words[place->second];
  if (role_)
    cue.roles = static_cast<uint8_t>(cue.roles | role);
  else
    cue.languages = static_cast<uint16_t>(cue.languages | 1U << language_);
  return {};
}

}  // namespace

Result<Cues> parse_cues(std::string_view text, std::string_view name) {
  if (text.size() > kCuesBytesMax) return fail(ErrorCode::corrupt, std::string(name) + ": over 1 MiB of cues");
  return Parser(text, name).parse();
}

}  // namespace roomtone::mood
