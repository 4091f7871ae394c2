import type { Host, HostPrompt } from "../../host/host.ts";

export interface Attendance {
  /** Called before a question may appear. */
  readonly asking: () => void;
  readonly answered: () => void;
  readonly progress: (text: string) => void;
}

/** The same host, with questions and progress announced: both draw on the screen that the presenter writes to. */
export function attended(host: Host, { asking, answered, progress }: Attendance): Host {
  const { prompt, terminal } = host;
  const announced = async <T>(question: () => Promise<T>): Promise<T> => {
    asking();
    try {
      return await question();
    } finally {
      answered();
    }
  };
  const asked: HostPrompt = {
    interactive: prompt.interactive,
    confirm: (spec) => announced(() => prompt.confirm(spec)),
    choose: (spec) => announced(() => prompt.choose(spec)),
    chooseMany: (spec) => announced(() => prompt.chooseMany(spec)),
    text: (spec) => announced(() => prompt.text(spec)),
    secret: (spec) => announced(() => prompt.secret(spec)),
  };
  return {
    ...host,
    // Unattended, nothing appears on the screen.
    prompt: prompt.interactive ? asked : prompt,
    terminal: {
      ...terminal,
      get width() {
        return terminal.width;
      },
      progress,
    },
  };
}
