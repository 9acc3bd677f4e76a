#include "report/xlsx_book.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/safe_text.h"
#include "base/text.h"
#include "report/cut_text.h"
#include "report/tone.h"

namespace tt::report {
namespace {

constexpr std::size_t kMostLetters = 32'767;
constexpr std::size_t kMostName = 31;

constexpr lxw_color_t kLine = 0xD1D5DB;
constexpr lxw_color_t kHeadGround = 0x1F2937;
constexpr lxw_color_t kInputGround = 0xFFF7D6;
constexpr lxw_color_t kInputInk = 0x1D4ED8;

lxw_color_t ink_of(const CellLook& look) {
  if (look.head) return LXW_COLOR_WHITE;
  if (look.input) return kInputInk;
  return report::ink_of(look.tone);
}

// Callers keep to what Excel has.
lxw_col_t narrow(ColumnIndex column) { return static_cast<lxw_col_t>(column); }

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// "_x0041_" at the beginning of what is left.
bool is_escape(std::string_view text) {
  return text.size() >= 7 && text[0] == '_' && (text[1] == 'x' || text[1] == 'X') &&
         std::ranges::all_of(text.substr(2, 4), is_hex) && text[6] == '_';
}

}  // namespace

std::string excel_text(std::string_view text) {
  std::string safe = cut_text(safe_text(text, true), kMostLetters);
  if (safe.find("_x") == std::string::npos && safe.find("_X") == std::string::npos) return safe;
  std::string out;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    if (is_escape(std::string_view(safe).substr(i))) out += "_x005F";
    out += safe[i];
  }
  return cut_text(out, kMostLetters);
}

std::string sheet_name(std::string_view name) {
  std::string out = safe_text(name);
  for (char& c : out) {
    if (std::string_view("[]:*?/\\").find(c) != std::string_view::npos) c = ' ';
  }
  out = cut_text(trim(out), kMostName);
  while (out.starts_with('\'')) out.erase(0, 1);
  while (out.ends_with('\'')) out.pop_back();
  if (out.empty() || equals_ignoring_case(out, "history")) out = "Sheet";
  return out;
}

std::string number_format(double size) {
  size = std::fabs(size);
  if (size >= 100 || size == 0) return kWhole;
  if (size >= 10) return "#,##0.0";
  if (size >= 1) return "0.00";
  return size >= 0.1 ? "0.000" : size >= 0.001 ? "0.0000" : "0.00E+00";
}

std::string money_format(std::string_view currency, double size) {
  const auto digits = std::fabs(size) >= 1000             ? std::string(kWhole)
                      : std::fabs(size) >= 1 || size == 0 ? std::string("#,##0.00")
                                                          : number_format(size);
  if (currency == "USD") return "$" + digits;
  std::string code;
  for (const char c : currency) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) code += c;
  }
  return fmt::format("\"{} \"{}", code, digits);
}

// --- A sheet -------------------------------------------------------------------------------------

void Sheet::text(RowIndex row, ColumnIndex column, std::string_view text, const CellLook& look) {
  if (text.empty()) {
    if (look != CellLook{}) {
      book_->check(worksheet_write_blank(sheet_, row, narrow(column), book_->format(look)));
    }
    return;
  }
  book_->check(worksheet_write_string(sheet_, row, narrow(column), excel_text(text).c_str(),
                                      book_->format(look)));
}

void Sheet::wide(RowIndex row, ColumnIndex from, ColumnIndex to, std::string_view text,
                 const CellLook& look) {
  book_->check(worksheet_merge_range(sheet_, row, narrow(from), row, narrow(to),
                                     excel_text(text).c_str(), book_->format(look)));
}

void Sheet::number(RowIndex row, ColumnIndex column, std::optional<double> value,
                   const CellLook& look) {
  if (!value || !std::isfinite(*value)) return text(row, column, {}, look);
  book_->check(worksheet_write_number(sheet_, row, narrow(column), *value, book_->format(look)));
}

