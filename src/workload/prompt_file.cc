#include "workload/prompt_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "workload/dataset_csv.h"
#include "workload/scenario_prompts.h"
#include "workload/stored_prompts.h"

namespace tt::workload {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kLongestLine = 16UL << 20;
constexpr std::uint64_t kLargestFile = 2ULL << 30;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// The member where it is there and a string.
std::optional<std::string_view> text_member(const dom::object& object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

/// A message's content: a string, or the text parts of a list, joined.
std::optional<std::string> content_of(const dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  dom::array parts;
  if (value.get(parts) != simdjson::SUCCESS) return std::nullopt;
  std::string joined;
  for (const dom::element part : parts) {
    dom::object object;
    if (part.get(object) == simdjson::SUCCESS) joined += text_member(object, "text").value_or("");
  }
  return joined;
}

bool is_user(std::string_view role) { return role == "user" || role == "human"; }

/// Reads one JSON value as a prompt. Returns what is wrong with it, or empty; entries of
/// "conversations" without a human turn are left out silently, as such collections hold many.
class EntryReader {
 public:
  EntryReader(StoredPrompts& prompts, PromptExtent extent) : prompts_(prompts), extent_(extent) {}

  std::string read(const dom::element& value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return add(text);
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return "must be a string or an object";
    const auto before = prompts_.size();
    auto fault = read_object(object);
    if (!fault.empty() || prompts_.size() == before) return fault;
    return read_output(object);
  }

 private:
  std::string read_object(const dom::object& object) {
    dom::array list;
    if (extent_ == PromptExtent::kConversation) {
      for (const auto key : {"messages", "turns", "conversations"}) {
        if (object[key].get(list) != simdjson::SUCCESS) continue;
        auto fault = add_whole(list);
        const bool collection = key == std::string_view("conversations");
        return collection && fault == kNoUser ? std::string() : fault;
      }
    }
    if (object["messages"].get(list) == simdjson::SUCCESS) return add_messages(list);
    if (object["turns"].get(list) == simdjson::SUCCESS) return add_turns(list);
    if (object["conversations"].get(list) == simdjson::SUCCESS) return add_conversation(list);
    for (const auto key : {"prompt", "text", "content", "question", "instruction"}) {
      if (const auto found = text_member(object, key)) return add(*found, object);
    }
    return "has none of prompt, text, content (strings), messages, turns, conversations (lists)";
  }

  std::string add(std::string_view text) {
    if (trim(text).empty()) return "is an empty prompt";
    prompts_.add_user(text);
    return {};
  }

  /// With the system message that stands beside it.
  std::string add(std::string_view text, const dom::object& object) {
    if (trim(text).empty()) return "is an empty prompt";
    prompts_.begin();
    for (const auto key : {"system", "system_prompt"}) {
      const auto system = text_member(object, key);
      if (!system || trim(*system).empty()) continue;
      prompts_.add("system", *system);
      break;
    }
    prompts_.add("user", text);
    return {};
  }

  /// The length that the answer is to have, where the entry says it.
  std::string read_output(const dom::object& object) {
    for (const auto key : {"output_tokens", "max_tokens", "max_completion_tokens",
                           "target_output_tokens", "output_len"}) {
      dom::element value;
      if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) continue;
      std::uint64_t tokens = 0;
      if (value.get(tokens) != simdjson::SUCCESS || tokens == 0 || tokens > kMostOutput) {
        return fmt::format("has a {} that is no whole number from 1 to {}", key, kMostOutput);
      }
      prompts_.set_output(static_cast<std::uint32_t>(tokens));
      break;
    }
    return {};
  }

  std::string add_messages(const dom::array& list) {
    std::vector<std::pair<std::string_view, std::string>> messages;
    std::size_t keep = 0;  // the answer that follows the last question is the engine's to give
    for (const dom::element element : list) {
      dom::object object;
      if (element.get(object) != simdjson::SUCCESS) return "has a message that is not an object";
      const auto role = text_member(object, "role");
      if (!role || role->empty()) return "has a message without a role";
      dom::element content;
      const bool there = object["content"].get(content) == simdjson::SUCCESS;
      auto text = there ? content_of(content) : std::nullopt;
      if (!text && *role != "assistant") return "has a message without content";
      messages.emplace_back(*role, std::move(text).value_or(""));
      if (is_user(*role)) keep = messages.size();
    }
    if (keep == 0) return std::string(kNoUser);
    if (trim(messages[keep - 1].second).empty()) return "is an empty prompt";
    prompts_.begin();
    for (std::size_t i = 0; i < keep; ++i) prompts_.add(messages[i].first, messages[i].second);
    return {};
  }

  std::string add_turns(const dom::array& list) {
    for (const dom::element element : list) {
      std::string_view text;
      if (element.get(text) == simdjson::SUCCESS) return add(text);
      dom::object object;
      if (element.get(object) != simdjson::SUCCESS) return "has a turn that is not a string";
      if (!is_user(text_member(object, "role").value_or("user"))) continue;
      for (const auto key : {"content", "text", "prompt"}) {
        if (const auto found = text_member(object, key)) return add(*found);
      }
      return "has a turn without content";
    }
    return "has no turn of the user";
  }

  std::string add_conversation(const dom::array& list) {
    for (const dom::element element : list) {
      dom::object object;
      if (element.get(object) != simdjson::SUCCESS) continue;
      const auto from = text_member(object, "from");
      const auto value = text_member(object, "value");
      if (!from || !value || !is_user(*from) || trim(*value).empty()) continue;
      return add(*value);
    }
    return {};
  }

  static constexpr std::string_view kNoUser = "has no message of the user";

  static std::string plain_role(std::string_view role) {
    if (is_user(role)) return "user";
    for (const auto answer : {"assistant", "gpt", "chatgpt", "bot", "model"}) {
      if (role == answer) return "assistant";
    }
    return std::string(role);
  }

  /// All messages, in any of the forms in which files write them.
  std::string add_whole(const dom::array& list) {
    std::vector<engine::Message> messages;
    bool begun = false;
    for (const dom::element element : list) {
      std::string_view plain;
      engine::Message message{"user", ""};
      dom::object object;
      if (element.get(plain) == simdjson::SUCCESS) {
        // A question alone: its answer, which nobody recorded, stands between it and the next.
        if (begun) messages.push_back({"assistant", ""});
        message.content = plain;
      } else if (element.get(object) != simdjson::SUCCESS) {
        return "has a message that is neither a string nor an object";
      } else {
        for (const auto key : {"role", "from"}) {
          if (const auto role = text_member(object, key)) message.role = plain_role(*role);
        }
        for (const auto key : {"text", "prompt", "value", "content"}) {
          dom::element content;
          if (object[key].get(content) != simdjson::SUCCESS) continue;
          if (auto text = content_of(content)) message.content = std::move(*text);
        }
      }
      if (trim(message.content).empty()) continue;  // tool calls and the like
      begun = begun || message.role == "user";
      // An answer before any question is nobody's turn.
      if (begun || message.role == "system") messages.push_back(std::move(message));
    }
    if (!begun) return std::string(kNoUser);
    prompts_.begin();
    for (const auto& message : messages) prompts_.add(message.role, message.content);
    return {};
  }

  StoredPrompts& prompts_;
  PromptExtent extent_;
};

/// Lines of a stream, without their ends and without the byte order mark.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  /// False at the end of the stream. A line longer than kLongestLine is given up to there, and is
  /// too_long().
  bool next(std::string& line) {
    line.clear();
    bool ended = false;
    bool begun = false;
    while (!ended && !too_long_ && fill()) {
      begun = true;
      const std::string_view ready = std::string_view(buffer_).substr(at_);
      const auto end = ready.find('\n');
      const auto part = ready.substr(0, std::min(end, kLongestLine - line.size() + 1));
      line += part;
      at_ += part.size();
      too_long_ = line.size() > kLongestLine;
      ended = !too_long_ && end != std::string_view::npos;
      if (ended) ++at_;
    }
    if (!begun) return false;
    if (number_++ == 0 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    if (!too_long_ && line.ends_with('\r')) line.pop_back();
    return true;
  }

  /// Appends what is left of the stream, as it is; false where it is more than `limit` bytes.
  bool take_rest(std::string& text, std::uint64_t limit) {
    too_long_ = false;
    while (fill()) {
      if (text.size() + buffer_.size() - at_ > limit) return false;
      text.append(buffer_, at_);
      at_ = buffer_.size();
    }
    return true;
  }

  /// Of the line read last, from 1.
  std::uint64_t number() const { return number_; }
  bool too_long() const { return too_long_; }

 private:
  /// Makes sure that a byte is ready; false at the end.
  bool fill() {
    if (at_ < buffer_.size()) return true;
    constexpr std::size_t kBlock = 1 << 18;
    buffer_.resize(kBlock);
    in_.read(buffer_.data(), kBlock);
    buffer_.resize(static_cast<std::size_t>(in_.gcount()));
    at_ = 0;
    return !buffer_.empty();
  }

  std::istream& in_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
};

class FileReader {
 public:
  FileReader(std::istream& in, std::string_view name, PromptExtent extent)
      : in_(in), name_(name), entries_(*prompts_, extent) {}

