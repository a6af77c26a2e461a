#include "cli/output.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace roomtone::cli {
namespace {

/// A listening socket on a port that the system chose.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 4), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int accept() const { return ::accept(fd_, nullptr, nullptr); }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  uint16_t port_ = 0;
};

std::string read_to_end(int fd) {
  std::string out;
  char chunk[4096];
  for (ssize_t size = ::read(fd, chunk, sizeof chunk); size > 0; size = ::read(fd, chunk, sizeof chunk))
    out.append(chunk, static_cast<std::size_t>(size));
  return out;
}

/// Reads one HTTP request with a Content-Length; returns its body.
std::string read_request(int fd, std::string* head = nullptr) {
  std::string got;
  char chunk[4096];
  for (;;) {
    const std::size_t end = got.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t at = got.find("Content-Length: ");
      const std::size_t size = at == std::string::npos ? 0 : std::stoul(got.substr(at + 16));
      if (got.size() >= end + 4 + size) {
        if (head != nullptr) *head = got.substr(0, end);
        return got.substr(end + 4);
      }
    }
    const ssize_t size = ::read(fd, chunk, sizeof chunk);
    if (size <= 0) return {};
    got.append(chunk, static_cast<std::size_t>(size));
  }
}

void answer(int fd, std::string_view status) {
  const std::string text = "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

class OutputTest : public testing::Test {
 protected:
  OutputTest() : folder_(std::filesystem::temp_directory_path() / ("roomtone-output-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~OutputTest() override { std::filesystem::remove_all(folder_); }
  const std::filesystem::path folder_;
};

TEST_F(OutputTest, AFileHoldsWhatWasWrittenAndNothingOfBefore) {
  const std::string name = folder_ / "out";
  std::ofstream(name) << "what was there before, which was longer";
  auto output = open_output(name);
  ASSERT_TRUE(output);
  ASSERT_TRUE((*output)->write("one\n"));
  ASSERT_TRUE((*output)->write("two\n"));
  ASSERT_TRUE((*output)->finish());
  std::ifstream file(name);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "one\ntwo\n");
}

TEST_F(OutputTest, AFileThatCannotBeMadeIsUnavailable) {
  const auto output = open_output(folder_ / "no" / "such");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::unavailable);
  EXPECT_NE(output.error().context.find("No such file or directory"), std::string::npos);
}

TEST_F(OutputTest, AFullDiskIsAnErrorOfWriting) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  auto output = open_output("/dev/full");
  ASSERT_TRUE(output);
  const auto written = (*output)->write("one\n");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
}

TEST_F(OutputTest, TcpCarriesTheLinesAndEndsInOrder) {
  const Listener listener;
  auto output = open_output("tcp://" + listener.address());
  ASSERT_TRUE(output);
  const int peer = listener.accept();
  const std::string lines(300'000, 'x');
  std::jthread writer([&] {
    EXPECT_TRUE((*output)->write(lines));
    EXPECT_TRUE((*output)->finish());
  });
  EXPECT_EQ(read_to_end(peer), lines);
  ::close(peer);
}

TEST_F(OutputTest, ATcpPortThatNobodyListensOnIsUnavailable) {
  Listener listener;
  listener.close();
  const auto output = open_output("tcp://" + listener.address());
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::unavailable);
}

TEST_F(OutputTest, HttpPostsTheLinesToThePath) {
  const Listener listener;
  auto output = open_output("http://" + listener.address() + "/v1/messages");
  ASSERT_TRUE(output);
  std::string head;
  std::string body;
  std::jthread server([&] {
    const int peer = listener.accept();
    body = read_request(peer, &head);
    answer(peer, "202 Accepted");
    ::close(peer);
  });
  ASSERT_TRUE((*output)->write("{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
  server.join();
  EXPECT_EQ(body, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
  EXPECT_TRUE(head.starts_with("POST /v1/messages HTTP/1.1\r\n")) << head;
}

TEST_F(OutputTest, HttpSendsTheSameBodyAgainWhenTheDaemonIsBusy) {
  const Listener listener;
  auto output = open_output("http://" + listener.address() + "/v1/messages");
  ASSERT_TRUE(output);
  std::vector<std::string> bodies;
  std::jthread server([&] {
    const int peer = listener.accept();
    bodies.push_back(read_request(peer));
    answer(peer, "429 Too Many Requests");
    bodies.push_back(read_request(peer));
    answer(peer, "202 Accepted");
    ::close(peer);
  });
  ASSERT_TRUE((*output)->write("a\n"));
  server.join();
  EXPECT_EQ(bodies, (std::vector<std::string>{"a\n", "a\n"}));
}

TEST_F(OutputTest, HttpRefusalsAreErrors) {
  const Listener listener;
  auto output = open_output("http://" + listener.address() + "/v1/messages");
  ASSERT_TRUE(output);
  std::jthread server([&] {
    const int peer = listener.accept();
    (void)read_request(peer);
    answer(peer, "404 Not Found");
    ::close(peer);
  });
  const auto written = (*output)->write("a\n");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  EXPECT_NE(written.error().context.find("404"), std::string::npos);
}

TEST_F(OutputTest, PushSendsOneMessageALineWithoutItsLineFeed) {
  void* context = zmq_ctx_new();
  void* pull = zmq_socket(context, ZMQ_PULL);
  ASSERT_EQ(zmq_bind(pull, "tcp://127.0.0.1:*"), 0);
  char endpoint[256];
  std::size_t size = sizeof endpoint;
  ASSERT_EQ(zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
  auto output = open_push(endpoint);
  ASSERT_TRUE(output);
  ASSERT_TRUE((*output)->write("one\ntwo\n"));
  std::vector<std::string> got;
  for (int i = 0; i < 2; ++i) {
    char message[16];
    const int bytes = zmq_recv(pull, message, sizeof message, 0);
    ASSERT_GE(bytes, 0);
    got.emplace_back(message, static_cast<std::size_t>(bytes));
  }
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two"}));
  ASSERT_TRUE((*output)->finish());
  zmq_close(pull);
  zmq_ctx_term(context);
}

TEST_F(OutputTest, AnEndpointThatIsNoneIsRefused) {
  const auto output = open_push("nonsense");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::invalid_argument);
}

struct AddressCase {
  std::string name;
  std::string where;
};
class BadAddress : public testing::TestWithParam<AddressCase> {};
TEST_P(BadAddress, IsRefusedWithTheRightSpelling) {
  const auto output = open_output(GetParam().where);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(output.error().context.find("tcp://"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Output, BadAddress,
                         testing::Values(AddressCase{"no_port", "tcp://127.0.0.1"},
                                         AddressCase{"port_is_no_number", "tcp://127.0.0.1:http"},
                                         AddressCase{"a_path_on_tcp", "tcp://127.0.0.1:5575/x"},
                                         AddressCase{"no_path_on_http", "http://127.0.0.1:5574"},
                                         AddressCase{"bare_ipv6", "tcp://::1:5575"},
                                         AddressCase{"another_scheme", "ftp://127.0.0.1:21/x"}),
                         [](const auto& row) { return row.param.name; });

TEST(SplitHostPort, TakesAnIpv6AddressInBrackets) {
  const HostPort split = split_host_port("[::1]:5575");
  EXPECT_EQ(split.host, "::1");
  EXPECT_EQ(split.port, "5575");
}

}  // namespace
}  // namespace roomtone::cli
