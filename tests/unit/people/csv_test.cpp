#include "people/csv.hpp"

#include <gtest/gtest.h>

namespace roomtone::people {
namespace {

TEST(Csv, ReadsColumnsInAnyOrder) {
  const auto members = read_csv(
      "\xef\xbb\xbfrole,handle,id,weight,network,expected_gap\r\n"
      "# a comment\r\n"
      "\r\n"
      "jockey, @Anna , \"a,\"\"1\" ,2.5,atproto,6h\r\n"
      ",bert",
      "l.csv");
  ASSERT_TRUE(members) << members.error().context;
  MemberSpec anna;
  anna.id = "a,\"1";
  anna.handle = "Anna";
  anna.network = Network::atproto;
  anna.role = "jockey";
  anna.weight = 2500;
  anna.expected_gap = std::chrono::hours(6);
  anna.place = "l.csv:4";
  MemberSpec bert;
  bert.handle = "bert";
  bert.place = "l.csv:5";
  EXPECT_EQ(*members, (std::vector<MemberSpec>{anna, bert}));
}

struct Refused {
  const char* name;
  std::string text;
  const char* error;
};
class RefusedCsv : public testing::TestWithParam<Refused> {};
TEST_P(RefusedCsv, NamesFileLineAndColumnAndWhatItExpected) {
  const auto members = read_csv(GetParam().text, "l.csv");
  ASSERT_FALSE(members);
  EXPECT_EQ(members.error().context, GetParam().error);
  EXPECT_EQ(members.error().code, ErrorCode::invalid_argument);
}
INSTANTIATE_TEST_SUITE_P(
    Csv, RefusedCsv,
    testing::Values(
        Refused{"nothing", "\n# only this\n", "l.csv: got nothing, expected a header line"},
        Refused{"an_unknown_column", "id, rank\nx,1\n",
                "l.csv:1:5: got the column 'rank', expected id, handle, network, role, weight or expected_gap"},
        Refused{"a_column_twice", "id,id\n", "l.csv:1:4: got the column 'id' twice"},
        Refused{"nobody_could_be_known", "role,weight\nx,1\n",
                "l.csv:1:1: got a header without id and handle, expected at least one of them"},
        Refused{"nobody", "id,role\na,x\n,x\n",
                "l.csv:3:1: got a member without id and handle, expected at least one of them"},
        Refused{"a_weight", "id,weight\na,two\n",
                "l.csv:2:3: got the weight 'two', expected 0 to 1000 with at most three decimals"},
        Refused{"a_weight_with_four_decimals", "id,weight\na,0.0001\n",
                "l.csv:2:3: got the weight '0.0001', expected 0 to 1000 with at most three decimals"},
        Refused{"too_great_a_weight", "id,weight\na,1000.001\n",
                "l.csv:2:3: got the weight '1000.001', expected 0 to 1000 with at most three decimals"},
        Refused{"a_role", "id,role\na,Head Jockey\n",
                "l.csv:2:3: got the role 'Head Jockey', expected 1 to 64 of a-z, 0-9, - and _"},
        Refused{"a_network", "id,network\na,usenet\n",
                "l.csv:2:3: got the network 'usenet', expected one of own, atproto, fediverse, x"},
        Refused{"a_gap", "id,expected_gap\na,59s\n",
                "l.csv:2:3: got the expected_gap '59s', expected a duration such as \"30m\", \"6h\" or \"2d\", from 1m "
                "to 90d, or \"own\" or \"0ms\""},
        Refused{"too_many_fields", "id,role\na,x,y\n", "l.csv:2:5: got 3 fields, expected the 2 of the header"},
        Refused{"an_open_quote", "id,role\n\"a,x\n", "l.csv:2:1: got a quote that does not end on its line"},
        Refused{"text_behind_a_quote", "id,role\n\"a\"b,x\n", "l.csv:2:4: got 'b,x' behind a quote, expected a comma"},
        Refused{"a_control_character", "id\na\x01z\n",
                "l.csv:2:1: got the id 'a\\u0001z', expected an id without blanks of at most 512 bytes"}),
    [](const auto& row) { return row.param.name; });

std::string of_members(std::size_t count) {
  std::string text = "id\n";
  for (std::size_t i = 0; i < count; ++i) text += "m" + std::to_string(i) + "\n";
  return text;
}

TEST(Csv, TakesAThousandMembersAndNotOneMore) {
  EXPECT_EQ(read_csv(of_members(1000), "l.csv")->size(), 1000u);
  EXPECT_EQ(read_csv(of_members(1001), "l.csv").error().context, "l.csv:1002:1: got more than 1000 members");
}

}  // namespace
}  // namespace roomtone::people
