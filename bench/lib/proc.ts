import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

/** User and system time of a process and its children (nginx's workers) in seconds. Linux only, else NaN. */
export function cpuSeconds(pid: number): number {
  return family(pid).reduce((sum, one) => sum + ownCpuSeconds(one), 0);
}

/** Resident memory of a process and its children in MiB. Linux only, else NaN. */
export function residentMib(pid: number): number {
  return family(pid).reduce((sum, one) => sum + ownResidentMib(one), 0);
}

/** Watches the memory until stopped; returns the highest value in MiB. */
export function watchMemory(pid: number): () => number {
  let peak = residentMib(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMib(pid))), 25);
  return () => {
    clearInterval(timer);
    return Math.max(peak, residentMib(pid));
  };
}

function family(pid: number): readonly number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" "),
    );
    return [pid, ...children.map(Number).filter((child) => child > 0)];
  } catch {
    return [pid];
  }
}

function ownCpuSeconds(pid: number): number {
  const stat = readProc(pid, "stat");
  // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function ownResidentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readProc(pid, "status"))?.[1] ?? Number.NaN) / 1024;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
