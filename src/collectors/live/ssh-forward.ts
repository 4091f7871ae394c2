/** What ssh(1) was asked to forward on its command line. What a config file asks for does not show there. */

/** Letters that take a value, in the same word or as the next one. */
const valued = new Set("BbcDEeFIiJLlmOopQRSWw");
/** -R lets the far side in, -D and -L lead out, -w makes a network device. */
const forwarding = new Set("RDLw");
const forwardingOption = /^\s*(?:Remote|Local|Dynamic)Forward\b|^\s*Tunnel\b/i;

interface Option {
  readonly letter: string;
  readonly value: string;
  /** The value is a word of its own. */
  readonly apart: boolean;
}

/** The first letter of a word such as "-NfR" that takes a value, with it. */
function valueOf(word: string, next: string | undefined): Option | undefined {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    if (!valued.has(letter)) continue;
    const rest = word.slice(at + 1);
    return rest === "" ? { letter, value: next ?? "", apart: true } : { letter, value: rest, apart: false };
  }
  return undefined;
}

/** The first forwarding as text, such as "-R 8080:localhost:22"; undefined where there is none. */
export function sshForward(argv: readonly string[]): string | undefined {
  for (let i = 1; i < argv.length; i += 1) {
    const word = argv[i] ?? "";
    // The first word that is no option is the host, and what follows is its command.
    if (!word.startsWith("-") || word === "--") return undefined;
    const option = valueOf(word, argv[i + 1]);
    if (option === undefined) continue;
    if (forwarding.has(option.letter)) return `-${option.letter} ${option.value}`;
    if (option.letter === "o" && forwardingOption.test(option.value)) return option.value;
    if (option.apart) i += 1;
  }
  return undefined;
}
