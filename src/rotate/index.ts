/** Rotation: what to replace, in which order, how to prove that the old one is dead. */
export { loadCatalogue } from "./catalogue.ts";
export type { Catalogue, CatalogueEntry } from "./catalogue.ts";
export { listDevices, proveDeviceRefused } from "./devices.ts";
export type { DeviceProof } from "./devices.ts";
export { proveToken } from "./gateway-token.ts";
export { identify } from "./identify.ts";
export { grantLabel, whatDeviceMade } from "./made-by.ts";
export type { Made } from "./made-by.ts";
export type { GatewayAddress } from "./oracle.ts";
export { placesLeft, planRotation } from "./order.ts";
export type { Reach, RotationItem, RotationPlan } from "./order.ts";
export { probeCredential, probeStep, probeText } from "./provider-key.ts";
export { countRotations, receiptOf, stateOf } from "./receipts.ts";
export { remoteCopies } from "./remote-copies.ts";
export { findResidue, findResidues } from "./residue.ts";
export { isGenerated, isRemoteGateway, whereText } from "./steps.ts";
