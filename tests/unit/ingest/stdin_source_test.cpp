#include "ingest/stdin_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "ingest/file_descriptor.hpp"
#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    read = FileDescriptor(ends[0]);
    write = FileDescriptor(ends[1]);
  }
  void put(std::string_view bytes) const {
    ASSERT_EQ(::write(write.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  FileDescriptor read;
  FileDescriptor write;
};

std::unique_ptr<Source> open(const Pipe& pipe) { return std::move(StdinSource::open({.fd = pipe.read.get()}).value()); }

TEST(StdinSource, EndsWhenTheWriterCloses) {
  Pipe pipe;
  const auto source = open(pipe);
  Receiver receiver;
  pipe.put("a\r\nb");
  pipe.write = FileDescriptor();
  EXPECT_TRUE(source->run(receiver.outlet, {}).has_value());
  EXPECT_EQ(frames_of(receiver.take()), (Frames{"a", "b"}));
  EXPECT_TRUE(receiver.take().last);
}

TEST(StdinSource, SendsALineWithoutWaitingForMore) {
  const Pipe pipe;
  const auto source = open(pipe);
  Receiver receiver;
  Running running(*source, receiver.outlet);
  pipe.put("a\n");
  EXPECT_EQ(frames_of(receiver.take()), (Frames{"a"}));
}

TEST(StdinSource, StopsWhileTheWriterIsSilent) {
  const Pipe pipe;
  const auto source = open(pipe);
  Receiver receiver;
  Running running(*source, receiver.outlet);
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_FALSE(receiver.outlet.status().ended);
}

TEST(StdinSource, AClosedDescriptorIsToldWhenItIsOpened) {
  EXPECT_FALSE(StdinSource::open({.fd = 1'000'000}).has_value());
}

}  // namespace
}  // namespace roomtone::ingest