  Result<std::unique_ptr<PromptSource>> read(plan::PromptFile::Format format) {
    // The first line that says something tells the format, so it is read before the choice.
    LineReader lines(in_);
    std::string line;
    while (lines.next(line) && trim(line).empty()) {
    }
    if (format == plan::PromptFile::Format::kAuto) format = format_of(line);
    std::string fault;
    switch (format) {
      case plan::PromptFile::Format::kShareGpt:
        fault = read_array(lines, line);
        break;
      case plan::PromptFile::Format::kJsonl:
        fault = read_lines(lines, line, true);
        break;
      default:
        fault = read_lines(lines, line, false);
        break;
    }
    if (!fault.empty()) return refuse(fault);
    if (in_.bad()) return fail(ErrorCode::kIo, "cannot be read to its end", name_);
    if (prompts_->size() == 0) {
      return fail(ErrorCode::kInvalidInput, "holds no prompt", name_);
    }
    return std::move(prompts_);
  }

 private:
  std::unexpected<Error> refuse(const std::string& fault) const {
    return fail(ErrorCode::kInvalidInput, "this line " + fault, fmt::format("{}:{}", name_, line_));
  }

  plan::PromptFile::Format format_of(std::string_view line) {
    const auto text = trim(line);
    if (text.starts_with('{')) return plan::PromptFile::Format::kJsonl;
    if (text.starts_with('[')) {
      const auto inside = trim(text.substr(1));
      const bool array = inside.empty() || inside[0] == '{' || inside[0] == '"' || inside == "]";
      if (array) return plan::PromptFile::Format::kShareGpt;
    }
    dom::element element;
    const bool quoted =
        text.starts_with('"') && parser_.parse(text).get(element) == simdjson::SUCCESS;
    return quoted ? plan::PromptFile::Format::kJsonl : plan::PromptFile::Format::kText;
  }

