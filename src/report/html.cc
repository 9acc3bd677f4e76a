#include "report/html.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/isolates.h"
#include "base/safe_text.h"
#include "base/text.h"
#include "report/two_themes.h"

// src/report/html_style.css and the bundle of src/report/page.js, put here by cmake/Embed.cmake.
extern "C" {
extern const char kHtmlStyleBegin[], kHtmlStyleEnd[];
extern const char kPageScriptBegin[], kPageScriptEnd[];
extern const char kPageScriptHashBegin[], kPageScriptHashEnd[];
}

namespace tt::report {
namespace {

// To be copied: nothing is put into it.
std::string html_verbatim(std::string_view text);
std::string html_code(std::string_view text) { return "<code>" + html_verbatim(text) + "</code>"; }

// The class that goes with a tone; empty for plain text.
std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "good";
    case Tone::kWarn:
      return "warn";
    case Tone::kBad:
      return "bad";
    case Tone::kQuiet:
      return "quiet";
    case Tone::kPlain:
      return "";
  }
  return "";
}

// Beside the colour: a sign to see, and a word to hear.
std::string mark_of(Tone tone) {
  const auto mark = [](std::string_view sign, std::string_view word) {
    return fmt::format(
        "<span class=\"mark\" aria-hidden=\"true\">{}</span><span class=\"unseen\">{}</span> ",
        sign, word);
  };
  switch (tone) {
    case Tone::kGood:
      return mark("✓", "Good:");
    case Tone::kWarn:
      return mark("!", "Attention:");
    case Tone::kBad:
      return mark("✗", "Bad:");
    case Tone::kPlain:
    case Tone::kQuiet:
      return {};
  }
  return {};
}

std::string text_of(const Text& text) {
  std::string out;
  for (const Span& span : text) {
    std::string one = span.code ? html_code(span.text) : html_text(span.text);
    if (span.strong) one = "<strong>" + one + "</strong>";
    const auto name = class_of(span.tone);
    out += name.empty() ? one : fmt::format("<span class=\"{}\">{}</span>", name, one);
  }
  return out;
}

// JSON inside a script element: nothing in it can end that.
std::string script_text(std::string_view json) {
  std::string out;
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

bool has_charts(const Document& document) {
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      const auto* picture = std::get_if<Picture>(&block);
      if (picture != nullptr && !picture->chart.empty()) return true;
    }
  }
  return false;
}

// Nothing is loaded, and no script runs but ours, whatever foreign text may hold.
std::string policy(bool scripts) {
  return fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data: blob:{}\">\n",
      scripts ? fmt::format("; script-src '{}'",
                            std::string_view(kPageScriptHashBegin, kPageScriptHashEnd))
              : "");
}

std::string data_url(std::string_view svg) { return "data:image/svg+xml;base64," + base64(svg); }

class Writer {
 public:
  std::string take() { return std::move(out_); }
  void raw(std::string_view text) { out_ += text; }

  void operator()(const Paragraph& p) { add("<p>{}</p>\n", text_of(p.text)); }

  void operator()(const Bullets& bullets) {
    if (bullets.items.empty()) return;
    out_ += "<ul>\n";
    for (const Text& item : bullets.items) add("<li>{}</li>\n", text_of(item));
    out_ += "</ul>\n";
  }

  void operator()(const Callout& callout) {
    add("<div class=\"callout {}\">{}<strong>{}</strong>", class_of(callout.tone),
        mark_of(callout.tone), html_text(callout.title));
    if (!callout.text.empty()) add("<p>{}</p>", text_of(callout.text));
    out_ += "</div>\n";
  }

  void operator()(const Cards& cards) {
    if (!cards.title.empty()) add("<h3>{}</h3>\n", html_text(cards.title));
    out_ += "<dl class=\"cards\">\n";
    for (const Card& card : cards.cards) {
      add("<div class=\"card {}\"><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"note\">{}</dd>"
          "</div>\n",
          class_of(card.tone), html_text(card.label), html_text(card.value), html_text(card.note));
    }
    out_ += "</dl>\n";
  }

