#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roomtone::text {

struct EmoticonMatch {
  std::string_view canonical;  // empty: no emoticon here
  std::size_t consumed = 0;
  uint8_t run = 1;  // how often its last character stands: ":)))" is 3
};

/// Reads a western emoticon at `p` into its canonical spelling: eyes ':' ';', no nose, mouths ) ( D P O S / | * 3.
/// These are all: `:) :( :D :P :O :S :/ :| :* :3 :'( :') ;) ;( ;D ;P >:( >:) D: xD B) O:) <3 </3 ^_^ -_- >_< T_T o_O
/// \o/`. `after_word`: the character before is a letter or digit, where only smiling and frowning brackets count
/// ("great:)", but not "12:30" or "a:Default").
[[nodiscard]] EmoticonMatch match_emoticon(const char* p, const char* end, bool after_word);

}  // namespace roomtone::text
