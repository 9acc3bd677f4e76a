// What is wrong with one piece of a plan: a sentence with a remedy, or empty where all is well.
#pragma once

#include <string>
#include <string_view>

#include "plan/plan.h"

namespace tt::plan {

std::string url_fault(std::string_view url);
/// "host:port" of "http://host:port/base".
std::string_view url_host(std::string_view url);
std::string lengths_fault(const Lengths& lengths);
std::string slo_fault(const Slo& slo);
/// "#2563eb".
bool is_colour(std::string_view text);
std::string unknown_engine(std::string_view word);

/// True where `name` is the name of a header or field that carries a credential ("api_key",
/// "Authorization"). Those must never stand in a plan, which is copied into every run's folder.
bool names_a_secret(std::string_view name);
inline constexpr std::string_view kSecretAdvice =
    "a key must not stand in a plan; put it into an environment variable and name that variable "
    "with api_key_env";

}  // namespace tt::plan
