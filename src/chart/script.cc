#include "chart/script.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory_resource>
#include <new>

#include <duktape.h>
#include <fmt/format.h>

namespace tt::chart {
namespace {

// What the heap's callbacks and our native functions know, and all the memory that the heap takes.
struct Sandbox {
  const ScriptHost& host;
  std::size_t bytes_limit = 0;
  Nanos deadline = 0;
  std::size_t bytes = 0;
  bool out_of_memory = false;
  bool late = false;
  std::uint64_t luck = 1;
  std::pmr::unsynchronized_pool_resource memory;
  // What is to be done, and what came of it: raw pointers, as Duktape leaves by longjmp.
  std::span<const unsigned char> bytecode;
  const char* function = nullptr;
  std::string_view argument;
};

// Each allocation is preceded by its size.
constexpr std::size_t kHeader = alignof(std::max_align_t);

std::size_t size_of(const void* pointer) {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<const unsigned char*>(pointer) - kHeader, sizeof size);
  return size;
}

void* allocate(void* udata, duk_size_t size) {
  auto& box = *static_cast<Sandbox*>(udata);
  if (size == 0) return nullptr;
  if (size > box.bytes_limit - box.bytes) {
    box.out_of_memory = true;
    return nullptr;
  }
  try {
    auto* block = static_cast<unsigned char*>(box.memory.allocate(size + kHeader));
    std::memcpy(block, &size, sizeof size);
    box.bytes += size;
    return block + kHeader;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void release(void* udata, void* pointer) {
  if (pointer == nullptr) return;
  auto& box = *static_cast<Sandbox*>(udata);
  const std::size_t size = size_of(pointer);
  box.bytes -= size;
  box.memory.deallocate(static_cast<unsigned char*>(pointer) - kHeader, size + kHeader);
}

void* reallocate(void* udata, void* pointer, duk_size_t size) {
  void* moved = allocate(udata, size);
  if (pointer == nullptr || (moved == nullptr && size > 0)) return moved;
  if (moved != nullptr) std::memcpy(moved, pointer, std::min<std::size_t>(size, size_of(pointer)));
  release(udata, pointer);
  return moved;
}

Sandbox& sandbox_of(duk_context* script) {
  duk_memory_functions functions{};
  duk_get_memory_functions(script, &functions);
  return *static_cast<Sandbox*>(functions.udata);
}

// tt_text_width(text, size, weight, monospace)
duk_ret_t text_width(duk_context* script) {
  duk_size_t length = 0;
  const char* text = duk_to_lstring(script, 0, &length);
  const double width =
      sandbox_of(script).host.text_width({text, length}, duk_to_number(script, 1),
                                         duk_to_int(script, 2), duk_to_boolean(script, 3) != 0);
  duk_push_number(script, width);
  return 1;
}

// Leaves the function's text on the stack. No C++ object with a destructor may live in here.
duk_ret_t load_and_call(duk_context* script, void* udata) {
  const auto& box = *static_cast<Sandbox*>(udata);
  duk_push_c_function(script, text_width, 4);
  duk_put_global_string(script, "tt_text_width");
  std::memcpy(duk_push_fixed_buffer(script, box.bytecode.size()), box.bytecode.data(),
              box.bytecode.size());
  duk_load_function(script);
  duk_call(script, 0);
  duk_pop(script);
  if (!duk_get_global_string(script, box.function)) {
    return duk_error(script, DUK_ERR_REFERENCE_ERROR, "no function %s", box.function);
  }
  duk_push_lstring(script, box.argument.data(), box.argument.size());
  duk_call(script, 1);
  duk_require_string(script, -1);
  return 1;
}

[[noreturn]] void die(void* /*udata*/, const char* /*message*/) { std::abort(); }

}  // namespace

// Duktape asks this while a script runs (duktape_build.c).
extern "C" int tt_script_is_late(void* udata) {
  auto& box = *static_cast<Sandbox*>(udata);
  box.late = box.host.clock.now() > box.deadline;
  return box.late ? 1 : 0;
}

// Random for a script, and the same in each heap: the generator of MMIX (Knuth), from 0 to below 1.
extern "C" double tt_script_luck(void* udata) {
  if (udata == nullptr) return 0.5;
  auto& luck = static_cast<Sandbox*>(udata)->luck;
  luck = luck * 6364136223846793005U + 1442695040888963407U;
  return static_cast<double>(luck >> 11U) * 0x1p-53;
}

Result<std::string> run_script(std::span<const unsigned char> bytecode, const char* function,
                               std::string_view argument, const ScriptHost& host,
                               const ScriptLimits& limits) {
  Sandbox box{.host = host,
              .bytes_limit = limits.bytes,
              .deadline = host.clock.now() + limits.time,
              .bytecode = bytecode,
              .function = function,
              .argument = argument};
  // Never destroyed: that would collect its garbage first, a fifth of the time of a chart. Its
  // memory goes with the sandbox, and it holds nothing else.
  duk_context* const heap = duk_create_heap(allocate, reallocate, release, &box, die);
  if (heap == nullptr) return fail(ErrorCode::kUnavailable, "no memory to draw a chart");
  const bool failed = duk_safe_call(heap, load_and_call, &box, 0, 1) != DUK_EXEC_SUCCESS;
  if (failed && (box.late || box.out_of_memory)) {
    return fail(ErrorCode::kUnavailable,
                box.late ? fmt::format("a chart took longer than {} s to draw and was given up",
                                       limits.time / kSecond)
                         : fmt::format("a chart needs more than {} MB to draw and was given up",
                                       limits.bytes >> 20));
  }
  duk_size_t length = 0;
  const char* text = duk_safe_to_lstring(heap, -1, &length);
  if (failed)
    return fail(ErrorCode::kInternal, "a chart cannot be drawn: " + std::string(text, length));
  return std::string(text, length);
}

}  // namespace tt::chart
