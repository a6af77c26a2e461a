#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.hpp"
#include "mood/model_format.hpp"

namespace roomtone::mood {

/// A model's file, mapped and checked from end to end. Immutable; any thread.
class ModelFile {
 public:
  /// Errors name the file, what is wrong in it, and what would be right.
  [[nodiscard]] static Result<ModelFile> open(const std::filesystem::path& file);

  [[nodiscard]] const Model& model() const { return model_; }

  ModelFile(ModelFile&& other) noexcept;
  ModelFile& operator=(ModelFile&&) = delete;
  ~ModelFile();

 private:
  explicit ModelFile(std::span<const uint8_t> mapped) : mapped_(mapped) {}

  std::span<const uint8_t> mapped_;
  Model model_;
};

}  // namespace roomtone::mood
