#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/sha256.hpp"
#include "mood/model_format.hpp"

namespace roomtone::test {

/// Writes small mood models (daemon/mood/FORMAT.md). As it begins, a model passes the first values of a row straight to
/// the outputs: what is plain once, what is negated turned round, what is emphasised once more, what is before a
/// contrast once less; facts about the whole text do nothing, the hidden layer neither. So tests can calculate along:
/// output k is the sum of the rows' values k, and a valence output of 100 is 1.
class ModelWriter {
 public:
  static constexpr std::size_t kMarkLanes = 2;

  explicit ModelWriter(std::size_t lanes_of_row = 32, uint32_t lines_log2 = 8)
      : lanes(lanes_of_row), lines(lines_log2) {
    table.resize((std::size_t{1} << lines) * 64);
    filter.resize((std::size_t{1} << filter_bits) / 64);
    pool.assign(mood::kKnownMax + 1, 1);
    dense.assign(std::size_t{16} * 128, 0);
    hidden_weights.assign(inputs() * hidden, 0);
    hidden_bias.assign(hidden, 0);
    output_weights.assign((inputs() + hidden) * mood::kOutputs, 0);
    output_bias.assign(mood::kOutputs, 0);
    exp.resize(mood::kExpSize);
    for (std::size_t i = 0; i < exp.size(); ++i) exp[i] = static_cast<uint16_t>(65535 >> (i / 44));  // halves each 0.69
    for (std::size_t k = 0; k < 12; ++k) {
      const std::array<int16_t, mood::kSums> factors = {2, -2, 2, -1};  // output_shift halves
      for (std::size_t sum = 0; sum < mood::kSums; ++sum) output_weight(sum * lanes + kMarkLanes + k, k) = factors[sum];
    }
  }

  /// Gives a feature its values; the first is for output 0. False if its line is full.
  bool row(uint64_t key, const std::vector<int>& values) {
    filter[(key >> 20) % (std::size_t{1} << filter_bits) / 64] |= uint64_t{1} << ((key >> 20) % 64);
    uint8_t* const line = table.data() + key % (std::size_t{1} << lines) * 64;
    for (std::size_t at = 0; at < 64; at += lanes) {
      if (line[at] != 0 || line[at + 1] != 0) continue;
      const auto mark = static_cast<uint16_t>(key >> 48 | 1);
      std::memcpy(line + at, &mark, sizeof mark);
      for (std::size_t i = 0; i < values.size(); ++i) line[at + kMarkLanes + i] = static_cast<uint8_t>(values[i]);
      return true;
    }
    return false;
  }
  bool word(std::string_view text, const std::vector<int>& values) { return row(word_hash(text), values); }
  /// A word that does nothing but to the valence.
  bool valence(std::string_view text, int value) { return word(text, {0, 0, 0, value}); }

  int16_t& output_weight(std::size_t input, std::size_t output) {
    return output_weights[(input / 2 * mood::kOutputs + output) * 2 + input % 2];
  }
  int16_t& hidden_weight(std::size_t input, std::size_t unit) {
    return hidden_weights[(input / 2 * hidden + unit) * 2 + input % 2];
  }
  [[nodiscard]] std::size_t inputs() const { return mood::kSums * lanes + 16; }

  /// The file's bytes.
  [[nodiscard]] std::string bytes() const {
    std::string out(64, '\0');
    append(out, std::span(cues));
    append(out, std::span(filter));
    append(out, std::span(table));
    append(out, std::span(pool));
    append(out, std::span(dense));
    append(out, std::span(hidden_weights));
    append(out, std::span(hidden_bias));
    append(out, std::span(output_weights));
    append(out, std::span(output_bias));
    append(out, std::span(exp));
    append(out, std::span(valence_knots));
    append(out, std::span(energy_knots));
    append(out, std::span(thresholds));
    const std::array<uint32_t, 10> numbers = {static_cast<uint32_t>(lanes),
                                              lines,
                                              filter_bits,
                                              static_cast<uint32_t>(hidden),
                                              pool_shift,
                                              hidden_shift,
                                              output_shift,
                                              static_cast<uint32_t>(cues.size()),
                                              static_cast<uint32_t>(valence_knots.size()),
                                              static_cast<uint32_t>(energy_knots.size())};
    std::memcpy(out.data(), "RTMOOD\x1a\n", 8);
    std::memcpy(out.data() + 8, &version, 4);
    std::memcpy(out.data() + 24, numbers.data(), sizeof numbers);
    seal(out);
    return out;
  }

  /// Makes size and checksum right again after a change to the bytes.
  static void seal(std::string& bytes) {
    const uint64_t size = bytes.size();
    std::memcpy(bytes.data() + 16, &size, sizeof size);
    const Sha256 hash = sha256(std::string_view(bytes).substr(16));
    std::memcpy(bytes.data() + 12, hash.data(), 4);
  }

  std::string cues =
      "roomtone-cues 1\nid test-1\nlanguage en\n[negators]\nnot\n[boosters]\nvery\n[contrast]\nbut\n"
      "[sarcasm]\nyeah\n#irony\n[function en]\nthe\nis\n[function de]\ndas\nist\n";
  std::size_t lanes;
  uint32_t lines;
  uint32_t filter_bits = 12;
  std::size_t hidden = 8;
  uint32_t version = 1;
  uint32_t pool_shift = 0;
  uint32_t hidden_shift = 1;
  uint32_t output_shift = 1;
  std::vector<uint64_t> filter;
  std::vector<uint8_t> table;
  std::vector<uint16_t> pool;
  std::vector<int16_t> dense;
  std::vector<int16_t> hidden_weights;
  std::vector<int32_t> hidden_bias;
  std::vector<int16_t> output_weights;
  std::vector<int32_t> output_bias;
  std::vector<uint16_t> exp;
  std::vector<mood::Knot> valence_knots = {{-100, -1'000'000}, {100, 1'000'000}};
  std::vector<mood::Knot> energy_knots = {{0, 0}, {100, 1'000'000}};
  std::vector<uint16_t> thresholds = {32768, 32768, 32768, 32768, 32768, 32768, 32768, 0};

 private:
  template <typename T, std::size_t Extent>
  static void append(std::string& out, std::span<T, Extent> values) {
    out.resize((out.size() + 63) / 64 * 64);
    if (!values.empty()) out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  }
};

}  // namespace roomtone::test
