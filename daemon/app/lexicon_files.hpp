#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "model/tokens.hpp"
#include "mood/lexicon.hpp"

namespace roomtone::app {

inline constexpr std::size_t kLexiconFiles = 64;
inline constexpr std::size_t kLexiconBytes = 8 * 1024 * 1024;  // of one file
inline constexpr std::size_t kLexiconWordBytes = 256;

/// The number of the topic with this id, if there is one.
using FindTopic = std::function<std::optional<uint32_t>(std::string_view)>;

/// Reads lexicons (format: deploy/LEXICONS.md) one after the other into one. After an error it is of no more use.
class LexiconParser {
 public:
  /// `language` is the one that the model reads, a primary subtag in lower case.
  LexiconParser(FindTopic find_topic, std::string language);

  /// Parses the text of one file. Errors begin with `name` and the line: "words.tsv:12: ...".
  [[nodiscard]] Result<void> add(std::string_view text, const std::string& name);

  /// All that was read.
  [[nodiscard]] mood::Lexicon take();

 private:
  [[nodiscard]] Result<void> line(std::string_view line);
  [[nodiscard]] Result<void> word(std::string_view written, mood::LexiconWord& into);
  [[nodiscard]] Result<void> topic(std::string_view id, mood::LexiconWord& into) const;
  [[nodiscard]] Result<void> language(std::string_view given) const;
  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const;
  [[nodiscard]] std::string where() const;

  FindTopic find_topic_;
  std::string language_;
  std::string name_;  // of the file being read
  std::size_t number_ = 0;
  std::vector<mood::LexiconWord> words_;
  std::map<std::pair<uint64_t, uint32_t>, std::string> places_;  // by key and topic: where the word stands
  Tokens tokens_;
};

/// Reads lexicon files into one lexicon. Errors name file and line.
[[nodiscard]] Result<mood::Lexicon> load_lexicons(std::span<const std::filesystem::path> files, FindTopic find_topic,
                                                  std::string_view language);

}  // namespace roomtone::app
