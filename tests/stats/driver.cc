// stats_driver: reads cases from its input, a line each: "function ; numbers ; numbers ...", and
// prints an answer a line: its numbers with 17 digits, or "none".
#include "driver.h"

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

namespace tt::stats {
namespace {

Table all_functions() {
  Table all;
  for (Table topic :
       {moments_functions(), quantile_functions(), hypotheses_functions(), shift_functions(),
        shape_functions(), dependence_functions(), trend_functions()}) {
    all.merge(topic);
  }
  return all;
}

// The numbers up to the next ";" or the end.
std::vector<double> numbers_of(std::istringstream& line) {
  std::vector<double> numbers;
  std::string word;
  while (line >> word && word != ";") numbers.push_back(std::stod(word));
  return numbers;
}

void print(const Answer& answer) {
  if (!answer) {
    std::puts("none");
    return;
  }
  for (const double x : *answer) std::printf("%.17g ", x);
  std::putchar('\n');
}

int run() {
  const Table functions = all_functions();
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream line(text);
    std::string name;
    std::string separator;
    line >> name >> separator;
    const auto found = functions.find(name);
    if (found == functions.end()) {
      std::fprintf(stderr, "stats_driver knows no function %s\n", name.c_str());
      return 1;
    }
    Arguments arguments;
    while (line) arguments.push_back(numbers_of(line));
    print(found->second(arguments));
  }
  return 0;
}

}  // namespace
}  // namespace tt::stats

int main() { return tt::stats::run(); }
