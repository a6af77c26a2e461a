#include "app/config_topics.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "app/toml_place.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "model/key.hpp"
#include "topics/rule.hpp"

namespace roomtone::app {

namespace {

/// Reads what stands under `topics` of one file.
class TopicsReader {
 public:
  TopicsReader(std::string_view text, const topics::Named* named, Problems& problems)
      : text_(text), named_(named), problems_(problems) {}

  [[nodiscard]] topics::TopicSpec topic(const std::string& id, const toml::node& node) {
    topics::TopicSpec spec;
    spec.id = id;
    spec.where = problems_.file() + ":" + std::to_string(node.source().begin.line);
    const std::string path = "topics." + id;
    if (!valid_topic_id(id)) problems_.add(node.source(), path, "got a bad id, expected 1 to 64 of a-z, 0-9, - and _");
    if (const toml::table* table = node.as_table()) {
      TomlTable reader(*table, path, problems_);
      read(reader, spec);
    } else {
      spec.rule = rule(node, path);
    }
    return spec;
  }

 private:
  void read(TomlTable& table, topics::TopicSpec& spec) {
    if (const toml::node* node = table.take("rule")) {
      spec.rule = rule(*node, table.path_of("rule"));
    } else {
      table.problem("rule", "missing, expected a rule in quotes");
    }
    table.read_strings("tags", spec.tags, true);
    if (spec.tags.size() > limits::kTopicTags || !std::ranges::all_of(spec.tags, valid_topic_id))
      table.problem("tags", "expected at most " + std::to_string(limits::kTopicTags) +
                                " tags, each 1 to 64 of a-z, 0-9, - and _");
    table.read_instant("start", spec.start);
    table.read_instant("end", spec.end);
    if (spec.start != kNoInstant && spec.end != kNoInstant && spec.end <= spec.start)
      table.problem("end", "is not after the start");
    read_entities(table, spec.entities);
    read_examples(table, "match", spec.match);
    read_examples(table, "no_match", spec.no_match);
  }

  [[nodiscard]] std::string rule(const toml::node& node, const std::string& path) {
    const auto text = node.value_exact<std::string>();
    if (!text) {
      problems_.add(node.source(), path, "expected a rule in quotes");
      return {};
    }
    if (const auto read = topics::read_rule(*text, named_); !read) {
      const auto& begin = node.source().begin;
      const TextPlace place = place_in_string(text_, {begin.line, begin.column}, read.error().column - 1);
      problems_.add(place.line, place.column, path, read.error().what);
    }
    return *text;
  }

  void read_entities(TomlTable& table, std::vector<topics::EntitySpec>& entities) {
    const toml::node* node = table.take("entities");
    if (node == nullptr) return;
    const toml::table* given = node->as_table();
    if (given == nullptr) {
      table.problem("entities", "expected a table of id = \"rule\"");
      return;
    }
    for (const auto& [id, value] : *given) {
      const std::string path = table.path_of("entities") + "." + std::string(id.str());
      if (!valid_topic_id(id.str()))
        problems_.add(value.source(), path, "got a bad id, expected 1 to 64 of a-z, 0-9, - and _");
      entities.push_back({std::string(id.str()), rule(value, path)});
    }
  }

  void read_examples(TomlTable& table, std::string_view key, std::vector<topics::Example>& examples) {
    const toml::node* node = table.take(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr || array->size() > limits::kTopicExamples) {
      table.problem(key, "expected a list of at most " + std::to_string(limits::kTopicExamples) +
                             " messages, each a text in quotes or a table with a text");
      return;
    }
    for (const toml::node& item : *array) {
      topics::Example& example = examples.emplace_back();
      if (const auto text = item.value_exact<std::string>()) {
        example.text = *text;
      } else if (const toml::table* given = item.as_table()) {
        TomlTable reader(*given, table.path_of(key) + "[" + std::to_string(examples.size() - 1) + "]", problems_);
        read_example(reader, example);
      } else {
        problems_.add(item.source(), table.path_of(key), "expected a text in quotes or a table with a text");
      }
    }
  }

