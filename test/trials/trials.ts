/** All trials, in the order in which they are run. */

import { backupTrial } from "./backup.ts";
import { blindTrial } from "./blind.ts";
import { connectionsTrial } from "./connections.ts";
import { containerTrial } from "./container.ts";
import { costsTrial } from "./costs.ts";
import { crashTrial } from "./crash.ts";
import { crowdTrial } from "./crowd.ts";
import { deathDefaultsTrial, deathTrial } from "./death.ts";
import { diskFullTrial } from "./disk-full.ts";
import { faultsBytesTrial, faultsTrial } from "./faults.ts";
import { fromBareTrial } from "./from-bare.ts";
import { growthTrial } from "./growth.ts";
import { imagesPublishTrial } from "./images-publish.ts";
import { killsTrial } from "./kills.ts";
import { limitsTrial } from "./limits.ts";
import { metadataCostsTrial } from "./metadata-costs.ts";
import { publishTrial } from "./publish.ts";
import { publishHostileTrial } from "./publish-hostile.ts";
import { takeOverTrial } from "./take-over.ts";
import type { Trial } from "./trial.ts";

export const trials: readonly Trial[] = [
  deathTrial,
  deathDefaultsTrial,
  blindTrial,
  crowdTrial,
  faultsTrial,
  faultsBytesTrial,
  publishTrial,
  publishHostileTrial,
  imagesPublishTrial,
  crashTrial,
  connectionsTrial,
  killsTrial,
  takeOverTrial,
  diskFullTrial,
  growthTrial,
  costsTrial,
  metadataCostsTrial,
  backupTrial,
  containerTrial,
  fromBareTrial,
  limitsTrial,
];
