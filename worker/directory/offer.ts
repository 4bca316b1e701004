/** What a directory needs of its resources: which ones can meet a demand, and with what. */
import type { LatencyModel } from "../geo/latency.ts";
import type { OpenResource, Resource, State } from "./resource.ts";

/** A resource that can meet one demand. A kind of resource adds fields of its own. */
export interface Offer {
  open: OpenResource;
  /** For that demand. */
  state: State;
  /** To be named beside others only, never first. */
  drained: boolean;
  /** It came back lately, and gets this share of all client networks, 0 to 1. Absent: all. */
  ramp: number | undefined;
}

/**
 * How resources of one kind meet demands. Pure: what it answers depends on its arguments alone, so that answers are
 * kept from one list to the next where neither the resource nor the demand changed.
 */
export interface Offering<
  Listed extends Resource,
  Open extends OpenResource<Listed>,
  Demand,
  Offered extends Offer,
> {
  /** Opens a resource. @param before the same under the list before; given back where nothing changed */
  open(resource: Listed, index: number, model: LatencyModel, before: Open | undefined): Open;
  /** Demands of one key are met by the same offers. */
  keyOf(demand: Demand): string;
  /** Why a resource can't meet the demand of any client; `undefined` when it can. */
  exclusion(open: Open, demand: Demand): string | undefined;
  /** What it offers; `undefined` when it can't meet the demand. */
  offer(open: Open, demand: Demand): Offered | undefined;
}
