#include "publish/history_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "publish/explanation_body.hpp"

namespace roomtone::publish {
namespace {

Result<Explanation> explain_nothing(const ExplainQuestion&) { return fail(ErrorCode::not_found, "nothing"); }

HistoryQuestion question(std::string room) {
  return {std::move(room), instant_of_micros(0), instant_of_micros(600'000'000), std::chrono::seconds(60), 10};
}

std::vector<HistoryDesk::Answer> wait_for_answers(HistoryDesk& desk, std::size_t count) {
  std::vector<HistoryDesk::Answer> answers;
  while (answers.size() < count) {
    for (HistoryDesk::Answer& answer : desk.ready()) answers.push_back(std::move(answer));
    std::this_thread::yield();
  }
  return answers;
}

TEST(HistoryDesk, AnswersWithTheAddressOfTheQuestion) {
  Wake wake;
  HistoryDesk desk({[](const HistoryQuestion&) {
                      return HistoryPage{{{instant_of_micros(60'000'000), {}}}, {}};
                    },
                    explain_nothing},
                   4, wake);
  ASSERT_TRUE(desk.take({"peer", true, "7"}, question("t/derby")));
  const auto answers = wait_for_answers(desk, 1);
  EXPECT_EQ(answers[0].to.routing_id, "peer");
  EXPECT_TRUE(answers[0].to.delimiter);
  EXPECT_EQ(answers[0].to.id, "7");
  EXPECT_EQ(answers[0].verb, "HISTORY");
  EXPECT_THAT(answers[0].members.value(), testing::StartsWith(R"("key":"t/derby","step_s":60,"rows":[{"start_us":)"));
}

TEST(HistoryDesk, TakesNoMoreQuestionsThanMayWait) {
  Wake wake;
  std::binary_semaphore reading(0);
  std::binary_semaphore go_on(0);
  HistoryDesk desk({[&](const HistoryQuestion& asked) {
                      if (asked.room == "slow") {
                        reading.release();
                        go_on.acquire();
                      }
                      return HistoryPage{};
                    },
                    explain_nothing},
                   2, wake);
  ASSERT_TRUE(desk.take({}, question("slow")));
  reading.acquire();
  EXPECT_TRUE(desk.take({}, question("a")));
  EXPECT_TRUE(desk.take({}, question("b")));
  EXPECT_FALSE(desk.take({}, question("c")));
  go_on.release();
  EXPECT_EQ(wait_for_answers(desk, 3).size(), 3u);
}

TEST(HistoryDesk, PassesOnThatReadingFailed) {
  Wake wake;
  HistoryDesk desk(
      {[](const HistoryQuestion&) -> Result<HistoryPage> { return fail(ErrorCode::io, "broken"); }, explain_nothing}, 1,
      wake);
  ASSERT_TRUE(desk.take({}, question("room")));
  EXPECT_FALSE(wait_for_answers(desk, 1)[0].members);
}

TEST(HistoryDesk, ExplainsAWindow) {
  Wake wake;
  HistoryDesk desk({[](const HistoryQuestion&) { return HistoryPage{}; },
                    [](const ExplainQuestion& asked) {
                      Explanation explanation;
                      explanation.key = asked.room;
                      explanation.window = asked.window;
                      return explanation;
                    }},
                   4, wake);
  ASSERT_TRUE(desk.take({"peer", false, ""}, ExplainQuestion{"t/derby", WindowSize::hour, {}}));
  const auto answers = wait_for_answers(desk, 1);
  EXPECT_EQ(answers[0].verb, "EXPLAIN");
  const auto read = read_explanation("{" + answers[0].members.value() + "}");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, "t/derby");
  EXPECT_EQ(read->window, WindowSize::hour);
}

TEST(HistoryDesk, WritesRowsWithNullForWhatCouldNotBeScored) {
  HistoryPage page;
  HistoryRow row{instant_of_micros(60'000'000), {}};
  row.figures.n = 3;
  row.figures.pos = 2;
  row.figures.unscored = 1;
  row.figures.voices = 2;
  row.figures.unique_n = 3;
  row.figures.raw.tone = 0.25;
  page.rows.push_back(row);
  page.next = instant_of_micros(120'000'000);
  std::string json;
  append_history(json, question("t/derby"), page);
  EXPECT_EQ(
      json,
      R"("key":"t/derby","step_s":60,"rows":[{"start_us":60000000,"n":3,"pos":2,"neg":0,"neutral":0,"unscored":1,)"
      R"("voices":2,"unique_n":3,"tone":0.250000,"ci_low":null,"ci_high":null,"dispersion":null}],)"
      R"("next_us":120000000)");
}

}  // namespace
}  // namespace roomtone::publish
