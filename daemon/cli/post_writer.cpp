#include "cli/post_writer.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "cli/cast_accounts.hpp"

namespace roomtone::cli {
namespace {

// Texts stay under 600 bytes; the longest line is a Mastodon status with many tags, under 4 KiB.
constexpr std::size_t kLineBytesMax = 16 * 1024;

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kSortable32 = "234567abcdefghijklmnopqrstuvwxyz";

/// All pairs of base-32 letters, so that two are written at once.
constexpr auto kPairs = [] {
  std::array<char, 2048> out{};
  for (std::size_t i = 0; i < 1024; ++i) {
    out[2 * i] = kBase32[i >> 5];
    out[2 * i + 1] = kBase32[i & 31];
  }
  return out;
}();

// When all accounts were made of which nothing else is told: 2024-03-01.
constexpr int64_t kEarlyDay = 19'783;

constexpr std::string_view kVideoTitles[] = {"Live from the harbour", "How bridges are built", "A slow train north",
                                             "Twelve minutes of rain", "What the tide brings"};

}  // namespace

/// Writes at a bare pointer: the buffer has room for the longest line, and `line` checks that it had.
class Pen {
 public:
  void start() { at_ = buffer_.data(); }
  [[nodiscard]] std::string_view line() const {
    const auto size = static_cast<std::size_t>(at_ - buffer_.data());
    ROOMTONE_ASSERT(size <= buffer_.size());
    return {buffer_.data(), size};
  }

  Pen& operator<<(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Pen& operator<<(uint64_t number) {
    const fmt::format_int digits(number);
    return *this << std::string_view(digits.data(), digits.size());
  }

  /// The text of a post inside a JSON string.
  void escaped(std::string_view text) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') [[likely]] {
        *at_++ = c;
      } else if (c == '\n') {
        *at_++ = '\\';
        *at_++ = 'n';
      } else {
        *at_++ = '\\';
        *at_++ = c == '"' || c == '\\' ? c : ' ';
      }
    }
  }

  void base32(uint64_t bits, int letters) {
    for (; letters > 0; letters -= 2, bits >>= 10) {
      std::memcpy(at_, &kPairs[2 * (bits & 1023)], 2);
      at_ += 2;
    }
  }

  void did(uint64_t author) {
    const uint64_t bits = spread(author ^ 0x646964ULL);
    *this << "did:plc:";
    base32(bits, 12);
    base32(spread(bits), 12);
  }

  /// Thirteen characters that sort as the number does.
  void tid(uint64_t number) {
    for (int i = 12; i >= 0; --i, number >>= 5) at_[i] = kSortable32[number & 31];
    at_ += 13;
  }

  /// A CID of a DAG-CBOR block: the prefix that all of them share, then a hash. 36 bytes are 288 bits, so the first
  /// and the last letter hold three bits each.
  void cid(uint64_t seed) { hash_letters("bafyrei", seed); }
  void blob_cid(uint64_t seed) { hash_letters("bafkrei", seed); }

  void uri(const PostRef& post) {
    *this << "at://";
    did(post.author);
    *this << "/app.bsky.feed.post/";
    tid(post.rkey);
  }

  void ref(const PostRef& post) {
    *this << R"({"cid":")";
    cid(post.cid);
    *this << R"(","uri":")";
    uri(post);
    *this << R"("})";
  }

  /// `2026-05-02T14:00:00.123Z`
  void time(int64_t us) {
    constexpr int64_t kDay = 86'400'000'000;
    const int64_t day = us / kDay;
    if (day != day_) {
      day_ = day;
      std::memcpy(date_, format_rfc3339(instant_of_micros(day * kDay)).data(), sizeof date_);
    }
    const auto ms = static_cast<uint32_t>(us % kDay / 1000);
    *this << std::string_view(date_, sizeof date_);
    digits2(ms / 3'600'000);
    *at_++ = ':';
    digits2(ms / 60'000 % 60);
    *at_++ = ':';
    digits2(ms / 1000 % 60);
    *at_++ = '.';
    *at_++ = static_cast<char>('0' + ms % 1000 / 100);
    digits2(ms % 100);
    *at_++ = 'Z';
  }

  /// Midnight of a day since 1970-01-01. Accounts differ in theirs from line to line, so nothing is remembered.
  void midnight(int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    const auto year = static_cast<uint32_t>(static_cast<int>(date.year()));
    digits2(year / 100);
    digits2(year % 100);
    *at_++ = '-';
    digits2(static_cast<unsigned>(date.month()));
    *at_++ = '-';
    digits2(static_cast<unsigned>(date.day()));
    *this << "T00:00:00.000Z";
  }

 private:
  void digits2(uint32_t number) {
    *at_++ = static_cast<char>('0' + number / 10);
    *at_++ = static_cast<char>('0' + number % 10);
  }
  void hash_letters(std::string_view prefix, uint64_t seed) {
    *this << prefix;
    uint64_t bits = spread(seed);
    *at_++ = kBase32[bits & 7];
    for (int i = 0; i < 4; ++i) {
      bits = spread(bits);
      base32(bits, 12);
    }
    bits = spread(bits);
    base32(bits, 2);
    *at_++ = kBase32[(bits >> 20 & 7) << 2];
  }

  std::array<char, kLineBytesMax> buffer_{};
  char* at_ = buffer_.data();
  int64_t day_ = INT64_MIN;  // the day that date_ spells
  char date_[11] = {};
};

