const temporary = /(?:^|[\s"'=;|&(@+!:-])(?:\/tmp|\/var\/tmp|\/dev\/shm)\//;

/** Names something below a folder that everybody can write to. */
export function inTemporaryFolder(text: string): boolean {
  return temporary.test(text.slice(0, 65_536));
}
