#include "cli/cli.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace roomtone::cli {
namespace {

/// What `roomtone ARGUMENTS` prints and how it ends.
struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran run_roomtone(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "roomtone");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const ExitCode code = run(static_cast<int>(arguments.size()), arguments.data());
  std::string out = testing::internal::GetCapturedStdout();
  return {code, std::move(out), testing::internal::GetCapturedStderr()};
}

TEST(CommandLine, TellsItsVersion) {
  const Ran ran = run_roomtone({"--version"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(ran.out, "roomtone 0.1.0\n");
}

TEST(CommandLine, WithoutACommandPointsToTheHelp) {
  const Ran ran = run_roomtone({});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_NE(ran.err.find("Try 'roomtone --help'."), std::string::npos);
  EXPECT_EQ(ran.out, "");
}

TEST(CommandLine, AnUnknownOptionPointsToTheCommandsHelp) {
  const Ran ran = run_roomtone({"simulate", "--bogus"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_NE(ran.err.find("Try 'roomtone simulate --help'."), std::string::npos);
}

class EveryCommand : public testing::TestWithParam<const char*> {};
TEST_P(EveryCommand, HelpTeachesWithExamples) {
  const Ran ran = run_roomtone({GetParam(), "--help"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_NE(ran.out.find("Examples:\n"), std::string::npos);
  EXPECT_NE(ran.out.find("roomtone " + std::string(GetParam())), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(CommandLine, EveryCommand, testing::Values("simulate", "score", "watch", "rules"),
                         [](const auto& row) { return row.param; });

TEST(CommandLine, APortThatNobodyListensOnEndsWith69) {
  const Ran ran = run_roomtone({"simulate", "--out", "tcp://127.0.0.1:1", "--count", "1"});
  EXPECT_EQ(status_of(ran.code), 69);
  EXPECT_NE(ran.err.find("tcp://127.0.0.1:1"), std::string::npos);
}

TEST(CommandLine, ABadTimeEndsWith64) {
  EXPECT_EQ(status_of(run_roomtone({"simulate", "--start", "yesterday"}).code), 64);
}

TEST(CommandLine, AWindowThatIsNotPublishedEndsWith64) {
  EXPECT_EQ(status_of(run_roomtone({"watch", "--window", "61s"}).code), 64);
}

TEST(CommandLine, AModelThatIsNoneEndsWith78) {
  EXPECT_EQ(status_of(run_roomtone({"score", "--model", "/dev/null"}).code), 78);
}

TEST(CommandLine, SimulateWritesTheFilesItIsAskedFor) {
  const auto folder = std::filesystem::temp_directory_path() / ("roomtone-cli-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string out = folder / "out.jsonl";
  const std::string truth = folder / "truth.json";
  const std::string topics = folder / "topics.toml";
  const Ran ran = run_roomtone({"simulate", "--count", "10", "--topics", "5", "--out", out.c_str(), "--truth",
                                truth.c_str(), "--topics-out", topics.c_str()});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto read = [](const std::string& name) {
    std::ifstream file(name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto count_lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(count_lines(read(out)), 10);
  EXPECT_TRUE(read(truth).starts_with("{\n  \"seed\": 1,"));
  EXPECT_NE(read(topics).find("\nvelmora-festival = '"), std::string::npos);
  std::filesystem::remove_all(folder);
}

/// An environment variable for the length of a test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) before_ = before;
    had_ = before != nullptr;
    ::setenv(name, value, 1);
  }
  ~Environment() {
    if (had_)
      ::setenv(name_, before_.c_str(), 1);
    else
      ::unsetenv(name_);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
  bool had_ = false;
};

TEST(Colour, IsOffWhereThereIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(use_colour(ColourChoice::automatic, ends[1]));
  EXPECT_TRUE(use_colour(ColourChoice::always, ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Colour, IsOnAtATerminalUnlessNoColorSaysOtherwise) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || ::isatty(terminal) != 1) GTEST_SKIP() << "no pseudo-terminals here";
  const Environment term("TERM", "xterm");
  {
    const Environment empty("NO_COLOR", "");
    EXPECT_TRUE(use_colour(ColourChoice::automatic, terminal));
    EXPECT_FALSE(use_colour(ColourChoice::never, terminal));
  }
  const Environment set("NO_COLOR", "1");
  EXPECT_FALSE(use_colour(ColourChoice::automatic, terminal));
  ::close(terminal);
}

}  // namespace
}  // namespace roomtone::cli
