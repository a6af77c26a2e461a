#include "mood/model_format.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "base/sha256.hpp"
#include "mood/features.hpp"

namespace roomtone::mood {

namespace {

constexpr std::string_view kMagic = "RTMOOD\x1a\n";
constexpr uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kChecked = 16;  // the checksum is of what follows
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kDenseValues = 16 * 128;
constexpr int32_t kBiasMax = 1 << 29;
constexpr int32_t kPoolMax = 32767;  // times a sum of 256 rows stays within 32 bits
constexpr int32_t kMicro = 1'000'000;

/// A number of the header and the range it must be in.
struct Number {
  std::string_view name;
  std::size_t offset;
  uint32_t least;
  uint32_t most;
};
constexpr Number kLanes{"lanes", 24, 32, 64};
constexpr Number kLines{"lines", 28, 4, 16};
constexpr Number kFilter{"filter", 32, 9, 22};
constexpr Number kHidden{"hidden", 36, 8, kHiddenMax};
constexpr Number kPoolShift{"pool_shift", 40, 0, 24};
constexpr Number kHiddenShift{"hidden_shift", 44, 1, 24};
constexpr Number kOutputShift{"output_shift", 48, 1, 24};
constexpr Number kCuesBytes{"cues", 52, 1, kCuesBytesMax};
constexpr Number kValenceKnots{"valence_knots", 56, 2, 64};
constexpr Number kEnergyKnots{"energy_knots", 60, 2, 64};

template <typename T>
T number_at(std::span<const uint8_t> bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <typename T>
bool all_within(std::span<const T> values, int32_t most) {
  return std::ranges::all_of(values, [most](T value) { return value >= -most && value <= most; });
}

bool rising(std::span<const Knot> knots, int32_t least) {
  if (knots.front().value < least || knots.back().value > kMicro) return false;
  for (std::size_t i = 1; i < knots.size(); ++i) {
    if (knots[i].at <= knots[i - 1].at || knots[i].value < knots[i - 1].value) return false;
  }
  return true;
}

/// Takes one section after the other off the mapped file.
class Sections {
 public:
  explicit Sections(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  /// The next `count` values; none, and ok() is false from then on, if the file ends before.
  template <typename T>
  std::span<const T> take(std::size_t count) {
    const std::size_t begin = (at_ + kAlignment - 1) / kAlignment * kAlignment;
    const std::size_t size = count * sizeof(T);
    if (!ok_ || begin > bytes_.size() || size > bytes_.size() - begin) {
      ok_ = false;
      return {};
    }
    at_ = begin + size;
    return {reinterpret_cast<const T*>(bytes_.data() + begin), count};
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::span<const uint8_t> bytes_;
  std::size_t at_ = kHeaderBytes;
  bool ok_ = true;
};

/// Whether the sums over the marks of the table's rows have no say.
bool marks_are_silent(const Network& net) {
  const auto silent = [&](std::span<const int16_t> weights, std::size_t outputs) {
    for (std::size_t sum = 0; sum < kSums; ++sum) {
      const auto pair = weights.subspan(sum * net.lanes / 2 * outputs * 2, outputs * 2);
      if (std::ranges::any_of(pair, [](int16_t weight) { return weight != 0; })) return false;
    }
    return true;
  };
  return silent(net.hidden_weights, net.hidden) && silent(net.output_weights, kOutputs);
}

}  // namespace

Result<Model> parse_model(std::span<const uint8_t> bytes, std::string_view name) {
  const auto wrong = [&](const std::string& what) { return fail(ErrorCode::corrupt, std::string(name) + ": " + what); };
  if (bytes.size() < kHeaderBytes || bytes.size() > kModelBytesMax) {
    return wrong("no model: expected 64 bytes to 8 MiB, and it has " + std::to_string(bytes.size()));
  }
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
    return wrong("no model: the first bytes are others");
  if (const auto version = number_at<uint32_t>(bytes, 8); version != kVersion) {
    return wrong("version " + std::to_string(version) + ", and this program reads version 1");
  }
  if (const auto size = number_at<uint64_t>(bytes, 16); size != bytes.size()) {
    return wrong("has " + std::to_string(bytes.size()) + " bytes of " + std::to_string(size) + ": cut off?");
  }
  const Sha256 hash = sha256({reinterpret_cast<const char*>(bytes.data()) + kChecked, bytes.size() - kChecked});
  if (std::memcmp(bytes.data() + 12, hash.data(), 4) != 0) return wrong("damaged: the checksum does not match");

  std::array<uint32_t, kHeaderBytes> numbers{};  // by offset
  for (const Number& n : {kLanes, kLines, kFilter, kHidden, kPoolShift, kHiddenShift, kOutputShift, kCuesBytes,
                          kValenceKnots, kEnergyKnots}) {
    const auto value = number_at<uint32_t>(bytes, n.offset);
    if (value < n.least || value > n.most) {
      return wrong(std::string(n.name) + " is " + std::to_string(value) + ", expected " + std::to_string(n.least) +
                   " to " + std::to_string(n.most));
    }
    numbers[n.offset] = value;
  }
  const auto given = [&](const Number& n) -> std::size_t { return numbers[n.offset]; };
  if (given(kLanes) % 32 != 0) return wrong("lanes must be 32 or 64");
  if (given(kHidden) % 8 != 0) return wrong("hidden must be a multiple of 8");

  Model model;
  Network& net = model.network;
  net.lanes = given(kLanes);
  net.hidden = given(kHidden);
  net.line_mask = (uint64_t{1} << given(kLines)) - 1;
  net.pool_shift = static_cast<int>(given(kPoolShift));
  net.hidden_shift = static_cast<int>(given(kHiddenShift));
  net.output_shift = static_cast<int>(given(kOutputShift));

  Sections sections(bytes);
  const auto cues = sections.take<char>(given(kCuesBytes));
  net.filter = sections.take<uint64_t>((std::size_t{1} << given(kFilter)) / 64);
  net.table = sections.take<uint8_t>((net.line_mask + 1) * 64);
  net.pool = sections.take<uint16_t>(kKnownMax + 1);
  net.dense = sections.take<int16_t>(kDenseValues);
  net.hidden_weights = sections.take<int16_t>(net.inputs() * net.hidden);
  net.hidden_bias = sections.take<int32_t>(net.hidden);
  net.output_weights = sections.take<int16_t>((net.inputs() + net.hidden) * kOutputs);
  net.output_bias = sections.take<int32_t>(kOutputs);
  net.exp = sections.take<uint16_t>(kExpSize);
  net.valence = sections.take<Knot>(given(kValenceKnots));
  net.energy = sections.take<Knot>(given(kEnergyKnots));
  net.thresholds = sections.take<uint16_t>(8);
  net.vocabulary = sections.take<uint64_t>(kVocabularyBits / 64);
  if (!sections.ok() || !sections.at_end()) return wrong("the sections do not fill the file as its header says");

  if (!all_within(net.dense, kWeightMax) || !all_within(net.hidden_weights, kWeightMax) ||
      !all_within(net.output_weights, kWeightMax)) {
    return wrong("a weight is not within +-2047");
  }
  if (!all_within(net.hidden_bias, kBiasMax) || !all_within(net.output_bias, kBiasMax)) {
    return wrong("a bias is not within +-2^29");
  }
  if (!all_within(net.pool, kPoolMax)) return wrong("a pool factor is over 32767");
  if (!marks_are_silent(net)) return wrong("the marks of rows have weights");
  if (net.exp.front() != UINT16_MAX || !std::ranges::is_sorted(net.exp, std::ranges::greater{})) {
    return wrong("exp does not fall from 65535");
  }
  if (!rising(net.valence, -kMicro) || !rising(net.energy, 0))
    return wrong("the points of a scale do not rise within it");

  auto parsed = parse_cues({cues.data(), cues.size()}, std::string(name) + ": cues");
  if (!parsed) return tl::unexpected(parsed.error());
  model.cues = std::move(*parsed);
  model.id = model.cues.id + "." + hex_of(hash).substr(0, 8);
  return model;
}

}  // namespace roomtone::mood
