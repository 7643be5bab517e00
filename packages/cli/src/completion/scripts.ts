import { type CommandNode, flatten, type OptionNode } from "./describe-tree.ts";

const NAME = "x402-paywall";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A script for a shell; what it completes is written into it, so that no process is started for a Tab. */
export function completionScript(shell: Shell, root: CommandNode): string {
  return { bash, zsh, fish }[shell](root);
}

/** Words after a command: its subcommands and its options. */
function words({ children, options }: CommandNode): readonly string[] {
  return [...children.map(({ path }) => path.at(-1) ?? ""), ...options.map(({ long }) => long)];
}

function bash(root: CommandNode): string {
  const cases = flatten(root).map(
    (node) => `    "${node.path.join(" ")}") words="${words(node).join(" ")}" ;;`,
  );
  const values = flatten(root)
    .flatMap(({ options }) => options)
    .filter(({ choices }) => choices.length > 0)
    .map(
      ({ long, choices }) =>
        `    ${long}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return ;;`,
    );
  const names = flatten(root).map(({ path }) => path.join(" "));
  return `# bash completion of ${NAME}: ${NAME} completion bash >> ~/.bashrc
_x402_paywall() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "|${names.join("|")}|" in *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;; esac
  done
  case "$previous" in
${[...new Set(values)].join("\n")}
    *) ;;
  esac
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _x402_paywall ${NAME}
`;
}

function zsh(root: CommandNode): string {
  const cases = flatten(root).map((node) => {
    const entries = [
      ...node.children.map(({ path, summary }) => `'${quote(path.at(-1) ?? "")}:${quote(summary)}'`),
      ...node.options.map(({ long, text }) => `'${long}:${quote(text)}'`),
    ];
    return `    "${node.path.join(" ")}") entries=(${entries.join(" ")}) ;;`;
  });
  const names = flatten(root).map(({ path }) => path.join(" "));
  return `#compdef ${NAME}
# zsh completion: ${NAME} completion zsh > "\${fpath[1]}/_${NAME}"
_x402_paywall() {
  local -a entries
  local path_="" word
  for word in \${words[2,CURRENT-1]}; do
    case "|${names.join("|")}|" in *"|\${path_:+$path_ }$word|"*) path_="\${path_:+$path_ }$word" ;; esac
  done
  case "$path_" in
${cases.join("\n")}
  esac
  _describe '${NAME}' entries || _files
}
compdef _x402_paywall ${NAME}
# As a file of fpath this is the function itself; sourced it only defines it.
if [ "$funcstack[1]" = "_${NAME}" ]; then _x402_paywall "$@"; fi
`;
}

function fish(root: CommandNode): string {
  const lines = flatten(root).flatMap((node) => {
    const condition = fishCondition(node);
    const children = node.children.map(
      ({ path, summary }) =>
        `complete -c ${NAME} -f -n '${condition}' -a ${path.at(-1)} -d '${quote(summary)}'`,
    );
    return [...children, ...node.options.map((option) => fishOption(option, condition))];
  });
  return `# fish completion: ${NAME} completion fish > ~/.config/fish/completions/${NAME}.fish\n${lines.join("\n")}\n`;
}

function fishCondition({ path, children }: CommandNode): string {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = children.map((child) => child.path.at(-1)).join(" ");
  const notBelow = below === "" ? [] : [`not __fish_seen_subcommand_from ${below}`];
  return [...seen, ...notBelow].join("; and ");
}

function fishOption({ long, short, text, takesValue, choices }: OptionNode, condition: string): string {
  const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
  const value = takesValue ? " -r" : "";
  const list = choices.length === 0 ? "" : ` -f -a '${choices.join(" ")}'`;
  return `complete -c ${NAME} -n '${condition}' -l ${long.slice(2)}${letter}${value}${list} -d '${quote(text)}'`;
}

/** Within single quotes; a colon separates in zsh. */
function quote(text: string): string {
  return text.replaceAll(/['\\]/g, "").replaceAll(":", " -");
}