  /// `line` is the first line that is not blank, already read.
  std::string read_lines(LineReader& lines, std::string& line, bool json) {
    do {
      line_ = lines.number();
      if (lines.too_long()) return fmt::format("is longer than {} MiB", kLongestLine >> 20);
      if (trim(line).empty()) continue;
      auto fault = json ? read_json(line) : read_text(line);
      if (!fault.empty()) return fault;
    } while (lines.next(line));
    return {};
  }

  std::string read_text(std::string_view line) {
    if (line.starts_with('#')) return {};
    if (line.starts_with("\\#")) line.remove_prefix(1);
    if (!simdjson::validate_utf8(line.data(), line.size())) {
      return "is not UTF-8; save the file as UTF-8";
    }
    prompts_->add_user(line);
    return {};
  }

  std::string read_json(std::string_view text) {
    dom::element element;
    if (const auto error = parser_.parse(text).get(element); error != simdjson::SUCCESS) {
      return fmt::format(
          "is not JSON ({}); if the file is plain text with a prompt a line, write format: text",
          simdjson::error_message(error));
    }
    return entries_.read(element);
  }

  /// One JSON array: its elements are cut out one by one, so that only one is expanded at a time.
  std::string read_array(LineReader& lines, std::string& line) {
    line_ = lines.number();
    std::string text(line_ > 0 ? line_ - 1 : 0, '\n');  // keeps line numbers true
    text += line;
    if (!lines.too_long()) text += '\n';
    if (!lines.take_rest(text, kLargestFile)) {
      return "starts an array larger than 2 GiB; cut it into JSON lines";
    }
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    simdjson::ondemand::array array;
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    const simdjson::padded_string_view padded(text.data(), text.size(), text.capacity());
    auto error = parser.iterate(padded).get(document);
    if (error == simdjson::SUCCESS) error = document.get_array().get(array);
    if (error != simdjson::SUCCESS) return array_fault(error);
    line_ = 1;
    const char* counted = text.data();
    for (auto element : array) {
      std::string_view raw;
      simdjson::ondemand::value value;
      error = element.get(value);
      if (error == simdjson::SUCCESS) error = raw_of(value, raw);
      if (error != simdjson::SUCCESS) return array_fault(error);
      line_ += static_cast<std::uint64_t>(std::count(counted, raw.data(), '\n'));
      counted = raw.data();
      if (auto fault = read_json(raw); !fault.empty()) return fault;
    }
    return {};
  }

