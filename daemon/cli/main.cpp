#include "cli/cli.hpp"

int main(int argc, char** argv) { return roomtone::status_of(roomtone::cli::run(argc, argv)); }
