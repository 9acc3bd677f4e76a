// Prompts that were read from a file, in one block of memory: millions of small strings would cost
// more than their letters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workload/prompts.h"

namespace tt::workload {

/// Longest answer that a file may ask for, in tokens.
inline constexpr std::uint64_t kMostOutput = 10'000'000;

/// Filled by one thread, then read by any.
class StoredPrompts final : public PromptSource {
 public:
  std::uint64_t size() const override { return starts_.size(); }
  bool synthetic() const override { return false; }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t, const WordFit&) const override {
    const auto place = static_cast<std::size_t>(number % starts_.size());
    const auto end = place + 1 < starts_.size() ? starts_[place + 1] : messages_.size();
    engine::Prompt prompt;
    for (auto i = starts_[place]; i < end; ++i) {
      const auto& message = messages_[i];
      const auto role = text_.substr(message.begin, message.role);
      prompt.messages.push_back(
          {role, text_.substr(message.begin + message.role, message.content)});
    }
    return prompt;
  }
  std::uint32_t output_tokens(std::uint64_t number) const override {
    const auto place = static_cast<std::size_t>(number % starts_.size());
    return place < outputs_.size() ? outputs_[place] : 0;
  }

  /// Begins the next prompt; messages are added to it.
  void begin() { starts_.push_back(messages_.size()); }
  void add(std::string_view role, std::string_view content) {
    messages_.push_back({text_.size(), static_cast<std::uint32_t>(role.size()),
                         static_cast<std::uint32_t>(content.size())});
    text_ += role;
    text_ += content;
  }
  void add_user(std::string_view content) {
    begin();
    add("user", content);
  }
  /// How long the answer to the prompt begun last is to be.
  void set_output(std::uint32_t tokens) {
    outputs_.resize(starts_.size());
    outputs_.back() = tokens;
  }

 private:
  struct Place {
    std::size_t begin;
    std::uint32_t role;  // lengths; the content follows the role
    std::uint32_t content;
  };
  std::string text_;
  std::vector<Place> messages_;
  std::vector<std::size_t> starts_;     // first message of each prompt
  std::vector<std::uint32_t> outputs_;  // shorter than starts_: the rest is not told
};

}  // namespace tt::workload
