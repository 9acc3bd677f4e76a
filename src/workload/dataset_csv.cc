#include "workload/dataset_csv.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include "base/csv.h"
#include "base/text.h"
#include "workload/stored_prompts.h"

namespace tt::workload {
namespace {

struct Columns {
  std::size_t prompt = 0;
  std::optional<std::size_t> output;
  std::optional<std::size_t> system;
};

class Reader {
 public:
  Reader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  Result<std::unique_ptr<PromptSource>> read(const plan::PromptFile& file) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    if (!simdjson::validate_utf8(text_.data(), text_.size())) {
      return refuse("the file is not UTF-8; save it as UTF-8");
    }
    if (!csv_.next(text_)) return refuse("the file is empty");
    heading_.assign(csv_.cells().begin(), csv_.cells().end());
    step();
    auto columns = find_columns(file);
    if (!columns) return std::unexpected(columns.error());
    while (csv_.next(text_)) {
      line_ = next_line_ + csv_.blank_lines();
      if (auto taken = take_row(*columns); !taken) return std::unexpected(taken.error());
      step();
    }
    if (prompts_->size() == 0) return fail(ErrorCode::kInvalidInput, "holds no prompt", name_);
    return std::move(prompts_);
  }

 private:
  void step() { next_line_ += csv_.lines(); }

  std::unexpected<Error> refuse(std::string message) const {
    return fail(ErrorCode::kInvalidInput, std::move(message), fmt::format("{}:{}", name_, line_));
  }

  std::optional<std::size_t> place_of(std::string_view column) const {
    for (std::size_t i = 0; i < heading_.size(); ++i) {
      if (equals_ignoring_case(trim(heading_[i]), column)) return i;
    }
    return std::nullopt;
  }

  /// The column that the plan names, which must be there, or the first of the usual ones that is.
  Result<std::optional<std::size_t>> find(const std::string& wanted,
                                          std::initializer_list<std::string_view> usual) const {
    if (!wanted.empty()) {
      const auto place = place_of(wanted);
      if (place) return place;
      return refuse(
          fmt::format("has no column '{}'; there are {}", wanted, fmt::join(heading_, ", ")));
    }
    for (const auto column : usual) {
      if (const auto place = place_of(column)) return place;
    }
    return std::nullopt;
  }

  Result<Columns> find_columns(const plan::PromptFile& file) const {
    const auto prompt = find(file.column, {"prompt", "question", "instruction", "input", "text"});
    const auto output = find(file.output_column, {"max_tokens", "output_tokens"});
    const auto system = find(file.system_column, {"system", "system_prompt"});
    for (const auto* found : {&prompt, &output, &system}) {
      if (!*found) return std::unexpected(found->error());
    }
    if (!*prompt) {
      return refuse(
          fmt::format("which column holds the prompts? Name it with column:; there are {}",
                      fmt::join(heading_, ", ")));
    }
    return Columns{.prompt = **prompt, .output = *output, .system = *system};
  }

  Result<void> take_row(const Columns& columns) {
    if (csv_.broken()) return refuse("a quote is opened here and never closed");
    const auto& cells = csv_.cells();
    if (cells.size() != heading_.size()) {
      return refuse(
          fmt::format("has {} cells where the heading has {}", cells.size(), heading_.size()));
    }
    if (trim(cells[columns.prompt]).empty()) return refuse("has an empty prompt");
    prompts_->begin();
    if (columns.system && !trim(cells[*columns.system]).empty()) {
      prompts_->add("system", cells[*columns.system]);
    }
    prompts_->add("user", cells[columns.prompt]);
    if (!columns.output || trim(cells[*columns.output]).empty()) return {};
    const auto length = trim(cells[*columns.output]);
    const auto tokens = parse_whole(length);
    if (!tokens || *tokens == 0 || *tokens > kMostOutput) {
      return refuse(
          fmt::format("'{}' is no output length; write a whole number of tokens, up to {}", length,
                      kMostOutput));
    }
    prompts_->set_output(static_cast<std::uint32_t>(*tokens));
    return {};
  }

  std::string_view text_;
  std::string name_;
  CsvReader csv_;
  std::vector<std::string> heading_;
  std::uint64_t line_ = 1;
  std::uint64_t next_line_ = 1;
  std::unique_ptr<StoredPrompts> prompts_ = std::make_unique<StoredPrompts>();
};

}  // namespace

Result<std::unique_ptr<PromptSource>> read_csv_prompts(std::string_view text,
                                                       const plan::PromptFile& file,
                                                       std::string_view name) {
  return Reader(text, name).read(file);
}

}  // namespace tt::workload