void Sheet::formula(RowIndex row, ColumnIndex column, const std::string& formula,
                    std::optional<double> value, const CellLook& look) {
  auto* format = book_->format(look);
  if (value && std::isfinite(*value)) {
    book_->check(
        worksheet_write_formula_num(sheet_, row, narrow(column), formula.c_str(), format, *value));
  } else {
    book_->check(
        worksheet_write_formula_str(sheet_, row, narrow(column), formula.c_str(), format, ""));
  }
}

void Sheet::cell(RowIndex row, ColumnIndex column, const Cell& cell, std::string_view number_format,
                 Align align) {
  CellLook look{.number = std::string(number_format),
                .tone = cell.tone,
                .strong = cell.strong,
                .wrap = align == Align::kLeft,
                .right = align == Align::kRight,
                .indent = align == Align::kLeft && column > 0 ? 1 : 0};
  // A share is never rounded up to the whole.
  const bool almost = cell.number && *cell.number > 0.999 && *cell.number < 1;
  if (look.number == kShareFormat && almost) look.number = "0.0000%";
  // "over 99.9%" says more than its number.
  const bool words = !cell.text.empty() && std::isalpha(static_cast<unsigned char>(cell.text[0]));
  if (cell.number && std::isfinite(*cell.number) && !words) {
    number(row, column, cell.number, look);
  } else {
    text(row, column, cell.text, look);
  }
}

void Sheet::height(RowIndex row, double points) {
  book_->check(worksheet_set_row(sheet_, row, points, nullptr));
}

void Sheet::image(RowIndex row, ColumnIndex column, const OfficePicture& picture,
                  std::string_view alt) {
  constexpr double kPointsPerPixel = 0.75;
  const double own = png_size(picture.png).width * kPointsPerPixel;
  const std::string words = excel_text(alt);
  lxw_image_options options{};
  options.x_scale = options.y_scale = picture.width / own;
  options.object_position = LXW_OBJECT_MOVE_DONT_SIZE;
  options.description = const_cast<char*>(words.c_str());  // NOLINT: it is only read
  const std::vector<unsigned char> bytes(picture.png.begin(), picture.png.end());
  book_->check(worksheet_insert_image_buffer_opt(sheet_, row, narrow(column), bytes.data(),
                                                 bytes.size(), &options));
}

void Sheet::width(ColumnIndex from, ColumnIndex to, double letters) {
  book_->check(worksheet_set_column(sheet_, narrow(from), narrow(to), letters, nullptr));
}

void Sheet::freeze(RowIndex rows, ColumnIndex columns) {
  worksheet_freeze_panes(sheet_, rows, narrow(columns));
  if (rows > 0) book_->check(worksheet_repeat_rows(sheet_, rows - 1, rows - 1));
}

void Sheet::filter(RowIndex from, RowIndex to, ColumnIndex columns) {
  if (columns == 0) return;
  const auto last = narrow(columns - 1);
  book_->check(worksheet_autofilter(sheet_, from, 0, std::max(from, to), last));
}

std::string Sheet::at(RowIndex row, ColumnIndex column) const {
  std::string quoted = name_;
  for (std::size_t i = quoted.find('\''); i != std::string::npos; i = quoted.find('\'', i + 2)) {
    quoted.insert(i, 1, '\'');
  }
  std::array<char, LXW_MAX_CELL_NAME_LENGTH> cell{};
  lxw_rowcol_to_cell_abs(cell.data(), row, narrow(column), 1, 1);
  return fmt::format("'{}'!{}", quoted, cell.data());
}

// --- The book ------------------------------------------------------------------------------------

void Book::CloseFile::operator()(const int* fd) const {
  close(*fd);
  delete fd;
}