  static void read_example(TomlTable& table, topics::Example& example) {
    table.read("text", example.text);
    table.read("lang", example.lang);
    table.read("from", example.from);
    table.read("to", example.to);
    table.read("source", example.source);
    table.read_strings("lists", example.lists);
    table.read_strings("tags", example.tags);
    table.read_strings("links", example.links);
    table.read("reply", example.reply);
    table.read("reshare", example.reshare);
  }

  std::string_view text_;
  const topics::Named* named_;
  Problems& problems_;
};

toml::array array_of(const std::vector<std::string>& values) {
  toml::array array;
  for (const std::string& value : values) array.push_back(value);
  return array;
}

toml::table table_of(const topics::Example& example) {
  toml::table table;
  const auto put = [&table](std::string_view key, const std::string& value) {
    if (!value.empty()) table.insert(key, value);
  };
  table.insert("text", example.text);
  put("lang", example.lang);
  put("from", example.from);
  put("to", example.to);
  put("source", example.source);
  if (!example.lists.empty()) table.insert("lists", array_of(example.lists));
  if (!example.tags.empty()) table.insert("tags", array_of(example.tags));
  if (!example.links.empty()) table.insert("links", array_of(example.links));
  if (example.reply) table.insert("reply", true);
  if (example.reshare) table.insert("reshare", true);
  table.is_inline(true);
  return table;
}

toml::table table_of(const topics::TopicSpec& topic) {
  toml::table table;
  table.insert("rule", topic.rule);
  if (!topic.tags.empty()) table.insert("tags", array_of(topic.tags));
  if (topic.start != kNoInstant) table.insert("start", format_rfc3339(topic.start));
  if (topic.end != kNoInstant) table.insert("end", format_rfc3339(topic.end));
  const auto put = [&table](std::string_view key, const std::vector<topics::Example>& examples) {
    if (examples.empty()) return;
    toml::array array;
    for (const topics::Example& example : examples) array.push_back(table_of(example));
    table.insert(key, std::move(array));
  };
  put("match", topic.match);
  put("no_match", topic.no_match);
  if (!topic.entities.empty()) {
    toml::table entities;
    for (const topics::EntitySpec& entity : topic.entities) entities.insert(entity.id, entity.rule);
    table.insert("entities", std::move(entities));
  }
  return table;
}

}  // namespace

void read_topics(TomlTable& root, std::string_view text, const topics::Named* named,
                 std::vector<topics::TopicSpec>& into) {
  const toml::node* node = root.take("topics");
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    root.problem("topics", "expected a [topics] table of id = \"rule\"");
    return;
  }
  TopicsReader reader(text, named, root.problems());
  for (const auto& [id, topic] : *table) into.push_back(reader.topic(std::string(id.str()), topic));
}

Result<std::vector<topics::TopicSpec>> parse_rules(std::string_view text, const std::string& name,
                                                   const topics::Named* named) {
  std::vector<topics::TopicSpec> topics;
  Problems problems(name);
  try {
    const toml::table parsed = toml::parse(text, name);
    TomlTable root(parsed, "", problems);
    read_topics(root, text, named, topics);
  } catch (const toml::parse_error& error) {
    problems.add(error.source(), "syntax", std::string(error.description()));
  }
  if (problems.any()) return fail(ErrorCode::invalid_argument, problems.text());
  return topics;
}

Result<std::vector<topics::TopicSpec>> read_rules_file(const std::filesystem::path& file, const topics::Named* named) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "open the rules " + file.string() + ": " + std::strerror(errno));
  std::string text(limits::kRulesFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(ErrorCode::io, "read the rules " + file.string());
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limits::kRulesFileBytes)
    return fail(ErrorCode::invalid_argument, file.string() + ": a file of rules has at most 16 MiB");
  return parse_rules(text, file.string(), named);
}

std::string rules_text(std::span<const topics::TopicSpec> topics) {
  toml::table all;
  for (const topics::TopicSpec& topic : topics) all.insert(topic.id, table_of(topic));
  std::ostringstream out;
  out << toml::table{{"topics", std::move(all)}} << '\n';
  return out.str();
}

}  // namespace roomtone::app