  void operator()(const Table& table) {
    if (table.columns.empty()) return;
    // Wide tables scroll by themselves, by keyboard too.
    add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n",
        html_text(table.title.empty() ? "Table" : table.title));
    if (!table.title.empty()) add("<caption>{}</caption>\n", html_text(table.title));
    out_ += "<thead><tr>";
    for (const Column& column : table.columns) {
      add("<th scope=\"col\"{}>{}</th>", is_right(column) ? " class=\"right\"" : "",
          html_text(column.title));
    }
    out_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) add_row(table, row);
    out_ += "</tbody>\n</table>\n</div>\n";
    if (!table.note.empty()) add("<p class=\"tablenote\">{}</p>\n", html_text(table.note));
  }

  void operator()(const Terms& terms) {
    out_ += "<dl class=\"terms\">\n";
    for (const auto& [term, meaning] : terms.entries) {
      add("<dt>{}</dt><dd>{}</dd>\n", html_text(term), html_text(meaning));
    }
    out_ += "</dl>\n";
  }

  // As images, each a world of its own: no name or style of one reaches another. Where scripts run,
  // page.js puts a chart to touch in their place.
  void operator()(const Picture& picture) {
    add("<figure{}><picture>", picture.chart.empty() ? "" : " class=\"chart\"");
    const auto both =
        picture.dark.empty() ? std::nullopt : both_themes(picture.light, picture.dark);
    if (!picture.dark.empty() && !both) {
      add("<source media=\"(prefers-color-scheme: dark)\" srcset=\"{}\">", data_url(picture.dark));
    }
    add("<img src=\"{}\" alt=\"{}\" loading=\"lazy\" width=\"960\" height=\"560\"></picture>",
        data_url(both ? *both : picture.light), html_text(picture.alt));
    if (!picture.chart.empty()) {
      add("<script type=\"application/json\">{}</script>", script_text(picture.chart));
    }
    add("<figcaption><span class=\"unseen\">{}. </span>{}</figcaption>\n", html_text(picture.title),
        html_text(picture.note));
    if (!picture.figures.rows.empty()) {
      out_ += "<details><summary>The figures behind it</summary>\n";
      (*this)(picture.figures);
      out_ += "</details>\n";
    }
    out_ += "</figure>\n";
  }

  void operator()(const Listing& listing) {
    if (!listing.title.empty()) add("<h3>{}</h3>\n", html_text(listing.title));
    add("<pre tabindex=\"0\">{}</pre>\n", html_verbatim(listing.text));
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
  }

  static bool is_right(const Column& column) { return column.align == Align::kRight; }

  void add_row(const Table& table, const std::vector<Cell>& row) {
    out_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Cell& cell = row[i];
      std::string text = html_text(cell.text);
      if (cell.strong) text = "<strong>" + text + "</strong>";
      if (i == 0) {
        add("<th scope=\"row\">{}</th>", text);
        continue;
      }
      add("<td class=\"{}{}\">{}{}</td>", is_right(table.columns[i]) ? "right " : "",
          class_of(cell.tone), text.empty() ? "" : mark_of(cell.tone), text);
    }
    out_ += "</tr>\n";
  }

  std::string out_;
};

}  // namespace

namespace {

std::string escaped(std::string_view safe) {
  std::string out;
  for (const char c : safe) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string html_verbatim(std::string_view text) { return escaped(safe_text(text, true)); }

}  // namespace

std::string html_text(std::string_view text) { return escaped(isolated(safe_text(text, true))); }

namespace {

// An image of its own: what an SVG holds stays in it, and runs nothing.
std::string logo_of(const Logo& logo) {
  if (logo.bytes.empty()) return {};
  return fmt::format("<img class=\"logo\" src=\"data:image/{};base64,{}\" alt=\"{}\">\n",
                     logo.svg ? "svg+xml" : "png", base64(logo.bytes), html_text(logo.alt));
}

std::string accent_of(const Document& document) {
  if (document.accent.empty()) return {};
  return fmt::format(" class=\"accent\" style=\"--accent: {}\"", html_text(document.accent));
}

}  // namespace

std::string html(const Document& document) {
  Writer writer;
  const bool scripts = has_charts(document);
  const std::string title = html_text(document.title);
  writer.raw(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  writer.raw(policy(scripts));
  writer.raw(fmt::format("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", title,
                         std::string_view(kHtmlStyleBegin, kHtmlStyleEnd)));
  writer.raw(fmt::format(
      "<div class=\"frame\">\n<header{}>\n{}<h1>{}</h1>\n<p class=\"subtitle\">{}</p>\n</header>\n",
      accent_of(document), logo_of(document.logo), title, html_text(document.subtitle)));
  writer.raw("<nav aria-label=\"Contents\">\n<p>Contents</p>\n<ol>\n");
  for (const Section& section : document.sections) {
    writer.raw(
        fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, html_text(section.title)));
  }
  writer.raw("</ol>\n</nav>\n<main>\n");
  for (const Section& section : document.sections) {
    writer.raw(
        fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 "
                    "id=\"{0}-title\">{1}</h2>\n",
                    section.id, html_text(section.title)));
    for (const Block& block : section.blocks) std::visit(writer, block);
    writer.raw("</section>\n");
  }
  writer.raw("</main>\n<footer>\n");
  writer(Terms{document.metadata});
  writer.raw("</footer>\n</div>\n");
  if (scripts) {
    writer.raw("<script>");
    writer.raw(std::string_view(kPageScriptBegin, kPageScriptEnd));
    writer.raw("</script>\n");
  }
  writer.raw("</body>\n</html>\n");
  return writer.take();
}

}  // namespace tt::report
