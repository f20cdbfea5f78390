import { isAPIError, OneHazel, OneHazelPlatform } from "@onehazel/sdk";
import { tryClient } from "./try.cjs";

await tryClient({ OneHazel, OneHazelPlatform, isAPIError });
