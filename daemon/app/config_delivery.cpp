#include "app/config_delivery.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "app/toml_table.hpp"
#include "base/log.hpp"
#include "base/loopback.hpp"
#include "model/key.hpp"

namespace roomtone::app {

namespace {

constexpr std::size_t kAlertmanagers = 16;
constexpr std::size_t kWebhooks = 16;
constexpr std::size_t kNetworks = 64;
constexpr std::size_t kInstanceBytes = 64;

std::string shown(std::string_view text) { return "\"" + printable(text, 80) + "\""; }

bool valid_instance(std::string_view text) {
  return !text.empty() && text.size() <= kInstanceBytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

std::string host_name() {
  std::array<char, kInstanceBytes + 1> name{};
  const bool known = ::gethostname(name.data(), name.size() - 1) == 0;
  return known && valid_instance(name.data()) ? name.data() : "roomtone";
}

void read_path(TomlTable& table, std::string_view key, std::filesystem::path& into, const char* expected) {
  std::string path;
  table.read(key, path);
  if (table.has(key) && path.empty()) table.problem(key, std::string("got an empty path, expected ") + expected);
  into = path;
}

/// A URL that people open: nothing of it is connected to.
void read_link(TomlTable& table, std::string_view key, std::string& into) {
  table.read(key, into);
  if (!table.has(key)) return;
  std::string filled = into;
  // The placeholders' braces are no characters of a URL.
  for (const std::string_view placeholder : {"{key}", "{starts_ms}"})
    for (std::size_t at = 0; (at = filled.find(placeholder, at)) != filled.npos;) filled.erase(at, placeholder.size());
  const std::string without_fragment = filled.substr(0, filled.find('#'));
  if (const auto url = delivery::parse_http_url(without_fragment); !url)
    table.problem(key, "got " + shown(into) + ", " + url.error().context);
}

void read_alertmanager(TomlTable& table, AlertmanagerConfig& config) {
  std::vector<std::string> urls;
  if (!table.has("urls"))
    table.problem("urls", "missing, expected every Alertmanager, such as \"http://127.0.0.1:9093\"");
  table.read_strings("urls", urls);
  if (urls.size() > kAlertmanagers)
    table.problem("urls",
                  "got " + std::to_string(urls.size()) + ", expected at most " + std::to_string(kAlertmanagers));
  table.read("username", config.username);
  read_path(table, "password_file", config.password_file, "a file of mode 0600 with the password");
  read_path(table, "token_file", config.token_file, "a file of mode 0600 with the token");
  read_path(table, "ca_file", config.ca_file, "a PEM file with certificates");
  read_link(table, "runbook_url", config.runbook_url);
  if (config.username.empty() != config.password_file.empty())
    table.problem("username", "expected username and password_file together");
  if (config.username.find(':') != std::string::npos) table.problem("username", "expected one without a colon");
  const bool secret = !config.password_file.empty() || !config.token_file.empty();
  if (!config.password_file.empty() && !config.token_file.empty())
    table.problem("token_file", "is given beside password_file, expected one of the two");
  for (const std::string& text : urls) {
    auto url = delivery::parse_http_url(text);
    if (!url) {
      // Not shown where it may hold a password.
      table.problem("urls", (text.find('@') == text.npos ? "got " + shown(text) + ", " : "") + url.error().context);
    } else if (url->target.find('?') != std::string::npos) {
      table.problem("urls", "got " + shown(text) + ", expected no query behind the path");
    } else if (secret && !url->tls && !is_loopback(url->host)) {
      table.problem(
          "urls", "got " + shown(text) + ", expected https://: everybody on the way could read the password or token");
    } else if (std::ranges::find(config.urls, *url) != config.urls.end()) {
      table.problem("urls", "got " + shown(text) + " twice, expected each once");
    } else {
      config.urls.push_back(std::move(*url));
    }
  }
}

void read_webhook(TomlTable& table, WebhookConfig& webhook) {
  table.read("name", webhook.name);
  if (!valid_topic_id(webhook.name))
    table.problem("name", "got " + shown(webhook.name) + ", expected 1 to 64 of a-z, 0-9, - and _");
  std::vector<std::string> networks;
  table.read_strings("allow_networks", networks, true);
  if (networks.size() > kNetworks)
    table.problem("allow_networks",
                  "got " + std::to_string(networks.size()) + ", expected at most " + std::to_string(kNetworks));
  for (const std::string& text : networks) {
    const auto network = delivery::parse_network(text);
    if (network) {
      webhook.allow_networks.push_back(*network);
    } else {
      table.problem("allow_networks", "got " + shown(text) + ", " + network.error().context);
    }
  }
  std::string text;
  table.read("url", text);
  auto url = delivery::parse_http_url(text);
  if (!url) {
    // Its path is often what keeps strangers out, so it is not shown.
    table.problem("url", url.error().context);
  } else if (!url->tls && webhook.allow_networks.empty()) {
    table.problem("url", "got http://, expected https://, or allow_networks with the network that it is in");
  } else {
    webhook.url = std::move(*url);
  }
  read_path(table, "secret_file", webhook.secret_file, "a file of mode 0600 with the secret");
  if (!table.has("secret_file"))
    table.problem("secret_file", "missing, expected a file of mode 0600 with the secret that messages are signed with");
  read_path(table, "ca_file", webhook.ca_file, "a PEM file with certificates");
}

void read_webhooks(TomlTable& alerts, std::vector<WebhookConfig>& webhooks) {
  const toml::node* node = alerts.take("webhook");
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    alerts.problem("webhook", "expected [[alerts.webhook]] tables, in double brackets");
    return;
  }
  if (array->size() > kWebhooks) {
    alerts.problem("webhook",
                   "got " + std::to_string(array->size()) + ", expected at most " + std::to_string(kWebhooks));
    return;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < array->size(); ++i) {
    TomlTable table(*array->get_as<toml::table>(i), alerts.path_of("webhook") + "[" + std::to_string(i) + "]",
                    alerts.problems());
    WebhookConfig& webhook = webhooks.emplace_back();
    read_webhook(table, webhook);
    if (!names.insert(webhook.name).second)
      table.problem("name", "got " + shown(webhook.name) + " twice, expected each name once");
  }
}

}  // namespace

void read_delivery(TomlTable& alerts, DeliveryConfig& config) {
  config.instance = host_name();
  alerts.read("instance", config.instance);
  if (!valid_instance(config.instance))
    alerts.problem("instance",
                   "got " + shown(config.instance) + ", expected 1 to 64 letters, digits, '.', '-' and '_'");
  read_link(alerts, "external_url", config.external_url);
  if (const toml::node* node = alerts.take("alertmanager")) {
    if (const toml::table* inner = node->as_table()) {
      TomlTable table(*inner, alerts.path_of("alertmanager"), alerts.problems());
      read_alertmanager(table, config.alertmanager);
    } else {
      alerts.problem("alertmanager", "expected an [alerts.alertmanager] table");
    }
  }
  read_webhooks(alerts, config.webhooks);
}

}  // namespace roomtone::app