namespace {

void write_facets(Pen& pen, const ComposedText& text) {
  if (text.facets.empty()) return;
  pen << R"("facets":[)";
  bool first = true;
  for (const Facet& facet : text.facets) {
    pen << (first ? "" : ",") << R"({"features":[{"$type":"app.bsky.richtext.facet#)";
    first = false;
    switch (facet.kind) {
      case Facet::Kind::tag: pen << R"(tag","tag":")" << text.view(facet).substr(1); break;
      case Facet::Kind::link: pen << R"(link","uri":")" << text.view(facet); break;
      case Facet::Kind::mention:
        pen << R"(mention","did":")";
        pen.did(facet.author);
        break;
    }
    pen << R"("}],"index":{"byteEnd":)" << uint64_t{facet.end} << R"(,"byteStart":)" << uint64_t{facet.begin} << "}}";
  }
  pen << "],";
}

/// A card below the text, as posts with a link often have.
void write_embed(Pen& pen, uint64_t dice) {
  if (dice % 100 >= 6) return;
  pen << R"("embed":{"$type":"app.bsky.embed.external","external":{"description":"","thumb":{"$type":"blob","ref":{"$link":")";
  pen.blob_cid(dice);
  pen << R"("},"mimeType":"image/jpeg","size":)" << 40'000 + (dice >> 16) % 300'000 << R"(},"title":")"
      << kVideoTitles[(dice >> 40) % std::size(kVideoTitles)] << R"(","uri":"https://video.example/watch/)"
      << (dice >> 44) << R"("}},)";
}

void write_post_record(Pen& pen, const Event& event, const AccountFacts* account) {
  write_embed(pen, event.dice);
  write_facets(pen, event.text);
  if (account != nullptr && account->bot)
    pen << R"("labels":{"$type":"com.atproto.label.defs#selfLabels","values":[{"val":"bot"}]},)";
  if (event.lang_declared) pen << R"("langs":[")" << code_of(event.tongue) << R"("],)";
  if (event.reply) {
    pen << R"("reply":{"parent":)";
    pen.ref(event.parent);
    pen << R"(,"root":)";
    pen.ref(event.root);
    pen << "},";
  }
  pen << R"("text":")";
  pen.escaped(event.text.bytes);
  pen << "\"}";
}

std::string_view collection_of(EventKind kind) {
  switch (kind) {
    case EventKind::post: return "app.bsky.feed.post";
    case EventKind::like:
    case EventKind::unlike: return "app.bsky.feed.like";
    case EventKind::repost: return "app.bsky.feed.repost";
    case EventKind::follow: return "app.bsky.graph.follow";
    case EventKind::block: return "app.bsky.graph.block";
    case EventKind::profile: return "app.bsky.actor.profile";
    case EventKind::identity:
    case EventKind::account: return {};
  }
  return {};
}

