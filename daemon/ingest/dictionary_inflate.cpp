#include "ingest/dictionary_inflate.hpp"

#include <zstd.h>

#include <fstream>
#include <sstream>

#include "base/assert.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kDictionaryBytes = 16 * 1024 * 1024;  // the one in use has 110 KiB
constexpr int kWindowLog = 23;                              // 8 MiB, what every decoder has to offer
constexpr std::size_t kStepBytes = 64 * 1024;

struct Free {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct DictionaryInflate::State {
  std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
  uint32_t dictionary_id = 0;
  std::size_t bytes_max = 0;
  std::string out;
};

DictionaryInflate::DictionaryInflate(std::unique_ptr<State> state) : state_(std::move(state)) {}
DictionaryInflate::DictionaryInflate(DictionaryInflate&&) noexcept = default;
DictionaryInflate& DictionaryInflate::operator=(DictionaryInflate&&) noexcept = default;
DictionaryInflate::~DictionaryInflate() = default;

uint32_t DictionaryInflate::dictionary_id() const { return state_->dictionary_id; }

uint32_t dictionary_of(std::string_view frame) { return ZSTD_getDictID_fromFrame(frame.data(), frame.size()); }

Result<DictionaryInflate> DictionaryInflate::open(const std::filesystem::path& dictionary, std::size_t bytes_max) {
  std::ifstream in(dictionary, std::ios::binary);
  std::ostringstream read;
  if (!in || !(read << in.rdbuf()))
    return fail(ErrorCode::not_found,
                "read the zstd dictionary " + dictionary.string() + ": no such file, or not readable");
  const std::string bytes = std::move(read).str();
  auto state = std::make_unique<State>();
  state->bytes_max = bytes_max;
  // An id of 0 means that it is raw content or no dictionary at all; no server could name it.
  state->dictionary_id = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  if (state->dictionary_id == 0 || bytes.size() > kDictionaryBytes)
    return fail(ErrorCode::invalid_argument, dictionary.string() + " is no zstd dictionary");
  ROOMTONE_ASSERT(state->context != nullptr);
  if (ZSTD_isError(ZSTD_DCtx_loadDictionary(state->context.get(), bytes.data(), bytes.size())) != 0 ||
      ZSTD_isError(ZSTD_DCtx_setParameter(state->context.get(), ZSTD_d_windowLogMax, kWindowLog)) != 0)
    return fail(ErrorCode::invalid_argument, dictionary.string() + " is a damaged zstd dictionary");
  return DictionaryInflate(std::move(state));
}

DictionaryInflate::Outcome DictionaryInflate::inflate(std::string_view frame, std::string_view& out) {
  State& state = *state_;
  if (const uint32_t id = dictionary_of(frame); id != 0 && id != state.dictionary_id) return Outcome::other_dictionary;
  ZSTD_DCtx_reset(state.context.get(), ZSTD_reset_session_only);
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  std::size_t filled = 0;
  for (;;) {
    // Grows by steps, never by what the frame claims of its size.
    if (state.out.size() < filled + kStepBytes) state.out.resize(filled + kStepBytes);
    ZSTD_outBuffer to{state.out.data(), state.out.size(), filled};
    const std::size_t hint = ZSTD_decompressStream(state.context.get(), &to, &in);
    if (ZSTD_isError(hint) != 0) return Outcome::broken;
    filled = to.pos;
    if (filled > state.bytes_max) return Outcome::too_large;
    if (hint == 0) break;
    if (in.pos == in.size && to.pos < to.size) return Outcome::broken;  // cut off
  }
  if (in.pos != in.size) return Outcome::broken;
  out = std::string_view(state.out).substr(0, filled);
  return Outcome::ok;
}

}  // namespace roomtone::ingest
