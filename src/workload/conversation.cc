#include "workload/conversation.h"

#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "plan/lengths.h"
#include "workload/graph.h"
#include "workload/prefix.h"
#include "workload/prompt_file.h"
#include "workload/schedule.h"
#include "workload/synthetic.h"

namespace tt::workload {
namespace {

constexpr std::uint32_t kDefaultTurns = 4;

std::uint32_t most_of(const std::optional<plan::Lengths>& turns, std::uint32_t otherwise) {
  if (!turns) return otherwise;
  const double most =
      turns->kind == plan::Lengths::Kind::kFixed ? turns->mean : static_cast<double>(turns->max);
  return static_cast<std::uint32_t>(std::min(most, static_cast<double>(plan::kMostTurns)));
}

class SyntheticConversations final : public Conversations {
 public:
  SyntheticConversations(const plan::Workload& workload, const plan::Seeds& seeds)
      : workload_(workload), sessions_(*workload.sessions), seeds_(seeds) {}

  std::uint64_t size() const override { return 0; }
  std::uint32_t most_turns() const override { return most_of(sessions_.turns, kDefaultTurns); }
  bool synthetic() const override { return true; }

  std::vector<Turn> turns(std::uint64_t number) const override {
    const auto prefix = prefix_of(workload_, seeds_, number);
    const std::vector<std::uint32_t> inputs = inputs_of(number);
    Rng outputs = Rng::item(seeds_.lengths, "session outputs", number);
    Rng pauses = Rng::item(seeds_.lengths, "session pauses", number);
    std::vector<Turn> turns;
    std::uint32_t known = 0;
    for (std::uint32_t place = 0; place < inputs.size(); ++place) {
      Turn turn{.known_tokens = known,
                .output_tokens = plan::draw_length(workload_.output, outputs)};
      turn.input_tokens = add_tokens(known, inputs[place]);
      if (place == 0) {
        turn.input_tokens =
            add_tokens(turn.input_tokens, sessions_.system + (prefix ? prefix->tokens : 0));
      } else {
        turn.after = {place - 1};
        turn.delay = plan::draw_pause(sessions_.think, pauses);
      }
      known = add_tokens(turn.input_tokens, turn.output_tokens);
      turns.push_back(std::move(turn));
    }
    return turns;
  }

  engine::Prompt prompt(std::uint64_t number, std::uint32_t place,
                        std::span<const std::string> answers, const WordFit& fit) const override {
    const std::vector<std::uint32_t> inputs = inputs_of(number);
    Rng outputs = Rng::item(seeds_.lengths, "session outputs", number);
    engine::Prompt prompt;
    if (sessions_.system > 0) {
      prompt.messages.push_back(
          {"system",
           text_for(fit, Rng::stream(seeds_.prompts, "system").next(), 0, sessions_.system)});
    }
    for (std::uint32_t i = 0; i <= place; ++i) {
      prompt.messages.push_back({"user", made_up_message(seeds_, number, i, inputs[i], fit)});
      const std::uint32_t length = plan::draw_length(workload_.output, outputs);
      if (i == place) break;
      prompt.messages.push_back(
          {"assistant", sessions_.replay == plan::Sessions::Replay::kEngine
                            ? answers[i]
                            : made_up_answer(seeds_, number, i, length, fit)});
    }
    if (const auto prefix = prefix_of(workload_, seeds_, number)) {
      add_prefix(prompt, *prefix, seeds_, fit);
    }
    return prompt;
  }

 private:
  // Lengths of the messages, one a turn.
  std::vector<std::uint32_t> inputs_of(std::uint64_t number) const {
    const plan::Lengths& later = std::get<plan::SyntheticPrompts>(workload_.prompts).input;
    Rng count = Rng::item(seeds_.lengths, "session turns", number);
    const std::uint32_t turns =
        sessions_.turns ? std::min(plan::draw_length(*sessions_.turns, count), plan::kMostTurns)
                        : kDefaultTurns;
    Rng lengths = Rng::item(seeds_.lengths, "session inputs", number);
    std::vector<std::uint32_t> inputs;
    for (std::uint32_t place = 0; place < turns; ++place) {
      const bool first = place == 0 && sessions_.first_input;
      inputs.push_back(plan::draw_length(first ? *sessions_.first_input : later, lengths));
    }
    return inputs;
  }

  plan::Workload workload_;
  plan::Sessions sessions_;
  plan::Seeds seeds_;
};

class FileConversations final : public Conversations {
 public:
  FileConversations(std::unique_ptr<PromptSource> whole, const plan::Workload& workload,
                    const plan::Seeds& seeds)
      : whole_(std::move(whole)),
        workload_(workload),
        sessions_(*workload.sessions),
        seeds_(seeds) {
    for (std::uint64_t i = 0; i < whole_->size(); ++i) {
      longest_ = std::max(longest_, turns_in(whole_->prompt(i, 0, {})));
    }
  }

  std::uint64_t size() const override { return whole_->size(); }
  std::uint32_t most_turns() const override {
    return std::min(longest_, most_of(sessions_.turns, plan::kMostTurns));
  }
  bool synthetic() const override { return false; }

  std::vector<Turn> turns(std::uint64_t number) const override {
    std::uint32_t count = std::min(turns_in(conversation(number)), plan::kMostTurns);
    if (sessions_.turns) {
      Rng lengths = Rng::item(seeds_.lengths, "session turns", number);
      count = std::min(count, plan::draw_length(*sessions_.turns, lengths));
    }
    Rng outputs = Rng::item(seeds_.lengths, "session outputs", number);
    Rng pauses = Rng::item(seeds_.lengths, "session pauses", number);
    std::vector<Turn> turns;
    for (std::uint32_t place = 0; place < count; ++place) {
      Turn turn{.output_tokens = plan::draw_length(workload_.output, outputs)};
      if (place > 0) {
        turn.after = {place - 1};
        turn.delay = plan::draw_pause(sessions_.think, pauses);
      }
      turns.push_back(std::move(turn));
    }
    return turns;
  }

