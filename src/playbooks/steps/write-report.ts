import { join } from "node:path";
import { reportsFolder } from "../../case/index.ts";
import { reportInput } from "../report-input.ts";
import { render } from "../../report/render.ts";
import { templateText } from "../template.ts";
import { step } from "./step.ts";

export const writeReport = step({
  id: "report/write",
  stage: "report",
  title: "Write the incident report",
  mutates: "case",
  plan: ({ options }) => `write a Markdown report into the case folder under ${options.dataDir}`,
  run: async ({ case: subject, host, options, playbook }) => {
    const now = host.clock.now().toISOString();
    const template = await templateText(host, options.dataDir, "incident.md");
    const text = render(template, reportInput(subject, playbook, now));
    const name = `incident-${now.replaceAll(/[-:]/g, "").slice(0, 15)}Z.md`;
    const file = join(subject.info.path, reportsFolder, name);
    // The case is redacted on its way in; a second time costs little and guards against a defect there.
    await host.fs.writeAtomic(file, subject.redactor.text(text));
    subject.facts.set("report", file);
    return { state: "done", receipt: { file } };
  },
});
