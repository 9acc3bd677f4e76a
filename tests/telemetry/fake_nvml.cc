// Plays NVIDIA's management library for tests: two GPUs, the second of which supports little. Each
// reading of the energy counter adds 50 J, as a GPU at 500 W read ten times a second would.
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kGood = 0;
constexpr int kNotSupported = 3;
int first = 0;
int second = 0;
unsigned long long energy_mj = 1'000'000;

bool is_first(const void* device) { return device == &first; }

}  // namespace

extern "C" {

// FAKE_NVML_BROKEN=1: the driver does not answer.
int nvmlInit_v2() { return std::getenv("FAKE_NVML_BROKEN") == nullptr ? kGood : 9; }
int nvmlShutdown() { return kGood; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return kGood;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = index == 0 ? &first : &second;
  return kGood;
}
int nvmlDeviceGetName(void*, char* name, unsigned length) {
  std::snprintf(name, length, "Fake GPU");
  return kGood;
}
int nvmlDeviceGetUtilizationRates(void* device, unsigned* rates) {
  rates[0] = is_first(device) ? 87 : 12;
  rates[1] = is_first(device) ? 40 : 5;
  return kGood;
}
int nvmlDeviceGetMemoryInfo(void*, unsigned long long* memory) {
  memory[0] = 80ULL << 30;
  memory[1] = 8ULL << 30;
  memory[2] = 72ULL << 30;
  return kGood;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  if (!is_first(device)) return kNotSupported;
  *milliwatts = 500'250;
  return kGood;
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  if (!is_first(device)) return kNotSupported;
  *millijoules = energy_mj += 50'000;
  return kGood;
}
int nvmlDeviceGetTemperature(void* device, unsigned, unsigned* celsius) {
  if (!is_first(device)) return kNotSupported;
  *celsius = 61;
  return kGood;
}
int nvmlDeviceGetClockInfo(void* device, unsigned, unsigned* mhz) {
  if (!is_first(device)) return kNotSupported;
  *mhz = 1980;
  return kGood;
}
}
