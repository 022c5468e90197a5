#!/usr/bin/env node
import process from "node:process";
import { beLean } from "./become.ts";

if (process.argv[2] === "watch") beLean();
const { runCli } = await import("./run-cli.ts");
const { ownShell } = await import("./shell.ts");

process.exitCode = await runCli(process.argv.slice(2), ownShell());
