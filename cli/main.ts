#!/usr/bin/env node
import process from "node:process";
import { runCli } from "./run-cli.ts";
import { processShell } from "./shell.ts";

process.exitCode = await runCli(process.argv.slice(2), processShell());
