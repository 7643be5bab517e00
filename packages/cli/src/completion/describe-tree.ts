import type { Command } from "commander";

/** A command as completion sees it. */
export interface CommandNode {
  /** From the program on: `["keys", "use"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionNode[];
  readonly children: readonly CommandNode[];
}

export interface OptionNode {
  readonly long: string;
  readonly short: string | undefined;
  readonly text: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** The tree of the program's own commands, so that completion never knows another one. */
export function describeTree(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  const globals = command.parent === null ? [] : command.parent.options;
  const options = [...help.visibleOptions(command), ...globals].flatMap((option) =>
    option.long === undefined
      ? []
      : [
          {
            long: option.long,
            short: option.short,
            text: option.description.split("\n")[0] ?? "",
            takesValue: option.required || option.optional,
            choices: option.argChoices ?? [],
          },
        ],
  );
  return {
    path,
    summary: command.summary() === "" ? command.description() : command.summary(),
    options: options.filter(({ long }, at) => options.findIndex((other) => other.long === long) === at),
    children: command.commands.map((child) => describeTree(child, [...path, child.name()])),
  };
}

/** The node and all below it. */
export function flatten(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(flatten)];
}
