#include "sim/batch_model.h"
#include "sim/fixed_model.h"
#include "sim/router_model.h"

namespace tt::sim {

std::unique_ptr<Model> make_model(const Profile& profile, std::uint64_t seed) {
  if (profile.fixed) return std::make_unique<FixedModel>(*profile.fixed);
  if (profile.router.replicas <= 1) return std::make_unique<BatchModel>(profile, seed);
  std::vector<std::unique_ptr<Model>> replicas;
  for (std::uint32_t i = 0; i < profile.router.replicas; ++i) {
    replicas.push_back(std::make_unique<BatchModel>(profile, seed + i));
  }
  return std::make_unique<RouterModel>(profile.router.policy, std::move(replicas));
}

}  // namespace tt::sim
