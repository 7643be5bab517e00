/** Event streams and files: the demo upstream. */
import { createDemoUpstream } from "../../demo/upstream.ts";
import { serve } from "./ready.ts";

serve(createDemoUpstream());
