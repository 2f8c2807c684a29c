// start runs what a script does at first. When that throws, the console says so, and the other scripts run all the
// same.
export function start(name, run) {
  try {
    run();
  } catch (problem) {
    console.error(`${name} does not work in this browser:`, problem);
  }
}
