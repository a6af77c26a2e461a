#include "json.hpp"

#include <algorithm>
#include <cstdint>

namespace roomtone::client {

namespace {

constexpr int kDepthMax = 64;

void append_utf8(uint32_t point, std::string& out) {
  const auto byte = [&](uint32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

/// Each function takes what it reads off the front of the text and says whether it was there.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool whole(Json& out) { return value(out, 0) && (blanks(), rest_.empty()); }

 private:
  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  [[nodiscard]] bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  [[nodiscard]] bool value(Json& out, int depth) {
    blanks();
    if (rest_.empty() || depth > kDepthMax) return false;
    switch (rest_.front()) {
      case '{': return object(out, depth);
      case '[': return list(out, depth);
      case '"': out.type = Json::Type::text; return string(out.text);
      case 't':
        out.type = Json::Type::boolean;
        out.boolean = true;
        return take("true");
      case 'f': out.type = Json::Type::boolean; return take("false");
      case 'n': return take("null");
      default: return number(out);
    }
  }

  [[nodiscard]] bool object(Json& out, int depth) {
    out.type = Json::Type::object;
    if (!take('{')) return false;
    blanks();
    if (take('}')) return true;
    do {
      blanks();
      auto& [name, member] = out.members.emplace_back();
      if (!string(name)) return false;
      blanks();
      if (!take(':') || !value(member, depth + 1)) return false;
      blanks();
    } while (take(','));
    return take('}');
  }

  [[nodiscard]] bool list(Json& out, int depth) {
    out.type = Json::Type::list;
    if (!take('[')) return false;
    blanks();
    if (take(']')) return true;
    do {
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      blanks();
    } while (take(','));
    return take(']');
  }

  [[nodiscard]] std::string_view digits() {
    const auto length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const auto found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return found;
  }

  [[nodiscard]] bool number(Json& out) {
    const std::string_view begin = rest_;
    out.type = Json::Type::number;
    (void)take('-');
    const auto whole_part = digits();
    if (whole_part.empty() || (whole_part.size() > 1 && whole_part.front() == '0')) return false;
    if (take('.') && digits().empty()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) (void)take('-');
      if (digits().empty()) return false;
    }
    out.text = begin.substr(0, begin.size() - rest_.size());
    return true;
  }

  [[nodiscard]] bool hex(uint32_t& out) {
    if (rest_.size() < 4) return false;
    out = 0;
    for (const char c : rest_.substr(0, 4)) {
      const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
      if (digit == std::string_view::npos || (c < '0')) return false;
      out = out << 4 | static_cast<uint32_t>(digit);
    }
    rest_.remove_prefix(4);
    return true;
  }

  [[nodiscard]] bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    const auto plain = std::string_view("\"\\/bfnrt").find(c);
    if (plain != std::string_view::npos) {
      out.push_back("\"\\/\b\f\n\r\t"[plain]);
      return true;
    }
    uint32_t point = 0;
    if (c != 'u' || !hex(point)) return false;
    uint32_t low = 0;
    const auto behind = rest_;
    if (point >= 0xD800 && point < 0xDC00 && take("\\u") && hex(low) && low >= 0xDC00 && low < 0xE000) {
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    } else if (point >= 0xD800 && point < 0xE000) {
      rest_ = behind;
      point = 0xFFFD;  // half a pair
    }
    append_utf8(point, out);
    return true;
  }

  [[nodiscard]] bool string(std::string& out) {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out.push_back(c);
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  for (auto member = members.rbegin(); member != members.rend(); ++member)
    if (member->name == name) return &member->value;
  return nullptr;
}

std::optional<Json> Json::parse(std::string_view text) {
  Json value;
  if (!Parser(text).whole(value)) return {};
  return value;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out.push_back("0123456789abcdef"[c >> 4]);
      out.push_back("0123456789abcdef"[c & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace roomtone::client
