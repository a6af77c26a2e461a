#include "app/config_delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/config.hpp"
#include "app/delivery_factory.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class ConfigDelivery : public testing::Test {
 protected:
  Result<DeliveryConfig> load(const std::string& text) {
    const auto config = load_config(folder_.write("c.toml", "[[source]]\nname = \"s\"\nkind = \"stdin\"\n" + text));
    if (!config) return tl::unexpected(config.error());
    return config->delivery;
  }
  std::string problem(const std::string& text) {
    const auto config = load(text);
    return config ? "accepted" : config.error().context;
  }
  std::string alertmanager(const std::string& text) { return problem("[alerts.alertmanager]\n" + text); }
  std::string webhook(const std::string& text) { return problem("[[alerts.webhook]]\n" + text); }
  std::string secret(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::string file = folder_.write(name, text);
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return file;
  }
  test::TemporaryFolder folder_;
};

constexpr const char* kHook = "name = \"h\"\nurl = \"https://hooks.example/a\"\nsecret_file = \"/s\"\n";

TEST_F(ConfigDelivery, NobodyIsToldUnlessTheConfigurationSaysWho) {
  EXPECT_FALSE(load("")->wanted());
  const AnchoredClock clock;
  Log log(stderr, LogLevel::error, clock);
  EXPECT_EQ(open_deliverer(load("").value(), clock, log).value(), nullptr);
}

TEST_F(ConfigDelivery, AllKeysAreRead) {
  const auto config = load(R"(
[alerts]
instance = "lobby"
external_url = "https://g.example/d/room?key={key}&from={starts_ms}#panel"
[alerts.alertmanager]
urls = ["http://127.0.0.1:9093", "http://10.0.0.2:9093/am"]
runbook_url = "https://wiki.example/tone"
ca_file = "/ca.pem"
[[alerts.webhook]]
name = "chat"
url = "http://10.1.2.3/hook?x=1"
secret_file = "/secret"
allow_networks = ["10.1.0.0/16"]
)");
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_TRUE(config->wanted());
  EXPECT_EQ(config->instance, "lobby");
  ASSERT_EQ(config->alertmanager.urls.size(), 2u);
  EXPECT_EQ(config->alertmanager.urls[1].below("/api/v2/alerts"), "/am/api/v2/alerts");
  EXPECT_EQ(config->alertmanager.runbook_url, "https://wiki.example/tone");
  ASSERT_EQ(config->webhooks.size(), 1u);
  EXPECT_EQ(config->webhooks[0].url.target, "/hook?x=1");
  EXPECT_EQ(config->webhooks[0].allow_networks.size(), 1u);
}

TEST_F(ConfigDelivery, WhatIsWrongNamesItsKeyAndWhatWasExpected) {
  EXPECT_THAT(problem("[alerts]\ninstance = \"a b\"\n"), HasSubstr("alerts.instance: got \"a b\", expected"));
  EXPECT_THAT(problem("[alerts]\nexternal_url = \"g.example\"\n"), HasSubstr("alerts.external_url: got"));
  EXPECT_THAT(problem("[alerts]\nurl = \"x\"\n"), HasSubstr("alerts.url: unknown key"));
  EXPECT_THAT(alertmanager(""), HasSubstr("alerts.alertmanager.urls: missing"));
  EXPECT_THAT(alertmanager("urls = [\"am:9093\"]\n"),
              HasSubstr("alerts.alertmanager.urls: got \"am:9093\", expected a URL"));
  EXPECT_THAT(alertmanager("urls = [\"http://am\", \"http://am/\"]\n"), HasSubstr("twice"));
  EXPECT_THAT(alertmanager("urls = [\"http://am/?x\"]\n"), HasSubstr("no query"));
  EXPECT_THAT(alertmanager("urls = [\"https://am\"]\nusername = \"u\"\n"), HasSubstr("together"));
  EXPECT_THAT(alertmanager("urls = [\"https://am\"]\nusername = \"u:v\"\npassword_file = \"/p\"\n"),
              HasSubstr("colon"));
  EXPECT_THAT(alertmanager("urls = [\"https://am\"]\nusername = \"u\"\npassword_file = \"/p\"\ntoken_file = \"/t\"\n"),
              HasSubstr("alerts.alertmanager.token_file: is given beside password_file"));
  EXPECT_THAT(webhook(""), HasSubstr("alerts.webhook[0].name: got \"\""));
  EXPECT_THAT(webhook(""), HasSubstr("alerts.webhook[0].url: expected a URL"));
  EXPECT_THAT(webhook(""), HasSubstr("alerts.webhook[0].secret_file: missing"));
  EXPECT_THAT(webhook(std::string(kHook) + "allow_networks = [\"10.0.0.1/8\"]\n"),
              HasSubstr("alerts.webhook[0].allow_networks: got \"10.0.0.1/8\", expected"));
  EXPECT_THAT(webhook(std::string(kHook) + "[[alerts.webhook]]\n" + kHook),
              HasSubstr("alerts.webhook[1].name: got \"h\" twice"));
  EXPECT_THAT(problem("[alerts]\nwebhook = 1\n"), HasSubstr("alerts.webhook: expected [[alerts.webhook]] tables"));
  EXPECT_THAT(problem("[alerts]\nalertmanager = 1\n"), HasSubstr("alerts.alertmanager: expected an"));
}

