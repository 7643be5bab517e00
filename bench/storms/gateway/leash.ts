/** `--import` of a real gateway in a storm: without its rig it has nobody to serve. */
process.on("disconnect", () => process.exit(0));
