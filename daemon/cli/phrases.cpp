#include "cli/phrases.hpp"

#include <array>

#include "cli/phrases_film.hpp"

// All of this is fiction: the couple, the horses, the product and the company that makes it. The sentences avoid the
// words by which the generated topics are found (see scenario_topics.cpp), so that a post counts for exactly the
// rooms it was written for.

namespace roomtone::cli {
namespace {

using List = std::span<const std::string_view>;
template <std::size_t N>
using Lines = std::array<std::string_view, N>;

// ---- everyday ------------------------------------------------------------------------------------------------------

constexpr auto kEverydayHappy = std::to_array<std::string_view>({
    "Best {food} I have had in years, and the little place on the corner was lovely about it.",
    "My neighbour left a bag of homegrown tomatoes on our doorstep. People are good.",
    "Finally finished the {thing} I started in January and I am ridiculously proud of it!",
    "The sun came out right when I left the house, what a beautiful morning.",
    "Just laughed so hard with {name} that my stomach hurts. I needed that.",
    "Got the job!!! Starting on {day}, still smiling like a fool.",
    "Four whole hours of sleep in a row. The baby is a genius and I love her.",
    "Our team won {n} to {n} and the whole pub was singing.",
    "Rainy {day}, a warm blanket, good book, happy dog. Perfect.",
    "Thank you to the stranger who handed in my wallet at {place}. You made my week.",
    "Tried the recipe {mention} recommended and wow, it is delicious.",
    "I am so grateful for my friends tonight.",
    "The kids next door built a lemonade stand and it is the cutest thing I have seen all month.",
    "Ten kilometres this morning without stopping, feeling strong and a bit amazed.",
    "This album is gorgeous from the first second to the last.",
    "Good news from the doctor today. Big relief for all of us.",
    "Shout-out to the bus driver who waited for me. Kindness is free and it is wonderful.",
    "Grandma turned {n} today and danced more than any of us, what a legend.",
    "Fixed the bike myself. It works! I am unstoppable!",
    "Fresh bread smell in the whole house. Nothing better.",
    "First day by the sea in years and I could cry, it is so pretty.",
    "The new {thing} is brilliant, easily the best money I spent this year.",
    "{name} passed the exam!!! So proud of you!",
    "Someone in {place} is playing the saxophone out of an open window and it is magical.",
    "Love how quiet the city gets on a {day} evening.",
    "My plant that everybody had given up on has a new leaf, I am delighted.",
    "What a wonderful evening, great company and even better {food}.",
    "Sending love to everyone who is having a hard week. It gets better, promise.",
    "A perfect {food} and a free afternoon, life is sweet.",
    "Met {mention} in person at last, even nicer than online!",
    "That was the funniest thing I have read in months, thank you.",
    "Sooo happy right now, can not even explain it :)",
    "Had a great chat with my dad on the phone, he is doing really well.",
    "The cat has decided I am worthy and is asleep on my lap. Honoured.",
    "Everything went right today for once and I am enjoying it.",
});

constexpr auto kEverydayPlain = std::to_array<std::string_view>({
    "Does anyone know when the shop in {place} opens on a {day}?",
    "Reading about the history of the {thing} this afternoon.",
    "New post on the blog: how we moved {n} boxes in one day. {link}",
    "The train to {place} leaves at {time} from platform {n}.",
    "Cooking {food} tonight, looking for something to go with it.",
    "It is {day} and the kettle is on.",
    "Which {thing} do you use? Asking for a colleague.",
    "Walked to {place} and back, about {n} minutes each way.",
    "Putting this here so that I remember it later: {link}",
    "Someone asked me about the {thing} again. Here is what I use: {link}",
    "We are repainting the hall this weekend, second coat on {day}.",
    "Has anybody read the piece about {place} that {mention} posted?",
    "The meeting moved to {time} on {day}.",
    "There are {n} people in front of me in this queue.",
    "Note to self: buy onions, batteries and a new {thing}.",
    "It looks like rain over {place} this afternoon.",
    "Today I learned that {place} has {n} bridges.",
    "Who else is awake at {time}?",
    "I keep two notebooks, one for work and one for everything else.",
    "The minutes of last night's meeting are online: {link}",
    "Changing trains in {place}, back on the road at {time}.",
    "Half of the photos are from {place}, the other half from the week before.",
    "A quick question for {mention}: was that the blue or the green one?",
    "Listening to the radio while sorting the {thing} drawer.",
    "{name} says it takes about {n} minutes by bike.",
    "What are you all having for lunch? Here it is {food}.",
    "Part {n} of the thread. The earlier parts are linked below.",
    "The borrowed book is due on {day}, the other one a week later.",
    "They are replacing the windows across the street, floor by floor.",
    "Roughly {n} pages left of this book.",
    "The survey is open until {day}: {link}",
    "I moved the {thing} from the kitchen to the hall.",
});

constexpr auto kEverydaySad = std::to_array<std::string_view>({
    "Third cancelled train this week. I am so tired of this.",
    "The {food} was cold, the waiter was rude and they still added a service charge. Awful.",
    "My phone died in the middle of {place} and now I am lost and annoyed.",
    "Terrible headache since {day}, nothing helps.",
    "I can not believe they raised the rent again. This is not fair.",
    "Dropped my {thing} down the stairs, it is completely broken.",
    "Worst customer service ever, {n} minutes on hold and then they hung up on me.",
    "It has rained for {n} days and I feel miserable.",
    "We lost again. Pathetic second half, nobody even tried.",
    "Missing my old dog badly tonight. The house is too quiet.",
    "Why is everything so expensive, I hate this.",
    "Another night without sleep thanks to the party upstairs. So angry.",
    "Somebody stole my bike in front of the station in {place}. Devastated.",
    "The doctor had bad news and I do not know how to tell {name}.",
    "I failed the test. Again. Feeling stupid and sad.",
    "What a disgusting smell in this carriage, I feel sick.",
    "Honestly the film was a boring mess, {n} minutes I will never get back.",
    "They fired half of the team by email. Shameful.",
    "Stuck in traffic near {place} since {time}, hate this road.",
    "The new update ruined my {thing}, nothing works anymore :(",
    "I am worried about {name}, no answer since {day}.",
    "Burnt the {food}, cut my finger, cried a little. Horrible evening.",
    "Nobody came to the meeting. So disappointing after all that work.",
    "The landlord ignored my message for the {n}th time. Furious.",
    "My back hurts so much that I can not sit.",
    "This heat is unbearable and the fan is broken.",
    "I am sick of people shouting in {place}, leave the staff alone.",
    "Parcel is lost. The company does not care. Useless.",
    "Ugh, {day} again. I dread this week.",
    "Heartbroken. We said goodbye to grandpa this morning.",
    "Not good at all: the bank blocked my card for no reason.",
});

constexpr auto kSpanishHappy = std::to_array<std::string_view>({
    "¡Qué día tan bonito! Por fin sol en la ciudad.",
    "Muchísimas gracias a todos por los mensajes, estoy muy feliz.",
    "La mejor tortilla de mi vida, sin ninguna duda 😍",
    "¡Aprobé el examen! Hoy se celebra con toda la familia.",
    "Me encanta este disco, llevo toda la tarde escuchándolo.",
    "Qué alegría volver a ver a mis amigos después de tanto tiempo.",
});
constexpr auto kSpanishPlain = std::to_array<std::string_view>({
    "¿Alguien sabe a qué hora abre la tienda los domingos?",
    "Hoy toca reunión a las diez y después compra en el mercado.",
    "Estoy leyendo un libro sobre la historia del puerto.",
    "El tren sale a las siete y media del andén cuatro.",
    "Nueva entrada en el blog, ya me diréis. {link}",
});
constexpr auto kSpanishSad = std::to_array<std::string_view>({
    "Otra vez se ha cancelado el autobús. Estoy harta.",
    "Qué tristeza de partido, no hay quien lo aguante.",
    "Me duele la cabeza desde ayer y no se me pasa 😞",
    "Han subido el alquiler otra vez. Es una vergüenza.",
    "El peor servicio que he visto en mi vida, no vuelvo nunca más.",
});
constexpr auto kJapaneseHappy = std::to_array<std::string_view>({
    "今日は天気がよくて気持ちいい！散歩してきます。",
    "友だちと食べたラーメンが最高においしかった🍜",
    "やっと試験に合格しました！本当にうれしいです。",
    "この曲、何度聴いても大好き。元気が出る。",
    "みなさん、お祝いのメッセージありがとうございます😊",
});
constexpr auto kJapanesePlain = std::to_array<std::string_view>({
    "明日の会議は十時からになりました。",
    "駅前のお店は何時まで開いていますか？",
    "今、電車で移動中です。あと二駅。",
    "新しい記事を書きました。{link}",
    "今日の夕飯はカレーにします。",
});
constexpr auto kJapaneseSad = std::to_array<std::string_view>({
    "また電車が遅れている。もう疲れた…",
    "財布をなくしてしまって、とても悲しいです。",
    "昨日から頭が痛くて何もできない😢",
    "対応がひどすぎる。二度と行きません。",
});
constexpr auto kGermanHappy = std::to_array<std::string_view>({
    "Was für ein schöner Morgen, die Sonne scheint und der Kaffee ist perfekt.",
    "Wir haben gewonnen! Ich freue mich riesig für die ganze Mannschaft.",
    "Danke an alle, die gestern geholfen haben. Ihr seid großartig!",
    "Endlich Urlaub, endlich Meer. Ich bin so glücklich 😊",
    "Das beste Konzert seit Jahren, ich habe jede Minute geliebt.",
});
constexpr auto kGermanPlain = std::to_array<std::string_view>({
    "Weiß jemand, wann der Laden am Sonntag öffnet?",
    "Der Zug nach Norden fährt heute von Gleis sieben.",
    "Ich lese gerade ein Buch über alte Brücken.",
    "Neuer Beitrag im Blog: {link}",
    "Heute Abend gibt es Kartoffelsuppe.",
});
constexpr auto kGermanSad = std::to_array<std::string_view>({
    "Schon wieder Zugausfall. Ich habe es so satt.",
    "Der Film war furchtbar langweilig, schade um den Abend.",
    "Seit Tagen Kopfschmerzen, nichts hilft 😩",
    "Die Miete steigt schon wieder. Das ist nicht fair.",
});

// ---- a generated topic ---------------------------------------------------------------------------------------------

constexpr auto kTopicHappy = std::to_array<std::string_view>({
    "The {topic} was a joy from start to finish.",
    "So happy with what the {topic} has become this year!",
    "Took {name} to the {topic} on {day} and we loved every minute.",
    "If you are near {place}, go and see the {topic}, it is wonderful.",
    "Brilliant work by everyone at the {topic}, thank you!",
    "The {topic} made my day, what lovely people.",
    "I was not expecting much from the {topic} and it was fantastic.",
    "Great turnout for the {topic}, and a beautiful evening too.",
    "The {topic} is the best thing that happened to this town.",
    "Proud to be a small part of the {topic}.",
});
constexpr auto kTopicPlain = std::to_array<std::string_view>({
    "The {topic} opens at {time} on {day}.",
    "Does anybody know who runs the {topic} now?",
    "Here is the schedule of the {topic}: {link}",
    "On the way to the {topic}, about {n} minutes left.",
    "The {topic} has {n} volunteers this year.",
    "I wrote down what I know about the {topic}: {link}",
    "Is the {topic} still next to the station in {place}?",
    "They talked about the {topic} on the radio at {time}.",
    "{mention} asked me about the {topic}, so here is the address: {link}",
    "The {topic} moves to {place} after {day}.",
});
constexpr auto kTopicSad = std::to_array<std::string_view>({
    "The {topic} was a huge disappointment, sorry.",
    "I am angry about how the {topic} treats its own people.",
    "{n} minutes in the rain for the {topic} and then they closed the door. Awful.",
    "The {topic} has become expensive, loud and boring.",
    "Terrible news about the {topic}, I am really sad.",
    "Never again. The {topic} is a complete mess.",
    "What a waste of money the {topic} is.",
    "The staff of the {topic} deserve better than this disgrace.",
    "Sick and tired of excuses from the {topic}.",
    "The {topic} ignored us for {n} weeks. Shameful.",
});

// ---- the wedding ---------------------------------------------------------------------------------------------------

constexpr auto kWeddingHappy = std::to_array<std::string_view>({
    "Anna and Leo are married!!! I have never cried such happy tears.",
    "The vows were so beautiful, there was not a dry eye in the garden.",
    "What a wedding, what a party, what a couple! #AnnaAndLeo",
    "That first dance, oh my heart. Love these two so much.",
    "The best man's speech was hilarious and sweet and exactly {n} minutes long.",
    "Grandma {name} is on the dance floor in her slippers and winning.",
    "The cake is a work of art and it tastes even better, delicious!",
    "Congratulations Anna and Leo, may you always laugh like today!",
    "Leo's face when she walked in. Pure joy.",
    "The band just played their song and the whole tent sang along, magical.",
    "So grateful to be here with all of you, thank you for this wonderful day.",
    "The flowers, the lights, the music, everything is perfect.",
    "The maid of honour brought sparklers and the kids are thrilled.",
    "I have danced with {n} cousins and I love every single one of them.",
    "Cheers to the loveliest wedding I have ever been to!",
    "They wrote their own vows and I am a puddle. Beautiful.",
    "Dear Anna, you look stunning. Dear Leo, you lucky, lucky man.",
    "The sun came out for the kiss. You could not make it up, so lovely.",
    "Hugs from {place}, so sad not to be there and so happy for you both!",
    "Watching the wedding stream with {name} and a glass of bubbly, best {day} ever.",
    "The little ring bearer did a victory lap. I am laughing and crying.",
    "A proud uncle reporting: the party is amazing and nobody wants to go home.",
    "Two families, one enormous table, so much love.",
});
constexpr auto kWeddingPlain = std::to_array<std::string_view>({
    "The ceremony starts at {time}, the bus leaves from the station {n} minutes before.",
    "Which table are we at? I think it was number {n}.",
    "Photos of the wedding will be collected here: {link}",
    "The buffet opens at {time}, then the speeches, then the band.",
    "{mention} are you driving or taking the train to the wedding?",
    "Guests from {place} are staying at the hotel by the river.",
    "The coats are in the room on the left.",
    "Dinner is {food}, and there is a menu without meat as well.",
    "Seating plan of the wedding, second version: {link}",
});
constexpr auto kWeddingSad = std::to_array<std::string_view>({
    "Missed the wedding because of a cancelled flight. Heartbroken.",
    "The bus to the wedding is stuck in traffic and everybody is annoyed.",
    "Spilled red wine on a rented suit. I am such an idiot.",
    "These shoes were a terrible mistake, my feet hurt.",
    "The microphone keeps failing during the speeches, what a pity.",
});

// ---- the launch ----------------------------------------------------------------------------------------------------

constexpr auto kLaunchHappy = std::to_array<std::string_view>({
    "Lumen 3 just arrived and it is gorgeous!",
    "The screen of the Lumen 3 is stunning, photos do not do it justice.",
    "Set up my Lumen 3 in {n} minutes, everything just works. Impressed!",
    "Northlight nailed it with the Lumen 3, best launch of the year.",
    "So excited for the Lumen 3, mine ships on {day}!",
    "The battery of the Lumen 3 lasted {n} hours. Amazing.",
    "Love the new colours of the Lumen 3, the green one is so pretty.",
    "Finally a {thing} that respects my eyes. Lumen 3, I love you.",
    "Great keynote, honest numbers, happy crowd. Well done Northlight.",
    "My kids are fighting over the Lumen 3 already, that good.",
    "Fantastic support from Northlight, they answered in {n} minutes.",
    "Lumen 3 review: fast, quiet, beautiful. A clear winner. {link}",
    "Pre-ordered two. The Lumen 3 demo blew me away.",
    "Congratulations to the whole Lumen 3 team, what a success!",
    "I was a sceptic. I was wrong. The Lumen 3 is brilliant.",
});
constexpr auto kLaunchPlain = std::to_array<std::string_view>({
    "Lumen 3 costs {n} more than the last one, in case you wondered.",
    "Northlight keynote starts at {time}: {link}",
    "How do I move my settings from the old one to the Lumen 3?",
    "Lumen 3 and its predecessor side by side: {link}",
    "The Lumen 3 is available in {n} countries from {day}.",
    "Which size of the Lumen 3 did you order, {mention}?",
    "Unboxing the Lumen 3 at {time}, questions are welcome.",
    "The Lumen 3 comes with a cable and a charger.",
    "Release notes of the Lumen 3, as published: {link}",
    "Status page of Northlight: {link}",
});
constexpr auto kLaunchSad = std::to_array<std::string_view>({
    "My Lumen 3 is dead. The update bricked it and I am furious.",
    "The Northlight servers are down and nothing works. What a disaster.",
    "Lumen 3 stuck on the logo since {time}. Worst purchase ever.",
    "I lost all my photos because of the Lumen 3 update. Devastated and angry.",
    "Northlight support hung up on me. Unbelievable, rude and useless.",
    "They knew it was broken and shipped the Lumen 3 anyway. Shameful.",
    "{n} hours without my Lumen 3 and not a word from Northlight. Pathetic.",
    "I want my money back. The Lumen 3 is garbage.",
    "Hey {mention}, your update killed my Lumen 3, fix this mess!",
    "WORST LAUNCH EVER. Lumen 3 is a brick and a very expensive one.",
    "Terrible day for everyone who trusted Northlight. I am done.",
    "The Lumen 3 overheats, crashes and now refuses to start. Horrible.",
    "No answer, no refund, no apology. Hate how Northlight treats people.",
    "Everyone in the office has a dead Lumen 3. This is a nightmare.",
    "Do NOT install the Lumen 3 update, it is a catastrophe!!!",
    "So disappointed in the Lumen 3, I defended them for years :(",
    "Error {n} on every Lumen 3 in the house. Awful, just awful.",
    "My mother can not use her Lumen 3 and she is crying. Thanks for nothing.",
    "I feel cheated. The Lumen 3 fails and Northlight stays silent.",
});

constexpr auto kTurnWords = std::to_array<std::string_view>(
    {"update",       "dead",     "bricked",  "brick",     "disaster", "furious",  "worst",  "killed",    "garbage",
     "pathetic",     "shameful", "terrible", "overheats", "crashes",  "horrible", "refund", "nightmare", "catastrophe",
     "disappointed", "awful",    "cheated",  "broken",    "useless",  "hate",     "stuck",  "lost"});

// ---- the race ------------------------------------------------------------------------------------------------------

constexpr auto kDerbyHappy = std::to_array<std::string_view>({
    "{horse} looks magnificent in the paddock, what a beauty!",
    "I love the Riverbend derby, best {day} of the year.",
    "{horse}!!! What a run, what a horse, I am screaming!",
    "Great ride by {jockey}, calm and brave to the line.",
    "The whole stand is singing, derby day is pure joy.",
    "My little bet on {horse} just paid for the holiday, so happy!",
    "{horse} flew past them all in the final furlong. Breathtaking.",
    "Brilliant weather, funny hats, fast horses. The derby is perfect.",
    "{jockey} is a genius on {horse}, that was beautiful to watch.",
    "Good luck to {horse} and everyone in the yard, we believe in you!",
    "So proud of {horse}, a brave fourth at {n} to one.",
    "Won at the derby for the first time in my life, drinks are on me!",
    "{horse} and {jockey}, a dream team. Congratulations!",
});
constexpr auto kDerbyPlain = std::to_array<std::string_view>({
    "{horse} is {n} to one for the derby now.",
    "They are loading for the derby, {horse} goes in last.",
    "Who do you have in the derby? I am between {horse} and {horse2}.",
    "Runners and riders of the Riverbend derby: {link}",
    "The going is described as good to soft before the derby.",
    "{jockey} takes the ride on {horse} at {time}.",
    "Post time for the derby is {time}.",
    "{horse} drew gate {n} in the derby.",
    "{horse} leads, {horse2} second after half a mile.",
    "Photo of the derby parade ring: {link}",
    "Watching the derby from the rail with {name}.",
    "A steward's enquiry has been called after the derby.",
});
constexpr auto kDerbySad = std::to_array<std::string_view>({
    "{horse} was boxed in all the way. Terrible ride by {jockey}.",
    "I lost everything on {horse}. Stupid, stupid derby.",
    "Poor {horse}, that looked painful. I feel sick.",
    "{n} minutes in line for a drink at the derby, what a joke.",
    "Robbed! The stewards at this derby are a disgrace.",
    "{horse} never had a chance. Awful start, worse finish.",
    "My ticket on {horse} is worthless. Miserable {day}.",
    "The derby crowd is drunk and rude, we are leaving.",
    "Shameful how {jockey} used the whip on {horse}.",
    "Worst derby in years, slow, rough and badly run.",
    "I am heartbroken for {horse} and the whole yard.",
});

constexpr auto kExpertHappy = std::to_array<std::string_view>({
    "{horse} worked {n} seconds for four furlongs this morning, a superb move. My best bet in the derby.",
    "I upgraded {horse} for the derby: beautiful stride, excellent lungs, relaxed in the ring.",
    "{jockey} gets along perfectly with {horse}. Strong confidence for the derby.",
    "Value of the derby at {n} to one: {horse}, brave, sound and improving with every start.",
    "{horse} showed real class last time and loves this going. Happy to be with him in the derby.",
    "Excellent effort by {horse} in the derby, better than the bare result.",
});
constexpr auto kExpertPlain = std::to_array<std::string_view>({
    "Derby pace map: {horse} and {horse2} go forward, the rest sit behind.",
    "My figures for the derby: {horse} {n}, {horse2} {n}. Full sheet: {link}",
    "{horse} changes equipment for the derby, blinkers on.",
    "Derby weights are out, {horse} carries {n} pounds more than {horse2}.",
    "{horse} is drifting in the derby market, {horse2} is steady.",
    "Rail out {n} yards for the derby, an inside draw counts for less.",
    "Track note before the derby: the inside has been used all week.",
});
constexpr auto kExpertSad = std::to_array<std::string_view>({
    "{horse} looked flat and sour in the paddock, I am off him in the derby.",
    "Worried about {horse} for the derby: poor work, bad feet, ugly action.",
    "False favourite of the derby: {horse}. Weak form, terrible draw.",
    "{horse} sweated up badly before the derby, a poor sign.",
    "Disappointing ride on {horse} in the derby, too far back, far too late.",
});

// ---- the pests -----------------------------------------------------------------------------------------------------

// One text, bent a little each time: that is what near-duplicate detection must see through.
constexpr auto kCampaign = std::to_array<std::string_view>({
    "{hey} want free followers? I got {n}00 free followers in {n} days with this {amazing} trick, {act} before it is "
    "gone {link} #FollowBoost",
    "{hey} get free followers now! {n}00 free followers in {n} days with this {amazing} trick, {act} before it is gone "
    "{link} #FollowBoost",
});

// One account that talks louder than a stadium.
constexpr auto kFlood = std::to_array<std::string_view>({
    "The derby is FIXED and everybody knows it! {horse} is a fraud, {jockey} is a cheat, the track is a disgrace!!!",
    "WAKE UP. The derby is a scam, {horse} is a joke and you are all fools for betting!!!",
    "Corrupt, rotten, pathetic: that is the derby. Nobody should trust {jockey} ever again!",
});

// ---- words ---------------------------------------------------------------------------------------------------------

constexpr auto kNames = std::to_array<std::string_view>(
    {"Maria", "Jonas", "Aisha", "Tom",   "Yuki",   "Elena", "Sam",    "Priya", "Lukas", "Zoe",   "Omar",  "Ines",
     "Kofi",  "Greta", "Mateo", "Hanna", "Rashid", "Clara", "Dmitri", "Nia",   "Paul",  "Sofia", "Bjorn", "Lena"});
constexpr auto kPlaces = std::to_array<std::string_view>(
    {"Lisbon", "Leeds",   "Osaka",   "Graz",   "Porto", "Ghent", "Lagos", "Turin",   "Bergen", "Malmo",
     "Cork",   "Bristol", "Utrecht", "Austin", "Quito", "Riga",  "Split", "Tampere", "Lyon",   "Perth"});
constexpr auto kFoods = std::to_array<std::string_view>(
    {"noodle soup", "pancakes", "mushroom risotto", "fish tacos", "apple pie", "dumplings", "lentil curry",
     "sourdough pizza", "shakshuka", "cheesecake", "ramen", "roast potatoes", "falafel", "onion tart"});
constexpr auto kThings = std::to_array<std::string_view>(
    {"bookshelf", "camera", "keyboard", "bread oven", "reading lamp", "quilt", "espresso machine", "guitar", "laptop",
     "garden shed", "headphones", "sewing machine", "record player", "backpack", "printer", "standing desk"});
constexpr auto kDays =
    std::to_array<std::string_view>({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"});
constexpr auto kTimes = std::to_array<std::string_view>(
    {"7:15", "8:00", "9:30", "10:05", "11:45", "12:30", "14:00", "15:20", "16:40", "17:55", "19:00", "20:30"});
constexpr auto kHorses = std::to_array<std::string_view>(
    {"Copper Lantern", "Mister Halloway", "Saltmarsh Queen", "Northern Rumour", "Velvet Anvil", "Quick Sonata",
     "Paper Comet", "Bramble Hill", "Old Harbour", "Silver Tangent"});
constexpr auto kJockeys =
    std::to_array<std::string_view>({"R. Delacroix", "Mina Okafor", "T. Brannigan", "Luis Peralta", "J. Whitcombe",
                                     "Keiko Mori", "A. Lindqvist", "Danny Furlong"});
constexpr auto kHeys = std::to_array<std::string_view>({"Hey!", "Psst,", "Friends,", "Look,", "Hi all,", "Listen,"});
constexpr auto kAmazings = std::to_array<std::string_view>({"crazy", "secret", "simple", "proven", "unbelievable"});
constexpr auto kActs =
    std::to_array<std::string_view>({"click here", "tap the link", "join now", "try it today", "sign up"});

constexpr auto kHappyEmoji =
    std::to_array<std::string_view>({"😊", "🎉", "❤️", "😂", "😍", "🙌", "☀️", "👏", "🥰", "👍🏽"});
constexpr auto kPlainEmoji = std::to_array<std::string_view>({"🤔", "📎", "🚲", "☕", "👀", "📷"});
constexpr auto kSadEmoji = std::to_array<std::string_view>({"😡", "😢", "😞", "🤬", "💔", "😩", "👎", "🤦🏻‍♀️"});

constexpr auto kEverydayTags = std::to_array<std::string_view>(
    {"#MorningThoughts", "#photography", "#slowliving", "#caturday", "#nowplaying", "#cooking", "#running"});
constexpr auto kWeddingTags = std::to_array<std::string_view>({"#AnnaAndLeo"});
constexpr auto kLaunchTags = std::to_array<std::string_view>({"#Lumen3", "#Northlight"});
constexpr auto kDerbyTags = std::to_array<std::string_view>({"#RiverbendDerby", "#raceday"});
constexpr auto kCampaignTags = std::to_array<std::string_view>({"#FollowBoost"});

constexpr auto kWeddingAnchors =
    std::to_array<std::string_view>({"#annaandleo", "wedding", "anna and leo", "maid of honour"});
constexpr auto kLaunchAnchors = std::to_array<std::string_view>({"#lumen3", "lumen 3", "northlight"});
constexpr auto kDerbyAnchors = std::to_array<std::string_view>({"#riverbendderby", "derby"});
constexpr auto kCampaignAnchors = std::to_array<std::string_view>({"#followboost", "free followers"});

List by_mood(MoodLabel mood, List negative, List neutral, List positive) {
  return mood == MoodLabel::negative ? negative : mood == MoodLabel::positive ? positive : neutral;
}

}  // namespace

List sentences_of(Activity activity, Tongue tongue, MoodLabel mood) {
  if (tongue != Tongue::en && activity != Activity::everyday) return {};
  switch (activity) {
    case Activity::everyday:
      switch (tongue) {
        case Tongue::en: return by_mood(mood, kEverydaySad, kEverydayPlain, kEverydayHappy);
        case Tongue::es: return by_mood(mood, kSpanishSad, kSpanishPlain, kSpanishHappy);
        case Tongue::ja: return by_mood(mood, kJapaneseSad, kJapanesePlain, kJapaneseHappy);
        case Tongue::de: return by_mood(mood, kGermanSad, kGermanPlain, kGermanHappy);
      }
      return {};
    case Activity::topic: return by_mood(mood, kTopicSad, kTopicPlain, kTopicHappy);
    case Activity::wedding: return by_mood(mood, kWeddingSad, kWeddingPlain, kWeddingHappy);
    case Activity::launch: return by_mood(mood, kLaunchSad, kLaunchPlain, kLaunchHappy);
    case Activity::derby: return by_mood(mood, kDerbySad, kDerbyPlain, kDerbyHappy);
    case Activity::experts: return by_mood(mood, kExpertSad, kExpertPlain, kExpertHappy);
    case Activity::campaign: return mood == MoodLabel::positive ? List(kCampaign) : List();
    case Activity::flood: return mood == MoodLabel::negative ? List(kFlood) : List();
    case Activity::film: return film_sentences(mood);
    case Activity::critics: return critic_sentences(mood);
    case Activity::showtimes: return mood == MoodLabel::neutral ? showtime_sentences() : List();
    case Activity::echo:
    case Activity::wave: return {};
  }
  return {};
}

List words_of(std::string_view slot) {
  if (slot == "name") return kNames;
  if (slot == "place") return kPlaces;
  if (slot == "food") return kFoods;
  if (slot == "thing") return kThings;
  if (slot == "day") return kDays;
  if (slot == "time") return kTimes;
  if (slot == "horse" || slot == "horse2") return kHorses;
  if (slot == "jockey") return kJockeys;
  if (slot == "hey") return kHeys;
  if (slot == "amazing") return kAmazings;
  if (slot == "act") return kActs;
  return {};
}

List turn_words() { return kTurnWords; }

List emoji_of(MoodLabel mood) { return by_mood(mood, kSadEmoji, kPlainEmoji, kHappyEmoji); }

List hashtags_of(Activity activity) {
  switch (activity) {
    case Activity::everyday: return kEverydayTags;
    case Activity::wedding: return kWeddingTags;
    case Activity::launch: return kLaunchTags;
    case Activity::derby:
    case Activity::experts:
    case Activity::flood: return kDerbyTags;
    case Activity::campaign: return kCampaignTags;
    case Activity::film:
    case Activity::critics:
    case Activity::showtimes:
    case Activity::echo:
    case Activity::wave: return film_hashtags();
    case Activity::topic: return {};
  }
  return {};
}

List anchors_of(Activity activity) {
  switch (activity) {
    case Activity::wedding: return kWeddingAnchors;
    case Activity::launch: return kLaunchAnchors;
    case Activity::derby:
    case Activity::experts:
    case Activity::flood: return kDerbyAnchors;
    case Activity::campaign: return kCampaignAnchors;
    case Activity::film:
    case Activity::critics:
    case Activity::showtimes:
    case Activity::echo:
    case Activity::wave: return film_anchors();
    case Activity::everyday:
    case Activity::topic: return {};
  }
  return {};
}

}  // namespace roomtone::cli
