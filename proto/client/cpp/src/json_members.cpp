#include <charconv>
#include <system_error>

#include "members.hpp"

namespace roomtone::client {

namespace {

class JsonMembers final : public Members {
 public:
  explicit JsonMembers(const Json& object) : object_(object) { bad_ = object.type != Json::Type::object; }
  using Members::real;
  using Members::whole;

  void whole(uint32_t /*number*/, std::string_view name, uint64_t& out) override {
    if (const Json* value = find(name)) {
      const auto read = whole_of(*value);
      bad_ = bad_ || !read;
      out = read.value_or(out);
    }
  }

  void real(uint32_t /*number*/, std::string_view name, std::optional<double>& out) override {
    if (const Json* value = find(name, Json::Type::number)) {
      double real = 0;
      const std::string& text = value->text;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
      // Out of range in the exponent is infinite, which no figure of ours is.
      if (error == std::errc{} && end == text.data() + text.size()) {
        out = real;
      } else {
        bad_ = true;
      }
    }
  }

  void text(uint32_t /*number*/, std::string_view name, std::string& out) override {
    if (const Json* value = find(name, Json::Type::text)) out = value->text;
  }

  void texts(uint32_t /*number*/, std::string_view name, std::vector<std::string>& out) override {
    const Json* list = find(name, Json::Type::list);
    if (list == nullptr) return;
    for (const Json& item : list->items) {
      bad_ = bad_ || item.type != Json::Type::text;
      out.push_back(item.text);
    }
  }

  void choice(uint32_t number, std::string_view name, std::span<const std::string_view> /*names*/,
              std::string& out) override {
    text(number, name, out);
  }

  void message(uint32_t /*number*/, std::string_view name, const Read& read) override {
    if (const Json* value = find(name, Json::Type::object)) inner(*value, read);
  }

  void messages(uint32_t /*number*/, std::string_view name, const Read& read) override {
    const Json* list = find(name, Json::Type::list);
    if (list == nullptr) return;
    for (const Json& item : list->items) inner(item, read);
  }

  void entries(uint32_t /*number*/, std::string_view name, const ReadEntry& read) override {
    const Json* object = find(name, Json::Type::object);
    if (object == nullptr) return;
    for (const Json::Member& entry : object->members)
      inner(entry.value, [&](Members& members) { read(entry.name, members); });
  }

 private:
  [[nodiscard]] const Json* find(std::string_view name) const {
    const Json* value = object_.find(name);
    return value == nullptr || value->type == Json::Type::null ? nullptr : value;
  }

  [[nodiscard]] const Json* find(std::string_view name, Json::Type type) {
    const Json* value = find(name);
    if (value == nullptr || value->type == type) return value;
    bad_ = true;
    return nullptr;
  }

  void inner(const Json& value, const Read& read) {
    JsonMembers members(value);
    read(members);
    bad_ = bad_ || members.bad();
  }

  const Json& object_;
};

}  // namespace

std::optional<uint64_t> whole_of(const Json& value) {
  if (value.type != Json::Type::number && value.type != Json::Type::text) return {};
  const char* const begin = value.text.data();
  const char* const end = begin + value.text.size();
  uint64_t whole = 0;
  if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc{} && read.ptr == end) return whole;
  int64_t negative = 0;
  if (const auto read = std::from_chars(begin, end, negative); read.ec == std::errc{} && read.ptr == end)
    return static_cast<uint64_t>(negative);
  return {};
}

bool read_json(std::string_view body, const Members::Read& read) {
  const auto value = Json::parse(body);
  if (!value) return false;
  JsonMembers members(*value);
  read(members);
  return !members.bad();
}

}  // namespace roomtone::client
