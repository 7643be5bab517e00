interface Flight<Answer> {
  readonly subject: string;
  readonly answer: Promise<Answer>;
}

/**
 * Runs the work for a key once at a time: whoever asks for the very same meanwhile (`subject`) gets the same answer, whoever
 * asks for something else has its turn afterwards.
 */
export function createSingleFlight<Answer>() {
  const flights = new Map<string, Flight<Answer>>();
  return async (key: string, subject: string, work: () => Promise<Answer>): Promise<Answer> => {
    for (let flight = flights.get(key); flight !== undefined; flight = flights.get(key)) {
      if (flight.subject === subject) return flight.answer;
      // oxlint-disable-next-line no-await-in-loop -- its turn comes when that has landed
      await flight.answer.catch(() => undefined);
    }
    const answer = work().finally(() => flights.delete(key));
    flights.set(key, { subject, answer });
    return answer;
  };
}
