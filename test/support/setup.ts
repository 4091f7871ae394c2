import fc from "fast-check";

// What decides must be repeatable: in CI the properties run with one seed, everywhere else with a new one each time.
if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: 20_261_121 });
// What tests unpack and write has the usual modes, whatever the umask is of whoever runs them.
process.umask(0o022);
