#include "serve/view_choice.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

Result<chart::ViewChoice> read(std::string_view query) {
  return view_choice(*parse_target("/x?" + std::string(query)));
}

TEST(ViewChoice, IsReadFromAQuery) {
  const auto choice = read("slo=ttft_p95%3D500ms,e2e_p99%3D3s&bucket=1m&leave_out=20&runs=a");
  ASSERT_TRUE(choice) << choice.error().text();
  ASSERT_EQ(choice->slos.size(), 2u);
  EXPECT_EQ(choice->slos[0].limit, 500);
  EXPECT_EQ(choice->bucket_s, 60);
  EXPECT_EQ(choice->leave_out, 20u);
  EXPECT_FALSE(choice->empty());
  EXPECT_TRUE(read("runs=a")->empty());
}

TEST(ViewChoice, WhatCannotBeReadIsNamed) {
  for (const auto& [query, parameter] :
       {std::pair("slo=ttft_p95", "slo"), std::pair("slo=speed%3D1s", "slo"),
        std::pair("bucket=10ms", "bucket"), std::pair("bucket=often", "bucket"),
        std::pair("leave_out=-1", "leave_out"), std::pair("leave_out=1.5", "leave_out")}) {
    const auto choice = read(query);
    ASSERT_FALSE(choice) << query;
    EXPECT_EQ(choice.error().source, parameter) << query;
  }
  std::string many = "slo=";
  for (int i = 1; i <= 21; ++i) many += "ttft_p95%3D" + std::to_string(i) + "ms,";
  EXPECT_FALSE(read(many));
}

TEST(ViewChoice, IsKeptByWhatItSays) {
  EXPECT_EQ(key_of(*read("bucket=60s")), key_of(*read("bucket=1m")));
  for (const auto* other : {"bucket=2m", "bucket=1m&leave_out=1", "bucket=1m&slo=ttft_p95%3D1s"}) {
    EXPECT_NE(key_of(*read("bucket=1m")), key_of(*read(other))) << other;
  }
}

}  // namespace
}  // namespace tt::serve
