#include "ingest/hello.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "ingest/producer_book.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::string_view kGreeting = "ROOMTONE/1";

}  // namespace

bool is_hello(std::string_view line) {
  return line.starts_with(kGreeting) && (line.size() == kGreeting.size() || line[kGreeting.size()] == ' ');
}

Result<Hello> read_hello(std::string_view line) {
  Hello hello;
  bool epoch_given = false;
  std::string_view rest = line.substr(kGreeting.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the space
    const std::string_view field = rest.substr(0, rest.find(' '));
    rest.remove_prefix(field.size());
    const std::size_t equals = field.find('=');
    const std::string_view name = field.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    if (name == "token" && hello.token.empty() && !value.empty()) {
      hello.token = value;
    } else if (name == "producer" && hello.producer.empty() && valid_name(value, limits::kProducerNameBytes)) {
      hello.producer = value;
    } else if (name == "epoch" && !epoch_given && read_whole_number(value, hello.epoch)) {
      epoch_given = true;
    } else {
      return fail(ErrorCode::invalid_argument,
                  "expected token=TOKEN, producer=NAME and epoch=NUMBER, each once at most, parted by single spaces");
    }
  }
  if (epoch_given == hello.producer.empty()) {
    return fail(ErrorCode::invalid_argument, "expected producer and epoch together, or neither");
  }
  return hello;
}

bool read_whole_number(std::string_view digits, uint64_t& out) {
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc{} && end == digits.data() + digits.size() && out >> 63 == 0;
}

}  // namespace roomtone::ingest
