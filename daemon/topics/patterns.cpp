#include "topics/patterns.hpp"

#include <re2/re2.h>
#include <re2/set.h>
#include <algorithm>
#include <unordered_map>

#include "base/assert.hpp"
#include "base/limits.hpp"

namespace roomtone::topics {

namespace {

RE2::Options options_with(std::size_t bytes) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);  // text of users; what is wrong is told by the parser
  options.set_max_mem(static_cast<int64_t>(bytes));
  return options;
}

bool is_in(const RE2& pattern, std::string_view text) {
  return pattern.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

}  // namespace

struct Patterns::Compiled {
  std::unordered_map<uint32_t, std::unique_ptr<RE2>> each;  // by OperandId
  RE2::Set covers{options_with(limits::kPatternSetBytes), RE2::UNANCHORED};
  std::vector<const RE2*> covers_each;
};

std::optional<std::string> fault_of_pattern(const std::string& pattern) {
  const RE2 compiled(pattern, options_with(limits::kPatternBytes));
  if (!compiled.ok()) return compiled.error();
  if (is_in(compiled, "")) return "it is found in an empty text";
  return std::nullopt;
}

Patterns::Patterns() = default;
Patterns::~Patterns() = default;
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;

void Patterns::add(OperandId operand, const std::string& pattern, bool covers) {
  if (!compiled_) compiled_ = std::make_unique<Compiled>();
  auto& one = compiled_->each[static_cast<uint32_t>(operand)];
  one = std::make_unique<RE2>(pattern, options_with(limits::kPatternBytes));
  ROOMTONE_ASSERT(one->ok());  // the parser refuses others
  if (!covers) return;
  ROOMTONE_ASSERT(compiled_->covers.Add(pattern, nullptr) == static_cast<int>(covers_.size()));
  covers_.push_back(operand);
  compiled_->covers_each.push_back(one.get());
}

Result<void> Patterns::build() {
  if (any_covers() && !compiled_->covers.Compile())
    return fail(ErrorCode::invalid_argument, "the patterns of all rules together are too large");
  return {};
}

bool Patterns::any_covers() const { return !covers_.empty(); }

void Patterns::look(std::string_view text, std::vector<int>& scratch) const {
  scratch.clear();
  RE2::Set::ErrorInfo error{};
  // First whether there is anything at all: asked without a list, RE2 stops at the first and allocates nothing.
  if (!compiled_->covers.Match({text.data(), text.size()}, nullptr, &error) && error.kind == RE2::Set::kNoError) return;
  if (compiled_->covers.Match({text.data(), text.size()}, &scratch, &error)) return;
  // The set ran out of memory in this text: each by itself then, which needs less.
  scratch.clear();
  for (std::size_t i = 0; i < covers_.size(); ++i)
    if (is_in(*compiled_->covers_each[i], text)) scratch.push_back(static_cast<int>(i));
}

bool Patterns::holds(OperandId operand, std::string_view text) const {
  return is_in(*compiled_->each.at(static_cast<uint32_t>(operand)), text);
}

}  // namespace roomtone::topics
