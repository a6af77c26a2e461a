#include "people/csv.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "people/member_field.hpp"

namespace roomtone::people {

namespace {

std::string shown(std::string_view text) { return "'" + printable(text, 80) + "'"; }

/// One field of a line and where it begins.
struct Field {
  std::string text;
  std::size_t column = 1;  // byte of the line, from 1
};

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<std::vector<MemberSpec>> read(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // spreadsheets write a byte order mark
    while (!text.empty()) {
      ++line_;
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t,") == std::string_view::npos || line.starts_with('#')) continue;
      if (auto cut = cut_line(line); !cut) return tl::unexpected(std::move(cut.error()));
      if (auto taken = columns_.empty() ? take_header() : take_member(); !taken)
        return tl::unexpected(std::move(taken.error()));
    }
    if (columns_.empty()) return fail(ErrorCode::invalid_argument, name_ + ": got nothing, expected a header line");
    return std::move(members_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t column, const std::string& what) const {
    return fail(ErrorCode::invalid_argument,
                name_ + ":" + std::to_string(line_) + ":" + std::to_string(column) + ": " + what);
  }

  Result<void> cut_line(std::string_view line) {
    fields_.clear();
    std::size_t at = 0;
    while (true) {
      while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
      Field field{{}, at + 1};
      if (at < line.size() && line[at] == '"') {
        ++at;
        while (true) {
          const std::size_t quote = line.find('"', at);
          if (quote == std::string_view::npos) return wrong(field.column, "got a quote that does not end on its line");
          field.text += line.substr(at, quote - at);
          at = quote + 1;
          if (at >= line.size() || line[at] != '"') break;
          field.text += '"';
          ++at;
        }
        while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
        if (at < line.size() && line[at] != ',')
          return wrong(at + 1, "got " + shown(line.substr(at)) + " behind a quote, expected a comma");
      } else {
        const std::size_t comma = std::min(line.find(',', at), line.size());
        std::string_view text = line.substr(at, comma - at);
        while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
        field.text = text;
        at = comma;
      }
      fields_.push_back(std::move(field));
      if (at >= line.size()) return {};
      ++at;  // the comma
    }
  }

  Result<void> take_header() {
    for (const Field& field : fields_) {
      const auto known = member_field(field.text);
      if (!known)
        return wrong(field.column, "got the column " + shown(field.text) +
                                       ", expected id, handle, network, role, weight or expected_gap");
      if (std::ranges::find(columns_, *known) != columns_.end())
        return wrong(field.column, "got the column " + shown(field.text) + " twice");
      columns_.push_back(*known);
    }
    const auto has = [this](MemberField which) { return std::ranges::find(columns_, which) != columns_.end(); };
    if (!has(MemberField::id) && !has(MemberField::handle))
      return wrong(1, "got a header without id and handle, expected at least one of them");
    return {};
  }

  Result<void> take_member() {
    if (fields_.size() > columns_.size())
      return wrong(fields_[columns_.size()].column, "got " + std::to_string(fields_.size()) + " fields, expected the " +
                                                        std::to_string(columns_.size()) + " of the header");
    MemberSpec member;
    member.place = name_ + ":" + std::to_string(line_);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const auto expected = set_field(member, columns_[i], fields_[i].text);
      if (expected)
        return wrong(fields_[i].column, "got the " +
                                            std::string(kMemberFieldNames[static_cast<std::size_t>(columns_[i])]) +
                                            " " + shown(fields_[i].text) + ", expected " + *expected);
    }
    if (member.id.empty() && member.handle.empty())
      return wrong(1, "got a member without id and handle, expected at least one of them");
    if (members_.size() == limits::kListMembers)
      return wrong(1, "got more than " + std::to_string(limits::kListMembers) + " members");
    members_.push_back(std::move(member));
    return {};
  }

  const std::string& name_;
  std::size_t line_ = 0;
  std::vector<Field> fields_;
  std::vector<MemberField> columns_;
  std::vector<MemberSpec> members_;
};

}  // namespace

Result<std::vector<MemberSpec>> read_csv(std::string_view text, const std::string& name) {
  return Reader(name).read(text);
}

}  // namespace roomtone::people
