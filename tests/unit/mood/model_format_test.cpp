#include "mood/model_format.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "models.hpp"
#include "mood/model_file.hpp"

namespace roomtone::mood {
namespace {

using test::ModelWriter;

/// What opening a file with these bytes says.
std::string said_of(const std::string& bytes) {
  const auto path = test::write_file(bytes);
  const auto model = ModelFile::open(path);
  if (model) return "ok " + model->model().id;
  const std::string& said = model.error().context;
  EXPECT_EQ(said.rfind(path.string() + ": ", 0), 0U) << said;
  return said.substr(std::min(said.size(), path.string().size() + 2));
}

TEST(ModelFormat, AWholeFileOpensAndIsNamedByItsHash) {
  ModelWriter writer;
  const std::string first = said_of(writer.bytes());
  EXPECT_EQ(first.substr(0, 10), "ok test-1.");
  EXPECT_EQ(first.size(), std::string("ok test-1.5f3a9c12").size());
  writer.valence("good", 1);
  EXPECT_NE(said_of(writer.bytes()), first);
}

TEST(ModelFormat, AMissingFileIsSaidToBeMissing) {
  const auto model = ModelFile::open("/nowhere/x.mood");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::not_found);
  EXPECT_EQ(model.error().context, "open model /nowhere/x.mood: No such file or directory");
}

TEST(ModelFormat, NoByteCanBeChangedUnnoticed) {
  const std::string whole = ModelWriter().bytes();
  for (std::size_t at = 0; at < whole.size(); at += at < 128 ? 1 : 997) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_NE(said_of(bytes).substr(0, 2), "ok") << at;
  }
}

TEST(ModelFormat, NoCutIsUnnoticed) {
  const std::string whole = ModelWriter().bytes();
  for (std::size_t size = 0; size < whole.size(); size += size < 200 ? 1 : 991) {
    EXPECT_NE(said_of(whole.substr(0, size)).substr(0, 2), "ok") << size;
  }
}

struct WrongCase {
  std::string name;
  std::function<void(ModelWriter&)> change;
  std::string said;
};
class WrongModel : public testing::TestWithParam<WrongCase> {};
TEST_P(WrongModel, IsRefusedWithTheReason) {
  ModelWriter writer;
  GetParam().change(writer);
  EXPECT_EQ(said_of(writer.bytes()), GetParam().said);
}
INSTANTIATE_TEST_SUITE_P(
    ModelFormat, WrongModel,
    testing::Values(WrongCase{"newer", [](auto& w) { w.version = 2; }, "version 2, and this program reads version 1"},
                    WrongCase{"lanes", [](auto& w) { w.lanes = 48; }, "lanes must be 32 or 64"},
                    WrongCase{"hidden", [](auto& w) { w.hidden = 40; }, "hidden is 40, expected 8 to 32"},
                    WrongCase{"hidden_odd", [](auto& w) { w.hidden = 12; }, "hidden must be a multiple of 8"},
                    WrongCase{"lines", [](auto& w) { w.lines = 17; }, "lines is 17, expected 4 to 16"},
                    WrongCase{"lines_beyond_the_file", [](auto& w) { w.lines = 9; },
                              "the sections do not fill the file as its header says"},
                    WrongCase{"more_than_the_header_says", [](auto& w) { w.thresholds.resize(40); },
                              "the sections do not fill the file as its header says"},
                    WrongCase{"pool_shift", [](auto& w) { w.pool_shift = 25; }, "pool_shift is 25, expected 0 to 24"},
                    WrongCase{"pool", [](auto& w) { w.pool[3] = 32768; }, "a pool factor is over 32767"},
                    WrongCase{"weight", [](auto& w) { w.output_weight(9, 3) = 2048; }, "a weight is not within +-2047"},
                    WrongCase{"dense", [](auto& w) { w.dense[5] = -2048; }, "a weight is not within +-2047"},
                    WrongCase{"bias", [](auto& w) { w.hidden_bias[5] = (1 << 29) + 1; }, "a bias is not within +-2^29"},
                    WrongCase{"mark", [](auto& w) { w.hidden_weight(33, 1) = 1; }, "the marks of rows have weights"},
                    WrongCase{"exp", [](auto& w) { w.exp[0] = 0; }, "exp does not fall from 65535"},
                    WrongCase{"exp_rises", [](auto& w) { w.exp[9] = 0; }, "exp does not fall from 65535"},
                    WrongCase{"scale_falls",
                              [](auto& w) {
                                w.valence_knots = {{0, 5}, {1, 4}};
                              },
                              "the points of a scale do not rise within it"},
                    WrongCase{"scale_stands",
                              [](auto& w) {
                                w.valence_knots = {{1, 4}, {1, 5}};
                              },
                              "the points of a scale do not rise within it"},
                    WrongCase{"scale_too_far",
                              [](auto& w) {
                                w.energy_knots = {{0, -1}, {1, 5}};
                              },
                              "the points of a scale do not rise within it"},
                    WrongCase{"cues", [](auto& w) { w.cues = "roomtone-cues 1\nid x\n"; },
                              "cues:2: 'id' or 'language' is missing"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::mood
