#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roomtone::publish {

/// Reads members of a JSON object into fields, for .cpp files that parse JSON.
///
/// A member that is not there or is null leaves its field as it was; one of another type makes `ok` false, and
/// stays so, so that callers check once at the end.
class JsonFields {
 public:
  explicit JsonFields(const boost::json::object& object) : object_(object) {}

  [[nodiscard]] bool ok() const { return ok_; }

  /// A whole number, written as one or, above 2^53, as a string. Out of range of T is another type.
  template <typename T>
  void number(std::string_view name, T& to) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return;
    if (const int64_t* i = value->if_int64()) {
      std::in_range<T>(*i) ? void(to = static_cast<T>(*i)) : fail();
    } else if (const uint64_t* u = value->if_uint64()) {
      std::in_range<T>(*u) ? void(to = static_cast<T>(*u)) : fail();
    } else if (const boost::json::string* s = value->if_string()) {
      T parsed{};
      const auto [end, error] = std::from_chars(s->data(), s->data() + s->size(), parsed);
      error == std::errc{} && end == s->data() + s->size() && !s->empty() ? void(to = parsed) : fail();
    } else {
      fail();
    }
  }

  void real(std::string_view name, double& to) {
    std::optional<double> value;
    real(name, value);
    if (value) to = *value;
  }

  void real(std::string_view name, std::optional<double>& to) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return;
    if (!value->is_number()) return fail();
    to = value->is_double()  ? value->get_double()
         : value->is_int64() ? static_cast<double>(value->get_int64())
                             : static_cast<double>(value->get_uint64());
  }

  void text(std::string_view name, std::string& to) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return;
    const boost::json::string* s = value->if_string();
    if (s == nullptr) return fail();
    to.assign(s->data(), s->size());
  }

  void flag(std::string_view name, bool& to) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return;
    if (!value->is_bool()) return fail();
    to = value->get_bool();
  }

  /// Nothing when it is not there.
  [[nodiscard]] const boost::json::object* object(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) fail();
    return value->if_object();
  }

  [[nodiscard]] const boost::json::array* array(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) fail();
    return value->if_array();
  }

  void fail() { ok_ = false; }

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name) const {
    const boost::json::value* value = object_.if_contains(boost::json::string_view(name.data(), name.size()));
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const boost::json::object& object_;
  bool ok_ = true;
};

}  // namespace roomtone::publish