  static simdjson::error_code raw_of(simdjson::ondemand::value& value, std::string_view& raw) {
    simdjson::ondemand::object object;
    if (value.get_object().get(object) == simdjson::SUCCESS) return object.raw_json().get(raw);
    raw = value.raw_json_token();
    return simdjson::SUCCESS;
  }

  static std::string array_fault(simdjson::error_code error) {
    return fmt::format("begins something that is not a whole JSON array ({})",
                       simdjson::error_message(error));
  }

  std::istream& in_;
  std::string name_;
  std::uint64_t line_ = 1;
  std::unique_ptr<StoredPrompts> prompts_ = std::make_unique<StoredPrompts>();
  EntryReader entries_;
  dom::parser parser_{kLongestLine + (1UL << 20)};
};

bool is_csv_name(const std::string& path) {
  return equals_ignoring_case(std::filesystem::path(path).extension().string(), ".csv");
}

Result<std::unique_ptr<PromptSource>> load(const plan::PromptFile& file, PromptExtent extent) {
  std::error_code error;
  if (std::filesystem::is_directory(file.path, error)) {
    return fail(ErrorCode::kInvalidInput, "is a folder; name a file", file.path);
  }
  if (file.format == plan::PromptFile::Format::kScenario) {
    return load_scenario_prompts(file, extent == PromptExtent::kConversation);
  }
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot be opened; check the path", file.path);
  const auto too_large = [&] {
    return fail(ErrorCode::kInvalidInput, "is larger than 2 GiB; cut it into parts", file.path);
  };
  const auto size = std::filesystem::file_size(file.path, error);
  if (!error && size > kLargestFile) return too_large();
  const bool csv = file.format == plan::PromptFile::Format::kCsv ||
                   (file.format == plan::PromptFile::Format::kAuto && is_csv_name(file.path));
  if (!csv) return read_prompts(in, file.format, file.path, extent);
  std::string text;
  // A pipe has no size beforehand.
  if (!LineReader(in).take_rest(text, kLargestFile)) return too_large();
  if (in.bad()) return fail(ErrorCode::kIo, "cannot be read to its end", file.path);
  return read_csv_prompts(text, file, file.path);
}

}  // namespace

Result<std::unique_ptr<PromptSource>> read_prompts(std::istream& in,
                                                   plan::PromptFile::Format format,
                                                   std::string_view name, PromptExtent extent) {
  return FileReader(in, name, extent).read(format);
}

Result<std::unique_ptr<PromptSource>> load_prompts(const plan::PromptFile& file) {
  return load(file, PromptExtent::kQuestion);
}

Result<std::unique_ptr<PromptSource>> load_whole_conversations(const plan::PromptFile& file) {
  return load(file, PromptExtent::kConversation);
}

}  // namespace tt::workload
