#include "app/config_lists.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include "app/toml_table.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "model/key.hpp"
#include "people/csv.hpp"
#include "people/member_field.hpp"

namespace roomtone::app {

namespace {

using people::MemberField;

std::string shown(std::string_view text) { return "\"" + printable(text, 80) + "\""; }

/// A weight, written as a number.
std::optional<uint32_t> read_weight(TomlTable& table) {
  const toml::node* node = table.take("weight");
  if (node == nullptr) return std::nullopt;
  const auto number = node->is_number() ? node->value<double>() : std::nullopt;
  const double thousandths = number.value_or(-1) * Weights::kOne;
  const double whole = std::round(thousandths);
  // Three decimals are rarely exact in a double; a fourth would show far above its rounding.
  if (!(whole >= 0 && whole <= 1000.0 * Weights::kOne) || std::abs(thousandths - whole) > 1e-6) {
    table.problem("weight", "expected a number from " + std::string(people::kWeightExpected));
    return std::nullopt;
  }
  return static_cast<uint32_t>(whole);
}

std::optional<std::chrono::seconds> read_gap(TomlTable& table) {
  std::string text;
  table.read("expected_gap", text);
  if (!table.has("expected_gap")) return std::nullopt;
  const auto gap = people::parse_gap(text);
  if (!gap) table.problem("expected_gap", "got " + shown(text) + ", expected " + std::string(people::kGapExpected));
  return gap;
}

void read_member(TomlTable& table, people::MemberSpec& member) {
  constexpr MemberField kTexts[] = {MemberField::id, MemberField::handle, MemberField::network, MemberField::role};
  for (const MemberField field : kTexts) {
    const std::string_view name = people::kMemberFieldNames[static_cast<std::size_t>(field)];
    std::string text;
    table.read(name, text);
    if (const auto expected = people::set_field(member, field, text))
      table.problem(name, "got " + shown(text) + ", expected " + *expected);
  }
  member.weight = read_weight(table);
  member.expected_gap = read_gap(table);
  if (member.id.empty() && member.handle.empty()) table.problem("id", "missing, expected an id, a handle or both");
}

/// `[[member]]` tables, of a file or of a list in the configuration.
void read_members(TomlTable& table, std::string_view path, const std::string& file,
                  std::vector<people::MemberSpec>& members) {
  const toml::node* node = table.take("member");
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    table.problem("member", "expected [[" + std::string(path) + "member]] tables, in double brackets");
    return;
  }
  if (array->size() > limits::kListMembers) {
    table.problem("member", "got " + std::to_string(array->size()) + " members, expected at most " +
                                std::to_string(limits::kListMembers));
    return;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::table& one = *array->get_as<toml::table>(i);
    TomlTable reader(one, table.path_of("member") + "[" + std::to_string(i) + "]", table.problems());
    people::MemberSpec& member = members.emplace_back();
    member.place = file + ":" + std::to_string(one.source().begin.line);
    read_member(reader, member);
  }
}

void read_rooms(TomlTable& table, people::RoomsWanted& rooms) {
  if (!table.has("rooms")) return;
  std::vector<std::string> names;
  table.read_strings("rooms", names, true);
  rooms = {false, false, false, false};
  for (const std::string& name : names) {
    bool* const wanted = name == "list"          ? &rooms.list
                         : name == "roles"       ? &rooms.roles
                         : name == "topics"      ? &rooms.topics
                         : name == "topic_roles" ? &rooms.topic_roles
                                                 : nullptr;
    if (wanted == nullptr) {
      table.problem("rooms", "got " + shown(name) + ", expected list, roles, topics or topic_roles");
      continue;
    }
    *wanted = true;
  }
}

void read_list(TomlTable& table, const std::string& file, ListConfig& list) {
  people::ListSpec& spec = list.spec;
  table.read("id", spec.id);
  if (!valid_topic_id(spec.id))
    table.problem("id", "got " + shown(spec.id) + ", expected 1 to 64 of a-z, 0-9, - and _");
  std::string path;
  table.read("file", path);
  list.file = path;
  if (table.has("file") && list.file.extension() != ".csv" && list.file.extension() != ".toml")
    table.problem("file", "got " + shown(path) + ", expected a file that ends in .csv or .toml");
  if (table.has("file") == table.has("member"))
    table.problem("file", table.has("file") ? "is given beside [[list.member]] tables, expected one of the two"
                                            : "missing, expected a file of members, or [[list.member]] tables");
  read_rooms(table, spec.rooms);
  if (table.has("topics")) table.read_strings("topics", spec.topics.emplace(), true);
  table.read("events", spec.events);
  table.read("show_authors", spec.show_authors);
  spec.weight = read_weight(table).value_or(Weights::kOne);
  spec.expected_gap = read_gap(table).value_or(std::chrono::seconds(0));
  read_members(table, "list.", file, spec.members);
}

Result<std::string> text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "open the list " + file.string() + ": " + std::strerror(errno));
  std::string text(limits::kListFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(ErrorCode::io, "read the list " + file.string());
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limits::kListFileBytes)
    return fail(ErrorCode::invalid_argument, file.string() + ": got more than 8 MiB, expected a list of at most that");
  return text;
}

Result<std::vector<people::MemberSpec>> read_toml(const std::string& text, const std::string& name) {
  std::vector<people::MemberSpec> members;
  Problems problems(name);
  try {
    const toml::table parsed = toml::parse(text, name);
    TomlTable root(parsed, "", problems);
    read_members(root, "", name, members);
    if (!root.has("member")) root.problem("member", "missing, expected [[member]] tables");
  } catch (const toml::parse_error& error) {
    problems.add(error.source(), "syntax", std::string(error.description()));
  }
  if (problems.any()) return fail(ErrorCode::invalid_argument, problems.text());
  return members;
}

}  // namespace

void read_lists(TomlTable& root, const std::string& file, std::vector<ListConfig>& lists) {
  const toml::node* node = root.take("list");
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    root.problem("list", "expected [[list]] tables, in double brackets");
    return;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    TomlTable table(*array->get_as<toml::table>(i), "list[" + std::to_string(i) + "]", root.problems());
    read_list(table, file, lists.emplace_back());
  }
}

Result<people::Lists> load_lists(const std::vector<ListConfig>& lists) {
  std::vector<people::ListSpec> specs;
  for (const ListConfig& list : lists) {
    people::ListSpec& spec = specs.emplace_back(list.spec);
    if (list.file.empty()) continue;
    const auto text = text_of(list.file);
    if (!text) return tl::unexpected(text.error());
    auto members = list.file.extension() == ".toml" ? read_toml(*text, list.file.string())
                                                    : people::read_csv(*text, list.file.string());
    if (!members) return tl::unexpected(std::move(members.error()));
    spec.members = std::move(*members);
  }
  return people::Lists::compile(std::move(specs));
}

}  // namespace roomtone::app
