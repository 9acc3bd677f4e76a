#include "import/genai_metadata.h"

#include <filesystem>

#include <fmt/format.h>

#include "record/file.h"

namespace tt::import {
namespace {

namespace fs = std::filesystem;
namespace dom = simdjson::dom;

constexpr std::string_view kName = "experiment_metadata.json";
constexpr std::uintmax_t kMostBytes = 1 << 20;

void complete(DocumentRun& run, const dom::object& metadata) {
  if (run.engine.empty()) run.engine = text_at(metadata, "server_engine");
  if (run.model.empty()) run.model = text_at(metadata, "model");
  if (const auto version = text_at(metadata, "server_version"); !version.empty()) {
    run.notes.push_back(fmt::format("the engine's version, as {} says: {}", kName, version));
  }
  const auto gpu = text_at(metadata, "server_gpu_type");
  const double count = number_at(metadata, "server_gpu_count");
  if (!gpu.empty()) {
    run.notes.push_back(count > 0
                            ? fmt::format("measured on {:g} x {}, as {} says", count, gpu, kName)
                            : fmt::format("measured on {}, as {} says", gpu, kName));
  }
}

}  // namespace

bool describes_neighbours(const std::string& path) { return fs::path(path).filename() == kName; }

void add_genai_metadata(const std::string& path, Document& document) {
  const fs::path beside = fs::path(path).parent_path() / kName;
  std::error_code error;
  const auto bytes = fs::file_size(beside, error);
  if (error) return;
  const auto text = bytes > kMostBytes ? Result<std::string>() : record::read_file(beside.string());
  dom::parser parser;
  dom::element value;
  dom::object metadata;
  const bool good = text && parser.parse(*text).get(value) == simdjson::SUCCESS &&
                    value.get(metadata) == simdjson::SUCCESS;
  for (DocumentRun& run : document.runs) {
    if (good) {
      complete(run, metadata);
    } else {
      run.notes.push_back(
          fmt::format("{} beside it is not a JSON object: engine and model are not "
                      "known from it",
                      kName));
    }
  }
}

}  // namespace tt::import
