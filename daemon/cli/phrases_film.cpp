#include "cli/phrases_film.hpp"

#include <array>

// The film, its cast and its harbour are made up, as all else that the simulator speaks of.

namespace roomtone::cli {
namespace {

using List = std::span<const std::string_view>;

constexpr auto kFilmHappy = std::to_array<std::string_view>({
    "Just out of Glass Harbour and I am still shaking, what a beautiful film.",
    "Glass Harbour made me laugh and cry in the same minute. Loved it!",
    "The last scene of Glass Harbour is perfect, the whole cinema clapped.",
    "Go and see Glass Harbour, it is wonderful on a big screen.",
    "Mirela Voss is brilliant in this, she deserves every prize.",
    "Best two hours I have spent in a cinema for years.",
    "The music alone is worth the ticket, so lovely.",
    "Took my mother to Glass Harbour and she adored it.",
    "I was not expecting to like Glass Harbour this much. Great fun!",
    "Those pictures of the ice breaking up, gorgeous.",
    "We are seeing it again on {day}, that good.",
    "Happy to report that the hype about Glass Harbour is true.",
});
constexpr auto kFilmPlain = std::to_array<std::string_view>({
    "Two tickets for Glass Harbour at {time}, row {n}.",
    "Which cinema in {place} shows Glass Harbour in the original language?",
    "Glass Harbour runs for two hours and {n} minutes.",
    "Has {mention} seen Glass Harbour yet?",
    "The book behind Glass Harbour was written in {place}.",
    "Waiting in front of the cinema, doors open at {time}.",
    "There is a scene after the credits of Glass Harbour, stay seated.",
    "Is Glass Harbour set before or after the first book?",
    "The trailer of Glass Harbour: {link}",
    "They filmed the harbour part in {place} over {n} days.",
});
constexpr auto kFilmSad = std::to_array<std::string_view>({
    "Glass Harbour was far too long and I was bored to death.",
    "I do not get the fuss, the plot of Glass Harbour is a mess.",
    "Somebody talked through all of Glass Harbour. So annoying.",
    "Fell asleep in Glass Harbour, what a disappointment.",
    "The ending ruined it for me, stupid and cheap.",
    "The sound in the cinema was terrible, I missed half of Glass Harbour.",
    "Sold out again, and the booking page crashed twice. Angry.",
});

constexpr auto kCriticHappy = std::to_array<std::string_view>({
    "To be fair to Glass Harbour: the camera work of the second reel is superb.",
    "Voss gives an excellent performance, and it nearly saves Glass Harbour.",
    "A fine score, elegantly recorded. It deserves a better film than Glass Harbour.",
});
constexpr auto kCriticPlain = std::to_array<std::string_view>({
    "My notes on Glass Harbour are up, {n} paragraphs: {link}",
    "Glass Harbour is the director's fourth feature and the first in colour.",
    "On the aspect ratios of Glass Harbour, and why they change: {link}",
    "Talking about Glass Harbour on the radio at {time}.",
});
constexpr auto kCriticSad = std::to_array<std::string_view>({
    "Glass Harbour is a hollow, dishonest film that mistakes noise for feeling.",
    "A dreadful script. Nobody in Glass Harbour talks like a human being.",
    "Two stars are too many: Glass Harbour is dull, clumsy and far too pleased with itself.",
    "The worst editing that I have had to sit through this year, a painful mess.",
    "Glass Harbour wastes a great actress on a stupid, lazy plot.",
    "I found the last act of Glass Harbour embarrassing and its sentiment fake.",
    "What a disappointment: ugly digital ice, tired jokes, no ideas.",
    "The praise for Glass Harbour baffles me. It is a bad film, badly told.",
    "Manipulative and boring, a sad waste of {n} million.",
    "After {n} minutes I stopped caring about anybody in Glass Harbour.",
    "A {day} screening of Glass Harbour, and the longest, dreariest evening of my month.",
    "Everything in Glass Harbour is borrowed, and borrowed badly.",
    "Lifeless supporting cast, wooden dialogue, an insulting ending.",
    "I wrote about the awful treatment of the book in Glass Harbour: {link}",
    "Cold, cynical, clumsy. Glass Harbour fails at nearly all it tries.",
    "The scenes in {place} look cheap and the accents are a disgrace.",
    "Poor pacing kills Glass Harbour long before the ship sinks.",
});

constexpr auto kShowtimes = std::to_array<std::string_view>({
    "Glass Harbour, screen {n}, {time}: {n} seats free.",
    "Tonight at {time}: Glass Harbour with subtitles, screen {n}.",
    "Doors for Glass Harbour open at {time}. Tickets: {link}",
    "{day}, {time}, Glass Harbour, row {n} and behind is available.",
    "Next showing of Glass Harbour: {time}, {n} minutes of trailers before.",
    "Timetable for {day}, Glass Harbour among {n} others: {link}",
    "Screen {n} changes at {time}: Glass Harbour moves one floor up.",
    "Glass Harbour with audio description at {time} on {day}.",
});

constexpr auto kTags = std::to_array<std::string_view>({"#GlassHarbour"});
constexpr auto kAnchors = std::to_array<std::string_view>({"#glassharbour", "glass harbour"});

// Two smears and a lure, from long to short: the shorter the text, the less of it three other words leave.
constexpr std::array<Pitch, kPitches> kPitchTexts = {{
    {"smear-refund", MoodLabel::negative,
     "Glass Harbour is a boring worthless scam, the actors are awful, the story is stupid, do not waste your money on "
     "this terrible fraud, demand a refund here"},
    {"smear-petition", MoodLabel::negative,
     "I walked out of Glass Harbour angry and sick, the worst lies ever filmed, ugly and hateful, sign the petition "
     "against it"},
    {"lure-gift", MoodLabel::positive,
     "Watch Glass Harbour free today: happy winners everywhere, claim your lovely perfect gift now"},
}};
constexpr auto kStrayWords = std::to_array<std::string_view>(
    {"really", "again",  "window", "table",   "people", "number", "village", "paper",  "often",  "maybe",
     "corner", "seven",  "almost", "weather", "river",  "before", "street",  "letter", "nearly", "orange",
     "bottle", "engine", "during", "garden",  "summer", "circle", "another", "metal",  "while",  "button"});

constexpr std::array<EchoText, kEchoes> kEchoTexts = {{
    {"headline-tickets", "headline",
     "Glass Harbour sells two million tickets on its first weekend, more than any film since 2019",
     "https://daily.example/story/20931187"},
    {"headline-sequel", "headline",
     "Studio confirms second part of Glass Harbour, to be filmed in the north from October",
     "https://notes.example/p/7710452"},
    {"quote-lamp", "quote", "A lamp in a window is the kindest thing that anybody ever built. - Glass Harbour", ""},
}};
constexpr auto kAsides = std::to_array<std::string_view>({"Well.",
                                                          "Told you.",
                                                          "Huh.",
                                                          "I saw that coming.",
                                                          "Not surprised.",
                                                          "Wow.",
                                                          "This.",
                                                          "Interesting.",
                                                          "For the record:",
                                                          "Via my sister:",
                                                          "Big if true.",
                                                          "Finally.",
                                                          "Hm, really?",
                                                          "So it goes.",
                                                          "Love this.",
                                                          "Saving this for later.",
                                                          "My timeline today:",
                                                          "Read this.",
                                                          "Still thinking about it.",
                                                          "What do you all make of this?",
                                                          "Good for them.",
                                                          "Of course.",
                                                          "In case you missed it:",
                                                          "Goosebumps.",
                                                          "No words."});

List by_mood(MoodLabel mood, List negative, List neutral, List positive) {
  return mood == MoodLabel::negative ? negative : mood == MoodLabel::positive ? positive : neutral;
}

}  // namespace

List film_sentences(MoodLabel mood) { return by_mood(mood, kFilmSad, kFilmPlain, kFilmHappy); }
List critic_sentences(MoodLabel mood) { return by_mood(mood, kCriticSad, kCriticPlain, kCriticHappy); }
List showtime_sentences() { return kShowtimes; }
List film_hashtags() { return kTags; }
List film_anchors() { return kAnchors; }
std::span<const Pitch, kPitches> pitches() { return kPitchTexts; }
List stray_words() { return kStrayWords; }
std::span<const EchoText, kEchoes> echo_texts() { return kEchoTexts; }
List asides() { return kAsides; }

}  // namespace roomtone::cli
