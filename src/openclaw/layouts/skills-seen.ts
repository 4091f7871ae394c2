const maxSkills = 500;
const shipped = /\/node_modules\/(?:openclaw|clawdbot|moltbot)\//;

/**
 * Files of the skills that a prompt (`skillsSnapshot.prompt` of a session's entry) tells the agent of, as it names them. What
 * lies in OpenClaw's own package is left out.
 */
export function skillsIn(prompt: string): readonly string[] {
  const found = new Set<string>();
  for (const match of prompt.slice(0, 1 << 20).matchAll(/<location>([^<]{1,1000})<\/location>/g)) {
    const path = match[1]?.trim() ?? "";
    if (path !== "" && !shipped.test(path) && found.size < maxSkills) found.add(path);
  }
  return [...found];
}
