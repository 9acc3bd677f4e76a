#include "trial/price_file.h"

#include <gtest/gtest.h>

namespace tt::trial {
namespace {

std::string faults(std::string_view yaml) {
  const auto list = parse_prices(yaml, "p.yaml");
  return list ? "no fault" : list.error().text();
}

TEST(PriceFile, ThatIsBuiltInIsGoodAndDated) {
  const auto list = parse_prices(builtin_prices_yaml(), "examples/prices.yaml");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_GE(list->prices.size(), 10u);
  EXPECT_EQ(builtin_prices().prices.size(), list->prices.size());
  for (const auto& price : list->prices) {
    EXPECT_FALSE(price.source.empty()) << price.name;
    EXPECT_EQ(price.date.size(), 10u) << price.name;
    EXPECT_GT(gpu_hour(price, list->power).total(), 0) << price.name;
  }
  EXPECT_DOUBLE_EQ(gpu_hour(*list->find("aws-h100-sxm"), list->power).total(), 6.88);
}

TEST(PriceFile, HasRentedAndOwnedMachinesAndPower) {
  const auto list = parse_prices(R"({
  "currency": "EUR",
  "power": {"per_kwh": 0.2, "pue": 1.4},
  "prices": [{"name": "mine", "gpu": "H100", "gpus": 8, "purchase": 262800, "years": 3,
              "watts": 10000, "source": "invoice", "date": "2026-01-31"}]})",
                                 "p.json");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->currency, "EUR");
  EXPECT_DOUBLE_EQ(gpu_hour(list->prices[0], list->power).total(), 1.6);
}

TEST(PriceFile, TellsEveryFaultAtOnceWithItsPlace) {
  const auto text = faults(R"(currency: dollars
power: {per_kwh: -1, pue: 0.5}
prices:
  - name: a
    gpu: H100
    per_hour: -2
    gpus: 0
    source: x
    date: 31.1.2026
  - name: a
    gpu: H100
    purchase: 5
    per_hour: 1
    color: red
  - 7
)");
  for (const char* expected :
       {"p.yaml:1:11: currency: must be a code of three capitals",
        "p.yaml:2:18: power.per_kwh: must be 0 or more and at most 1e+12, not -1",
        "power: pue must be 1 or more", "p.yaml:6:15: prices[0].per_hour: must be 0 or more",
        "p.yaml:7:11: prices[0].gpus: must lie from 1", "'31.1.2026' is not a date",
        "'a' is the name of two prices", "prices[1]: needs source", "prices[1]: needs date",
        "has both per_hour (rented) and purchase", "purchase and years belong together",
        "prices[1].color: is not known here", "p.yaml:15:5: prices[2]: must be a map"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " is not in:\n" << text;
  }
}

TEST(PriceFile, RefusesWhatHoldsNoPrice) {
  EXPECT_NE(faults("").find("holds no prices"), std::string::npos);
  EXPECT_NE(faults("prices: []").find("holds no prices"), std::string::npos);
  EXPECT_NE(faults("- 1").find("must be a map"), std::string::npos);
  for (const char* number : {"nan", "inf", "1e999", "'5'", "[]", "1e13"}) {
    const auto yaml = std::string("prices: [{name: a, gpu: b, source: s, date: 2026-01-31, ") +
                      "per_hour: " + number + "}]";
    EXPECT_NE(faults(yaml).find("per_hour"), std::string::npos) << number;
  }
  EXPECT_EQ(load_prices("/nowhere.yaml").error().faults.at(0).code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tt::trial