  engine::Prompt prompt(std::uint64_t number, std::uint32_t place,
                        std::span<const std::string> answers, const WordFit& fit) const override {
    engine::Prompt whole = conversation(number);
    Rng outputs = Rng::item(seeds_.lengths, "session outputs", number);
    engine::Prompt prompt;
    std::uint32_t turn = 0;
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
      const bool answer = whole.messages[i].role == kAnswer;
      if (!answer) prompt.messages.push_back(std::move(whole.messages[i]));
      if (!answer && !ends_turn(whole, i)) continue;
      if (answer) continue;  // taken with its question
      const std::uint32_t length = plan::draw_length(workload_.output, outputs);
      if (turn == place) break;
      const bool recorded = i + 1 < whole.messages.size() && !whole.messages[i + 1].content.empty();
      prompt.messages.push_back(
          {kAnswer, sessions_.replay == plan::Sessions::Replay::kEngine ? answers[turn]
                    : recorded ? whole.messages[i + 1].content
                               : made_up_answer(seeds_, number, turn, length, fit)});
      ++turn;
    }
    if (const auto prefix = prefix_of(workload_, seeds_, number)) {
      add_prefix(prompt, *prefix, seeds_, fit);
    }
    return prompt;
  }

 private:
  static constexpr const char* kAnswer = "assistant";

  // A turn ends with the last message before an answer, or of all.
  static bool ends_turn(const engine::Prompt& whole, std::size_t i) {
    return i + 1 == whole.messages.size() || whole.messages[i + 1].role == kAnswer;
  }
  static std::uint32_t turns_in(const engine::Prompt& whole) {
    std::uint32_t turns = 0;
    for (std::size_t i = 0; i < whole.messages.size(); ++i) {
      turns += whole.messages[i].role != kAnswer && ends_turn(whole, i) ? 1 : 0;
    }
    return turns;
  }

  engine::Prompt conversation(std::uint64_t number) const {
    const std::uint64_t size = whole_->size();
    const auto* file = std::get_if<plan::PromptFile>(&workload_.prompts);
    const bool shuffle = file != nullptr && file->shuffle;
    const std::uint64_t place =
        shuffle ? shuffled(Rng::item(seeds_.prompts, "order", number / size).next(), number % size,
                           size)
                : number % size;
    return whole_->prompt(place, 0, {});
  }

  std::unique_ptr<PromptSource> whole_;
  plan::Workload workload_;
  plan::Sessions sessions_;
  plan::Seeds seeds_;
  std::uint32_t longest_ = 1;
};

class OpeningPrompts final : public PromptSource {
 public:
  explicit OpeningPrompts(std::unique_ptr<Conversations> conversations)
      : conversations_(std::move(conversations)) {}
  std::uint64_t size() const override { return conversations_->size(); }
  bool synthetic() const override { return conversations_->synthetic(); }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t, const WordFit& fit) const override {
    return conversations_->prompt(number, 0, {}, fit);
  }
  const Conversations* conversations() const override { return conversations_.get(); }

 private:
  std::unique_ptr<Conversations> conversations_;
};

}  // namespace

std::uint32_t add_tokens(std::uint32_t a, std::uint32_t b) {
  return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

std::string made_up_message(const plan::Seeds& seeds, std::uint64_t number, std::uint32_t place,
                            std::uint32_t tokens, const WordFit& fit) {
  return text_for(fit, seeds.prompts, number * (plan::kMostTurns + 1) + place, tokens);
}

std::string made_up_answer(const plan::Seeds& seeds, std::uint64_t number, std::uint32_t place,
                           std::uint32_t tokens, const WordFit& fit) {
  WordFit plain = fit;
  plain.base = 0;  // an answer has no template of its own
  return text_for(plain, Rng::stream(seeds.prompts, "answers").next(),
                  number * (plan::kMostTurns + 1) + place, tokens);
}

std::unique_ptr<Conversations> synthetic_conversations(const plan::Workload& workload,
                                                       const plan::Seeds& seeds) {
  return std::make_unique<SyntheticConversations>(workload, seeds);
}

std::unique_ptr<Conversations> file_conversations(std::unique_ptr<PromptSource> whole,
                                                  const plan::Workload& workload,
                                                  const plan::Seeds& seeds) {
  return std::make_unique<FileConversations>(std::move(whole), workload, seeds);
}

std::unique_ptr<PromptSource> opening_prompts(std::unique_ptr<Conversations> conversations) {
  return std::make_unique<OpeningPrompts>(std::move(conversations));
}

Result<std::unique_ptr<Conversations>> make_conversations(const plan::Workload& workload,
                                                          const plan::Seeds& seeds) {
  if (!workload.sessions->graph.empty()) {
    auto graphs = load_graphs(workload.sessions->graph);
    if (!graphs) {
      return fail(ErrorCode::kInvalidInput,
                  "the graph file is not good:\n" + graphs.error().text());
    }
    return graph_conversations(std::move(*graphs), workload, seeds);
  }
  if (const auto* file = std::get_if<plan::PromptFile>(&workload.prompts)) {
    auto whole = load_whole_conversations(*file);
    if (!whole) return std::unexpected(std::move(whole.error()));
    return file_conversations(std::move(*whole), workload, seeds);
  }
  return synthetic_conversations(workload, seeds);
}

}  // namespace tt::workload