void write_commit(Pen& pen, const Event& event, const AccountFacts* account) {
  const std::string_view operation = event.kind == EventKind::unlike    ? "delete"
                                     : event.kind == EventKind::profile ? "update"
                                                                        : "create";
  const std::string_view collection = collection_of(event.kind);
  pen << R"("commit","commit":{"rev":")";
  pen.tid(event.rev);
  pen << R"(","operation":")" << operation << R"(","collection":")" << collection << R"(","rkey":")";
  if (event.kind == EventKind::profile)
    pen << "self";
  else
    pen.tid(event.self.rkey);
  if (event.kind == EventKind::unlike) {
    pen << "\"}";
    return;
  }
  pen << R"(","record":{"$type":")" << collection << R"(","createdAt":")";
  pen.time(event.created_us);
  pen << R"(",)";
  switch (event.kind) {
    case EventKind::post: write_post_record(pen, event, account); break;
    case EventKind::like:
    case EventKind::repost:
      pen << R"("subject":)";
      pen.ref(event.parent);
      pen << "}";
      break;
    case EventKind::follow:
    case EventKind::block:
      pen << R"("subject":")";
      pen.did(event.parent.author);
      pen << "\"}";
      break;
    default: pen << R"("description":"here for the weather","displayName":""})"; break;
  }
  pen << R"(,"cid":")";
  pen.cid(event.self.cid);
  pen << "\"}";
}

void write_jetstream(Pen& pen, const Event& event, const AccountFacts* account) {
  pen << R"({"did":")";
  pen.did(event.self.author);
  pen << R"(","time_us":)" << static_cast<uint64_t>(event.seen_us) << R"(,"kind":)";
  if (event.kind == EventKind::identity || event.kind == EventKind::account) {
    const std::string_view name = event.kind == EventKind::identity ? "identity" : "account";
    pen << "\"" << name << R"(",")" << name << R"(":{)";
    if (event.kind == EventKind::account) pen << R"("active":true,)";
    pen << R"("did":")";
    pen.did(event.self.author);
    if (event.kind == EventKind::identity) {
      std::string handle;
      append_handle(event.self.author, handle);
      pen << R"(","handle":")" << handle;
    }
    pen << R"(","seq":)" << (event.rev >> 12) << R"(,"time":")";
    pen.time(event.created_us);
    pen << "\"}";
  } else {
    write_commit(pen, event, account);
  }
  pen << "}\n";
}

/// The text as paragraphs with marked-up tags, mentions and links.
void write_html(Pen& pen, const ComposedText& text) {
  const std::string_view bytes = text.bytes;
  std::size_t done = 0;
  const auto plain = [&](std::size_t end) {
    while (done < end) {
      const std::size_t gap = bytes.substr(0, end).find("\n\n", done);
      const std::size_t stop = gap == std::string_view::npos ? end : gap;
      pen << bytes.substr(done, stop - done);
      done = stop;
      if (gap != std::string_view::npos) {
        pen << "</p><p>";
        done += 2;
      }
    }
  };
  pen << "<p>";
  for (const Facet& facet : text.facets) {
    plain(facet.begin);
    const std::string_view shown = text.view(facet);
    switch (facet.kind) {
      case Facet::Kind::tag:
        pen << R"(<a href=\"https://social.example/tags/)" << shown.substr(1)
            << R"(\" class=\"mention hashtag\" rel=\"tag\">#<span>)" << shown.substr(1) << "</span></a>";
        break;
      case Facet::Kind::mention:
        pen << R"(<span class=\"h-card\"><a href=\"https://social.example/)" << shown
            << R"(\" class=\"u-url mention\">)"
            << "@<span>" << shown.substr(1) << "</span></a></span>";
        break;
      case Facet::Kind::link:
        pen << R"(<a href=\")" << shown
            << R"(\" target=\"_blank\" rel=\"nofollow noopener\"><span class=\"invisible\">https://</span>)"
            << R"(<span class=\"\">)" << shown.substr(8) << "</span></a>";
        break;
    }
    done = facet.end;
  }
  plain(bytes.size());
  pen << "</p>";
}

