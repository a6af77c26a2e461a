#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/toml_table.hpp"
#include "base/result.hpp"
#include "topics/spec.hpp"

namespace roomtone::app {

/// Reads the key `topics` of a file into `into`; `text` is the whole file, for the places of what is wrong. Rules are
/// parsed, so that all mistakes are told at once: "FILE:LINE:COLUMN: topics.derby: found ..., expected ...". With
/// `named`, a source or list that is not there is one, here and below.
void read_topics(TomlTable& root, std::string_view text, const topics::Named* named,
                 std::vector<topics::TopicSpec>& into);

/// Reads rules from the text of a rules file, which has [topics] and nothing else. `name` is the file's.
[[nodiscard]] Result<std::vector<topics::TopicSpec>> parse_rules(std::string_view text, const std::string& name,
                                                                 const topics::Named* named = nullptr);

/// Reads a rules file of at most limits::kRulesFileBytes.
[[nodiscard]] Result<std::vector<topics::TopicSpec>> read_rules_file(const std::filesystem::path& file,
                                                                     const topics::Named* named = nullptr);

/// The text of a rules file with these topics: what parse_rules() reads again.
[[nodiscard]] std::string rules_text(std::span<const topics::TopicSpec> topics);

}  // namespace roomtone::app
