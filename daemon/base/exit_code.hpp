#pragma once

namespace roomtone {

/// How both programs end, so that scripts and service managers can tell a mistake from a mishap. The numbers are
/// those of sysexits(3) and part of the interface: they never change their meaning.
enum class ExitCode : int {
  ok = 0,
  no = 1,            // done, and the answer is no: nothing matches, or an example is not true
  usage = 64,        // the command line cannot be understood, or asks for what makes no sense
  refused = 65,      // the store is not what it must be (damaged, behind, newer): starting again does not help
  unavailable = 69,  // a port, file or peer is not available; trying again later may help
  bug = 70,          // we are wrong: please report it
  store = 74,        // reading or writing failed: the store, or an output file
  config = 78,       // the configuration, a rule or a model cannot be used
};

[[nodiscard]] constexpr int status_of(ExitCode code) { return static_cast<int>(code); }

}  // namespace roomtone
