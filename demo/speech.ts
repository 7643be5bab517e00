const answer =
  "Paid, and here it is: each word leaves the server when it is ready, and what you get is what was sent.";
const story = `Once there was a small server at the edge of a quiet town. Every day people came with questions, and every \
day it gave good answers to all of them. Nobody paid, and the winter was cold. One night a traveler asked for a long \
story. The server said: I will tell it word by word, and you will pay for each word that you hear, and for no other. \
The traveler put a coin on the table and the story began. It told of rivers that ran under the snow, of ships that \
followed one star, and of a garden where the clocks grew on trees. When the coin was used up the server waited. The \
traveler smiled, put down another coin, and the story went on where it had stopped. In the morning there was a fair \
count of every word, and what was left of the money lay on the table. The traveler took it and came back the next day.`;

/** Plain words and marks only: each piece is one token of o200k, so that counts can be checked to the unit. */
function toTokens(text: string): readonly string[] {
  return text.match(/ ?[A-Za-z]+|[^A-Za-z ]/g) ?? [];
}

/** What the models of the demo say when nothing else is asked for, token by token. */
export const answerTokens = toTokens(answer);
/** Tokens of the story, told once. */
export const STORY_TOKENS = toTokens(story).length;

const firstRound = toTokens(story);
const laterRound = toTokens(` ${story}`);

/** So many tokens of the story; it starts again when it is over. */
export function* tellStory(tokens: number): Generator<string> {
  for (let told = 0; told < tokens; told++) {
    const round = told < STORY_TOKENS ? firstRound : laterRound;
    yield round[told % STORY_TOKENS] ?? "";
  }
}
