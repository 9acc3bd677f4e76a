#include "record/group.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/test_gold.h"

namespace tt::record {
namespace {

Group example() {
  Group group;
  group.id = "chat-capacity-20260131-120000";
  group.name = "chat";
  group.kind = GroupKind::kCapacity;
  group.status = GroupStatus::kCompleted;
  group.started_realtime = 1'769'860'800'000'000'000;
  group.spent = 95 * kSecond;
  group.over = "rate";
  group.plan_yaml = "name: chat\n";
  group.targets = {"vllm"};
  group.steps = {
      {.load = 4.5,
       .repeat = 0,
       .target = "vllm",
       .status = StepStatus::kDone,
       .run_id = "chat-20260131-120000",
       .problem = "",
       .probe = GroupProbe{.effort = 2, .support = 0.97, .why = "ttft_p99=500ms: 81 ms"}},
      {.load = 9,
       .repeat = 0,
       .target = "vllm",
       .status = StepStatus::kFailed,
       .run_id = "",
       .problem = "vllm: \"gone\"",
       .probe = {}}};
  group.capacities = {{.target = "vllm",
                       .end = "tight",
                       .load = 6.1,
                       .low = 5.9,
                       .high = 6.3,
                       .confidence = 0.95,
                       .violations = 1}};
  return group;
}

std::string folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "group_XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

TEST(Group, IsWrittenAsItWas) { expect_gold(format_group(example()), "record/group.json"); }

TEST(Group, IsReadBackTheSame) {
  const auto again = parse_group(format_group(example()), "group.json");
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(*again, example());
}

TEST(Group, AMemberOfAWrongTypeIsNamed) {
  const auto fault = [](std::string_view json) {
    const auto group = parse_group(json, "g.json");
    return group ? "" : group.error().text();
  };
  EXPECT_EQ(fault("[]"), "g.json: not a JSON object");
  EXPECT_EQ(fault(R"({"id": 1})"), "g.json: 'id' is not a text");
  EXPECT_EQ(fault(R"({"kind": "x"})"), "g.json: 'kind' is not one of sweep, capacity");
  EXPECT_EQ(fault(R"({"steps": [{"repeat": -1}]})"),
            "g.json: 'steps[].repeat' is not a whole number of the right size");
  EXPECT_EQ(fault(R"({"steps": [1]})"), "g.json: 'steps' is not a list of objects");
  EXPECT_EQ(fault(R"({"steps": [{"probe": {"support": "x"}}]})"),
            "g.json: 'steps[].probe.support' is not a number");
  EXPECT_EQ(fault(R"({"targets": [1]})"), "g.json: 'targets' is not a list of texts");
  EXPECT_EQ(fault("{}"), "") << "members that are not there keep their defaults";
}

TEST(Group, BrokenBytesNeverCrash) {
  const std::string good = format_group(example());
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    for (int n = 0; n < 3; ++n) bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    if (rng.below(4) == 0) bytes.resize(rng.below(bytes.size()));
    static_cast<void>(parse_group(bytes, "g"));
  }
}

TEST(Group, IsFoundByAPartOfItsId) {
  const std::string results = folder();
  EXPECT_TRUE(list_groups(results).empty());
  Group first = example();
  Group second = example();
  second.name = "code";
  second.started_realtime += kSecond;
  ASSERT_TRUE(create_group(results, first));
  ASSERT_TRUE(create_group(results, second));
  EXPECT_EQ(first.id, "chat-capacity-20260131-120000");
  EXPECT_EQ(find_group(results, "chat").value(), first);
  EXPECT_EQ(list_groups(results).front().id, second.id) << "newest first";
  EXPECT_NE(find_group(results, "capacity").error().message.find("fits several groups"),
            std::string::npos);
  EXPECT_EQ(find_group(results, "none").error().code, ErrorCode::kNotFound);
  Group same = example();
  ASSERT_TRUE(create_group(results, same));
  EXPECT_EQ(same.id, "chat-capacity-20260131-120000-2");
  std::ofstream(group_folder(results, same.id) + "/group.json") << "{";
  EXPECT_EQ(list_groups(results).size(), 2u) << "a damaged one is left out";
  std::filesystem::remove_all(results);
}

}  // namespace
}  // namespace tt::record
