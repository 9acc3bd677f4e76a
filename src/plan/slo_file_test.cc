#include "plan/slo_file.h"

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

std::string faults(std::string_view yaml) {
  const auto file = parse_slo_file(yaml, "slo.yaml");
  return file ? "no fault" : file.error().text();
}

TEST(SloFile, HasThreeFormsOfObjectives) {
  const auto list = parse_slo_file("slo: [ttft_p99=500ms, success_rate=99.9%]", "slo.yaml");
  ASSERT_TRUE(list) << list.error().text();
  ASSERT_EQ(list->slos.size(), 2u);
  EXPECT_EQ(list->slos[0].limit, 500e6);
  EXPECT_EQ(list->slos[1].limit, 0.999);
  const auto map = parse_slo_file("slo:\n  ttft_p99: 500ms\n  success_rate: 99.9%\n", "slo.yaml");
  ASSERT_TRUE(map) << map.error().text();
  EXPECT_EQ(map->slos, list->slos);
  EXPECT_EQ(parse_slo_file("slo: ttft_p99=500ms", "slo.yaml")->slos[0], list->slos[0]);
}

TEST(SloFile, MayBeJson) {
  const auto file = parse_slo_file(
      "{\n\t\"slo\": {\"ttft_p99\": \"500ms\", \"success_rate\": 0.999},\n\t\"attainment\": "
      "\"95%\",\n\t\"confidence\": 0.9\n}\n",
      "slo.json");
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->slos.size(), 2u);
  EXPECT_EQ(file->attainment, 0.95);
  EXPECT_EQ(file->confidence, 0.9);
}

TEST(SloFile, TellsEveryFaultAtOnceWithItsPlace) {
  const auto text = faults(R"(slo:
  - ttft_p99=500
  - speed=5
attainment: 120%
confidence: 40%
slos: []
)");
  for (const char* expected :
       {"slo.yaml:2:5: slo[0]: '500' has no unit", "slo.yaml:3:5: slo[1]: 'speed' is not known",
        "slo.yaml:4:13: attainment: '120%' must be a share",
        "slo.yaml:5:13: confidence: must lie above 50%",
        "slo.yaml:6:1: slos: is not known here; did you mean slo?"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " is not in:\n" << text;
  }
}

TEST(SloFile, MustAskForSomething) {
  for (const char* yaml : {"", "confidence: 90%", "slo: []", "# nothing"}) {
    EXPECT_NE(faults(yaml).find("holds no objective"), std::string::npos) << yaml;
  }
  EXPECT_TRUE(parse_slo_file("attainment: 99%\nslo: ttft_p99=1s", "slo.yaml"));
}

TEST(SloFile, RefusesWhatIsNoFile) {
  const auto missing = load_slo_file("/nowhere/slo.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().faults.at(0).code, ErrorCode::kNotFound);
  EXPECT_NE(faults("[1, 2]").find("must be a map with the keys slo"), std::string::npos);
  EXPECT_NE(faults(std::string("\0\x01\xff", 3)).find("slo.yaml:1"), std::string::npos);
}

TEST(Share, IsExact) {
  EXPECT_EQ(*parse_share("99.9%"), 0.999);
  EXPECT_EQ(*parse_share(" 0.95 "), 0.95);
  EXPECT_EQ(*parse_share("100%"), 1.0);
  for (const char* bad : {"", "%", "0", "-1%", "1.01", "99,9%", "nan", "1e400", "5 %%"}) {
    EXPECT_FALSE(parse_share(bad)) << bad;
  }
}

}  // namespace
}  // namespace tt::plan
