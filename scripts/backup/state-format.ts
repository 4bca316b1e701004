/** The format of the state folder that this version of the program writes; `format.json` of a store has it. */
export { storeVersion as stateFormat } from "../service/store-format.ts";
