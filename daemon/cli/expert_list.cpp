#include "cli/expert_list.hpp"

#include "cli/cast_accounts.hpp"

namespace roomtone::cli {

std::vector<Expert> experts_of(bool film) {
  std::vector<Expert> out;
  for (uint32_t i = 0; i < (film ? kCritics : kExperts); ++i) {
    if (film)
      out.push_back({kFirstCritic + i, std::string(critic_name(i)), critic_role(i)});
    else
      out.push_back({kFirstExpert + i, std::string(expert_name(i)), "handicapper"});
  }
  return out;
}

std::string author_id(uint64_t author, WireFormat format) {
  if (format != WireFormat::mastodon) return did_of(author);
  std::string out = "https://social.example/@";
  append_cast_handle(author, out);
  return out;
}

std::string expert_list_csv(bool film, WireFormat format) {
  std::string_view network = "own";
  if (format == WireFormat::jetstream) network = "atproto";
  if (format == WireFormat::mastodon) network = "fediverse";
  std::string out = "id,handle,network,role,weight\n";
  for (const Expert& expert : experts_of(film)) {
    out.append(author_id(expert.author, format)).append(",").append(expert.name).append(",").append(network);
    out.append(",").append(expert.role).append(",2\n");
  }
  return out;
}

}  // namespace roomtone::cli
