#include "mood/model_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace roomtone::mood {

Result<ModelFile> ModelFile::open(const std::filesystem::path& file) {
  const std::string name = file.string();
  const auto failed = [&](const char* what) {
    return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                std::string(what) + " model " + name + ": " + std::strerror(errno));
  };
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("open");
  struct stat about {};
  const bool known = ::fstat(fd, &about) == 0;
  const auto size = static_cast<std::size_t>(known ? about.st_size : 0);
  if (!known || !S_ISREG(about.st_mode) || size == 0 || size > kModelBytesMax) {
    ::close(fd);
    return fail(ErrorCode::corrupt, name + ": no model: expected a file of 64 bytes to 8 MiB");
  }
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  ::close(fd);
  if (at == MAP_FAILED) return failed("map");
  ModelFile mapped({static_cast<const uint8_t*>(at), size});
  auto model = parse_model(mapped.mapped_, name);
  if (!model) return tl::unexpected(model.error());
  mapped.model_ = std::move(*model);
  return mapped;
}

ModelFile::ModelFile(ModelFile&& other) noexcept
    : mapped_(std::exchange(other.mapped_, {})), model_(std::move(other.model_)) {}

ModelFile::~ModelFile() {
  if (!mapped_.empty()) ::munmap(const_cast<uint8_t*>(mapped_.data()), mapped_.size());
}

}  // namespace roomtone::mood
