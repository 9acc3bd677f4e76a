// The user's browser.
#pragma once

#include <string>

namespace tt::app {

/// Whether there is a screen that a browser could open on.
bool has_screen();

/// Shows a page where there is a screen and a program that knows the browser; else does nothing and
/// returns false. Does not wait.
bool open_page(const std::string& url);

}  // namespace tt::app
