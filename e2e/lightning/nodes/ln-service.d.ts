/** ln-service has no types of its own; its methods are those of `lightning`, which has. */
declare module "ln-service" {
  export * from "lightning";
}
