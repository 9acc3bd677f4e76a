// compile_script IN.js OUT: at build time, from a script to the bytecode of the Duktape that the
// program is linked with.
#include <stdio.h>
#include <stdlib.h>

#include "duktape.h"

int tt_script_is_late(void *udata) {
  (void)udata;
  return 0;
}

double tt_script_luck(void *udata) {
  (void)udata;
  return 0.5;
}

static void fail(const char *what, const char *where) {
  fprintf(stderr, "compile_script: %s: %s\n", where, what);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: compile_script IN.js OUT", "arguments");
  FILE *in = fopen(argv[1], "rb");
  if (!in || fseek(in, 0, SEEK_END) != 0) fail("cannot be read", argv[1]);
  const long size = ftell(in);
  rewind(in);
  char *text = malloc((size_t)size + 1);
  if (size < 0 || !text || fread(text, 1, (size_t)size, in) != (size_t)size) {
    fail("cannot be read", argv[1]);
  }
  fclose(in);

  duk_context *script = duk_create_heap_default();
  if (!script) fail("no memory", argv[1]);
  duk_push_string(script, "chart_script.js");
  if (duk_pcompile_lstring_filename(script, 0, text, (duk_size_t)size) != 0) {
    fail(duk_safe_to_stacktrace(script, -1), argv[1]);
  }
  duk_dump_function(script);
  duk_size_t length = 0;
  const void *bytes = duk_get_buffer_data(script, -1, &length);
  FILE *out = fopen(argv[2], "wb");
  if (!out || fwrite(bytes, 1, length, out) != length || fclose(out) != 0) {
    fail("cannot be written", argv[2]);
  }
  duk_destroy_heap(script);
  free(text);
  return 0;
}