TEST_F(ConfigDelivery, ASecretGoesOutInTheClearToThisMachineOnly) {
  EXPECT_THAT(alertmanager("urls = [\"http://am\"]\ntoken_file = \"/t\"\n"), HasSubstr("expected https://"));
  EXPECT_EQ(alertmanager("urls = [\"http://127.0.0.1:9093\"]\ntoken_file = \"/t\"\n"), "accepted");
}

TEST_F(ConfigDelivery, AWebhookNeedsTlsOrANetworkThatWasNamed) {
  EXPECT_EQ(webhook(kHook), "accepted");
  EXPECT_THAT(webhook("name = \"h\"\nurl = \"http://hooks.example/a\"\nsecret_file = \"/s\"\n"),
              HasSubstr("alerts.webhook[0].url: got http://, expected https://"));
  EXPECT_EQ(
      webhook("name = \"h\"\nurl = \"http://127.0.0.1/\"\nsecret_file = \"/s\"\nallow_networks = [\"127.0.0.1\"]\n"),
      "accepted");
}

TEST_F(ConfigDelivery, APasswordInAUrlIsRefusedAndNotShown) {
  EXPECT_THAT(alertmanager("urls = [\"http://u:canary@am\"]\n"), Not(HasSubstr("canary")));
  EXPECT_THAT(webhook("name = \"h\"\nurl = \"https://x/canary#\"\nsecret_file = \"/s\"\n"), Not(HasSubstr("canary")));
}

TEST_F(ConfigDelivery, SecretsComeFromTheirFiles) {
  const std::string hook = secret("hook", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\n");
  const auto basic =
      delivery_options(load("[alerts.alertmanager]\nurls = [\"https://am\"]\nusername = \"name\"\npassword_file = \"" +
                            secret("p", "word\n") +
                            "\"\n[[alerts.webhook]]\nname = \"h\"\nurl = \"https://x/\"\n"
                            "secret_file = \"" +
                            hook + "\"\n")
                           .value());
  ASSERT_TRUE(basic) << basic.error().context;
  EXPECT_EQ(basic->alertmanagers.at(0).authorization, "Basic bmFtZTp3b3Jk");
  EXPECT_EQ(basic->webhooks.at(0).name, "h");
  const auto bearer = delivery_options(
      load("[alerts.alertmanager]\nurls = [\"https://am\"]\ntoken_file = \"" + secret("t", "tok\n") + "\"\n").value());
  EXPECT_EQ(bearer->alertmanagers.at(0).authorization, "Bearer tok");
}

TEST_F(ConfigDelivery, AFileThatOthersMayReadIsNoSecret) {
  const std::string text = "[[alerts.webhook]]\nname = \"h\"\nurl = \"https://x/\"\nsecret_file = \"";
  const auto open = delivery_options(load(text + secret("a", "whsec_canary", 0644) + "\"\n").value());
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().context, HasSubstr("alerts.webhook \"h\": secret_file: read the secret"));
  EXPECT_THAT(open.error().context, HasSubstr("got mode 0644, expected 0600"));
  const auto short_one = delivery_options(load(text + secret("b", "whsec_canary") + "\"\n").value());
  ASSERT_FALSE(short_one);
  EXPECT_THAT(short_one.error().context, HasSubstr("expected whsec_"));
  EXPECT_THAT(short_one.error().context, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace roomtone::app