// The library writes to a path only; a file in memory has one.
Result<Book> Book::create() {
  const int fd = memfd_create("workbook", MFD_CLOEXEC);
  if (fd < 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no memory for a workbook: {}", std::strerror(errno)));
  }
  Book book;
  book.file_.reset(new int(fd));
  lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = nullptr, .use_zip64 = 0};
  book.book_.reset(workbook_new_opt(fmt::format("/proc/self/fd/{}", fd).c_str(), &options));
  if (!book.book_) return fail(ErrorCode::kUnavailable, "no memory for a workbook");
  return book;
}

Sheet& Book::sheet(std::string_view name) {
  std::string wish = sheet_name(name);
  std::string free = wish;
  for (int n = 2; !names_.insert(to_lower(free)).second; ++n) {
    const auto end = fmt::format(" {}", n);
    free = cut_text(wish, kMostName - end.size()) + end;
  }
  auto* raw = workbook_add_worksheet(book_.get(), free.c_str());
  if (raw == nullptr) check(LXW_ERROR_MEMORY_MALLOC_FAILED);
  sheets_.push_back(std::make_unique<Sheet>(*this, raw, free));
  if (raw != nullptr) {
    worksheet_gridlines(raw, LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_landscape(raw);
    worksheet_set_paper(raw, 9);  // A4
    worksheet_fit_to_pages(raw, 1, 0);
    check(worksheet_set_footer(raw, "&L&8&A&R&8&P / &N"));
  }
  return *sheets_.back();
}

lxw_format* Book::format(const CellLook& look) {
  auto& format = formats_[look];
  if (format != nullptr) return format;
  format = workbook_add_format(book_.get());
  format_set_font_name(format, kSheetFont);
  format_set_font_size(format, look.size);
  format_set_font_color(format, look.accent && accent_ ? *accent_ : ink_of(look));
  format_set_align(format, look.head ? LXW_ALIGN_VERTICAL_CENTER : LXW_ALIGN_VERTICAL_TOP);
  if (look.right) format_set_align(format, LXW_ALIGN_RIGHT);
  if (look.indent > 0) format_set_indent(format, static_cast<std::uint8_t>(look.indent));
  if (look.strong || look.head) format_set_bold(format);
  if (look.wrap || look.head) format_set_text_wrap(format);
  if (!look.number.empty()) format_set_num_format(format, look.number.c_str());
  if (look.head) format_set_bg_color(format, kHeadGround);
  if (look.input) {
    format_set_bg_color(format, kInputGround);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, kLine);
    format_set_unlocked(format);
  }
  return format;
}

void Book::name(const std::string& name, const std::string& cell) {
  check(workbook_define_name(book_.get(), name.c_str(), ("=" + cell).c_str()));
}

void Book::properties(const Document& document) {
  accent_ = accent_ink(document);
  std::string title = excel_text(document.title);
  std::string subject = excel_text(document.subtitle);
  lxw_doc_properties properties{};
  properties.title = title.data();
  properties.subject = subject.data();
  std::string author = "Tokentrial";
  properties.author = author.data();
  // 0 would be the time of writing.
  properties.created = static_cast<time_t>(std::max<Nanos>(1, document.measured / kSecond));
  check(workbook_set_properties(book_.get(), &properties));
}

void Book::check(lxw_error error) {
  if (error_ == LXW_NO_ERROR) error_ = error;
}

Result<std::string> Book::bytes() {
  check(workbook_close(book_.release()));
  if (error_ != LXW_NO_ERROR) {
    return fail(ErrorCode::kIo,
                fmt::format("the workbook cannot be written: {} (temporary files go to TMPDIR)",
                            lxw_strerror(error_)));
  }
  struct stat about{};
  std::string bytes;
  if (fstat(*file_, &about) == 0) bytes.resize(static_cast<std::size_t>(about.st_size));
  for (std::size_t done = 0; done < bytes.size();) {
    const auto read =
        pread(*file_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (read <= 0) return fail(ErrorCode::kIo, "the workbook cannot be read back");
    done += static_cast<std::size_t>(read);
  }
  return bytes;
}

}  // namespace tt::report
