import type { Storm } from "./storm.ts";
import { killGateway } from "./storms/s1-kill-gateway.ts";
import { stopHolder } from "./storms/s5-stop-holder.ts";
import { badFacilitator } from "./storms/s6-bad-facilitator.ts";
import { badRail } from "./storms/s6-bad-rail.ts";
import { killAtSteps } from "./storms/s2-kill-at-steps.ts";
import { killDatabase } from "./storms/s3-kill-database.ts";
import { cutReplies } from "./storms/s4-cut-replies.ts";
import { race } from "./storms/s7-race.ts";
import { leaveStreams } from "./storms/s10-leave-stream.ts";
import { lightningEvents } from "./storms/s11-lightning-events.ts";
import { stablecoinSubstitution } from "./storms/s8-stablecoin.ts";
import { substitution } from "./storms/s8-substitution.ts";

/** In the order of the table. */
export const storms: readonly Storm[] = [
  killGateway,
  killAtSteps,
  killDatabase,
  cutReplies,
  stopHolder,
  badRail,
  badFacilitator,
  race,
  substitution,
  stablecoinSubstitution,
  leaveStreams,
  lightningEvents,
];
