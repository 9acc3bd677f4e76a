// The words that synthetic prompts are made of: plain English ones, which tokenizers cut into one
// to three tokens. Changing the list changes every synthetic prompt.
#include "workload/words.h"

#include <array>

namespace tt::workload {
namespace {

constexpr std::string_view kText =
    "able about above accept across active actor address adult advance advice after again "
    "agree ahead airport album alive allow almost alone along already also always amount "
    "anchor ancient angle animal ankle answer apple april area argue army around arrive arrow "
    "artist aside asleep attic august autumn avenue awake away baby back bacon badge bakery "
    "balance balcony banana bandage bank barley barn basket battery beach beard beauty "
    "because become bedroom before begin behind believe bell belong below bench berry better "
    "between beyond bicycle bird biscuit bitter blanket blossom board boat body book border "
    "borrow bottle bottom branch brave bread breeze brick bridge brief bright bring broad "
    "brother brown bubble bucket build bundle busy butter button cabin cable cactus calendar "
    "calm camera candle canvas captain carbon careful cargo carpet carrot carry castle "
    "catalogue cattle cause ceiling cellar centre cereal certain chain chair chalk chance "
    "change chapter cheese cherry chess chicken child chimney choice choose circle circus "
    "city clean clever climb clock cloud clover coach coast coffee collect colour comfort "
    "common compass concert cook copper coral corner cottage cotton could count country "
    "courage cousin cover cradle create cricket crowd crystal culture cupboard curious "
    "current curtain curve cushion daily dairy damp dance danger daughter dawn decide deep "
    "degree delay delicate deliver desert design desk dessert detail diamond diary dinner "
    "direct discover distance divide doctor dolphin donkey door double dozen dragon drawer "
    "dream dress drift drink drive drum during dusty eager eagle early earth easily eastern "
    "echo edge effort eight elbow elder elegant elephant eleven empty engine enjoy enough "
    "entire equal escape evening every exact example except exercise expect explain explore "
    "extra fabric factory fairly family famous farmer fashion fasten father favour feather "
    "february fence fern ferry festival field fifteen figure finger finish fire first fisher "
    "flavour floor flower folder follow foot forest forget fork forward fountain fox fragile "
    "frame freedom fresh friend frog front frost fruit funny furniture future gallery garden "
    "garlic gather gentle giant ginger giraffe glacier glass glove golden goose grain grammar "
    "grape grass gravel green grocery ground group grow guard guess guest guide guitar habit "
    "hammer handle happen happy harbour hardly harvest hat hazel health heart heavy hedge "
    "height helmet helpful hidden hill history hobby hollow honest honey hope horizon horse "
    "hospital hotel hour house however humble hundred hungry hurry iceberg idea imagine "
    "include indoor insect inside invite island ivory jacket january jelly jewel join journey "
    "juice jungle kettle keyboard kitchen kitten knee knife ladder lamp language lantern "
    "laundry lavender leader leather lemon lesson letter library light lizard lobster lucky "
    "magnet maple marble market meadow melody middle mirror moment morning mountain museum "
    "mushroom music narrow nature needle nephew noble north notebook number oak object ocean "
    "october olive onion orange orchard oyster paddle paint palace paper parrot pebble pencil "
    "pepper piano picture pillow planet pocket potato puzzle quiet rabbit railway rainbow "
    "recipe ribbon river rocket saddle salmon scarf season shadow silver simple sister spider "
    "spring station stone summer sunset table tailor temple thunder ticket tiger timber tower "
    "travel umbrella uncle valley velvet village violin wagon walnut water weather whisper "
    "window winter yellow yesterday zebra";

constexpr std::array<std::string_view, kWordCount> cut_words() {
  std::array<std::string_view, kWordCount> words;
  std::string_view rest = kText;
  for (auto& word : words) {
    const auto end = rest.find(' ');
    word = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return words;
}

constexpr auto kWords = cut_words();
static_assert(!kWords.back().empty() && kWords.back().find(' ') == std::string_view::npos);

}  // namespace

std::span<const std::string_view, kWordCount> word_list() { return kWords; }

}  // namespace tt::workload
