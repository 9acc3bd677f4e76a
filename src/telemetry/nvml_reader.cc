#include "telemetry/nvml_reader.h"

#include <array>
#include <map>
#include <utility>

#include <dlfcn.h>
#include <fmt/format.h>

namespace tt::telemetry {
namespace {

// The part of the library's interface that is used, as its documentation has it. 0 is success.
using Device = void*;
struct Utilization {
  unsigned gpu;     // percent
  unsigned memory;  // percent
};
struct Memory {  // bytes
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};
constexpr int kGood = 0;
constexpr unsigned kGpuTemperature = 0;
constexpr unsigned kSmClock = 1;
constexpr unsigned kMostGpus = 64;

struct Library {
  void* handle = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*device)(unsigned, Device*) = nullptr;
  int (*name)(Device, char*, unsigned) = nullptr;
  int (*utilization)(Device, Utilization*) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  int (*power)(Device, unsigned*) = nullptr;             // milliwatts
  int (*energy)(Device, unsigned long long*) = nullptr;  // millijoules since the driver was loaded
  int (*temperature)(Device, unsigned, unsigned*) = nullptr;
  int (*clock)(Device, unsigned, unsigned*) = nullptr;  // MHz

  template <class Function>
  void find(Function& function, const char* symbol) {
    function = reinterpret_cast<Function>(::dlsym(handle, symbol));
  }
  void find_all() {
    find(init, "nvmlInit_v2");
    find(shutdown, "nvmlShutdown");
    find(count, "nvmlDeviceGetCount_v2");
    find(device, "nvmlDeviceGetHandleByIndex_v2");
    find(name, "nvmlDeviceGetName");
    find(utilization, "nvmlDeviceGetUtilizationRates");
    find(memory, "nvmlDeviceGetMemoryInfo");
    find(power, "nvmlDeviceGetPowerUsage");
    find(energy, "nvmlDeviceGetTotalEnergyConsumption");
    find(temperature, "nvmlDeviceGetTemperature");
    find(clock, "nvmlDeviceGetClockInfo");
  }
  bool usable() const { return init != nullptr && count != nullptr && device != nullptr; }
};

}  // namespace

struct NvmlReader::Impl {
  Library library;
  bool initialised = false;
  std::vector<Device> devices;
  std::vector<std::string> names;
  std::vector<std::uint32_t> targets;
  std::map<std::pair<std::string_view, std::size_t>,
           std::vector<std::shared_ptr<const record::Series>>>
      series;
  std::vector<record::Sample> samples;

  ~Impl() {
    if (initialised && library.shutdown != nullptr) library.shutdown();
    if (library.handle != nullptr) ::dlclose(library.handle);
  }

  void add(std::string_view name, std::size_t gpu, double value, const char* source, Nanos at) {
    auto& all = series[{name, gpu}];
    if (all.empty()) {
      const std::string labels = record::labels_json({{"gpu", fmt::format("{}", gpu)}});
      for (const std::uint32_t target : targets) {
        all.push_back(std::make_shared<const record::Series>(
            record::Series{target, std::string(name), labels, source}));
      }
    }
    for (const auto& one : all) samples.push_back({at, one, value});
  }
  void read(std::size_t gpu, Nanos at);
};

void NvmlReader::Impl::read(std::size_t gpu, Nanos at) {
  Device device = devices[gpu];
  Utilization busy{};
  if (library.utilization != nullptr && library.utilization(device, &busy) == kGood) {
    const char* source = "nvmlDeviceGetUtilizationRates";
    add("gpu_utilization", gpu, busy.gpu / 100.0, source, at);
    add("gpu_memory_busy", gpu, busy.memory / 100.0, source, at);
  }
  Memory memory{};
  if (library.memory != nullptr && library.memory(device, &memory) == kGood) {
    const char* source = "nvmlDeviceGetMemoryInfo";
    add("gpu_memory_used_bytes", gpu, static_cast<double>(memory.used), source, at);
    add("gpu_memory_total_bytes", gpu, static_cast<double>(memory.total), source, at);
  }
  unsigned value = 0;
  if (library.power != nullptr && library.power(device, &value) == kGood) {
    add("gpu_power_watts", gpu, value / 1e3, "nvmlDeviceGetPowerUsage", at);
  }
  unsigned long long energy = 0;
  if (library.energy != nullptr && library.energy(device, &energy) == kGood) {
    add("gpu_energy_joules_total", gpu, static_cast<double>(energy) / 1e3,
        "nvmlDeviceGetTotalEnergyConsumption", at);
  }
  if (library.temperature != nullptr &&
      library.temperature(device, kGpuTemperature, &value) == kGood) {
    add("gpu_temperature_celsius", gpu, value, "nvmlDeviceGetTemperature", at);
  }
  if (library.clock != nullptr && library.clock(device, kSmClock, &value) == kGood) {
    add("gpu_clock_hertz", gpu, value * 1e6, "nvmlDeviceGetClockInfo", at);
  }
}

NvmlReader::NvmlReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NvmlReader::NvmlReader(NvmlReader&&) noexcept = default;
NvmlReader& NvmlReader::operator=(NvmlReader&&) noexcept = default;
NvmlReader::~NvmlReader() = default;

Result<NvmlReader> NvmlReader::open(const std::string& library,
                                    std::vector<std::uint32_t> targets) {
  auto impl = std::make_unique<Impl>();
  impl->targets = std::move(targets);
  if (impl->targets.empty()) impl->targets.push_back(record::kNoTarget);
  Library& nvml = impl->library;
  nvml.handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (nvml.handle == nullptr) {
    return fail(ErrorCode::kNotFound, "the NVIDIA management library is not installed", library);
  }
  nvml.find_all();
  if (!nvml.usable()) {
    return fail(ErrorCode::kInvalidInput, "is not the NVIDIA management library", library);
  }
  if (const int code = nvml.init(); code != kGood) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the NVIDIA driver does not answer (NVML error {})", code), library);
  }
  impl->initialised = true;
  unsigned count = 0;
  if (nvml.count(&count) != kGood || count == 0) {
    return fail(ErrorCode::kUnavailable, "there is no NVIDIA GPU", library);
  }
  for (unsigned i = 0; i < std::min(count, kMostGpus); ++i) {
    Device device = nullptr;
    if (nvml.device(i, &device) != kGood) continue;
    std::array<char, 128> name{};
    if (nvml.name != nullptr) nvml.name(device, name.data(), name.size() - 1);
    impl->devices.push_back(device);
    impl->names.emplace_back(name.data());
  }
  return NvmlReader(std::move(impl));
}

std::vector<record::Sample> NvmlReader::read(Nanos at) {
  impl_->samples.clear();
  for (std::size_t gpu = 0; gpu < impl_->devices.size(); ++gpu) impl_->read(gpu, at);
  return std::move(impl_->samples);
}

std::string NvmlReader::text() const {
  std::map<std::string, int> kinds;
  for (const auto& name : impl_->names) ++kinds[name];
  std::string text;
  for (const auto& [name, count] : kinds) {
    text += fmt::format("{}{}x {}", text.empty() ? "" : ", ", count, name);
  }
  return text;
}

}  // namespace tt::telemetry