void write_mastodon(Pen& pen, const Event& event, const AccountFacts* account) {
  std::string handle;
  append_cast_handle(event.self.author, handle);
  pen << R"({"id":")" << event.self.rkey << R"(","created_at":")";
  pen.time(event.created_us);
  if (event.reply) {
    pen << R"(","in_reply_to_id":")" << event.parent.rkey << R"(","in_reply_to_account_id":")"
        << event.parent.author + 1 << "\"";
  } else {
    pen << R"(","in_reply_to_id":null,"in_reply_to_account_id":null)";
  }
  pen << R"(,"sensitive":false,"spoiler_text":"","visibility":"public","language":)";
  if (event.lang_declared)
    pen << "\"" << code_of(event.tongue) << "\"";
  else
    pen << "null";
  pen << R"(,"uri":"https://social.example/users/)" << handle << "/statuses/" << event.self.rkey
      << R"(","url":"https://social.example/@)" << handle << "/" << event.self.rkey
      << R"(","replies_count":0,"reblogs_count":0,"favourites_count":0,"edited_at":null,"content":")";
  write_html(pen, event.text);
  pen << R"(","reblog":null,"application":{"name":")" << (account == nullptr ? "Web" : account->client)
      << R"(","website":null},"account":{"id":")" << event.self.author + 1 << R"(","username":")" << handle
      << R"(","acct":")" << handle << R"(","display_name":")" << handle << R"(","locked":false,"bot":)"
      << (account != nullptr && account->bot ? "true" : "false")
      << R"(,"discoverable":true,"group":false,"created_at":")";
  pen.midnight(account == nullptr ? kEarlyDay : account->created_day);
  pen << R"(","note":"","url":"https://social.example/@)" << handle << R"(","uri":"https://social.example/users/)"
      << handle << R"(","followers_count":)" << event.dice % 900 << R"(,"following_count":)" << event.dice / 1000 % 700
      << R"(,"statuses_count":)" << event.dice / 1'000'000 % 5000
      << R"(,"noindex":false,"emojis":[],"fields":[]},"media_attachments":[],"mentions":[)";
  bool first = true;
  for (const Facet& facet : event.text.facets) {
    if (facet.kind != Facet::Kind::mention) continue;
    const std::string_view name = event.text.view(facet).substr(1);
    pen << (first ? "" : ",") << R"({"id":")" << facet.author + 1 << R"(","username":")" << name
        << R"(","url":"https://social.example/@)" << name << R"(","acct":")" << name << "\"}";
    first = false;
  }
  pen << R"(],"tags":[)";
  first = true;
  for (const Facet& facet : event.text.facets) {
    if (facet.kind != Facet::Kind::tag) continue;
    const std::string_view name = event.text.view(facet).substr(1);
    pen << (first ? "" : ",") << R"({"name":")" << name << R"(","url":"https://social.example/tags/)" << name << "\"}";
    first = false;
  }
  pen << R"(],"emojis":[],"quote":null,"card":null,"poll":null})"
      << "\n";
}

void write_own(Pen& pen, const Event& event, const AccountFacts* account) {
  pen << R"({"id":")";
  pen.uri(event.self);
  pen << R"(","time":")";
  pen.time(event.created_us);
  pen << R"(","seen":)" << static_cast<uint64_t>(event.seen_us) << R"(,"author":")";
  pen.did(event.self.author);
  pen << "\"";
  if (event.lang_declared) pen << R"(,"lang":")" << code_of(event.tongue) << "\"";
  if (event.reply) {
    pen << R"(,"reply_to":")";
    pen.uri(event.parent);
    pen << R"(","conversation":")";
    pen.uri(event.root);
    pen << "\"";
  }
  if (account != nullptr) {
    pen << R"(,"client":")" << account->client << R"(","account_created":")";
    pen.midnight(account->created_day);
    pen << (account->bot ? R"(","bot":true)" : "\"");
  }
  pen << R"(,"text":")";
  pen.escaped(event.text.bytes);
  pen << "\"}\n";
}

}  // namespace

PostWriter::PostWriter(WireFormat format, std::optional<int64_t> story_day)
    : format_(format), story_day_(story_day), pen_(std::make_unique<Pen>()) {}
PostWriter::~PostWriter() = default;

std::string_view PostWriter::line(const Event& event) {
  pen_->start();
  AccountFacts facts{};
  if (story_day_) facts = account_of(event.self.author, *story_day_);
  const AccountFacts* account = story_day_ ? &facts : nullptr;
  if (format_ == WireFormat::jetstream)
    write_jetstream(*pen_, event, account);
  else if (event.kind != EventKind::post)
    return {};
  else if (format_ == WireFormat::mastodon)
    write_mastodon(*pen_, event, account);
  else
    write_own(*pen_, event, account);
  return pen_->line();
}

std::string did_of(uint64_t author) {
  const auto pen = std::make_unique<Pen>();
  pen->did(author);
  return std::string(pen->line());
}

std::string uri_of(const PostRef& post) {
  const auto pen = std::make_unique<Pen>();
  pen->uri(post);
  return std::string(pen->line());
}

}  // namespace roomtone::cli
