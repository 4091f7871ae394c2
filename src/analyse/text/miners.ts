/** Miners of digital coins: what they are called, what they say, and how they speak to their pool. Linear-time expressions. */

/** Names and protocol words as in MITRE ATT&CK T1496.001 and the miners' own documentation. */
const miner =
  /\bstratum\+(?:tcp|ssl|tls):\/\/|\b(?:xmrig|xmr-stak|minerd|cpuminer|ccminer|cgminer|nbminer|lolminer|t-rex-miner|kinsing|kdevtmpfsi|sysrv)\b|\b(?:minexmr|supportxmr|nanopool|moneroocean|2miners|hashvault|c3pool|f2pool)\.(?:com|org|stream|pro)\b|--donate-level\b|\b(?:randomx|cryptonight)\b[^\n]{0,40}\b(?:dataset|algo|init|pool)\b/i;

/** What of a miner the text shows; undefined for none. */
export function findMiner(text: string): string | undefined {
  return miner.exec(text.slice(0, 65_536))?.[0];
}
