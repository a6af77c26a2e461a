#pragma once

#include <string>

namespace roomtone::decode {

/// Memory that a message's views may point into, beside the parser's own. Reused from frame to frame, so that a
/// decoder stops allocating once these have grown to the traffic. Owned by one Decoder.
struct Scratch {
  std::string id;             // composed ids
  std::string text;           // text that had to be rewritten: HTML, escapes
  std::string client_app;     // as `text`, for the posting client
  std::string links;          // URLs taken out of HTML
  std::string author_digits;  // ids that came as numbers
  std::string target_digits;
  std::string reply_digits;
  std::string thread_digits;
  std::string delete_digits;
};

}  // namespace roomtone::decode
