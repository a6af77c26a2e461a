#include "cli/cli.hpp"
#include <CLI/CLI.hpp>
namespace roomtone::cli { void add_erase(CLI::App&, Invocation&) {} }
