#include "serve/api_document.h"

#include <fmt/format.h>

#include "report/html.h"
#include "serve/assets.h"
#include "serve/json.h"

// schema/openapi.json, put here by cmake/Embed.cmake.
extern "C" const char kApiDocumentBegin[];
extern "C" const char kApiDocumentEnd[];

namespace tt::serve {
namespace {

using report::html_text;

std::string member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "#/components/schemas/Run" as a link to its section.
std::string link_of(const std::string& reference) {
  const std::string name = reference.substr(reference.rfind('/') + 1);
  return fmt::format("<a href=\"#{0}\">{0}</a>", html_text(name));
}

std::string type_of(const Json& schema) {
  if (schema.contains("$ref")) return link_of(member(schema, "$ref"));
  std::string text;
  if (const auto type = schema.find("type"); type != schema.end()) {
    if (type->is_string()) text = type->get<std::string>();
    if (type->is_array()) {
      for (const auto& one : *type) text += (text.empty() ? "" : " or ") + one.get<std::string>();
    }
  }
  if (schema.contains("items")) text += " of " + type_of(schema["items"]);
  if (schema.contains("enum")) text += fmt::format(" {}", html_text(schema["enum"].dump()));
  return text;
}

std::string parameters_table(const Json& operation) {
  if (!operation.contains("parameters")) return {};
  std::string rows;
  for (const auto& parameter : operation["parameters"]) {
    const bool required = parameter.value("required", false);
    rows += fmt::format(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
        html_text(member(parameter, "name")), html_text(member(parameter, "in")),
        type_of(parameter.value("schema", Json::object())),
        html_text(member(parameter, "description")) + (required ? " <em>Required.</em>" : ""));
  }
  return fmt::format(
      "<table><tr><th>parameter</th><th>in</th><th>type</th><th>meaning</th></tr>{}</table>", rows);
}

std::string content_of(const Json& holder) {
  if (!holder.contains("content")) return {};
  std::string text;
  for (const auto& [type, content] : holder["content"].items()) {
    text += fmt::format(" <code>{}</code>", html_text(type));
    if (content.contains("schema")) text += " " + type_of(content["schema"]);
  }
  return text;
}

std::string operation_section(const std::string& path, const std::string& method,
                              const Json& operation) {
  std::string text = fmt::format("<section><h3><code>{} {}</code></h3><p>{}</p>", html_text(method),
                                 html_text(path), html_text(member(operation, "summary")));
  if (const auto more = member(operation, "description"); !more.empty()) {
    text += fmt::format("<p>{}</p>", html_text(more));
  }
  text += parameters_table(operation);
  if (operation.contains("requestBody")) {
    text += fmt::format("<p>Takes{}</p>", content_of(operation["requestBody"]));
  }
  for (const auto& [status, answer] : operation["responses"].items()) {
    text += fmt::format("<p>{}: {}{}</p>", html_text(status),
                        html_text(member(answer, "description")), content_of(answer));
  }
  return text + "</section>";
}

std::string schema_section(const std::string& name, const Json& schema) {
  std::string text = fmt::format("<section id=\"{0}\"><h3>{0}</h3><p>{1}</p>", html_text(name),
                                 html_text(member(schema, "description")));
  if (!schema.contains("properties")) return text + "</section>";
  text += "<table><tr><th>member</th><th>type</th><th>meaning</th></tr>";
  for (const auto& [key, value] : schema["properties"].items()) {
    text += fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", html_text(key),
                        type_of(value), html_text(member(value, "description")));
  }
  return text + "</table></section>";
}

}  // namespace

std::string_view api_document() { return {kApiDocumentBegin, kApiDocumentEnd}; }

std::string api_page() {
  const Json document = Json::parse(api_document());
  std::string body =
      fmt::format("<h1>{}</h1><p>{}</p>", html_text(member(document["info"], "title")),
                  html_text(member(document["info"], "description")));
  body += "<p><a href=\"/api/v1/openapi.json\">The same as OpenAPI 3.1</a></p><h2>Paths</h2>";
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string verb;
      for (const char c : method) verb += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      body += operation_section(path, verb, operation);
    }
  }
  body += "<h2>Objects</h2>";
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    body += schema_section(name, schema);
  }
  return fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tokentrial API</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" "
      "href=\"{}\"></head><body class=\"text\"><main>{}</main></body></html>\n",
      asset_path("page.css"), body);
}

}  // namespace tt::serve
