#include "serve/kept.h"

#include <map>
#include <memory>

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

struct Thing {
  std::uint64_t bytes = 0;
};
using Shared = std::shared_ptr<Thing>;

class Shelf {
 public:
  Shelf(std::size_t most, std::uint64_t most_bytes)
      : kept_(most, most_bytes, [](const Shared& thing) { return thing->bytes; }) {}

  Shared get(const std::string& key, std::uint64_t bytes) {
    return *kept_.get(key, [&]() -> Result<Shared> {
      ++made[key];
      return std::make_shared<Thing>(bytes);
    });
  }

  std::map<std::string, int> made;

 private:
  Kept<Shared> kept_;
};

TEST(Kept, LetsTheOldestGoWhenThereAreTooMany) {
  Shelf shelf(2, 1000);
  for (const auto* key : {"a", "b", "a", "c", "a", "b"}) shelf.get(key, 1);
  EXPECT_EQ(shelf.made, (std::map<std::string, int>{{"a", 1}, {"b", 2}, {"c", 1}}));
}

TEST(Kept, LetsTheOldestGoWhenTheyTakeTooMuch) {
  Shelf shelf(10, 100);
  const std::weak_ptr<Thing> first = shelf.get("a", 60);
  shelf.get("b", 30);
  EXPECT_FALSE(first.expired());
  shelf.get("c", 30);
  EXPECT_TRUE(first.expired());
  shelf.get("b", 30);
  EXPECT_EQ(shelf.made.at("b"), 1);
}

TEST(Kept, KeepsTheLastHoweverLargeItIs) {
  Shelf shelf(10, 100);
  shelf.get("small", 10);
  shelf.get("large", 500);
  shelf.get("large", 500);
  EXPECT_EQ(shelf.made.at("large"), 1);
  shelf.get("small", 10);
  EXPECT_EQ(shelf.made.at("small"), 2);
}

TEST(Kept, SeesWhatGrewSinceItWasMade) {
  Shelf shelf(10, 100);
  const std::weak_ptr<Thing> old = shelf.get("old", 10);
  shelf.get("new", 10)->bytes = 95;
  shelf.get("new", 10);
  EXPECT_TRUE(old.expired());
}

TEST(Kept, ForgetsErrors) {
  Kept<Shared> kept(2);
  const auto bad = kept.get("a", []() -> Result<Shared> { return fail(ErrorCode::kIo, "full"); });
  EXPECT_FALSE(bad);
  EXPECT_TRUE(kept.get("a", []() -> Result<Shared> { return std::make_shared<Thing>(); }));
}

}  // namespace
}  // namespace tt::serve
